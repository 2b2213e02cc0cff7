/** Copies folders with what is in them, owners included, onto the disk and not only into memory. */
import { chown, copyFile, lstat, mkdir, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** What to do with an entry of a folder: copy it, make an empty folder of it, or leave it out. `depth` is 0 in the folder itself. */
export type Choice = (name: string, depth: number) => 'COPY' | 'EMPTY' | 'LEAVE_OUT';

/** Folders have to be made by the caller at the top only. @returns how many bytes were copied */
export async function copyFolder(source: string, target: string, choose: Choice = () => 'COPY', depth = 0): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(source, { withFileTypes: true })) {
    const choice = choose(entry.name, depth);
    if (choice === 'LEAVE_OUT') continue;
    const [from, to] = [join(source, entry.name), join(target, entry.name)];
    if (entry.isDirectory()) {
      await mkdir(to, { mode: 0o700 });
      await ownLike(from, to);
      if (choice === 'COPY') bytes += await copyFolder(from, to, choose, depth + 1);
    } else if (entry.isFile()) {
      bytes += await copyOne(from, to);
    }
  }
  return bytes;
}

/** Files that go away while they are copied belonged to tables that were dropped: recovery does not miss them. */
async function copyOne(from: string, to: string): Promise<number> {
  try {
    await copyFile(from, to);
    await ownLike(from, to);
    await using file = await open(to, 'r+');
    await file.sync();
    return (await file.stat()).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}

/** Root gives copies to the owner of what was copied; others own theirs anyway. */
export async function ownLike(from: string, to: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = await lstat(from);
  await chown(to, uid, gid);
}
