/**
 * Measures one reporting flow (FdR) of many payments: uploaded over REST in calls of a thousand, published, read back page by page, beside
 * plain COPY of the same rows into and out of a table with the same keys.
 *
 *   npm run bench -- fdr                       200,000 payments
 *   npm run bench -- fdr --count 1000000       a million
 *   npm run bench -- fdr --sparse              indexes with gaps, so that no page can be computed
 *   DATABASE_URL=… npm run bench -- fdr        on a server of one's own instead of an embedded one
 */
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Database, openDatabase } from '@nodo-aperto/kernel/database';
import { apiKeyHash, type DirectoryChange, parentOf } from '@nodo-aperto/kernel/directory';
import { eventsMigrations } from '@nodo-aperto/kernel/events';
import { createHttpService } from '@nodo-aperto/kernel/http';
import { createLogger } from '@nodo-aperto/kernel/logging';
import { cryptographicStream, seededStreams } from '@nodo-aperto/kernel/random';
import { hostSubgraphs } from '@nodo-aperto/kernel/subgraph';
import { realClock, toIso } from '@nodo-aperto/kernel/time';
import { directoryEntryChanged } from '@nodo-aperto/schema/events';
import { Pool } from 'undici';
import { reporting } from '../src/index.ts';
import { copyIn, copyOut } from './copy.ts';
import { onDatabase } from '../../../kernel/bench/support/on-database.ts';

const { values } = parseArgs({ options: { count: { type: 'string', default: '200000' }, sparse: { type: 'boolean', default: false } } });
const COUNT = Number(values.count);
if (!Number.isInteger(COUNT) || COUNT < 1_000 || COUNT > 5_000_000) throw new Error('--count is a whole number from 1000 to 5000000');
const STEP = values.sparse ? 3 : 1;
const PER_CALL = 1_000;
/** Calls at a time. */
const PARALLEL = 4;
const AMOUNT = 1_234;

const PSP = '60000000001';
const CREDITOR = '77777777777';
const KEY = 'bench-key';

const clock = realClock();
const log = createLogger({ service: 'bench', level: 'error' });
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const perSecond = (count: number, milliseconds: number): string => `${Math.round((count * 1_000) / milliseconds).toLocaleString('en')}/s`;
const tokens = seededStreams(1).stream('tokens');

/** Calls of a thousand payments, made before any clock runs, as JSON and as rows of COPY. */
function calls(): { bodies: string[]; rows: Buffer[] } {
  const bodies: string[] = [];
  const rows: Buffer[] = [];
  for (let from = 0; from < COUNT; from += PER_CALL) {
    const payments = Array.from({ length: Math.min(PER_CALL, COUNT - from) }, (_unused, place) => ({
      index: (from + place + 1) * STEP,
      iuv: String(1e14 + from + place),
      iur: tokens.hex(32),
      idTransfer: 1,
      pay: AMOUNT / 100,
      payStatus: 'EXECUTED',
      payDate: '2026-03-02T09:00:00Z',
    }));
    bodies.push(JSON.stringify({ payments }));
    const text = payments.map(({ index, iuv, iur }) => `1\t${index}\t${iuv}\t${iur}\t1\t${AMOUNT}\tEXECUTED\t2026-03-02 09:00:00+00\n`);
    rows.push(Buffer.from(text.join('')));
  }
  return { bodies, rows };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = clock.monotonic();
  await work();
  return clock.monotonic() - began;
}

/** Collects garbage, so that what is left is what is held. */
const collect = (() => {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
})();

/** What the process holds, in megabytes. */
function held(): number {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1_048_576;
}

/** How much more the process holds after the work than before, and how much more it took from the machine at most, in megabytes. */
async function memoryOf(work: () => Promise<unknown>): Promise<string> {
  const before = held();
  const begun = process.memoryUsage.rss();
  let highest = begun;
  using _watch = clock.every(
    50,
    () => {
      highest = Math.max(highest, process.memoryUsage.rss());
    },
    () => {},
  );
  await work();
  return `memory held ${(held() - before).toFixed(0)} MB more, at most ${((highest - begun) / 1_048_576).toFixed(0)} MB more taken`;
}

async function plainCopy(url: string, rows: readonly Buffer[], database: Database): Promise<{ inMs: number; outMs: number }> {
  await database.query('drop table if exists bench_line');
  await database.query('create table bench_line (like flow_line including defaults including constraints including indexes)');
  const inMs = await timed(() => copyIn(url, 'reporting.bench_line', rows));
  const outMs = await timed(() => copyOut(url, 'select * from reporting.bench_line order by flow_id, line_index'));
  await database.query('drop table bench_line');
  return { inMs, outMs };
}

async function request(pool: Pool, method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: string): Promise<string> {
  const answer = await pool.request({
    method,
    path,
    headers: {
      'ocp-apim-subscription-key': path.startsWith('/fdr-org') ? `${KEY}-org` : KEY,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body }),
  });
  const text = await answer.body.text();
  // The interface limits calls; the benchmark is to find the service's own limits.
  if (answer.statusCode === 429) throw new Error('the benchmark met the rate limit');
  if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${answer.statusCode} ${text.slice(0, 300)}`);
  return text;
}

async function upload(pool: Pool, base: string, name: string, bodies: readonly string[]): Promise<void> {
  const flow = {
    fdr: name,
    fdrDate: '2026-03-03T06:00:00Z',
    sender: { type: 'LEGAL_PERSON', id: PSP, pspId: PSP, pspName: 'Banca', pspBrokerId: PSP, channelId: `${PSP}_01` },
    receiver: { id: CREDITOR, organizationId: CREDITOR, organizationName: 'Comune' },
    regulation: 'TRN-1',
    regulationDate: '2026-03-03',
    totPayments: COUNT,
    sumPayments: (COUNT * AMOUNT) / 100,
  };
  await request(pool, 'POST', `${base}/fdrs/${name}`, JSON.stringify(flow));
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let mine = next++; mine < bodies.length; mine = next++)
      await request(pool, 'PUT', `${base}/fdrs/${name}/payments/add`, bodies[mine]);
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
}

/** Reads all pages, one after the other, as a creditor does. @returns how long each took */
async function readBack(pool: Pool, name: string): Promise<number[]> {
  const path = `/fdr-org/service/v1/organizations/${CREDITOR}/fdrs/${name}/revisions/1/psps/${PSP}/payments`;
  const times: number[] = [];
  let seen = 0;
  for (let page = 1; seen < COUNT; page += 1) {
    let text = '';
    times.push(await timed(async () => (text = await request(pool, 'GET', `${path}?page=${page}&size=${PER_CALL}`))));
    const { data, metadata } = JSON.parse(text) as { data: { index: number }[]; metadata: { totPage: number } };
    if (data[0]?.index !== (seen + 1) * STEP) throw new Error(`page ${page} begins with index ${data[0]?.index}`);
    if (data.length === 0 || page > metadata.totPage) throw new Error(`page ${page} is empty`);
    seen += data.length;
  }
  return times;
}

async function stateParties(state: (changes: DirectoryChange[]) => Promise<void>): Promise<void> {
  const broker = { code: PSP, name: 'Banca', enabled: true, extendedFaultBean: false };
  const channel = {
    code: `${PSP}_01`,
    broker: PSP,
    psps: [PSP],
    password: 'pwdpwdpwd',
    enabled: true,
    paymentModel: 'X',
    standInFlag: true,
  };
  const entries = [
    { kind: 'psp', code: PSP, data: { code: PSP, name: 'Banca', fiscalCode: PSP, enabled: true } },
    { kind: 'pspBroker', code: PSP, data: broker },
    { kind: 'channel', code: channel.code, data: channel },
    { kind: 'creditorInstitution', code: CREDITOR, data: { fiscalCode: CREDITOR, name: 'Comune', enabled: true, ibans: [] } },
    ...[PSP, CREDITOR].map((party) => ({
      kind: 'apiKey',
      code: apiKeyHash(party === PSP ? KEY : `${KEY}-org`),
      data: { hash: apiKeyHash(party === PSP ? KEY : `${KEY}-org`), party, products: ['fdrpsp', 'fdrorg'] },
    })),
  ] as const;
  await state(
    entries.map((entry) => {
      const parent = parentOf(entry.kind as DirectoryChange['kind'], entry.data as never);
      return { ...entry, ...(parent && { parent }), revision: 1, deleted: false, validFrom: toIso(clock.now()) } as DirectoryChange;
    }),
  );
}

async function measure(url: string): Promise<void> {
  const open = (schema: string) => openDatabase({ url, schema, entities: [], migrations: eventsMigrations, log, clock, poolSize: 2 });
  // The streams that reporting follows.
  const [onboarding, payments] = await Promise.all([open('onboarding'), open('payments')]);
  const hosting = await hostSubgraphs([reporting], {
    databaseUrl: url,
    clock,
    log,
    random: () => cryptographicStream(),
    options: { allowPrivateEndpoints: true },
  });
  const database = await openDatabase({
    url,
    schema: 'reporting',
    entities: [],
    migrations: [],
    log,
    clock,
    poolSize: 2,
    statementTimeoutMs: 0,
  });
  await stateParties((changes) =>
    onboarding.transaction((transaction) => hosting.bus.outbox(onboarding).appendMany(transaction, directoryEntryChanged, changes)),
  );
  await hosting.bus.settled(10_000);
  const http = createHttpService({ log, random: cryptographicStream() });
  for (const edge of hosting.subgraphs[0]?.edges ?? []) await edge.register(http.app);
  const pool = new Pool(`http://127.0.0.1:${await http.listen({ host: '127.0.0.1', port: 0 })}`, { connections: PARALLEL });

  const { bodies, rows } = calls();
  say(
    `${COUNT.toLocaleString('en')} payments, calls and pages of ${PER_CALL}, ${PARALLEL} calls at a time${values.sparse ? ', gaps in the indexes' : ''}`,
  );
  const plain = await plainCopy(url, rows, database);
  rows.length = 0;
  say(`plain COPY in    ${perSecond(COUNT, plain.inMs)}`);
  say(`plain COPY out   ${perSecond(COUNT, plain.outMs)}`);

  const base = `/fdr-psp/service/v1/psps/${PSP}`;
  const name = `2026-03-02${PSP}-bench`;
  let inMs = 0;
  const inMemory = await memoryOf(async () => (inMs = await timed(() => upload(pool, base, name, bodies))));
  say(`upload           ${perSecond(COUNT, inMs)}, COPY is ${(inMs / plain.inMs).toFixed(1)} times as fast; ${inMemory}`);
  bodies.length = 0;
  say(`publish          ${(await timed(() => request(pool, 'POST', `${base}/fdrs/${name}/publish`))).toFixed(1)} ms`);
  // What publishing left for later would otherwise be measured with the reading.
  const laterMs = await timed(async () => {
    await hosting.jobs.settled(600_000);
  });
  say(`lines stated     ${perSecond(COUNT, laterMs)}, after the publication, in the background`);
  const readPool = pool;
  let times: number[] = [];
  const outMemory = await memoryOf(async () => (times = await readBack(readPool, name)));
  const outMs = times.reduce((sum, each) => sum + each, 0);
  const tail = times.slice(-10).reduce((sum, each) => sum + each, 0) / Math.min(10, times.length);
  say(`read back        ${perSecond(COUNT, outMs)}, COPY is ${(outMs / plain.outMs).toFixed(1)} times as fast; ${outMemory}`);
  say(`                 last pages ${tail.toFixed(1)} ms, all pages ${(outMs / times.length).toFixed(1)} ms on average`);

  await pool.close();
  await http.close();
  await hosting.stop();
  await Promise.all([onboarding.close(), payments.close(), database.close()]);
}

await onDatabase(measure);
