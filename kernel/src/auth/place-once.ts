import { randomUUID } from 'node:crypto';
import { link, readFile, unlink, writeFile } from 'node:fs/promises';

/**
 * Puts a secret into a file that is not there yet, readable by its owner only. Of several processes that do so at once one wins, and all get
 * what it wrote: a rename would let the last one win, after others have read what it replaces.
 * @returns what the file holds
 */
export async function placeOnce(file: string, content: string): Promise<string> {
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, content, { mode: 0o600 });
  try {
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await unlink(draft);
  }
  return readFile(file, 'utf8');
}
