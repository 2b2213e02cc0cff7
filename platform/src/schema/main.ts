/** `npm run schema [-- --check]`: brings schema/ up to date, or says what is not. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLogger } from '@nodo-aperto/kernel/logging';
import { sentencesFor } from '../failure.ts';
import { SUBGRAPHS } from '../subgraphs.ts';
import { publishedFiles } from './compose.ts';

const folder = fileURLToPath(new URL('../../../schema/', import.meta.url));

async function run(check: boolean): Promise<number> {
  const files = await publishedFiles(SUBGRAPHS);
  const stale: string[] = [];
  for (const [name, text] of files) {
    const path = join(folder, name);
    if ((await readFile(path, 'utf8').catch(() => undefined)) === text) continue;
    stale.push(name);
    if (check) continue;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  const generated = (await readdir(join(folder, 'events'))).filter((name) => name.endsWith('.json')).map((name) => `events/${name}`);
  for (const orphan of generated.filter((name) => !files.has(name))) {
    stale.push(orphan);
    if (!check) await rm(join(folder, orphan));
  }
  if (check && stale.length > 0) {
    process.stderr.write(`schema/ is not up to date; run "npm run schema". Stale: ${stale.join(', ')}\n`);
    return 1;
  }
  process.stdout.write(stale.length === 0 ? 'schema/ is up to date.\n' : `Written: ${stale.join(', ')}\n`);
  return 0;
}

try {
  process.exitCode = await run(process.argv.includes('--check'));
} catch (error) {
  for (const line of sentencesFor(error, createLogger({ service: 'schema', level: 'error' }))) process.stderr.write(`${line}\n`);
  process.exitCode = 1;
}
