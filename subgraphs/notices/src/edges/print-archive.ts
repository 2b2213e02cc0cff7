/** The archive of a folder: written while it is sent, so that its size never is in memory. */
import { Readable } from 'node:stream';
import { NotFoundError } from '@nodo-aperto/kernel/faults';
import { asDate } from '@nodo-aperto/kernel/time';
import { ZipFile } from 'yazl';
import type { PrintItemRow } from '../persistence/print-folders.ts';

/** @param read gives a file when its turn has come; undefined when it is gone, which breaks the archive off */
export function printArchive(
  items: readonly Pick<PrintItemRow, 'fileId'>[],
  { createdAt, read }: { createdAt: number; read(fileId: string): Promise<Buffer | undefined> },
): Readable {
  const archive = new ZipFile();
  const output = archive.outputStream as Readable;
  const lazily = archive as unknown as {
    addReadStreamLazy(path: string, options: object, open: (done: (error: Error | null, stream?: Readable) => void) => void): void;
  };
  archive.on('error', (error: Error) => output.destroy(error));
  for (const { fileId } of items) {
    // The files are compressed already.
    lazily.addReadStreamLazy(`${fileId}.pdf`, { mtime: asDate(createdAt), compress: false }, (done) =>
      done(null, Readable.from(chunksOf(fileId, read))),
    );
  }
  archive.end();
  return output;
}

/** A file as a stream that is read when it is asked for. */
async function* chunksOf(fileId: string, read: (fileId: string) => Promise<Buffer | undefined>): AsyncGenerator<Buffer> {
  const bytes = await read(fileId);
  if (!bytes) throw new NotFoundError('A file of the folder is gone.');
  yield bytes;
}
