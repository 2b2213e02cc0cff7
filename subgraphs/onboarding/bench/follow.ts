/**
 * Measures how soon the other services follow a change of the directory: from the mutation to the first answer of a service's own replica that
 * has it. The aim is a second.
 *
 *   npm run bench -- follow                     an embedded server in a temporary folder
 *   DATABASE_URL=… npm run bench -- follow
 */
import { openDatabase } from '@nodo-aperto/kernel/database';
import { type Directory, directoryMigrations, directoryReplica } from '@nodo-aperto/kernel/directory';
import { eventsMigrations } from '@nodo-aperto/kernel/events';
import { createLogger } from '@nodo-aperto/kernel/logging';
import { cryptographicStream } from '@nodo-aperto/kernel/random';
import { hostSubgraphs } from '@nodo-aperto/kernel/subgraph';
import { realClock } from '@nodo-aperto/kernel/time';
import { onboarding, type OnboardingServices } from '../src/index.ts';
import { onDatabase } from '../../../kernel/bench/support/on-database.ts';

const CHANGES = 200;
const WARM = 20;
const GIVE_UP_MS = 10_000;
const CODE = '77777777777';
const clock = realClock();
const log = createLogger({ service: 'bench', level: 'warn' });
const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function followed(directory: Directory, enabled: boolean): Promise<void> {
  const began = clock.monotonic();
  while ((await directory.creditorInstitution(CODE))?.enabled !== enabled) {
    if (clock.monotonic() - began > GIVE_UP_MS) throw new Error('the replica does not follow');
    await clock.sleep(1);
  }
}

async function measure(url: string): Promise<void> {
  const hosting = await hostSubgraphs([onboarding], {
    databaseUrl: url,
    clock,
    log,
    random: () => cryptographicStream(),
    options: { allowPrivateEndpoints: true },
    // What onboarding itself follows of the others is not measured here.
    work: false,
  });
  const migrations = [...eventsMigrations, ...directoryMigrations];
  const database = await openDatabase({ url, schema: 'payments', entities: [], migrations, log, clock, poolSize: 4 });
  const directory = directoryReplica({ database, clock, log });
  hosting.bus.consume(database, directory.consumer);
  const { objects } = hosting.subgraphs[0]!.context(undefined, { id: 'bench' }).services as OnboardingServices;
  let { revision } = await objects.register('creditorInstitution', { fiscalCode: CODE, name: 'Comune di Prova' }, { by: 'bench' });
  await followed(directory, true);
  const times: number[] = [];
  for (let index = 0; index < WARM + CHANGES; index += 1) {
    const enabled = index % 2 === 1;
    const began = clock.monotonic();
    ({ revision } = await objects.setEnabled('creditorInstitution', CODE, enabled, { revision, by: 'bench' }));
    await followed(directory, enabled);
    if (index >= WARM) times.push(clock.monotonic() - began);
  }
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(1);
  say(`${sorted.length} changes, mutation to replica: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, the slowest ${at(1)} ms`);
  await hosting.stop();
  await directory[Symbol.asyncDispose]();
  await database.close();
}

await onDatabase(measure);
