import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { platformWords } from '@nodo-aperto/kernel/process';
import { freePort } from '@nodo-aperto/kernel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { awaitReady, dataFolder, type PlatformProcess, spawnPlatform, startPlatform } from '../support/platform-process.ts';
import { type Block, blocksOfDocuments } from './blocks.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const all = await blocksOfDocuments();
const blocks = all.filter(({ language }) => language === 'sh' || language === 'bash');

/** Documents whose commands want the demo of `npm start`, and those that want the parties of docs/examples. */
const ON_DEMO = [
  'docs/connect-psp.md',
  'docs/connect-creditor.md',
  'docs/control-room.md',
  'docs/faults.md',
  'docs/back-office.md',
  'simulator/README.md',
];
const ON_EXAMPLE = ['docs/positions.md', 'docs/reporting.md', 'docs/reconciliation.md'];

/** Documents whose commands are not for this test, and why. */
const APART: Readonly<Record<string, string>> = {
  'README.md': 'e2e/readme',
  'loadtest/README.md': 'k6, which CI runs',
  'docs/deploy.md': 'needs a container engine or a cluster',
  'docs/scale.md': 'needs volumes, or a second server',
  'docs/backup.md': 'needs a second server',
  'docs/slo.md': 'needs a deployment',
};

/** npm as the documents call it, without npm, on this platform; curl that ends with an error when the server answers with one. */
const PRELUDE = `set -euo pipefail
npm() {
  if [ "$1" = start ]; then return 0; fi
  shift
  if [ "$1" = --silent ]; then shift; fi
  local name="$1"
  shift 2
  case "$name" in
    platform) node "$ROOT/boot.mjs" platform/src/main.ts "$@" --data "$FOLDER" ;;
    simulate) node "$ROOT/boot.mjs" simulator/src/main.ts "$@" --url "$BASE" --data "$FOLDER" ;;
    *) echo "npm run $name is not for this test" >&2; return 2 ;;
  esac
}
`;

interface Result {
  readonly code: number | null;
  readonly output: string;
}

/** Runs the blocks of one document in one shell, as a reader does. */
async function run(document: string, platform: PlatformProcess, token: string): Promise<Result> {
  const script = blocks.filter((block) => block.document === document && block.notRun === undefined).map(({ text }) => text);
  const folder = await mkdtemp(join(tmpdir(), 'nodo-documents-'));
  await writeFile(join(folder, '.curlrc'), 'fail-with-body\n');
  // The one file that a document has its reader write.
  const file = all.find((block) => block.document === document && block.language === 'yaml');
  if (file !== undefined) await writeFile(join(folder, 'creditor.yaml'), file.text);
  const text = (PRELUDE + script.join('\n')).replaceAll(/http:\/\/(127\.0\.0\.1|localhost):4000/g, platform.baseUrl);
  const environment = { ROOT: root, FOLDER: platform.folder, BASE: platform.baseUrl, TOKEN: token, CURL_HOME: folder };
  const child = spawn('bash', ['-c', text], { cwd: folder, env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  await rm(folder, { recursive: true, force: true });
  return { code, output };
}

it('every document with commands is run, or is apart for a reason', () => {
  const open = blocks.filter(({ document, notRun }) => notRun === undefined && ![...ON_DEMO, ...ON_EXAMPLE].includes(document));
  expect(open.filter(({ document }) => APART[document] === undefined).map(({ document, line }: Block) => `${document}:${line}`)).toEqual(
    [],
  );
});

describe.each([
  ['the demo', ON_DEMO, [] as string[]],
  ['the example', ON_EXAMPLE, ['--no-simulation', '--directory', 'docs/examples/positions.yaml']],
])('commands on %s', (_name, documents, options) => {
  let folder: Awaited<ReturnType<typeof dataFolder>>;
  let platform: PlatformProcess;
  let token: string;

  beforeAll(async () => {
    folder = await dataFolder();
    const port = await freePort();
    platform =
      options.length > 0
        ? await startPlatform({ folder: folder.path, port, arguments: options.slice(1) })
        : await awaitReady(await spawnPlatform(platformWords({ port, folder: folder.path, simulation: true })), port, folder.path);
    token = await platform.token({ role: 'EC', tenant: '46037371997' });
  });
  afterAll(async () => {
    await platform?.stop();
    await folder?.[Symbol.asyncDispose]();
  });

  it.each(documents)('%s', async (document) => {
    const { code, output } = await run(document, platform, token);
    expect(code, output).toBe(0);
    expect(output).not.toContain('"errors":[{"message"');
  });
});
