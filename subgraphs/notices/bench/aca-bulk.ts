/**
 * Measures bulk loads into ACA: positions a second through the HTTP edge, from the first byte sent to the last line of the report, on an
 * embedded PostgreSQL with its production settings, with the relay of events at work; and memory, which must not grow with the length.
 *
 *   npm run bench -- aca-bulk [POSITIONS, 100000 by default]
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { startEmbeddedPostgres } from '@nodo-aperto/kernel/database';
import { apiKeyHash, type DirectoryData, type DirectoryKind, parentOf } from '@nodo-aperto/kernel/directory';
import type { Outbox } from '@nodo-aperto/kernel/events';
import type { Database } from '@nodo-aperto/kernel/database';
import { createHttpService } from '@nodo-aperto/kernel/http';
import { createLogger } from '@nodo-aperto/kernel/logging';
import { cryptographicStream } from '@nodo-aperto/kernel/random';
import { hostSubgraphs, type SubgraphDefinition } from '@nodo-aperto/kernel/subgraph';
import { realClock, toIso } from '@nodo-aperto/kernel/time';
import { type DirectoryChange, directoryEntryChanged } from '@nodo-aperto/schema/events';
import { notices } from '../src/index.ts';

const CREDITOR = '77777777777';
const KEY = 'bench-key';
const clock = realClock();
const log = createLogger({ service: 'bench', level: 'error' });
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const total = Number(process.argv[2] ?? 100_000);
if (!Number.isInteger(total) || total < 1_000 || total > 10_000_000) throw new Error('POSITIONS is a whole number from 1000 to 10000000');

/** In place of onboarding: states the creditor and its key. */
function directorySpeaker(take: (outbox: Outbox, database: Database) => void): SubgraphDefinition {
  return {
    name: 'onboarding',
    describes: 'States the parties of the benchmark.',
    entities: [],
    migrations: [],
    publishes: [],
    graphql: async () => ({ schema: (await notices.graphql()).schema, sdl: '' }),
    start: async ({ outbox, database }) => {
      take(outbox, database);
      return { services: {}, consumers: [], jobs: [], tasks: [], edges: [] };
    },
  };
}

/** Lines of NDJSON, made as they are asked for. */
function* lines(from: number): Generator<string> {
  let part = '';
  for (let number = from; number < from + total; number += 1) {
    part += `${JSON.stringify({
      entityType: 'F',
      entityFiscalCode: `RSSMRA80A01H${String(number % 1_000).padStart(3, '0')}U`,
      entityFullName: 'Mario Rossi',
      iuv: `47${String(number).padStart(15, '0')}`,
      amount: 1_000 + (number % 90_000),
      description: 'Tassa sui rifiuti 2026, rata unica',
      expirationDate: '2099-12-31T23:59:59',
      iban: 'IT60X0542811101000000123456',
    })}\n`;
    if (part.length < 60_000) continue;
    yield part;
    part = '';
  }
  if (part !== '') yield part;
}

/** Sends all and reads the report as it comes. */
async function load(port: number, from: number): Promise<Record<string, unknown>> {
  const path = `/aca/debt-positions-service/v1/organizations/${CREDITOR}/bulk?report=rejected`;
  const headers = { 'content-type': 'application/x-ndjson', 'Ocp-Apim-Subscription-Key': KEY };
  const call = request({ host: '127.0.0.1', port, path, method: 'POST', headers });
  const answer = new Promise<string>((resolve, reject) => {
    call.once('error', reject);
    call.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.once('end', () => resolve(text));
      response.once('error', reject);
    });
  });
  await pipeline(Readable.from(lines(from)), call);
  return JSON.parse((await answer).split('\n')[0] ?? '{}') as Record<string, unknown>;
}

/**
 * Seconds of CPU that the server's processes have had until now; undefined where it cannot be told. What the load costs on both sides says
 * more than its speed on a machine that others use as well.
 */
function serverSeconds(folder: string | undefined): number | undefined {
  if (folder === undefined || !existsSync('/proc/self/stat')) return undefined;
  const postmaster = Number(readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n')[0]);
  let ticks = 0;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const fields = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
      if (Number(fields[1]) === postmaster) ticks += Number(fields[11]) + Number(fields[12]);
    } catch {
      // It has ended meanwhile.
    }
  }
  return ticks / 100;
}

async function measure(url: string, folder?: string): Promise<void> {
  const speaking: { outbox: Outbox; database: Database }[] = [];
  const hosting = await hostSubgraphs([directorySpeaker((outbox, database) => speaking.push({ outbox, database })), { ...notices }], {
    databaseUrl: url,
    clock,
    log,
    random: () => cryptographicStream(),
    options: { allowPrivateEndpoints: false },
  });
  const entry = async <Kind extends DirectoryKind>(kind: Kind, code: string, data: DirectoryData[Kind]): Promise<void> => {
    const parent = parentOf(kind, data);
    const change = { kind, code, ...(parent && { parent }), revision: 1, deleted: false, validFrom: toIso(clock.now() - 1), data };
    for (const { outbox, database } of speaking)
      await database.transaction((transaction) => outbox.append(transaction, directoryEntryChanged, change as DirectoryChange));
  };
  await entry('creditorInstitution', CREDITOR, { fiscalCode: CREDITOR, name: 'Comune di Prova', enabled: true, ibans: [] });
  await entry('apiKey', apiKeyHash(KEY), { hash: apiKeyHash(KEY), party: CREDITOR, products: ['aca'] });
  await clock.sleep(2_000);
  const http = createHttpService({ log, random: cryptographicStream() });
  for (const edge of hosting.subgraphs.flatMap(({ edges }) => edges)) await edge.register(http.app);
  const port = await http.listen({ host: '127.0.0.1', port: 0 });
  const memory: number[] = [];
  for (const round of ['created', 'repeated'] as const) {
    using _samples = clock.every(
      250,
      () => void memory.push(process.memoryUsage().rss),
      () => {},
    );
    const cpu = process.cpuUsage();
    const before = serverSeconds(folder);
    const began = clock.monotonic();
    const summary = await load(port, 1);
    const seconds = (clock.monotonic() - began) / 1_000;
    const { user, system } = process.cpuUsage(cpu);
    if (summary['items'] !== total || summary['rejected'] !== 0 || summary['failed'] !== 0) throw new Error(JSON.stringify(summary));
    say(
      `${total} positions ${round}: ${Math.round(total / seconds)} a second; CPU for each: ${Math.round((user + system) / total)} µs of this process (sender included)${serverShare(before, serverSeconds(folder))}`,
    );
    if (round === 'created') sayMemory(memory);
  }
  await http.close();
  await hosting.stop();
}

function serverShare(before: number | undefined, after: number | undefined): string {
  return before === undefined || after === undefined ? '' : `, ${Math.round(((after - before) * 1_000_000) / total)} µs of PostgreSQL`;
}

/** By quarters of the load: a process that kept what it loads would grow from each to the next by the same amount. */
function sayMemory(samples: readonly number[]): void {
  const mean = (part: readonly number[]): number =>
    Math.round(part.reduce((sum, each) => sum + each, 0) / Math.max(1, part.length) / 1_048_576);
  const quarter = Math.ceil(samples.length / 4);
  const quarters = [0, 1, 2, 3].map((index) => mean(samples.slice(index * quarter, (index + 1) * quarter)));
  say(`memory (RSS), mean of each quarter: ${quarters.join(', ')} MiB; at most ${Math.round(Math.max(...samples) / 1_048_576)} MiB`);
}

const given = process.env['DATABASE_URL'];
if (given) await measure(given);
else {
  const folder = await mkdtemp(join(tmpdir(), 'nodo-aperto-bench-'));
  await chmod(folder, 0o755);
  const server = await startEmbeddedPostgres({ folder: join(folder, 'pg'), log, clock });
  try {
    await measure(server.url, join(folder, 'pg'));
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
