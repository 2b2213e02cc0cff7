/** A NATS server in a container of its own, for tests that kill and empty it: the same as nats.ts where a container engine is to be used. */
import { GenericContainer, getContainerRuntimeClient, Wait } from 'testcontainers';
import { freePort } from '../process/index.ts';
import type { NatsServer } from './nats.ts';
import { portOpen } from './port-open.ts';
import { until } from './until.ts';

const PORT = 4222;
const MONITORING = 8222;
const START_MS = 60_000;

/** @param image e.g. nats:2.12.15-alpine. @throws what the container engine says */
export async function startNatsContainer(image: string): Promise<NatsServer> {
  const port = await freePort();
  const monitoring = await freePort();
  const { container: engine } = await getContainerRuntimeClient();
  let id = await make();

  /** Its data is in the container: a new one has none. */
  async function make(): Promise<string> {
    const started = await new GenericContainer(image)
      .withCommand(['--jetstream', '--store_dir', '/tmp/store', '--http_port', String(MONITORING)])
      .withExposedPorts({ container: PORT, host: port }, { container: MONITORING, host: monitoring })
      .withWaitStrategy(Wait.forLogMessage(/Server is ready/).withStartupTimeout(START_MS))
      .start();
    return started.getId();
  }
  const kill = async (): Promise<void> => {
    const container = engine.getById(id);
    const { State: state } = await container.inspect();
    if (!state.Running) return;
    await container.kill({ signal: 'SIGKILL' });
    await container.wait();
  };
  const isThere = async (): Promise<boolean> => {
    const { State: state } = await engine.getById(id).inspect();
    return state.Running && (await portOpen(port));
  };

  return {
    url: `nats://127.0.0.1:${port}`,
    kill,
    async restart() {
      await engine.getById(id).start();
      await until(isThere, { what: 'the NATS container to listen', timeoutMs: START_MS });
    },
    async subscriptions() {
      const answer = await fetch(`http://127.0.0.1:${monitoring}/subsz`, { signal: AbortSignal.timeout(5_000) });
      return ((await answer.json()) as { num_subscriptions: number }).num_subscriptions;
    },
    async wipe() {
      await engine.getById(id).remove({ force: true, v: true });
      id = await make();
      await kill();
    },
    async [Symbol.asyncDispose]() {
      await engine.getById(id).remove({ force: true, v: true });
    },
  };
}
