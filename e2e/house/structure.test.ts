import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { brokenLinks } from '../../checks/documents/links.ts';
import { checkStructure } from '../../checks/structure/index.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'nodo-house-'));
  execFileSync('git', ['init', '--quiet'], { cwd: root });
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}

/** What is found about files, one sentence each. */
async function found(files: Readonly<Record<string, string>>): Promise<string[]> {
  await write(files);
  return checkStructure(root).map(({ where, what }) => `${where} ${what}`);
}

describe('the structure check', () => {
  it.each([
    [
      'a subgraph that imports another',
      'subgraphs/notices/src/services/a.ts',
      "import { b } from '@nodo-aperto/payments';\n",
      'may import kernel, schema only',
    ],
    [
      'a kernel that knows a subgraph',
      'kernel/src/money/a.ts',
      "import { b } from '@nodo-aperto/notices';\n",
      'may import no other workspace only',
    ],
    [
      'a simulator that reaches into the platform',
      'simulator/src/a.ts',
      "import { b } from '@nodo-aperto/platform';\n",
      'may import kernel, schema only',
    ],
    ['I/O in the domain', 'subgraphs/notices/src/domain/a.ts', "import { b } from 'node:fs';\n", 'domain/ is pure'],
    [
      'a database in the domain',
      'subgraphs/notices/src/domain/a.ts',
      "import { b } from '@nodo-aperto/kernel/database';\n",
      'domain/ is pure',
    ],
    [
      'rows that know the graph',
      'subgraphs/notices/src/persistence/a.ts',
      "import { b } from '../graphql/b.ts';\n",
      'persistence/ may not know graphql/',
    ],
    ['a way around the package', 'gateway/src/a.ts', "import { b } from '../../kernel/src/money/index.ts';\n", 'imported by its name'],
    [
      'an export that nobody uses',
      'kernel/src/money/a.ts',
      'export const neverUsedAnywhere = 1;\n',
      'exports "neverUsedAnywhere", which no other file uses',
    ],
    ['a file that nobody imports', 'kernel/src/money/left-over.ts', 'const a = 1;\n', 'is imported by nobody'],
    ['a file too long', 'kernel/src/money/index.ts', 'const a = 1;\n'.repeat(401), 'has 401 lines'],
    [
      'a test that sleeps',
      'kernel/src/money/a.test.ts',
      'it("is", async () => {\n  await PAUSE;\n});\n'.replace('PAUSE', 'clock.sleep(5)'),
      'waits by time',
    ],
    ['a folder that says nothing', 'kernel/src/money/index.ts', 'const a = 1;\n', 'kernel/src/money has no README.md'],
    ['a room that is none', 'subgraphs/notices/src/helpers/a.ts', 'const a = 1;\n', 'is no room of a subgraph'],
  ])('sees %s', async (_what, path, text, sentence) => {
    expect(await found({ [path]: text })).toContainEqual(expect.stringContaining(sentence));
  });

  it('sees a circle, and not one of types alone', async () => {
    const circle = { 'kernel/src/money/a.ts': "import { b } from './b.ts';\n", 'kernel/src/money/b.ts': "import { a } from './a.ts';\n" };
    expect(await found(circle)).toContainEqual(expect.stringContaining('a.ts → kernel/src/money/b.ts → kernel/src/money/a.ts'));
    const types = { 'kernel/src/money/b.ts': "import type { a } from './a.ts';\n" };
    expect(await found(types)).not.toContainEqual(expect.stringContaining('circle'));
  });

  it('lets through what the layout allows', async () => {
    const allowed = {
      'subgraphs/notices/src/domain/a.ts':
        "import { b } from '@nodo-aperto/kernel/money';\nimport type { c } from '@nodo-aperto/kernel/database';\n",
      'subgraphs/notices/src/graphql/b.ts': "import { d } from '../services/d.ts';\n",
    };
    expect((await found(allowed)).filter((sentence) => sentence.includes('imports "'))).toEqual([]);
  });
});

it('the link check sees links to files and headings that are not there', async () => {
  await write({ 'docs/a.md': '# One\n[b](b.md) [c](#two) [d](#one) [e](https://example.com) `[f](f.md)`\n' });
  expect(brokenLinks(root).map(({ what }) => what)).toEqual([
    'leads to "b.md", which is not there',
    'leads to "#two", but that document has no such heading',
  ]);
});
