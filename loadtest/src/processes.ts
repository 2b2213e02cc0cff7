/** What processes cost, as Linux tells it in /proc; nothing is known of them elsewhere. */
import { readdir, readFile } from 'node:fs/promises';

/** One process, at one moment. */
export interface ProcessFigures {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
  /** CPU milliseconds so far, those of children that ended included. */
  readonly cpuMs: number;
  /** Bytes of memory that is resident. */
  readonly residentBytes: number;
}

/** Of Linux on every machine that Node runs on. */
const TICK_MS = 10;
const PAGE_BYTES = 4_096;

/** Every process of the machine; empty where there is no /proc. */
async function processes(): Promise<ProcessFigures[]> {
  const names = await readdir('/proc').catch(() => []);
  const all = await Promise.all(names.filter((name) => /^\d+$/.test(name)).map((name) => processOf(Number(name))));
  return all.filter((each) => each !== undefined);
}

async function processOf(pid: number): Promise<ProcessFigures | undefined> {
  // One that ends meanwhile is not there.
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const found = /^\d+ \((.*)\) (.*)$/s.exec(text);
  if (!found) return undefined;
  const [, name = '', rest = ''] = found;
  const fields = rest.split(' ').map(Number);
  // Numbered from 3 in proc(5): state, parent, …, utime 14, stime 15, cutime 16, cstime 17, …, rss 24.
  const field = (number: number): number => fields[number - 3] ?? 0;
  const ticks = field(14) + field(15) + field(16) + field(17);
  return { pid, parent: field(4), name, cpuMs: ticks * TICK_MS, residentBytes: field(24) * PAGE_BYTES };
}

/** A process and all below it. */
export async function processTree(pid: number): Promise<ProcessFigures[]> {
  const all = await processes();
  const found = all.filter((each) => each.pid === pid);
  for (const known of found) found.push(...all.filter(({ parent }) => parent === known.pid));
  return found;
}

/** CPU milliseconds of the processes together. */
export function cpuOf(figures: readonly ProcessFigures[]): number {
  return figures.reduce((sum, { cpuMs }) => sum + cpuMs, 0);
}

/** Whether a process is one of PostgreSQL's. */
export function isPostgres({ name }: ProcessFigures): boolean {
  return name.startsWith('postgres');
}
