import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../testing/until.ts';
import { inspectProcess } from './processes.ts';
import { parsePostmasterFile, serverState } from './postmaster.ts';

const text = (pid: number | string, status = 'ready   '): string =>
  `${pid}\n/data/pg\n1790000000\n54321\n\n127.0.0.1\n   262146    32772\n${status}\n`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nodo-aperto-postmaster-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));
const write = (content: string): Promise<void> => writeFile(join(folder, 'postmaster.pid'), content);

describe('postmaster.pid', () => {
  it('is read line by line', () => {
    expect(parsePostmasterFile(text(4711))).toEqual({ pid: 4711, port: 54321, status: 'ready' });
    expect(parsePostmasterFile('4711\n/data/pg\n')).toEqual({ pid: 4711, port: 0, status: '' });
  });

  it.each(['', '\n', 'nonsense\n', '-3\n', '0\n'])('without a process number (%j) says nothing', (content) => {
    expect(parsePostmasterFile(content)).toBeUndefined();
  });
});

describe('server state', () => {
  it('is absent without the file, and with one of a process that is gone', async () => {
    expect(await serverState(folder)).toEqual({ kind: 'ABSENT' });
    const child = spawn('true');
    await once(child, 'exit');
    await write(text(child.pid ?? 0));
    expect(await serverState(folder)).toEqual({ kind: 'ABSENT' });
  });

  it.runIf(process.platform === 'linux')('is another program when the number was given out again', async () => {
    await write(text(process.pid));
    expect(await serverState(folder)).toMatchObject({ kind: 'ANOTHER_PROGRAM', pid: process.pid });
  });

  it.runIf(process.platform === 'linux')('is a zombie when the parent has not collected the process', async () => {
    // The shell becomes `sleep`, which never collects the child the shell had started.
    const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const [said] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(said.toString());
    await write(text(pid));
    try {
      await until(async () => (await inspectProcess(pid)).state === 'ZOMBIE', { what: 'the child is a zombie' });
      expect(await serverState(folder)).toEqual({ kind: 'ZOMBIE', pid });
    } finally {
      parent.kill('SIGKILL');
      await once(parent, 'exit');
    }
  });
});
