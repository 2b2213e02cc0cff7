/** The test authority of a data folder: made the first time it is needed, shared by the processes that use the folder. */
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTestAuthority, type TestAuthority } from '@nodo-aperto/kernel/signatures';
import { cryptographicStream } from '@nodo-aperto/kernel/random';
import type { Clock } from '@nodo-aperto/kernel/time';
import { CommandError } from './failure.ts';

/** @throws CommandError when it cannot be read or written */
export async function testAuthority(folder: string, clock: Clock): Promise<TestAuthority> {
  const file = join(folder, 'test-authority.json');
  const kept = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw new CommandError(`The file ${file} cannot be read (${error.code}).`);
    return undefined;
  });
  if (kept !== undefined) return parsed(kept, file);
  const draft = `${file}.${cryptographicStream().hex(16)}`;
  await writeFile(draft, JSON.stringify(await createTestAuthority(clock.now())), { mode: 0o600 });
  // Whoever comes first keeps its own; the others read that one.
  await link(draft, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw new CommandError(`The file ${file} cannot be written (${error.code}).`);
  });
  await rm(draft, { force: true });
  return parsed(await readFile(file, 'utf8'), file);
}

function parsed(text: string, file: string): TestAuthority {
  try {
    const { certificate, key } = JSON.parse(text) as Partial<TestAuthority>;
    if (typeof certificate === 'string' && typeof key === 'string') return { certificate, key };
  } catch {
    // Said below, with the name of the file.
  }
  throw new CommandError(`The file ${file} holds no test authority; remove it, and a new one is made.`);
}
