/** One process for each service, and the lines between them, and to the database and the broker, cut one after the other. */
import { findNatsServer, freePort, startNats, testDatabaseUrl } from '@nodo-aperto/kernel/testing';
import { realClock } from '@nodo-aperto/kernel/time';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { awaitReady, dataFolder, type PlatformProcess, spawnPlatform } from '../support/platform-process.ts';
import { openWorld, type World } from '../support/world.ts';
import { type Books, books } from './books.ts';
import { type Row, tableOf, writeTable } from './table.ts';
import { tcpProxy, type TcpProxy } from './tcp-proxy.ts';
import { type Traffic, traffic } from './traffic.ts';

const SERVICES = ['onboarding', 'notices', 'payments', 'receipts', 'reporting', 'quality'] as const;
type Service = (typeof SERVICES)[number];
const CUT_MS = 2_000;
/** What recovery is held to, as in the other part. */
const RECOVERY_MS = Number(process.env['CRASH_RECOVERY_MS'] ?? 150_000);
const clock = realClock();
const rows: Row[] = [];
const program = findNatsServer();

interface Lines {
  readonly gateway: TcpProxy;
  readonly database: TcpProxy;
  readonly broker: TcpProxy | undefined;
}
const lines = new Map<Service, Lines>();

let stack: AsyncDisposableStack;
let world: World;
let ledger: Traffic;
let record: Books;

/** The same address by way of a line of one's own. */
async function throughLine(address: string): Promise<{ line: TcpProxy; url: string }> {
  const url = new URL(address);
  const target = Number(url.port);
  const line = stack.use(await tcpProxy(() => target));
  url.port = String(line.port);
  return { line, url: url.href };
}

/** Starts all services on one database and, where there is one, one broker: each reaches them, and the gateway it, over a line of its own. */
async function start(): Promise<PlatformProcess> {
  const { path } = stack.use(await dataFolder());
  const databaseUrl = await testDatabaseUrl();
  const nats = program ? stack.use(await startNats(program)) : undefined;
  const urls: string[] = [];
  const starts: { service: string; port: number; environment: Record<string, string> }[] = [];
  for (const service of SERVICES) {
    const port = await freePort();
    const gateway = stack.use(await tcpProxy(() => port));
    const database = await throughLine(databaseUrl);
    const broker = nats && (await throughLine(nats.url));
    lines.set(service, { gateway, database: database.line, broker: broker?.line });
    urls.push(`${service}=http://127.0.0.1:${gateway.port}/graphql`);
    starts.push({ service, port, environment: { DATABASE_URL: database.url, ...(broker && { BUS_URL: broker.url }) } });
  }
  starts.push({ service: 'gateway', port: await freePort(), environment: { DATABASE_URL: databaseUrl } });
  const started = await Promise.all(
    starts.map(async ({ service, port, environment }) => {
      const child = await spawnPlatform(['serve', service, '--port', String(port), '--data', path], {
        ...environment,
        SUBGRAPH_URLS: urls.join(','),
      });
      stack.defer(async () => void child.kill('SIGKILL'));
      return awaitReady(child, port, path);
    }),
  );
  record = books(
    databaseUrl,
    started.map(({ baseUrl }) => baseUrl),
  );
  return started.at(-1)!;
}

beforeAll(async () => {
  stack = new AsyncDisposableStack();
  const gateway = await start();
  world = stack.use(await openWorld(gateway));
  ledger = traffic(world);
}, 240_000);
afterAll(async () => {
  writeTable('2-lines', rows);
  process.stdout.write(`\n${tableOf(rows)}\n`);
  await ledger?.end();
  await stack.disposeAsync();
}, 60_000);

/** Cuts them for two seconds while payments flow, and writes the row: the time is from the end of the cut. */
async function cut(fault: string, which: readonly TcpProxy[]): Promise<void> {
  await ledger.begin();
  for (const line of which) line.cut();
  // Waits by time: the length of the cut is what is tested.
  await clock.sleep(CUT_MS);
  for (const line of which) line.restore();
  const since = clock.monotonic();
  await ledger.flow(1);
  const recoveryMs = Math.round(clock.monotonic() - since);
  await ledger.end();
  await ledger.repeatInDoubt();
  await record.settled();
  const row = {
    fault,
    where: 'while payments flow, one process for each service',
    recoveryMs,
    accepted: ledger.accepted.length,
    lost: (await record.lost(ledger.accepted)).length,
    bookedTwice: await record.bookedTwice(),
  };
  rows.push(row);
  expect(row).toMatchObject({ lost: 0, bookedTwice: 0 });
  expect(recoveryMs).toBeLessThan(RECOVERY_MS);
}

describe('a line that is cut for two seconds', () => {
  it.each(SERVICES)('between the gateway and %s', async (service) => {
    await cut(`the line between gateway and ${service}, for two seconds`, [lines.get(service)!.gateway]);
  });

  it.each(['notices', 'payments', 'receipts'] as const)('between %s and the database', async (service) => {
    await cut(`the line between ${service} and the database, for two seconds`, [lines.get(service)!.database]);
  });

  it('between all services and the database', async () => {
    await cut(
      'the lines of all services to the database, for two seconds',
      [...lines.values()].map(({ database }) => database),
    );
  });

  it.runIf(program)('between all services and the broker', async () => {
    await cut(
      'the lines of all services to the broker, for two seconds',
      [...lines.values()].flatMap(({ broker }) => (broker ? [broker] : [])),
    );
  });
});
