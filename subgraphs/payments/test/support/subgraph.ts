/** The payments subgraph on a database of its own, with a creditor and a clock that can be moved. */
import {
  directoryMigrations,
  type DirectoryData,
  type DirectoryKind,
  DIRECTORY_ENTRY_CHANGED,
  parentOf,
  type Settings,
} from '@nodo-aperto/kernel/directory';
import type { Principal, Role } from '@nodo-aperto/kernel/auth';
import {
  type Bus,
  type ConsumerDefinition,
  eventsMigrations,
  type EventContract,
  type PlatformEvent,
  postgresBus,
} from '@nodo-aperto/kernel/events';
import { Loaders } from '@nodo-aperto/kernel/graphql';
import { makeNoticeNumber } from '@nodo-aperto/kernel/identifiers';
import { createMetrics } from '@nodo-aperto/kernel/metrics';
import { cryptographicStream, seededStreams } from '@nodo-aperto/kernel/random';
import type { Edge, HostOptions, RunningSubgraph } from '@nodo-aperto/kernel/subgraph';
import { testDatabase, type TestDatabase, testLogger } from '@nodo-aperto/kernel/testing';
import { type AdjustableClock, adjustableClock, DAY, toIso, toLocalDate } from '@nodo-aperto/kernel/time';
import {
  noticeChanged,
  type NoticeSnapshot,
  type ReceiptSnapshot,
  receiptCompleted,
  receiptCreated,
  receiptSent,
} from '@nodo-aperto/schema/events';
import { type ExecutionResult, graphql, type GraphQLSchema, parse, subscribe } from 'graphql';
import type { PaymentsServices } from '../../src/graphql/context.ts';
import { payments } from '../../src/index.ts';
import { type Creditor, startCreditor } from './creditor.ts';
import { CREDITOR, IBAN, population } from './parties.ts';

export interface TestSubgraph extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly bus: Bus;
  readonly clock: AdjustableClock;
  readonly creditor: Creditor;
  readonly services: PaymentsServices;
  /** The wire primitives that it answers. */
  readonly edges: readonly Edge[];
  /** A notice number that nobody has used, served by the given segregation code ("02": version 2, "03": version 1). */
  newNotice(segregationCode?: string): string;
  /** Changes an entry of the directory. */
  put<Kind extends DirectoryKind>(kind: Kind, code: string, data: DirectoryData[Kind], options?: { deleted?: boolean }): Promise<void>;
  settings(change: Partial<Settings>): Promise<void>;
  /** Loads a notice in ACA; its own fields win. */
  load(noticeNumber: string, change?: Partial<NoticeSnapshot>): Promise<void>;
  /** Tells of the receipt of a payment. */
  receipt(fact: 'created' | 'sent' | 'completed', paymentToken: string): Promise<void>;
  job(name: string): Promise<number>;
  query<Data = Record<string, unknown>>(
    principal: Principal | undefined,
    document: string,
    variables?: Record<string, unknown>,
  ): Promise<Data>;
  execute(principal: Principal | undefined, document: string, variables?: Record<string, unknown>): Promise<ExecutionResult>;
  subscribe(
    principal: Principal | undefined,
    document: string,
    variables?: Record<string, unknown>,
  ): Promise<AsyncIterableIterator<ExecutionResult>>;
}

export function caller(role: Role, tenant?: string): Principal {
  const who = role === 'CITIZEN' ? { fiscalCode: tenant } : { tenant };
  return { subject: `${role}-${tenant ?? 'all'}`, role, ...who, expiresAt: Number.MAX_SAFE_INTEGER };
}

export async function startSubgraph(
  options: { settings?: Partial<Settings>; stationTls?: HostOptions['stationTls']; allowPrivateEndpoints?: boolean } = {},
): Promise<TestSubgraph> {
  const clock = adjustableClock();
  const log = testLogger();
  const creditor = await startCreditor();
  const database = await testDatabase({
    schema: 'payments',
    entities: payments.entities,
    migrations: [...eventsMigrations, ...directoryMigrations, ...payments.migrations],
    clock,
    poolSize: 16,
  });
  const bus = postgresBus({ database, clock, log });
  const { schema } = await payments.graphql();
  const running = await payments.start({
    database,
    reading: database,
    bus,
    outbox: bus.outbox(database),
    stream: bus.stream('payments'),
    jobs: undefined as never,
    clock,
    testClock: clock,
    log,
    metrics: createMetrics('payments'),
    random: () => cryptographicStream(),
    options: {
      allowPrivateEndpoints: options.allowPrivateEndpoints ?? true,
      ...(options.stationTls && { stationTls: options.stationTls }),
    },
  });
  const subgraph = new Running(clock, creditor, database, bus, schema, running);
  for (const entry of population(creditor.endpoint)) await subgraph.put(entry.kind, entry.code, entry.data);
  await subgraph.settings({ creditorTimeoutMs: 20_000, ...options.settings });
  return subgraph;
}

class Running implements TestSubgraph {
  readonly clock: AdjustableClock;
  readonly creditor: Creditor;
  readonly database: TestDatabase;
  readonly bus: Bus;
  readonly services: PaymentsServices;
  readonly edges: readonly Edge[];
  readonly #schema: GraphQLSchema;
  readonly #running: RunningSubgraph;
  readonly #random = seededStreams('payments tests').stream('ids');
  readonly #revisions = new Map<string, number>();
  #settings: Partial<Settings> = {};
  #notices = 0;

  constructor(
    clock: AdjustableClock,
    creditor: Creditor,
    database: TestDatabase,
    bus: Bus,
    schema: GraphQLSchema,
    running: RunningSubgraph,
  ) {
    this.clock = clock;
    this.creditor = creditor;
    this.database = database;
    this.bus = bus;
    this.services = running.services as PaymentsServices;
    this.edges = running.edges;
    this.#schema = schema;
    this.#running = running;
  }

  newNotice(segregationCode = '02'): string {
    this.#notices += 1;
    return makeNoticeNumber({ auxDigit: 3, segregationCode, base: String(this.#notices) });
  }

  async put<Kind extends DirectoryKind>(kind: Kind, code: string, data: DirectoryData[Kind], { deleted = false } = {}): Promise<void> {
    const change = {
      kind,
      code,
      parent: parentOf(kind, data),
      revision: this.#next(`${kind}:${code}`),
      deleted,
      validFrom: toIso(this.clock.now()),
      data,
    };
    await this.#apply('payments.directory', {
      name: DIRECTORY_ENTRY_CHANGED.name,
      version: DIRECTORY_ENTRY_CHANGED.version,
      subject: code,
      data: change,
    });
  }

  async settings(change: Partial<Settings>): Promise<void> {
    this.#settings = { ...this.#settings, ...change };
    const current = await this.services.directory.settings();
    await this.put('settings', 'platform', { ...current, ...this.#settings });
  }

  async load(noticeNumber: string, change: Partial<NoticeSnapshot> = {}): Promise<void> {
    const now = this.clock.now();
    const notice: NoticeSnapshot = {
      creditorFiscalCode: CREDITOR,
      creditorName: 'Comune di Prova',
      noticeNumber,
      iuv: noticeNumber.slice(1),
      positionId: `IUPD-${noticeNumber}`,
      amount: 10_000,
      description: 'TARI 2026 in ACA',
      status: 'VALID',
      dueDate: toLocalDate(now + 30 * DAY),
      expirationDate: toIso(now + 30 * DAY),
      switchToExpired: true,
      payStandIn: true,
      aca: true,
      debtor: { type: 'F', fiscalCode: 'RSSMRA80A01H501U', fullName: 'Mario Rossi' },
      transfers: [
        {
          idTransfer: 1,
          amount: 10_000,
          creditorFiscalCode: CREDITOR,
          iban: IBAN,
          remittanceInformation: 'TARI 2026',
          transferCategory: '0101101IM',
        },
      ],
      createdAt: toIso(now),
      updatedAt: toIso(now),
      revision: this.#next(`notice:${noticeNumber}`),
      ...change,
    };
    await this.#apply('payments.notices', eventOf(noticeChanged, notice));
  }

  async receipt(fact: 'created' | 'sent' | 'completed', paymentToken: string): Promise<void> {
    const contract = { created: receiptCreated, sent: receiptSent, completed: receiptCompleted }[fact];
    const receipt: ReceiptSnapshot = {
      receiptId: paymentToken,
      paymentToken,
      creditorFiscalCode: CREDITOR,
      noticeNumber: '302000000000000177',
      iuv: '02000000000000177',
      amount: 12_345,
      pspCode: '60000000001',
      standIn: false,
      createdAt: toIso(this.clock.now()),
      recipients: [],
      revision: this.#next(`receipt:${paymentToken}`),
    };
    await this.#apply('payments.receipts', eventOf(contract, receipt));
  }

  async job(name: string): Promise<number> {
    const job = this.#running.jobs.find((each) => each.name === name);
    if (!job) throw new Error(`there is no job ${name}`);
    const { processed } = await job.run({ signal: new AbortController().signal, log: testLogger(), forced: true });
    return processed;
  }

  async query<Data>(principal: Principal | undefined, document: string, variables: Record<string, unknown> = {}): Promise<Data> {
    const { data, errors } = await this.execute(principal, document, variables);
    if (errors) throw errors[0];
    return data as Data;
  }

  async execute(principal: Principal | undefined, document: string, variables: Record<string, unknown> = {}): Promise<ExecutionResult> {
    const result = await graphql({
      schema: this.#schema,
      source: document,
      variableValues: variables,
      contextValue: this.#context(principal),
    });
    // As it goes over the wire: scalars written out, no undefined, no prototypes.
    return JSON.parse(JSON.stringify(result)) as ExecutionResult;
  }

  async subscribe(
    principal: Principal | undefined,
    document: string,
    variables: Record<string, unknown> = {},
  ): Promise<AsyncIterableIterator<ExecutionResult>> {
    const result = await subscribe({
      schema: this.#schema,
      document: parse(document),
      variableValues: variables,
      contextValue: this.#context(principal),
    });
    if (!(Symbol.asyncIterator in result)) throw (result as ExecutionResult).errors?.[0] ?? new Error('nothing was subscribed to');
    return result as AsyncIterableIterator<ExecutionResult>;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#running.stop?.();
    await this.bus.stop();
    await this.creditor[Symbol.asyncDispose]();
    await this.database.close();
  }

  #context(principal: Principal | undefined) {
    return { principal, request: { id: 'test' }, services: this.services, log: testLogger(), loaders: new Loaders() };
  }

  #next(key: string): number {
    const revision = (this.#revisions.get(key) ?? 0) + 1;
    this.#revisions.set(key, revision);
    return revision;
  }

  async #apply(consumer: string, event: Pick<PlatformEvent, 'name' | 'version' | 'subject' | 'data'>): Promise<void> {
    const definition = this.#running.consumers.find((each) => each.name === consumer) as ConsumerDefinition;
    const full: PlatformEvent = {
      id: this.#random.uuid(),
      specversion: '1.0',
      type: event.name,
      source: '/test',
      time: toIso(this.clock.now()),
      revision: 1,
      audience: [],
      position: 1n,
      ...event,
    };
    await this.database.transaction((transaction) => definition.handle(full, transaction));
  }
}

function eventOf<Data>(contract: EventContract<string, Data>, data: Data) {
  return { name: contract.name, version: contract.version, subject: contract.entityKey(data), data };
}
