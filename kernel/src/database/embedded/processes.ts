/** What the operating system says about a process, as far as it says it. */
import { readFile, readlink } from 'node:fs/promises';

export type ProcessState = 'GONE' | 'ZOMBIE' | 'ALIVE';

interface ProcessFacts {
  state: ProcessState;
  /** Name of the program, where known (Linux). */
  program?: string;
  /** Its working folder, where this process may know it (Linux). */
  folder?: string;
  /** Ticks since boot at which the process began, where known: with the pid it names one process for good. */
  start?: string;
}

/** Facts about a process id. A zombie is a process that ended and whose parent has not yet noticed. */
export async function inspectProcess(pid: number): Promise<ProcessFacts> {
  if (!Number.isInteger(pid) || pid <= 0 || !signalReaches(pid)) return { state: 'GONE' };
  if (process.platform !== 'linux') return { state: 'ALIVE' };
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (text === undefined) return { state: signalReaches(pid) ? 'ALIVE' : 'GONE' };
  const program = text.slice(text.indexOf('(') + 1, text.lastIndexOf(')'));
  // After the name: state is field 3 and start time field 22 of proc(5).
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const ended = fields[0] === 'Z' || fields[0] === 'X';
  const folder = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
  return { state: ended ? 'ZOMBIE' : 'ALIVE', program, folder, start: fields[19] };
}

/** What, with its pid, names a living process for good; undefined when there is no such process. */
export async function processStart(pid: number): Promise<string | undefined> {
  const { state, start } = await inspectProcess(pid);
  return state === 'ALIVE' ? (start ?? 'unknown') : undefined;
}

function signalReaches(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
