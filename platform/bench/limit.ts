/**
 * Sets complete Stand-In payments (verify, activate, outcome, every creditor down) beside the limit of the database: through the gateway, by
 * calls of the use cases, and as the bare SQL of the same rows.
 *
 *   npm run bench -- limit [--payments 2500] [--warm 1500] [--lanes 32] [--bare-lanes 16]
 *
 * One PostgreSQL with its production settings (fsync on). (a) A PSP in a process of its own sends persisted documents over HTTP to a
 * platform started as by `npm start`, each lane its next payment as soon as the last is booked. (b) The same payments by calls of the use cases,
 * in one process with all subgraphs. (c) The rows that (a) wrote in any table are looked up by the transactions that wrote them, and
 * written again by prepared statements into a copy of the database from before: see limit/bare.ts. A rate counts until everything that follows
 * from the payments is written too; the rate of the answers alone is shown beside it.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Client } from 'pg';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@nodo-aperto/kernel/database';
import { createLogger } from '@nodo-aperto/kernel/logging';
import { realClock } from '@nodo-aperto/kernel/time';
import { switchAll } from '../../loadtest/src/control.ts';
import { prepareFixture } from '../../loadtest/src/fixture.ts';
import { ownPlatform } from '../../loadtest/src/platform.ts';
import { cpuOf, processTree } from '../../loadtest/src/processes.ts';
import { SUBGRAPHS } from '../src/subgraphs.ts';
import { countStatements, runScripts, scriptsOf } from './limit/bare.ts';
import type { Order, Paid } from './limit/payer.ts';
import { settled } from './limit/settled.ts';
import { byPayment, rowsOf, tablesOf, type Written } from './limit/written-rows.ts';

const { values: given } = parseArgs({
  options: {
    payments: { type: 'string', default: '2500' },
    warm: { type: 'string', default: '1500' },
    lanes: { type: 'string', default: '32' },
    'bare-lanes': { type: 'string', default: '16' },
  },
});
const bounded = (text: string, most: number): number => Math.min(most, Math.max(1, Math.floor(Number(text)) || 1));
const PAYMENTS = bounded(given.payments, 50_000);
const WARM = bounded(given.warm, 50_000);
const LANES = bounded(given.lanes, 128);
/** Connections of the bare SQL: more of them were not faster on two cores. */
const BARE_LANES = bounded(given['bare-lanes'], 128);
/** Its share that only warms up. */
const BARE_WARM = 0.4;
const SCHEMAS = SUBGRAPHS.map(({ name }) => name);
const COPY = 'nodo_bare';
const clock = realClock();
const log = createLogger({ service: 'bench', level: 'error' });
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** What one of the three ways took, per payment where it says so. */
interface Figures {
  readonly perSecond: number;
  readonly answeredPerSecond: number;
  readonly nodeMs: number;
  readonly postgresMs: number;
  readonly callerMs?: number;
}

async function inside<Result>(url: string, work: (database: Client) => Promise<Result>): Promise<Result> {
  const database = new Client(url);
  await database.connect();
  try {
    return await work(database);
  } finally {
    await database.end();
  }
}

/** A payer that is ready to take orders. */
async function payer(file: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL(`./limit/${file}`, import.meta.url)), args, { env });
  await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error(`${file} ended before it was ready.`))),
  ]);
  return child;
}

async function order(child: ChildProcess, what: Order): Promise<Paid> {
  const answer = once(child, 'message') as Promise<[Paid | { failed: string }]>;
  child.send(what);
  const [paid] = await answer;
  if ('failed' in paid) throw new Error(paid.failed);
  return paid;
}

const cpuOfTree = async (pid: number | undefined): Promise<number> => cpuOf(await processTree(pid ?? 0));
const nextTransaction = async (database: Client): Promise<number> =>
  Number((await database.query<{ id: string }>('select pg_current_xact_id()::text as id')).rows[0]?.id);

/** Warms up, then measures until everything is written. `cpu`: that of the platform's processes so far. */
async function measure(
  server: EmbeddedPostgres,
  child: ChildProcess,
  from: number,
  cpu: () => Promise<number>,
): Promise<{ figures: Figures; since: number; until: number }> {
  return inside(server.url, async (database) => {
    await order(child, { from, count: WARM, lanes: LANES });
    await settled(database, SCHEMAS, clock);
    const since = await nextTransaction(database);
    const before = { node: await cpu(), postgres: await cpuOfTree(server.pid), at: clock.monotonic() };
    const paid = await order(child, { from: from + WARM, count: PAYMENTS, lanes: LANES });
    const took = (await settled(database, SCHEMAS, clock)) - before.at;
    const figures = {
      perSecond: (PAYMENTS / took) * 1_000,
      answeredPerSecond: (PAYMENTS / paid.milliseconds) * 1_000,
      nodeMs: ((await cpu()) - before.node) / PAYMENTS,
      postgresMs: ((await cpuOfTree(server.pid)) - before.postgres) / PAYMENTS,
      callerMs: paid.cpuMs / PAYMENTS,
    };
    return { figures, since, until: await nextTransaction(database) };
  });
}

async function throughGateway(server: EmbeddedPostgres, folder: string, data: string) {
  await using platform = await ownPlatform(clock, { data, databaseUrl: server.url });
  const child = await payer('pay-over-http.ts', [folder], { ...process.env, LIMIT_BASE: platform.base });
  try {
    return await measure(server, child, 0, () => cpuOfTree(platform.pid));
  } finally {
    child.disconnect();
  }
}

async function inProcess(server: EmbeddedPostgres, folder: string, data: string): Promise<Figures> {
  const child = await payer('pay-in-process.ts', [folder, data], { ...process.env, DATABASE_URL: server.url });
  const gone = once(child, 'exit');
  try {
    const { figures } = await measure(server, child, WARM + PAYMENTS, () => cpuOfTree(child.pid));
    return { ...figures, callerMs: undefined };
  } finally {
    child.kill('SIGTERM');
    await gone;
  }
}

/** Partitions are made as days come: the copy may not have those of the rows yet. */
async function addPartitions(database: Client): Promise<void> {
  const { rows } = await database.query<{ name: string }>(
    `select format('%I.%I', space.nspname, class.relname) as name from pg_partitioned_table as split
     join pg_class as class on class.oid = split.partrelid join pg_namespace as space on space.oid = class.relnamespace
     where split.partdefid = 0 and space.nspname = any($1)`,
    [SCHEMAS],
  );
  for (const { name } of rows) await database.query(`create table ${name}_of_the_bench partition of ${name} default`);
}

async function bare(server: EmbeddedPostgres, written: Written): Promise<{ figures: Figures; statements: number }> {
  const copy = server.url.replace(/\/[^/?]*(\?|$)/, `/${COPY}$1`);
  const tables = new Set(written.payments.flatMap(({ activation, outcome }) => [...activation, ...outcome]).map(({ table }) => table.name));
  // What listeners are told is the platform's affair; the checks of foreign keys stay.
  await inside(copy, async (database) => {
    for (const table of tables) await database.query(`alter table ${table} disable trigger user`);
    await addPartitions(database);
  });
  const scripts = await scriptsOf(written, copy);
  const warm = Math.floor(scripts.length * BARE_WARM);
  const measured = PAYMENTS * (1 - BARE_WARM);
  let before = 0;
  const whenWarm = async (): Promise<void> => {
    before = await cpuOfTree(server.pid);
  };
  const { milliseconds, cpuMs } = await runScripts(scripts, { url: copy, lanes: BARE_LANES, clock, warm, whenWarm });
  const perSecond = (measured / milliseconds) * 1_000;
  const postgresMs = ((await cpuOfTree(server.pid)) - before) / measured;
  return {
    figures: { perSecond, answeredPerSecond: perSecond, nodeMs: cpuMs / measured, postgresMs },
    statements: countStatements(scripts),
  };
}

function rowsOfOne({ payments, shared }: Written): string[] {
  const counts = new Map<string, number>();
  const all = [...payments.flatMap(({ activation, outcome }) => [...activation, ...outcome]), ...shared];
  for (const { table } of all) counts.set(table.name, (counts.get(table.name) ?? 0) + 1);
  const each = [...counts]
    .filter(([, count]) => count / payments.length >= 0.05)
    .toSorted(([, left], [, right]) => right - left)
    .map(([name, count]) => `${name} ${(count / payments.length).toFixed(1)}`);
  return [`  ${(all.length / payments.length).toFixed(1)} rows a payment: ${each.join(', ')}`];
}

function line(name: string, { perSecond, answeredPerSecond, nodeMs, postgresMs, callerMs }: Figures): string {
  const cell = (value: number | undefined, digits: number) => (value === undefined ? '-' : value.toFixed(digits)).padStart(12);
  return `  ${name.padEnd(44)}${cell(perSecond, 0)}${cell(answeredPerSecond, 0)}${cell(nodeMs, 2)}${cell(postgresMs, 2)}${cell(callerMs, 2)}`;
}

const folder = await mkdtemp(join(tmpdir(), 'nodo-limit-'));
// The database's own user has to get to its files.
await chmod(folder, 0o755);
const data = join(folder, 'data');
const server = await startEmbeddedPostgres({ folder: join(folder, 'pg'), log, clock });
try {
  let fleet: AsyncDisposable | undefined;
  try {
    {
      await using platform = await ownPlatform(clock, { data, databaseUrl: server.url });
      const fixture = await prepareFixture({ platform, clock, log, folder, controlUrl: '', notices: 2 * (WARM + PAYMENTS), positions: 0 });
      fleet = fixture;
      await switchAll(fixture.fleet, 'off');
      await inside(server.url, (database) => settled(database, SCHEMAS, clock));
    }
    await inside(server.url.replace(/\/[^/?]*(\?|$)/, '/postgres$1'), (database) =>
      database.query(`create database ${COPY} template ${new URL(server.url).pathname.slice(1)} strategy file_copy`),
    );
    const gateway = await throughGateway(server, folder, data);
    const calls = await inProcess(server, folder, data);
    const written = await inside(server.url, async (database) =>
      byPayment(await rowsOf(database, await tablesOf(database, SCHEMAS), gateway.since, gateway.until)),
    );
    if (written.payments.length !== PAYMENTS) throw new Error(`${PAYMENTS} payments were made, ${written.payments.length} were found.`);
    const { figures: limit, statements } = await bare(server, written);
    say(`${PAYMENTS} payments each way after ${WARM} to warm up, ${LANES} at a time; CPU in ms per payment`);
    say(`  ${''.padEnd(44)}${['written/s', 'answered/s', 'Node', 'PostgreSQL', 'caller'].map((name) => name.padStart(12)).join('')}`);
    say(line('(a) through the gateway, HTTP', gateway.figures));
    say(line('(b) calls of the use cases, in process', calls));
    say(line('(c) bare SQL of the same rows', limit));
    for (const each of rowsOfOne(written)) say(each);
    say(`  (c) has ${statements} different statements`);
    const ratio = (one: Figures): string => (one.perSecond / limit.perSecond).toFixed(2);
    say(`  a/c ${ratio(gateway.figures)}  b/c ${ratio(calls)}`);
  } finally {
    await fleet?.[Symbol.asyncDispose]();
  }
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
