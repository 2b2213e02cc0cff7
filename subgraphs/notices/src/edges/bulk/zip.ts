/** Reads the one file of a zip archive as a stream. Source of the format: PKWARE APPNOTE 6.3, sections 4.3 and 4.4. */
import { pipeline, Readable, Transform } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import { InputError } from '@nodo-aperto/kernel/faults';

/** What one file may grow to when it is unpacked: a bomb ends here. */
const LARGEST_UNPACKED = 512 * 1024 * 1024;

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_SIZE = 22;
const CENTRAL_SIZE = 46;
const LOCAL_SIZE = 30;
const LONGEST_COMMENT = 0xffff;
const MOST_ENTRIES = 16;
const ENCRYPTED = 1;
const STORED = 0;
const DEFLATED = 8;

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly packed: number;
  readonly offset: number;
}

/**
 * The file's bytes, unpacked as they are read. The stream fails with an InputError when they are not what the archive says.
 * @throws InputError when it is no zip archive, or one of several files, or encrypted
 */
export function openZip(archive: Buffer): Readable {
  const files = entriesOf(archive).filter(({ name }) => !name.endsWith('/') && !name.startsWith('__MACOSX/'));
  const [file, another] = files;
  if (!file || another) throw broken(`has ${files.length} files`, 'a zip archive of one JSON file');
  if (archive.length < file.offset + LOCAL_SIZE || archive.readUInt32LE(file.offset) !== LOCAL) throw broken();
  const start = file.offset + LOCAL_SIZE + archive.readUInt16LE(file.offset + 26) + archive.readUInt16LE(file.offset + 28);
  if (start + file.packed > archive.length) throw broken();
  const packed = Readable.from([archive.subarray(start, start + file.packed)]);
  if (file.method === STORED) return packed;
  if (file.method !== DEFLATED) throw broken('is packed by another method', 'a zip archive packed by deflate');
  return pipeline(packed, createInflateRaw(), bounded(), () => {});
}

function entriesOf(archive: Buffer): Entry[] {
  const end = endOf(archive);
  const count = archive.readUInt16LE(end + 10);
  if (count > MOST_ENTRIES) throw broken(`has ${count} files`, 'a zip archive of one JSON file');
  const entries: Entry[] = [];
  let at = archive.readUInt32LE(end + 16);
  for (let index = 0; index < count; index += 1) {
    if (at + CENTRAL_SIZE > end || archive.readUInt32LE(at) !== CENTRAL) throw broken();
    const nameLength = archive.readUInt16LE(at + 28);
    if (archive.readUInt16LE(at + 8) & ENCRYPTED) throw broken('is encrypted', 'a zip archive without a password');
    entries.push({
      name: archive.toString('utf8', at + CENTRAL_SIZE, at + CENTRAL_SIZE + nameLength),
      method: archive.readUInt16LE(at + 10),
      packed: archive.readUInt32LE(at + 20),
      offset: archive.readUInt32LE(at + 42),
    });
    at += CENTRAL_SIZE + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return entries;
}

/** Where the directory of the archive is told; behind it there is only a comment. */
function endOf(archive: Buffer): number {
  const first = Math.max(0, archive.length - END_SIZE - LONGEST_COMMENT);
  for (let at = archive.length - END_SIZE; at >= first; at -= 1) if (archive.readUInt32LE(at) === END) return at;
  throw broken();
}

function bounded(): Transform {
  let size = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      if (size > LARGEST_UNPACKED) done(broken('unpacks to too much', `at most ${LARGEST_UNPACKED} bytes`));
      else done(null, chunk);
    },
  });
}

function broken(message = 'is not a zip archive that can be read', expected = 'a zip archive of one JSON file'): InputError {
  return InputError.at('file', message, expected);
}
