/** `postmaster.pid`: what PostgreSQL itself says about the server of a data folder. It is read here, never written and never deleted. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspectProcess } from './processes.ts';

export type ServerState =
  /** Nothing runs: no file, or one left by a process that is gone. */
  | { kind: 'ABSENT' }
  /** It ended, but its parent has not noticed, and PostgreSQL would refuse to start. */
  | { kind: 'ZOMBIE'; pid: number }
  /** The file names a process that is another program: the number was given out again. */
  | { kind: 'ANOTHER_PROGRAM'; pid: number; program: string }
  | { kind: 'STARTING' | 'STOPPING'; pid: number }
  | { kind: 'READY'; pid: number; port: number };

export interface PostmasterFile {
  pid: number;
  port: number;
  status: string;
}

/** Reads the lines of the file: process id, data folder, start time, port, socket folder, address, shared memory, status. */
export function parsePostmasterFile(text: string): PostmasterFile | undefined {
  const lines = text.split('\n').map((line) => line.trim());
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  return { pid, port: Number(lines[3]) || 0, status: lines[7] ?? '' };
}

export async function readPostmasterFile(data: string): Promise<PostmasterFile | undefined> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return parsePostmasterFile(text);
}

/** What runs on a data folder (its real path), judged from the file and from the operating system. */
export async function serverState(data: string): Promise<ServerState> {
  const file = await readPostmasterFile(data);
  if (!file) return { kind: 'ABSENT' };
  const { pid, port, status } = file;
  const { state, program, folder } = await inspectProcess(pid);
  if (state === 'GONE') return { kind: 'ABSENT' };
  if (state === 'ZOMBIE') return { kind: 'ZOMBIE', pid };
  // A server's working folder is its data folder.
  const elsewhere = folder !== undefined && folder !== data;
  if (program !== undefined && (elsewhere || !program.startsWith('postgres'))) return { kind: 'ANOTHER_PROGRAM', pid, program };
  if (status === 'ready') return { kind: 'READY', pid, port };
  return { kind: status === 'stopping' ? 'STOPPING' : 'STARTING', pid };
}
