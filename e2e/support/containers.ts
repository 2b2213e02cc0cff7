/** `npm run test:containers`: the integration tests on PostgreSQL and NATS in containers, where a container engine is at hand. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { GenericContainer, getContainerRuntimeClient, type StartedTestContainer, Wait } from 'testcontainers';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const POSTGRES = process.env['POSTGRES_IMAGE'] ?? 'postgres:18-alpine';
const NATS = process.env['NATS_IMAGE'] ?? 'nats:2.12.15-alpine';
const PORT = 5432;
const START_MS = 90_000;
const PASSWORD = 'of-a-test-run';

async function engineAnswers(): Promise<boolean> {
  try {
    await getContainerRuntimeClient();
    return true;
  } catch {
    return false;
  }
}

function startPostgres(): Promise<StartedTestContainer> {
  return (
    new GenericContainer(POSTGRES)
      .withEnvironment({
        POSTGRES_PASSWORD: PASSWORD,
        POSTGRES_DB: 'nodo',
        POSTGRES_INITDB_ARGS: '--locale-provider=builtin --builtin-locale=C.UTF-8',
      })
      .withCommand(['postgres', '-c', 'max_connections=300', '-c', 'fsync=off'])
      .withExposedPorts(PORT)
      // Over TCP: while the cluster is made, the official image's first start answers on its socket only.
      .withHealthCheck({
        test: ['CMD', 'pg_isready', '-h', '127.0.0.1', '-U', 'postgres', '-d', 'nodo'],
        interval: 500,
        timeout: 3_000,
        retries: 120,
      })
      .withWaitStrategy(Wait.forHealthCheck().withStartupTimeout(START_MS))
      .start()
  );
}

/** @returns the exit code of the tests: the integration tests and those of the bus, or those that are named */
function runTests(databaseUrl: string): Promise<number> {
  const named = process.argv.slice(2);
  const which = named.length > 0 ? named : ['/test/', '--exclude', '**/!(jetstream).long.test.ts'];
  const child = spawn('vitest', ['run', '--project', 'integration', '--project', 'long', ...which], {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, DATABASE_URL: databaseUrl, NATS_CONTAINER_IMAGE: NATS },
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

async function onContainers(): Promise<number> {
  let postgres: StartedTestContainer;
  try {
    postgres = await startPostgres();
  } catch (error) {
    process.stderr.write(`The container of PostgreSQL (${POSTGRES}) could not be started: ${(error as Error).message.trim()}
POSTGRES_IMAGE and NATS_IMAGE name other images; TESTCONTAINERS_RYUK_DISABLED=true does without the image that cleans up after a run.
`);
    return 1;
  }
  try {
    const address = `${postgres.getHost()}:${postgres.getMappedPort(PORT)}`;
    return await runTests(`postgres://postgres:${PASSWORD}@${address}/nodo`);
  } finally {
    await postgres.stop();
  }
}

if (await engineAnswers()) process.exitCode = await onContainers();
else process.stdout.write('SKIPPED: no container engine answers on this machine, so no test ran on containers.\n');
