/** The platform in its shapes, to run the same feature tests in each. */
import { platformWords } from '@nodo-aperto/kernel/process';
import { findNatsServer, freePort, startNats, testDatabaseUrl } from '@nodo-aperto/kernel/testing';
import { awaitReady, dataFolder, type PlatformProcess, type Release, spawnPlatform } from './platform-process.ts';

/** PostgreSQL carries the events. */
export const SHAPES = ['one process', 'one process per service'] as const;
/** The same with a broker of its own; what needs it is skipped where there is no program of it. */
export const WITH_BROKER = 'one process per service, events by NATS JetStream';
export type Shape = (typeof SHAPES)[number] | typeof WITH_BROKER;

const broker = findNatsServer();
export const isMissing = (shape: Shape): boolean => shape === WITH_BROKER && broker === undefined;

const SERVICES = ['onboarding', 'notices', 'payments', 'receipts', 'reporting', 'quality'] as const;

export interface RunningPlatform extends AsyncDisposable {
  readonly baseUrl: string;
  readonly graphqlUrl: string;
  /** Where the edges of a subgraph answer: the platform itself, or the service's own port. */
  edgeUrl(service: (typeof SERVICES)[number]): string;
  readonly folder: string;
  /** For commands that work on the same database. */
  readonly databaseUrl: string;
  token: PlatformProcess['token'];
}

/** Starts the platform on a database of its own. @param parameters further words for `platform start` (one process only) */
export async function runShape(shape: Shape, parameters: readonly string[] = []): Promise<RunningPlatform> {
  const stack = new AsyncDisposableStack();
  try {
    const { path: folder } = stack.use(await dataFolder());
    const nats = shape === WITH_BROKER ? stack.use(await startNats(broker!)) : undefined;
    const environment = { DATABASE_URL: await testDatabaseUrl(), ...(nats && { BUS_URL: nats.url }) };
    const running =
      shape === 'one process' ? await oneProcess(stack, folder, environment, parameters) : await manyProcesses(stack, folder, environment);
    const moved = stack.move();
    return { ...running, folder, databaseUrl: environment.DATABASE_URL, [Symbol.asyncDispose]: () => moved.disposeAsync() };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

/** One of several instances of everything on one database. */
export interface Instance extends RunningPlatform {
  /** Addresses of its processes. */
  readonly bases: readonly string[];
  /** Ends all its processes at once, as a machine's end does. */
  kill(): Promise<void>;
}

export interface InstanceOptions {
  readonly folder: string;
  readonly databaseUrl: string;
  readonly environment?: Record<string, string>;
  /** These sources by default. */
  readonly release?: Release;
}

/** Starts one process for each service and a gateway before them, on a database and a data folder that others may use as well. */
export async function runInstance({ folder, databaseUrl, environment = {}, release }: InstanceOptions): Promise<Instance> {
  const stack = new AsyncDisposableStack();
  try {
    const processes = await startProcesses(stack, folder, { ...environment, DATABASE_URL: databaseUrl }, release);
    return {
      ...processes.get('gateway')!,
      edgeUrl: (service) => processes.get(service)!.baseUrl,
      folder,
      databaseUrl,
      bases: [...processes.values()].map(({ baseUrl }) => baseUrl),
      async kill() {
        await Promise.all([...processes.values()].map((each) => each.stop('SIGKILL')));
      },
      [Symbol.asyncDispose]: () => stack.disposeAsync(),
    };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

type Started = Omit<RunningPlatform, 'folder' | 'databaseUrl' | typeof Symbol.asyncDispose>;

async function oneProcess(
  stack: AsyncDisposableStack,
  folder: string,
  environment: Record<string, string>,
  parameters: readonly string[],
): Promise<Started> {
  const port = await freePort();
  const platform = await awaitReady(await spawnPlatform(platformWords({ port, folder, further: parameters }), environment), port, folder);
  stack.defer(async () => void (await platform.stop()));
  return { ...platform, edgeUrl: () => platform.baseUrl };
}

async function manyProcesses(stack: AsyncDisposableStack, folder: string, environment: Record<string, string>): Promise<Started> {
  const processes = await startProcesses(stack, folder, environment);
  return { ...processes.get('gateway')!, edgeUrl: (service) => processes.get(service)!.baseUrl };
}

async function startProcesses(
  stack: AsyncDisposableStack,
  folder: string,
  environment: Record<string, string>,
  release?: Release,
): Promise<ReadonlyMap<string, PlatformProcess>> {
  const ports = new Map<string, number>();
  for (const service of [...SERVICES, 'gateway']) ports.set(service, await freePort());
  const urls = SERVICES.map((service) => `${service}=http://127.0.0.1:${ports.get(service)}/graphql`).join(',');
  // All at once, as a deployment starts them: whoever comes first makes the tables, the others wait for the lock.
  const starting = [...ports].map(async ([service, port]): Promise<[string, PlatformProcess]> => {
    const words = ['serve', service, '--port', String(port), '--data', folder];
    const started = await awaitReady(await spawnPlatform(words, { ...environment, SUBGRAPH_URLS: urls }, release), port, folder);
    stack.defer(async () => void (await started.stop()));
    return [service, started];
  });
  const settled = await Promise.allSettled(starting);
  const failed = settled.find((each) => each.status === 'rejected');
  if (failed) throw failed.reason;
  return new Map(await Promise.all(starting));
}
