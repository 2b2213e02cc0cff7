/** The notices subgraph hosted on a fresh database, beside stand-ins for the subgraphs whose facts it reads. */
import type { Principal } from '@nodo-aperto/kernel/auth';
import type { Database } from '@nodo-aperto/kernel/database';
import { apiKeyHash, type DirectoryData, type DirectoryKind, parentOf } from '@nodo-aperto/kernel/directory';
import type { Bus, EventContract, Outbox, PlatformEvent, StreamName } from '@nodo-aperto/kernel/events';
import { createHttpService } from '@nodo-aperto/kernel/http';
import { cryptographicStream } from '@nodo-aperto/kernel/random';
import { type HostedSubgraph, hostSubgraphs, type SubgraphDefinition } from '@nodo-aperto/kernel/subgraph';
import { testDatabaseUrl, testLogger } from '@nodo-aperto/kernel/testing';
import { type AdjustableClock, adjustableClock, toIso } from '@nodo-aperto/kernel/time';
import { type DirectoryChange, directoryEntryChanged, type NoticeSnapshot, noticeSnapshot } from '@nodo-aperto/schema/events';
import { type ExecutionResult, graphql, parse, subscribe } from 'graphql';
import type { NoticesServices } from '../src/graphql/context.ts';
import { notices } from '../src/index.ts';

const DEADLINE_MS = 20_000;

/** A service that only states facts: what the test says. */
function speaker(name: StreamName, host: (outbox: Outbox, database: Database) => void): SubgraphDefinition {
  return {
    name,
    describes: 'States what the test says.',
    entities: [],
    migrations: [],
    publishes: [],
    // The schema is not asked for anything.
    graphql: async () => ({ schema: (await notices.graphql()).schema, sdl: '' }),
    start: async ({ outbox, database }) => {
      host(outbox, database);
      return { services: {}, consumers: [], jobs: [], tasks: [], edges: [] };
    },
  };
}

export interface TestPlatform {
  readonly clock: AdjustableClock;
  readonly bus: Bus;
  readonly hosted: HostedSubgraph;
  readonly services: NoticesServices;
  /** Base URL of the edges. */
  readonly base: string;
  /** States a fact of another subgraph and waits until it was dealt with. */
  state<Data>(contract: EventContract<string, Data>, ...data: Data[]): Promise<void>;
  /** Puts an entry into the directory. */
  directory<Kind extends DirectoryKind>(kind: Kind, code: string, data: DirectoryData[Kind]): Promise<void>;
  ask<Data = Record<string, never>>(
    principal: Principal | undefined,
    source: string,
    variables?: Record<string, unknown>,
  ): Promise<Answer<Data>>;
  follow(principal: Principal, source: string, variables?: Record<string, unknown>): Promise<AsyncIterableIterator<ExecutionResult>>;
  /** Position of the last fact that was stated by now. */
  head(): Promise<bigint>;
  /** The facts that the subgraph has stated, in their order. */
  stated(after?: bigint): Promise<(PlatformEvent & { data: NoticeSnapshot })[]>;
  stop(): Promise<void>;
}

export interface Answer<Data> {
  data: Data | null | undefined;
  errors: { message: string; code: unknown }[];
}

export async function startPlatform(): Promise<TestPlatform> {
  const clock = adjustableClock();
  const log = testLogger();
  const speakers = new Map<string, { outbox: Outbox; database: Database }>();
  const others = (['onboarding', 'payments', 'reporting'] as const).map((name) =>
    speaker(name, (outbox, database) => speakers.set(name, { outbox, database })),
  );
  // Recurrent work runs when a test says so, not beside it.
  const quiet: SubgraphDefinition = { ...notices, start: async (host) => ({ ...(await notices.start(host)), jobs: [] }) };
  const hosting = await hostSubgraphs([...others, quiet], {
    databaseUrl: await testDatabaseUrl(),
    clock,
    log,
    random: () => cryptographicStream(),
    options: { allowPrivateEndpoints: true },
  });
  const hosted = hosting.subgraphs.find(({ name }) => name === 'notices')!;
  const http = createHttpService({ log, random: cryptographicStream() });
  for (const edge of hosted.edges) await edge.register(http.app);
  const port = await http.listen({ host: '127.0.0.1', port: 0 });
  const contextFor = (principal: Principal | undefined) => hosted.context(principal, { id: 'test-request' });
  const services = contextFor(undefined).services as NoticesServices;

  const state: TestPlatform['state'] = async (contract, ...data) => {
    const { outbox, database } = speakers.get(contract.source)!;
    await database.transaction((transaction) => outbox.appendMany(transaction, contract, data));
    await hosting.bus.settled(DEADLINE_MS);
  };
  const revisions = new Map<string, number>();
  return {
    clock,
    bus: hosting.bus,
    hosted,
    services,
    base: `http://127.0.0.1:${port}`,
    state,
    async directory(kind, code, data) {
      const revision = (revisions.get(`${kind}/${code}`) ?? 0) + 1;
      revisions.set(`${kind}/${code}`, revision);
      const parent = parentOf(kind, data);
      const change = {
        kind,
        code,
        ...(parent !== undefined && { parent }),
        revision,
        deleted: false,
        validFrom: toIso(clock.now() - 1),
        data,
      };
      await state(directoryEntryChanged, change as DirectoryChange);
    },
    async ask<Data>(principal: Principal | undefined, source: string, variables?: Record<string, unknown>): Promise<Answer<Data>> {
      const { data, errors = [] } = await graphql({
        schema: hosted.schema,
        source,
        variableValues: variables,
        contextValue: contextFor(principal),
      });
      return {
        data: data as Data | null | undefined,
        errors: errors.map(({ message, extensions }) => ({ message, code: extensions['code'] })),
      };
    },
    async follow(principal, source, variables) {
      const result = await subscribe({
        schema: hosted.schema,
        document: parse(source),
        variableValues: variables,
        contextValue: contextFor(principal),
      });
      if (!(Symbol.asyncIterator in result)) throw new Error(result.errors?.[0]?.message ?? 'no subscription', { cause: result.errors });
      return result as AsyncIterableIterator<ExecutionResult>;
    },
    async head() {
      await hosting.bus.settled(DEADLINE_MS);
      return hosting.bus.stream('notices').head();
    },
    async stated(after = 0n) {
      await hosting.bus.settled(DEADLINE_MS);
      const found: (PlatformEvent & { data: NoticeSnapshot })[] = [];
      for (let position = after; ; ) {
        const page = await hosting.bus.stream('notices').read({ after: position, first: 1_000 });
        found.push(...page.events.map((event) => ({ ...event, data: noticeSnapshot.parse(event.data) })));
        if (!page.hasMore) return found;
        position = page.lastPosition;
      }
    },
    async stop() {
      await http.close();
      await hosting.stop();
    },
  };
}

export const CREDITOR = '77777777777';
export const OTHER_CREDITOR = '88888888888';
export const BROKER = '66666666666';
export const IBAN = 'IT60X0542811101000000123456';
export const DEBTOR_CODE = 'RSSMRA80A01H501U';

const expiresAt = Number.MAX_SAFE_INTEGER;
export const asCreditor: Principal = { subject: 'ec', role: 'EC', tenant: CREDITOR, expiresAt };
export const asOtherCreditor: Principal = { subject: 'ec2', role: 'EC', tenant: OTHER_CREDITOR, expiresAt };
export const asBroker: Principal = { subject: 'broker', role: 'PARTNER', tenant: BROKER, expiresAt };
export const asOtherBroker: Principal = { subject: 'broker2', role: 'PARTNER', tenant: '55555555555', expiresAt };
export const asPsp: Principal = { subject: 'psp', role: 'PSP', tenant: '60000000001', expiresAt };
export const asOperator: Principal = { subject: 'op', role: 'OPERATOR', expiresAt };
export const asDebtor: Principal = { subject: 'citizen', role: 'CITIZEN', fiscalCode: DEBTOR_CODE, expiresAt };
export const asStranger: Principal = { subject: 'citizen2', role: 'CITIZEN', fiscalCode: 'VRDNNA80A41H501W', expiresAt };

/** Two creditors on one broker's station, keys for a creditor, the broker and a PSP. */
export async function populate(platform: TestPlatform): Promise<void> {
  await platform.directory('creditorInstitution', CREDITOR, {
    fiscalCode: CREDITOR,
    name: 'Comune di Prova',
    enabled: true,
    ibans: [{ iban: IBAN, postal: false }],
  });
  await platform.directory('creditorInstitution', OTHER_CREDITOR, {
    fiscalCode: OTHER_CREDITOR,
    name: 'Provincia di Prova',
    enabled: true,
    ibans: [],
  });
  await platform.directory('creditorInstitution', '99999999999', {
    fiscalCode: '99999999999',
    name: 'Ente chiuso',
    enabled: false,
    ibans: [],
  });
  await platform.directory('station', `${BROKER}_01`, {
    code: `${BROKER}_01`,
    broker: BROKER,
    enabled: true,
    primitiveVersion: 2,
    endpoint: 'http://127.0.0.1:1/pa-for-node',
    password: 'pwdpwdpwd',
    standInFlag: true,
    paymentOptions: false,
  });
  const route = {
    creditorInstitution: CREDITOR,
    station: `${BROKER}_01`,
    auxDigit: 3,
    segregationCode: '47',
    broadcast: false,
    aca: true,
    standIn: true,
  };
  await platform.directory('route', `${CREDITOR}/${BROKER}_01/3/47`, route);
  const key = (text: string, party: string, products: string[]) =>
    platform.directory('apiKey', apiKeyHash(text), { hash: apiKeyHash(text), party, products });
  await key('key-creditor', CREDITOR, ['aca', 'gpd']);
  await key('key-broker', BROKER, ['aca']);
  await key('key-other', OTHER_CREDITOR, ['aca']);
  await key('key-psp', '60000000001', ['fdrpsp']);
}

/** An IUV of 17 digits, and the item that loads it. */
export const iuvOf = (number: number): string => `47${String(number).padStart(15, '0')}`;
export const noticeNumberOf = (number: number): string => `3${iuvOf(number)}`;

export function anItem(number: number, overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    creditorFiscalCode: CREDITOR,
    debtorType: 'F',
    debtorFiscalCode: DEBTOR_CODE,
    debtorFullName: 'Mario Rossi',
    iuv: iuvOf(number),
    amount: 10_000,
    description: 'TARI 2026',
    expirationDate: '2099-12-31T23:59:59',
    ...overrides,
  };
}
