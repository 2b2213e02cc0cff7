/** Sources with a guard switched off, and the platform built of them. */
import { mkdtemp, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleOfChanged } from '../../../bundle.mjs';
import type { Edit } from './types.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** A guard's snippet is not in its source exactly once: the source has changed, and the list of guards has to follow it. */
export class SnippetLostError extends Error {
  override readonly name = 'SnippetLostError';
}

/** @throws SnippetLostError unless the snippet occurs exactly once */
export function edited(text: string, { file, snippet, replacement }: Edit): string {
  const found = text.split(snippet).length - 1;
  if (found !== 1) throw new SnippetLostError(`${file} has ${found} times what a guard is known by: ${snippet.slice(0, 120)}`);
  // Not by a pattern: dollar signs in the replacement are itself.
  return text.split(snippet).join(replacement);
}

/** The source of a file with all the edits that are of it. @throws SnippetLostError */
export async function mutatedSource(file: string, edits: readonly Edit[]): Promise<string> {
  const text = await readFile(join(ROOT, file), 'utf8');
  return edits.filter((edit) => edit.file === file).reduce(edited, text);
}

export interface MutatedPlatform extends AsyncDisposable {
  /** The JavaScript file to run. */
  readonly program: string;
}

/** One build at a time: the end of one stops the builder of all that run in this process. */
let builds: Promise<unknown> = Promise.resolve();

function inTurn<Value>(build: () => Promise<Value>): Promise<Value> {
  const mine = builds.then(build);
  builds = mine.catch(() => undefined);
  return mine;
}

/** Builds the platform with the edits; its folder goes when it is disposed of. @throws SnippetLostError */
export async function mutatedPlatform(edits: readonly Edit[]): Promise<MutatedPlatform> {
  const mutated = new Map<string, string>();
  for (const { file } of edits) mutated.set(file, await mutatedSource(file, edits));
  const cache = join(ROOT, 'node_modules', '.cache', 'nodo-aperto-guards');
  await mkdir(cache, { recursive: true });
  // Below the root, so that the bundle finds its packages.
  const folder = await mkdtemp(join(cache, 'bundle-'));
  const dispose = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const program = await inTurn(() => bundleOfChanged(ROOT, folder, (path, text) => mutated.get(path) ?? text));
    return { program, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}
