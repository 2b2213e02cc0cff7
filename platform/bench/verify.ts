/**
 * Measures what verifyPaymentNotice takes in Stand-In with millions of positions in ACA against a few thousand.
 *
 *   npm run bench -- verify [--positions 5000000] [--few 5000] [--rounds 9] [--requests 400]
 *
 * Two platforms on two databases of one PostgreSQL, the same but for the number of positions: each position is a row of the projection that payments
 * reads, a copy of one that came there by the bus. Every creditor is down. One request runs at a time, over HTTP, for a position chosen at
 * random from all; the platforms take turns, and the median of the rounds is what counts.
 */
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Client } from 'pg';
import { Pool } from 'undici';
import { startEmbeddedPostgres } from '@nodo-aperto/kernel/database';
import { createLogger } from '@nodo-aperto/kernel/logging';
import { type RandomStream, seededStreams } from '@nodo-aperto/kernel/random';
import { realClock } from '@nodo-aperto/kernel/time';
import { noticeNumber } from '../../loadtest/k6/lib/notice-number.ts';
import { switchAll } from '../../loadtest/src/control.ts';
import { prepareFixture } from '../../loadtest/src/fixture.ts';
import { CHANNEL, CREDITORS, PSP } from '../../loadtest/src/parties.ts';
import { ownPlatform } from '../../loadtest/src/platform.ts';

const { values: given } = parseArgs({
  options: {
    positions: { type: 'string', default: '5000000' },
    few: { type: 'string', default: '5000' },
    rounds: { type: 'string', default: '9' },
    requests: { type: 'string', default: '400' },
  },
});
const bounded = (text: string, most: number): number => Math.min(most, Math.max(1, Math.floor(Number(text)) || 1));
const MANY = bounded(given.positions, 50_000_000);
const FEW = bounded(given.few, 1_000_000);
const ROUNDS = bounded(given.rounds, 100);
const REQUESTS = bounded(given.requests, 100_000);
const WARM_ROUNDS = 2;
const PAGE = 250_000;
/** Past whatever the fixture makes. */
const FIRST_BASE = 2_000_000_000_000;
const SMALL = 'nodo_few';
const clock = realClock();
const log = createLogger({ service: 'bench', level: 'error' });
const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function inside<Result>(url: string, work: (database: Client) => Promise<Result>): Promise<Result> {
  const database = new Client(url);
  await database.connect();
  try {
    return await work(database);
  } finally {
    await database.end();
  }
}

const databaseOf = (url: string, name: string): string => url.replace(/\/[^/?]*(\?|$)/, `/${name}$1`);

/** Position `index` belongs to the creditor `index` modulo their number; its notice number has right check digits. */
async function load(url: string, positions: number): Promise<void> {
  await inside(url, async (database) => {
    for (let from = 0; from < positions; from += PAGE) {
      await database.query(
        `insert into payments.aca_notice (creditor_fiscal_code, notice_number, revision, data)
         select sample.creditor_fiscal_code, made.number, 1, sample.data || jsonb_build_object('noticeNumber', made.number, 'iuv', substr(made.number, 2))
         from generate_series($1::bigint, $2::bigint) as place,
           lateral (select '3' || $3 || lpad(($4::bigint + place)::text, 13, '0') as first) as written,
           lateral (select first || lpad((first::bigint % 93)::text, 2, '0') as number) as made
           join lateral (select * from unnest($5::text[]) with ordinality as each (code, ordinal) where ordinal = place % $6 + 1) as creditor on true
           join (select distinct on (creditor_fiscal_code) * from payments.aca_notice where creditor_fiscal_code = any($5)
             order by creditor_fiscal_code, notice_number) as sample on sample.creditor_fiscal_code = creditor.code`,
        [
          from,
          Math.min(positions, from + PAGE) - 1,
          CREDITORS[0]?.segregationCode,
          FIRST_BASE,
          CREDITORS.map(({ fiscalCode }) => fiscalCode),
          CREDITORS.length,
        ],
      );
    }
    await database.query('vacuum (analyze) payments.aca_notice');
    await database.query('checkpoint');
  });
}

interface Site {
  readonly name: string;
  readonly positions: number;
  readonly pool: Pool;
  readonly medians: number[];
  readonly slowest: number[];
}

interface Caller {
  readonly token: string;
  readonly documentId: string;
  readonly random: RandomStream;
}

/** Milliseconds of each request of a round, in order. */
async function round({ pool, positions, name }: Site, { token, documentId, random }: Caller): Promise<number[]> {
  const headers = { 'content-type': 'application/json', accept: 'application/json', authorization: `Bearer ${token}` };
  const took: number[] = [];
  for (let count = 0; count < REQUESTS; count += 1) {
    const index = random.integer(0, positions - 1);
    const creditor = CREDITORS[index % CREDITORS.length];
    const qrCode = { fiscalCode: creditor?.fiscalCode, noticeNumber: noticeNumber(creditor?.segregationCode ?? '', FIRST_BASE + index) };
    const sent = JSON.stringify({ documentId, variables: { input: { idPSP: PSP, idChannel: CHANNEL, qrCode } } });
    const began = clock.monotonic();
    const { body } = await pool.request({ path: '/graphql', method: 'POST', headers, body: sent });
    const text = await body.text();
    took.push(clock.monotonic() - began);
    if (!text.includes('"outcome":"OK"')) throw new Error(`The position ${index} of ${name} was answered: ${text.slice(0, 300)}`);
  }
  return took.toSorted((one, other) => one - other);
}

const share = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
const median = (list: readonly number[]): number =>
  share(
    list.toSorted((one, other) => one - other),
    0.5,
  );

const folder = await mkdtemp(join(tmpdir(), 'nodo-verify-'));
// The database's own user has to get to its files.
await chmod(folder, 0o755);
const data = join(folder, 'data');
const server = await startEmbeddedPostgres({ folder: join(folder, 'pg'), log, clock });
try {
  await using fleet = new AsyncDisposableStack();
  {
    await using platform = await ownPlatform(clock, { data, databaseUrl: server.url });
    const fixture = await prepareFixture({ platform, clock, log, folder, controlUrl: '', notices: CREDITORS.length, positions: 0 });
    fleet.use(fixture);
    await switchAll(fixture.fleet, 'off');
    await inside(server.url, async (database) => {
      for (;;) {
        const { rows } = await database.query<{ count: number }>('select count(*)::int as count from payments.aca_notice');
        if ((rows[0]?.count ?? 0) >= CREDITORS.length) return;
        await clock.sleep(50);
      }
    });
  }
  await inside(databaseOf(server.url, 'postgres'), (database) =>
    database.query(`create database ${SMALL} template ${new URL(server.url).pathname.slice(1)} strategy file_copy`),
  );
  const began = clock.monotonic();
  await load(databaseOf(server.url, SMALL), FEW);
  await load(server.url, MANY);
  const size = await inside(server.url, async (database) => {
    const { rows } = await database.query<{ size: string }>(`select pg_size_pretty(pg_total_relation_size('payments.aca_notice')) as size`);
    return rows[0]?.size;
  });
  say(`${MANY} and ${FEW} positions loaded in ${((clock.monotonic() - began) / 1_000).toFixed(0)} s; the larger table takes ${size}`);
  await using many = await ownPlatform(clock, { data, databaseUrl: server.url });
  await using few = await ownPlatform(clock, { data, databaseUrl: databaseOf(server.url, SMALL) });
  const sites: Site[] = [
    { name: 'few', positions: FEW, pool: new Pool(few.base, { connections: 1 }), medians: [], slowest: [] },
    { name: 'many', positions: MANY, pool: new Pool(many.base, { connections: 1 }), medians: [], slowest: [] },
  ];
  const { documents } = JSON.parse(await readFile(join(folder, 'fixture.json'), 'utf8')) as { documents: Record<string, string> };
  const caller = {
    token: await many.token({ role: 'PSP', tenant: PSP }),
    documentId: `sha256:${documents['verify-payment-notice']}`,
    random: seededStreams('verify').stream('positions'),
  };
  say(`${ROUNDS} rounds of ${REQUESTS} verifications of each, in turns; milliseconds`);
  for (let count = -WARM_ROUNDS; count < ROUNDS; count += 1) {
    for (const site of sites) {
      const took = await round(site, caller);
      if (count < 0) continue;
      site.medians.push(share(took, 0.5));
      site.slowest.push(share(took, 0.99));
    }
  }
  for (const { positions, medians, slowest } of sites)
    say(`  ${String(positions).padStart(9)} positions: p50 ${median(medians).toFixed(2)}  p99 ${median(slowest).toFixed(2)}`);
  const ratio = (pick: (site: Site) => readonly number[]): string => {
    const [small, large] = sites.map((site) => median(pick(site)));
    return ((large ?? 0) / (small ?? 1)).toFixed(2);
  };
  say(`  ratio: p50 ${ratio(({ medians }) => medians)}  p99 ${ratio(({ slowest }) => slowest)}`);
  await Promise.all(sites.map(({ pool }) => pool.close()));
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
