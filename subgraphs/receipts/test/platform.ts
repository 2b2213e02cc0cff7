/** The receipts subgraph hosted on a fresh database, beside three services that state what the test says: onboarding, notices and payments. */
import type { Principal } from '@nodo-aperto/kernel/auth';
import type { Database } from '@nodo-aperto/kernel/database';
import {
  apiKeyHash,
  type DirectoryData,
  type DirectoryKind,
  parentOf,
  routeCodeOf,
  type Route,
  type Settings,
  DEFAULT_SETTINGS,
} from '@nodo-aperto/kernel/directory';
import type { EventContract, Outbox, PlatformEvent, StreamName } from '@nodo-aperto/kernel/events';
import { createHttpService } from '@nodo-aperto/kernel/http';
import type { JobRun } from '@nodo-aperto/kernel/jobs';
import { cryptographicStream } from '@nodo-aperto/kernel/random';
import { type HostedSubgraph, type Hosting, hostSubgraphs, type SubgraphDefinition } from '@nodo-aperto/kernel/subgraph';
import { testDatabaseUrl, testLogger, until } from '@nodo-aperto/kernel/testing';
import { type AdjustableClock, adjustableClock, toIso } from '@nodo-aperto/kernel/time';
import {
  type DirectoryChange,
  directoryEntryChanged,
  paymentBooked,
  type PaymentSnapshot,
  type ReceiptSnapshot,
  standInEntered,
  standInLeft,
} from '@nodo-aperto/schema/events';
import { type ExecutionResult, graphql, parse, subscribe } from 'graphql';
import { receipts } from '../src/index.ts';
import { BROKER, bookedPayment, COMUNE, PSP } from './samples.ts';

const DEADLINE_MS = 20_000;
const FAR = Number.MAX_SAFE_INTEGER;

export const OPERATOR: Principal = { subject: 'operator', role: 'OPERATOR', expiresAt: FAR };
export const creditor = (tenant: string): Principal => ({ subject: tenant, role: 'EC', tenant, expiresAt: FAR });
export const partner = (tenant: string): Principal => ({ subject: tenant, role: 'PARTNER', tenant, expiresAt: FAR });
export const psp = (tenant: string): Principal => ({ subject: tenant, role: 'PSP', tenant, expiresAt: FAR });
export const citizen = (fiscalCode: string): Principal => ({ subject: fiscalCode, role: 'CITIZEN', fiscalCode, expiresAt: FAR });

export interface Answer<Data> {
  data: Data | null | undefined;
  errors: { message: string; code: unknown; extensions: Record<string, unknown> }[];
}

/** What tests ask of a recipient. */
export interface RecipientView {
  creditorFiscalCode: string;
  station: { code: string };
  status: string;
  attempts: number;
  nextAttemptAt: string | null;
  lastError: string | null;
  exhausted: boolean;
  waitingFor: string | null;
  history: { status: string; attempt: number; error: string | null; duplicate: boolean }[] | null;
}

export interface TestPlatform {
  readonly clock: AdjustableClock;
  readonly hosting: Hosting;
  readonly hosted: HostedSubgraph;
  /** Base URL of the edges. */
  readonly base: string;
  readonly databaseUrl: string;
  /** Puts an entry into the directory and waits until it is known; `wait: false`: does not. */
  directory<Kind extends DirectoryKind>(kind: Kind, code: string, data: DirectoryData[Kind], options?: { wait: boolean }): Promise<void>;
  settings(changes: Partial<Settings>): Promise<void>;
  creditorInstitution(fiscalCode: string, name: string): Promise<void>;
  station(code: string, endpoint: string, more?: Partial<DirectoryData['station']>): Promise<void>;
  route(route: Pick<Route, 'creditorInstitution' | 'station'> & Partial<Route>): Promise<void>;
  apiKey(key: string, party: string, products: string[]): Promise<void>;
  /** States that payments were booked, in one transaction, and waits until their receipts are made. */
  book(...payments: PaymentSnapshot[]): Promise<void>;
  standIn(what: 'ENTERED' | 'LEFT', stationCode: string): Promise<void>;
  /** States facts without waiting. */
  state<Data>(contract: EventContract<string, Data>, ...data: Data[]): Promise<void>;
  /** Lets time pass, and what is then due run. */
  advance(milliseconds: number): Promise<void>;
  /** The job RECEIPT_DELIVERY, as an operator starts it. */
  deliver(): Promise<JobRun>;
  ask<Data = Record<string, never>>(
    principal: Principal | undefined,
    source: string,
    variables?: Record<string, unknown>,
  ): Promise<Answer<Data>>;
  follow(principal: Principal, source: string, variables?: Record<string, unknown>): Promise<AsyncIterableIterator<ExecutionResult>>;
  /** The recipients of a receipt, as an operator sees them. */
  recipients(receiptId: string): Promise<RecipientView[]>;
  /** Waits until the first recipient is in the state. */
  reaches(receiptId: string, status: string): Promise<RecipientView>;
  /** The facts stated about a receipt, in their order. */
  facts(receiptId: string): Promise<(PlatformEvent & { data: ReceiptSnapshot })[]>;
  stop(): Promise<void>;
}

/** A service that states what the test says. */
export function speaker(name: StreamName, host: (speaker: { outbox: Outbox; database: Database }) => void): SubgraphDefinition {
  return {
    name,
    describes: 'States what the test says.',
    entities: [],
    migrations: [],
    publishes: [],
    // The schema is not asked for anything.
    graphql: async () => ({ schema: (await receipts.graphql()).schema, sdl: '' }),
    start: async ({ outbox, database }) => {
      host({ outbox, database });
      return { services: {}, consumers: [], jobs: [], tasks: [], edges: [] };
    },
  };
}

/** @param options.databaseUrl the database of an earlier platform, to go on with it */
export async function startPlatform(options: { databaseUrl?: string; aheadMs?: number } = {}): Promise<TestPlatform> {
  const clock = adjustableClock();
  if (options.aheadMs) clock.advance(options.aheadMs);
  const log = testLogger();
  const speakers = new Map<string, { outbox: Outbox; database: Database }>();
  const others = (['onboarding', 'notices', 'payments'] as const).map((name) => speaker(name, (each) => speakers.set(name, each)));
  const databaseUrl = options.databaseUrl ?? (await testDatabaseUrl());
  const hosting = await hostSubgraphs([...others, receipts], {
    databaseUrl,
    clock,
    testClock: clock,
    log,
    random: () => cryptographicStream(),
    options: { allowPrivateEndpoints: true },
  });
  const hosted = hosting.subgraphs.find(({ name }) => name === 'receipts')!;
  const http = createHttpService({ log, random: cryptographicStream() });
  for (const edge of hosted.edges) await edge.register(http.app);
  const port = await http.listen({ host: '127.0.0.1', port: 0 });
  const contextFor = (principal: Principal | undefined) => hosted.context(principal, { id: 'test-request' });

  const state: TestPlatform['state'] = async (contract, ...data) => {
    const { outbox, database } = speakers.get(contract.source)!;
    await database.transaction((transaction) => outbox.appendMany(transaction, contract, data));
  };
  const settled = async (): Promise<void> => {
    await hosting.bus.settled(DEADLINE_MS);
    await hosting.jobs.settled(DEADLINE_MS);
    await hosting.bus.settled(DEADLINE_MS);
  };
  const revisions = new Map<string, number>();
  const nextRevision = (key: string): number => {
    const revision = (revisions.get(key) ?? 0) + 1;
    revisions.set(key, revision);
    return revision;
  };
  const directory: TestPlatform['directory'] = async (kind, code, data, { wait } = { wait: true }) => {
    const parent = parentOf(kind, data);
    const entry = { kind, code, ...(parent !== undefined && { parent }), revision: nextRevision(`${kind}/${code}`), deleted: false };
    await state(directoryEntryChanged, { ...entry, validFrom: '2026-01-01T00:00:00.000Z', data } as DirectoryChange);
    if (wait) await hosting.bus.settled(DEADLINE_MS);
  };
  const ask: TestPlatform['ask'] = async <Data>(
    principal: Principal | undefined,
    source: string,
    variableValues?: Record<string, unknown>,
  ) => {
    const { data, errors = [] } = await graphql({ schema: hosted.schema, source, variableValues, contextValue: contextFor(principal) });
    return {
      data: data as Data | null | undefined,
      errors: errors.map(({ message, extensions }) => ({ message, code: extensions['code'], extensions })),
    };
  };
  const recipients: TestPlatform['recipients'] = async (receiptId) => {
    const { data, errors } = await ask<{ receipt: { recipients: RecipientView[] } | null }>(
      OPERATOR,
      `query ($id: ID!) { receipt(id: $id) { recipients { creditorFiscalCode station { code } status attempts nextAttemptAt lastError exhausted
        waitingFor history { status attempt error duplicate } } } }`,
      { id: receiptId },
    );
    if (!data?.receipt) throw new Error(`there is no receipt ${receiptId} (${JSON.stringify(errors)})`);
    return data.receipt.recipients;
  };
  return {
    clock,
    hosting,
    hosted,
    base: `http://127.0.0.1:${port}`,
    databaseUrl,
    directory,
    settings: (changes) => directory('settings', 'platform', { ...DEFAULT_SETTINGS, ...changes }),
    creditorInstitution: (fiscalCode, name) => directory('creditorInstitution', fiscalCode, { fiscalCode, name, enabled: true, ibans: [] }),
    station: (code, endpoint, more = {}) => directory('station', code, { ...stationEntry(code, endpoint), ...more }),
    route: (given) => {
      const route = { auxDigit: 3, segregationCode: '02', broadcast: false, aca: true, standIn: true, ...given };
      return directory('route', routeCodeOf(route), route);
    },
    apiKey: (key, party, products) => directory('apiKey', apiKeyHash(key), { hash: apiKeyHash(key), party, products }),
    state,
    async book(...payments) {
      await state(paymentBooked, ...payments);
      await hosting.bus.settled(DEADLINE_MS);
    },
    async standIn(what, stationCode) {
      const revision = nextRevision(`stand-in/${stationCode}`);
      const fact = {
        stationCode,
        brokerCode: BROKER,
        creditors: [COMUNE],
        reason: `${what} for the test`,
        at: toIso(clock.now()),
        revision,
      };
      await state(what === 'ENTERED' ? standInEntered : standInLeft, fact);
      await hosting.bus.settled(DEADLINE_MS);
    },
    async advance(milliseconds) {
      clock.advance(milliseconds);
      await hosting.jobs.wake();
      await settled();
    },
    async deliver() {
      const run = await hosting.jobs.runNow('RECEIPT_DELIVERY', { deadlineMs: DEADLINE_MS });
      await hosting.bus.settled(DEADLINE_MS);
      return run;
    },
    ask,
    async follow(principal, source, variableValues) {
      const result = await subscribe({
        schema: hosted.schema,
        document: parse(source),
        variableValues,
        contextValue: contextFor(principal),
      });
      if (!(Symbol.asyncIterator in result)) throw new Error(JSON.stringify(result.errors));
      return result as AsyncIterableIterator<ExecutionResult>;
    },
    recipients,
    reaches: (receiptId, status) =>
      until(
        async () => {
          const [first] = await recipients(receiptId);
          if (first?.status !== status) throw new Error(`it is ${JSON.stringify(first)}`);
          return first;
        },
        { what: `receipt ${receiptId} to be ${status}` },
      ),
    async facts(receiptId) {
      await hosting.bus.settled(DEADLINE_MS);
      const { events } = await hosting.bus.stream('receipts').read({ after: 0n, first: 1_000, subject: receiptId });
      return events as (PlatformEvent & { data: ReceiptSnapshot })[];
    },
    async stop() {
      await http.close();
      await hosting.stop();
    },
  };
}

export function stationEntry(code: string, endpoint: string): DirectoryData['station'] {
  const flags = { enabled: true, standInFlag: false, paymentOptions: false };
  return { code, broker: BROKER, primitiveVersion: 2, endpoint, password: 'pwdpwdpwd', ...flags };
}

/** A creditor with a station, in the directory. */
export async function settle(
  platform: TestPlatform,
  code: string,
  endpoint: string,
  more: Partial<DirectoryData['station']> = {},
): Promise<void> {
  await platform.creditorInstitution(COMUNE, 'Comune di Prova');
  await platform.directory('psp', PSP, { code: PSP, name: 'Banca di Prova', fiscalCode: PSP, enabled: true });
  await platform.station(code, endpoint, more);
}

let tokens = 0;

/** A token that no other payment of the run has. */
export function freshToken(): string {
  tokens += 1;
  return `${cryptographicStream().hex(24)}${String(tokens).padStart(8, '0')}`;
}

/** A booked payment of its own at a station. */
export function paymentAt(stationCode: string, changes: Partial<PaymentSnapshot> = {}): PaymentSnapshot {
  return bookedPayment({ paymentToken: freshToken(), stationCode, ...changes });
}
