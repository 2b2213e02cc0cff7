/**
 * Measures how fast the receipts of a station drain when it leaves Stand-In: deliveries a second over real HTTP, on an embedded PostgreSQL with
 * its production settings, and the CPU that each costs on both sides, which says more than the speed on a machine that others use as well.
 *
 *   npm run bench -- drain [RECEIPTS, 12000 by default: ten minutes of 20 payments a second; 72000 are an hour]
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, startEmbeddedPostgres } from '@nodo-aperto/kernel/database';
import type { DirectoryData, DirectoryKind } from '@nodo-aperto/kernel/directory';
import type { EventContract, Outbox, StreamName } from '@nodo-aperto/kernel/events';
import { createLogger } from '@nodo-aperto/kernel/logging';
import { cryptographicStream } from '@nodo-aperto/kernel/random';
import { hostSubgraphs, type SubgraphDefinition } from '@nodo-aperto/kernel/subgraph';
import { MINUTE, realClock, toIso } from '@nodo-aperto/kernel/time';
import { type DirectoryChange, directoryEntryChanged, paymentBooked, standInEntered, standInLeft } from '@nodo-aperto/schema/events';
import { receipts } from '../src/index.ts';
import { BROKER, bookedPayment, COMUNE, PSP, STATION } from '../test/samples.ts';

const CREDITOR_WORD = 'be-the-creditor';
const PER_TRANSACTION = 1_200;
const SETTLING_MS = 5 * MINUTE;
const clock = realClock();
const random = cryptographicStream();
const log = createLogger({ service: 'bench', level: 'error' });
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** The creditor's station, in a process of its own so that it takes no time from the platform: takes every receipt at once. */
function beCreditor(): void {
  const answer = `<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:paf="http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd"><soapenv:Body><paf:paSendRTV2Response><outcome>OK</outcome></paf:paSendRTV2Response></soapenv:Body></soapenv:Envelope>`;
  let taken = 0;
  const server = createServer((request, response) => {
    request.resume().once('end', () => {
      taken += 1;
      response.writeHead(200, { 'content-type': 'text/xml; charset=utf-8' }).end(answer);
    });
  });
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
  process.on('message', () => process.send?.(taken));
  process.on('disconnect', () => process.exit());
}

interface Voice {
  outbox: Outbox;
  database: Database;
}

/** In the place of another subgraph: states what the benchmark says. */
function speaker(name: StreamName, voices: Map<string, Voice>): SubgraphDefinition {
  return {
    name,
    describes: 'States facts of the benchmark.',
    entities: [],
    migrations: [],
    publishes: [],
    graphql: async () => ({ schema: (await receipts.graphql()).schema, sdl: '' }),
    start: async ({ outbox, database }) => {
      voices.set(name, { outbox, database });
      return { services: {}, consumers: [], jobs: [], tasks: [], edges: [] };
    },
  };
}

/** Milliseconds of CPU that the server's processes have had until now; undefined where it cannot be told. */
function serverMs(folder: string): number | undefined {
  if (!existsSync('/proc/self/stat')) return undefined;
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
  return ticks * 10;
}

async function measure(count: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'nodo-aperto-bench-'));
  await chmod(folder, 0o755);
  const server = await startEmbeddedPostgres({ folder: join(folder, 'pg'), log, clock });
  const creditor = fork(import.meta.filename, [CREDITOR_WORD]);
  const voices = new Map<string, Voice>();
  const [port] = (await once(creditor, 'message')) as [number];
  const others = (['onboarding', 'notices', 'payments'] as const).map((name) => speaker(name, voices));
  const hosting = await hostSubgraphs([...others, receipts], {
    databaseUrl: server.url,
    clock,
    log,
    random: () => random,
    options: { allowPrivateEndpoints: true },
  });
  const state = async <Data>(contract: EventContract<string, Data>, ...data: Data[]): Promise<void> => {
    const { outbox, database } = voices.get(contract.source)!;
    await database.transaction((transaction) => outbox.appendMany(transaction, contract, data));
    await hosting.bus.settled(SETTLING_MS);
  };
  const entry = <Kind extends DirectoryKind>(kind: Kind, code: string, data: DirectoryData[Kind]): Promise<void> =>
    state(directoryEntryChanged, {
      kind,
      code,
      ...(kind === 'station' && { parent: BROKER }),
      revision: 1,
      deleted: false,
      validFrom: '2026-01-01T00:00:00.000Z',
      data,
    } as DirectoryChange);
  const standIn = (revision: number) => {
    return { stationCode: STATION, brokerCode: BROKER, creditors: [COMUNE], reason: 'the benchmark', at: toIso(clock.now()), revision };
  };
  const delivered = async (): Promise<number> => {
    const said = once(creditor, 'message');
    creditor.send('how many?');
    return ((await said) as [number])[0];
  };
  try {
    await entry('creditorInstitution', COMUNE, { fiscalCode: COMUNE, name: 'Comune di Prova', enabled: true, ibans: [] });
    await entry('psp', PSP, { code: PSP, name: 'Banca di Prova', fiscalCode: PSP, enabled: true });
    await entry('station', STATION, {
      code: STATION,
      broker: BROKER,
      enabled: true,
      primitiveVersion: 2,
      endpoint: `http://127.0.0.1:${port}/pa-for-node`,
      password: 'pwdpwdpwd',
      standInFlag: false,
      paymentOptions: false,
    });
    await state(standInEntered, standIn(1));
    const made = clock.monotonic();
    for (let done = 0; done < count; done += PER_TRANSACTION) {
      const payments = Array.from({ length: Math.min(PER_TRANSACTION, count - done) }, () =>
        bookedPayment({ paymentToken: random.hex(32), standIn: true }),
      );
      await state(paymentBooked, ...payments);
    }
    say(`${count} receipts made while the station was in Stand-In: ${Math.round((count * 1_000) / (clock.monotonic() - made))} a second`);
    const [cpu, serverBefore, began] = [process.cpuUsage(), serverMs(join(folder, 'pg')), clock.monotonic()];
    await state(standInLeft, standIn(2));
    while ((await delivered()) < count) await clock.sleep(100);
    const seconds = (clock.monotonic() - began) / 1_000;
    const { user, system } = process.cpuUsage(cpu);
    const serverAfter = serverMs(join(folder, 'pg'));
    const ofServer =
      serverBefore === undefined || serverAfter === undefined
        ? ''
        : `, ${Math.round(((serverAfter - serverBefore) * 1_000) / count)} µs of PostgreSQL`;
    say(`delivered in ${seconds.toFixed(1)} s: ${Math.round(count / seconds)} a second`);
    say(`CPU for each: ${Math.round((user + system) / count)} µs of this process${ofServer}`);
  } finally {
    await hosting.stop();
    creditor.disconnect();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

if (process.argv[2] === CREDITOR_WORD) beCreditor();
else {
  const count = Number(process.argv[2] ?? 12_000);
  if (!Number.isInteger(count) || count < 1_000 || count > 1_000_000) throw new Error('RECEIPTS is a whole number from 1000 to 1000000');
  await measure(count);
}
