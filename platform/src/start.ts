/** `npm start`: the gateway and all six subgraphs in one process, on one port. */
import { freePort } from '@nodo-aperto/kernel/process';
import { assertPortFree } from '@nodo-aperto/kernel/http';
import { type DatabaseAddress, type Foundation, layFoundation } from './foundation.ts';
import { Lifecycle } from './lifecycle.ts';

export interface StartOptions {
  port: number;
  host: string;
  data: string;
  directory?: string;
  simulation: boolean;
  testClock?: boolean;
}

/** Runs until a signal comes. @throws whatever keeps it from starting, after closing what had been opened */
export async function start(options: StartOptions): Promise<void> {
  const directory =
    options.directory === undefined ? undefined : await (await import('./commands/directory.ts')).readDirectoryFile(options.directory);
  const foundation = await layFoundation({ service: 'platform', folder: options.data, testClock: options.testClock === true });
  const lifecycle = new Lifecycle(foundation.log);
  lifecycle.endOnSignals((signal) => process.stderr.write(`\n${signal} received: finishing what runs …\n`));
  try {
    const port = options.port === 0 ? await freePort() : options.port;
    // The port is asked for before anything is written: a second start must not disturb the first one's data.
    await assertPortFree({ host: options.host, port });
    // The database starts while the larger part of the program is read.
    const database = opening(foundation, lifecycle);
    const { run } = await import('./run.ts');
    await run({ options, port, directory, foundation, lifecycle, database: await database });
  } catch (error) {
    await lifecycle.end();
    throw error;
  }
}

/** Whoever waits for it hears of a failure; nobody else has to. */
function opening(foundation: Foundation, lifecycle: Lifecycle): Promise<DatabaseAddress> {
  const database = foundation.openDatabase();
  lifecycle.onEnd('the database', async () => (await database.catch(() => undefined))?.end());
  return database;
}
