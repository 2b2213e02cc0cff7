/**
 * Measures a start of the whole platform and what it takes when it is idle: seconds until it is ready, CPU, resident memory.
 *
 *   npm run bench -- start [--starts 3] [--idle 20]
 *
 * The first start makes the database and the bundle and is not counted. Memory is that of all processes but PostgreSQL's, so many seconds
 * after the start, without simulation; the supervising process of `npm start` is shown beside the one that serves.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { realClock } from '@nodo-aperto/kernel/time';
import { ownPlatform } from '../src/platform.ts';
import { cpuOf, isPostgres, processTree } from '../src/processes.ts';

const { values } = parseArgs({ options: { starts: { type: 'string', default: '3' }, idle: { type: 'string', default: '20' } } });
const STARTS = Math.min(20, Math.max(1, Number(values.starts)));
const IDLE_MS = Math.min(600, Math.max(1, Number(values.idle))) * 1_000;
const MEGABYTE = 1_000_000;
const clock = realClock();
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const data = await mkdtemp(join(tmpdir(), 'nodo-start-'));
async function once(counted: boolean): Promise<void> {
  const began = clock.monotonic();
  await using platform = await ownPlatform(clock, { data });
  const ready = clock.monotonic() - began;
  if (!counted) return;
  const own = async () => (await processTree(platform.pid ?? 0)).filter((each) => !isPostgres(each));
  const cpu = cpuOf(await own());
  await clock.sleep(IDLE_MS);
  const idle = await own();
  const resident = idle.map(({ residentBytes }) => Math.round(residentBytes / MEGABYTE));
  const spent = ((cpuOf(idle) - cpu) / IDLE_MS) * 100;
  say(
    `  ready in ${(ready / 1_000).toFixed(2)} s with ${(cpu / 1_000).toFixed(2)} s of CPU; idle: ${resident.reduce((sum, each) => sum + each, 0)} MB resident (${resident.join(' + ')}), ${spent.toFixed(1)} % of a core`,
  );
}

try {
  await once(false);
  say(`${STARTS} warm starts, each idle for ${IDLE_MS / 1_000} s`);
  for (let count = 0; count < STARTS; count += 1) await once(true);
} finally {
  await rm(data, { recursive: true, force: true, maxRetries: 5 });
}
