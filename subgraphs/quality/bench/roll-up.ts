/**
 * Measures the roll-up of raw calls: how many are taken in per second, raw rows and sums by minute, hour, day and month included, and how long queries
 * over a year take, as the caller waits for them and as PostgreSQL itself executes them (`explain analyze`): the machine may be busy with other things.
 *
 *   npm run bench -- roll-up                      300,000 calls, as dense as 30 million a month: seven hours of the nation
 *   npm run bench -- roll-up --count 2000000
 *   npm run bench -- roll-up --full               30 million calls: a month
 *   DATABASE_URL=… npm run bench -- roll-up       on a server of one's own instead of an embedded one
 */
import { parseArgs } from 'node:util';
import { type Database, openDatabase } from '@nodo-aperto/kernel/database';
import type { Principal } from '@nodo-aperto/kernel/auth';
import { createLogger } from '@nodo-aperto/kernel/logging';
import { type RandomStream, seededStreams } from '@nodo-aperto/kernel/random';
import { asDate, DAY, manualClock, MINUTE, realClock, startOfLocalDay, toIso } from '@nodo-aperto/kernel/time';
import type { SubjectKind } from '../src/domain/service-level/subject.ts';
import type { TimedCall } from '../src/domain/service-level/sum-up.ts';
import { CallRecorder } from '../src/persistence/service-level/add-calls.ts';
import { SUMMANDS } from '../src/persistence/service-level/columns.ts';
import { Partitions } from '../src/persistence/service-level/partitions.ts';
import { serviceLevelMigration } from '../src/persistence/service-level/service-level-migration.ts';
import { ServiceLevelReader } from '../src/services/service-level/read-service-levels.ts';
import { letGo } from '../src/services/service-level/retention.ts';
import { onDatabase } from '../../../kernel/bench/support/on-database.ts';

const { values } = parseArgs({ options: { count: { type: 'string' }, full: { type: 'boolean', default: false } } });
const MONTHLY = 30_000_000;
const COUNT = values.full ? MONTHLY : Number(values.count ?? 300_000);
if (!Number.isInteger(COUNT) || COUNT < 10_000 || COUNT > MONTHLY) throw new Error(`--count is a whole number from 10000 to ${MONTHLY}`);
const SPACING_MS = (30 * DAY) / MONTHLY;
/** As payments states them when there is much to state; one transaction each. */
const PER_BATCH = 500;
const [PSPS, CREDITORS, STATIONS] = [400, 20_000, 5_000];
/** Series that get a row for each day of the year, beside those of months that all get. */
const SERIES_WITH_DAYS = 2_000;
const RUNS = 40;

const start = startOfLocalDay('2026-10-01');
const clock = realClock();
const platform = manualClock(start);
const log = createLogger({ service: 'bench', level: 'error' });
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const random = seededStreams(1).stream('calls');
const number = (value: number): string => Math.round(value).toLocaleString('en');

/** Few are called often, most seldom. */
const skewed = (stream: RandomStream, count: number): number => Math.floor(count ** stream.next()) - 1;

function callAt(at: number): TimedCall {
  const outcome = random.next() < 0.96 ? 'OK' : random.next() < 0.7 ? 'KO' : 'TIMEOUT';
  const base = {
    at,
    durationMs: outcome === 'TIMEOUT' ? 7_000 : Math.min(7_000, random.logNormal(300, 0.9)),
    outcome,
    ...(outcome === 'KO' && { faultCode: 'PAA_PAGAMENTO_DUPLICATO' }),
    psp: `PSP${skewed(random, PSPS)}`,
  } as const;
  if (random.next() < 0.5) {
    return {
      ...base,
      direction: 'PSP_TO_NODE',
      method: random.pick(['verifyPaymentNotice', 'activatePaymentNoticeV2', 'sendPaymentOutcomeV2']),
    };
  }
  const creditor = skewed(random, CREDITORS);
  return {
    ...base,
    direction: 'NODE_TO_CREDITOR',
    method: random.pick(['paVerifyPaymentNotice', 'paGetPaymentV2', 'paSendRTV2']),
    creditor: String(10_000_000_000 + creditor),
    station: `STATION${creditor % STATIONS}`,
  };
}

interface Ingested {
  /** Real milliseconds of the recorder, generation of the calls left out. */
  spent: number;
  slowest: number;
}

async function takeIn(database: Database): Promise<Ingested> {
  const partitions = new Partitions();
  const recorder = new CallRecorder(partitions);
  const result = { spent: 0, slowest: 0 };
  let letGoAt = start;
  for (let done = 0; done < COUNT; done += PER_BATCH) {
    const calls = Array.from({ length: Math.min(PER_BATCH, COUNT - done) }, (_unused, index) =>
      callAt(start + (done + index) * SPACING_MS),
    );
    const now = calls.at(-1)?.at ?? start;
    platform.set(now);
    const began = clock.monotonic();
    await database.transaction((transaction) => recorder.add(transaction, { batch: random.uuid(), calls }, now));
    const taken = clock.monotonic() - began;
    result.spent += taken;
    result.slowest = Math.max(result.slowest, taken);
    if (now - letGoAt < DAY) continue;
    letGoAt = now;
    await letGo({ database, clock: platform, partitions }, new AbortController().signal);
    say(`  ${number(done + PER_BATCH)} calls, ${number(((done + PER_BATCH) * 1_000) / result.spent)}/s so far`);
  }
  return result;
}

/** Eleven months before the one that was taken in, as copies of what it has so far. */
async function fillYear(database: Database): Promise<{ months: number; days: number }> {
  const columns = `(series, start, ${SUMMANDS})`;
  const [months] = await database.query<{ count: number }>(
    `with made as (insert into level_month ${columns}
      select series, (start at time zone 'Europe/Rome' - n * interval '1 month') at time zone 'Europe/Rome', ${SUMMANDS}
        from level_month, generate_series(1, 11) as n returning 1) select count(*) from made`,
  );
  const [days] = await database.query<{ count: number }>(
    `with made as (insert into level_day ${columns}
      select series, (start at time zone 'Europe/Rome' - n * interval '1 day') at time zone 'Europe/Rome', ${SUMMANDS}
        from level_day join (select id from level_series where kind = 'PSP' and method <> ''
            union (select id from level_series where method <> '' order by md5(id::text) limit ${SERIES_WITH_DAYS})) as chosen on id = series,
          generate_series(1, 365) as n
        where start = $1 returning 1) select count(*) from made`,
    [asDate(start)],
  );
  await database.query('analyze');
  return { months: months?.count ?? 0, days: days?.count ?? 0 };
}

interface Statement {
  sql: string;
  parameters: readonly unknown[];
}

/** The database, and what was last asked of it. */
function watched(database: Database): { database: Database; asked: Statement[] } {
  const asked: Statement[] = [];
  const handler: ProxyHandler<Database> = {
    get(target, name) {
      if (name !== 'query') return Reflect.get(target, name, target) as unknown;
      return (sql: string, parameters: readonly unknown[] = [], options = {}) => {
        asked.push({ sql, parameters });
        return target.query(sql, parameters, options);
      };
    },
  };
  return { database: new Proxy(database, handler), asked };
}

/** Milliseconds in which PostgreSQL executes statements, one after the other. */
async function executionMs(database: Database, statements: readonly Statement[]): Promise<number> {
  let total = 0;
  for (const { sql, parameters } of statements) {
    const rows = await database.query<{ 'QUERY PLAN': { 'Execution Time': number }[] }>(
      `explain (analyze, timing off, format json) ${sql}`,
      parameters,
    );
    total += rows[0]?.['QUERY PLAN'][0]?.['Execution Time'] ?? 0;
  }
  return total;
}

const OPERATOR: Principal = { subject: 'bench', role: 'OPERATOR', expiresAt: Number.MAX_SAFE_INTEGER };

async function askYear(plain: Database): Promise<void> {
  const { database, asked } = watched(plain);
  const reader = new ServiceLevelReader({ database, directory: { station: async () => undefined }, clock: platform });
  const codes = await database.query<{ kind: SubjectKind; code: string }>(
    `select distinct kind, code from level_series join level_day on series = id where start = $1`,
    [asDate(start - DAY)],
  );
  const pick = (kind: SubjectKind): { kind: SubjectKind; code: string }[] => random.shuffle(codes.filter((each) => each.kind === kind));
  const biggest = { kind: 'PSP' as const, code: 'PSP0' };
  const year = { from: startOfLocalDay('2025-10-01') + MINUTE, until: startOfLocalDay('2026-10-01') + MINUTE };
  for (const [name, subjects] of [
    ['the biggest PSP', [biggest]],
    ['a PSP', pick('PSP')],
    ['a creditor', pick('CREDITOR')],
    ['a station', pick('STATION')],
  ] as const) {
    const subject = (run: number) => subjects[run % subjects.length] ?? biggest;
    const timeQueries = (what: string, ask: (run: number) => Promise<unknown>) => timed(plain, asked, what, ask);
    await timeQueries(`${name}, whole months`, (run) => reader.level(OPERATOR, subject(run), '2025-11-01', '2026-10-31'));
    await timeQueries(`${name}, from the 15th to the 14th`, (run) => reader.level(OPERATOR, subject(run), '2025-10-15', '2026-10-14'));
    await timeQueries(`${name}, day by day`, (run) => reader.series(OPERATOR, subject(run), year, { grain: 'DAY' }));
  }
}

async function timed(database: Database, asked: Statement[], what: string, ask: (run: number) => Promise<unknown>): Promise<void> {
  const taken: number[] = [];
  const executed: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const began = clock.monotonic();
    asked.length = 0;
    await ask(run);
    taken.push(clock.monotonic() - began);
    executed.push(await executionMs(database, asked));
  }
  say(`  ${what.padEnd(42)} ${spread(taken)}; in PostgreSQL ${spread(executed)}`);
}

function spread(milliseconds: readonly number[]): string {
  const sorted = milliseconds.toSorted((left, right) => left - right);
  const at = (share: number): string => (sorted[Math.ceil(sorted.length * share) - 1] ?? 0).toFixed(1).padStart(6);
  return `median${at(0.5)} ms, slowest${at(1)} ms`;
}

async function measure(url: string): Promise<void> {
  const options = { url, schema: 'quality', entities: [], migrations: [serviceLevelMigration], log, clock, statementTimeoutMs: 600_000 };
  const database = await openDatabase(options);
  say(`${number(COUNT)} calls of ${PSPS} PSPs and ${number(CREDITORS)} creditors, from ${toIso(start)} on, ${PER_BATCH} a batch:`);
  const { spent, slowest } = await takeIn(database);
  const rate = (COUNT * 1_000) / spent;
  const mean = MONTHLY / (30 * 86_400);
  say(
    `taken in: ${number(rate)} calls/s (${number(rate / mean)} times the mean of the nation, ${mean.toFixed(1)}/s); slowest transaction ${number(slowest)} ms`,
  );
  say(`a month of the nation at this rate: ${(MONTHLY / rate / 60).toFixed(0)} minutes`);
  const [sizes] = await database.query<Record<string, string>>(
    `select pg_size_pretty(sum(pg_total_relation_size(oid)) filter (where relname ~ '^observed_call_')) as raw,
        pg_size_pretty(sum(pg_total_relation_size(oid)) filter (where relname ~ '^level_')) as sums
      from pg_class where relkind = 'r' and relnamespace = 'quality'::regnamespace`,
  );
  say(`kept: ${sizes?.raw} of calls, ${sizes?.sums} of sums`);
  const { months, days } = await fillYear(database);
  say(`over a year, with ${number(months)} more rows of months and ${number(days)} of days, ${RUNS} times each:`);
  await askYear(database);
  await database.close();
}

await onDatabase(measure);
