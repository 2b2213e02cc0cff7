/** The fenced blocks of documents. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A fenced block and where it stands. */
export interface Block {
  readonly document: string;
  /** Line of its first fence, from 1. */
  readonly line: number;
  readonly language: string;
  readonly text: string;
  /** Why the tests do not run it, as its first line says. */
  readonly notRun: string | undefined;
}

/** All blocks of the README, of the READMEs of simulator and loadtest, and of the documents in docs/. */
export async function blocksOfDocuments(): Promise<Block[]> {
  const names = (await readdir(join(root, 'docs'))).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`);
  const documents = ['README.md', 'simulator/README.md', 'loadtest/README.md', ...names.sort()];
  return (await Promise.all(documents.map(async (document) => blocksOf(document, await readFile(join(root, document), 'utf8'))))).flat();
}

function blocksOf(document: string, text: string): Block[] {
  return [...text.matchAll(/^```(\w+)[^\n]*\n([\s\S]*?)^```/gm)].map(({ 1: language = '', 2: body = '', index }) => ({
    document,
    line: text.slice(0, index).split('\n').length,
    language,
    text: body,
    notRun: /^# Not run by the tests: (.+)$/m.exec(body.split('\n')[0] ?? '')?.[1],
  }));
}
