/** The documents that clients may send by their hash: the files of schema/operations. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../schema/operations/', import.meta.url));

/** Texts by the sha256 of their file, in lower-case hexadecimal. */
export async function persistedDocuments(folder: string = FOLDER): Promise<ReadonlyMap<string, string>> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.graphql')).sort();
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
  return new Map(texts.map((text) => [createHash('sha256').update(text).digest('hex'), text]));
}
