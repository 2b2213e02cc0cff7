/** `npm run test:containers`: the integration tests on a PostgreSQL in a container, where a container engine is at hand. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { GenericContainer, getContainerRuntimeClient, type StartedTestContainer, Wait } from 'testcontainers';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const POSTGRES = process.env['POSTGRES_IMAGE'] ?? 'postgres:18-alpine';
const PORT = 5432;
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
  return new GenericContainer(POSTGRES)
    .withEnvironment({ POSTGRES_PASSWORD: PASSWORD, POSTGRES_DB: 'nodo' })
    .withCommand(['postgres', '-c', 'max_connections=300', '-c', 'fsync=off'])
    .withExposedPorts(PORT)
    .withWaitStrategy(Wait.forLogMessage(/database system is ready to accept connections/, 2))
    .start();
}

/** @returns the exit code of the tests */
function runTests(databaseUrl: string): Promise<number> {
  const child = spawn('vitest', ['run', '--project', 'integration', ...process.argv.slice(2)], {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, DATABASE_URL: databaseUrl },
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

if (await engineAnswers()) {
  const postgres = await startPostgres();
  try {
    const address = `${postgres.getHost()}:${postgres.getMappedPort(PORT)}`;
    process.exitCode = await runTests(`postgres://postgres:${PASSWORD}@${address}/nodo`);
  } finally {
    await postgres.stop();
  }
} else {
  process.stdout.write('SKIPPED: no container engine answers on this machine, so no test ran on containers.\n');
}
