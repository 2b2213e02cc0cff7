/** The reporting subgraph on a database of its own, with the streams of onboarding and payments beside it. */
import type { Principal } from '@nodo-aperto/kernel/auth';
import { type Database, openDatabase } from '@nodo-aperto/kernel/database';
import { apiKeyHash, type DirectoryChange, parentOf } from '@nodo-aperto/kernel/directory';
import { eventsMigrations } from '@nodo-aperto/kernel/events';
import { createHttpService } from '@nodo-aperto/kernel/http';
import { type Hosting, hostSubgraphs } from '@nodo-aperto/kernel/subgraph';
import { cryptographicStream } from '@nodo-aperto/kernel/random';
import { testDatabaseUrl, testLogger } from '@nodo-aperto/kernel/testing';
import { type AdjustableClock, adjustableClock, toIso } from '@nodo-aperto/kernel/time';
import { directoryEntryChanged, paymentBooked, type PaymentSnapshot } from '@nodo-aperto/schema/events';
import { type ExecutionResult, graphql, parse, subscribe } from 'graphql';
import { reporting } from '../src/index.ts';

export const PSP = '60000000001';
export const OTHER_PSP = '60000000002';
export const DISABLED_PSP = '60000000003';
export const CREDITOR = '77777777777';
export const OTHER_CREDITOR = '66666666666';
export const BROKER = '60000000009';
export const CHANNEL = `${BROKER}_01`;

const principal = (role: Principal['role'], tenant?: string): Principal => ({
  subject: `${role} ${tenant}`,
  role,
  ...(tenant && { tenant }),
  expiresAt: Number.MAX_SAFE_INTEGER,
});
export const asPsp = principal('PSP', PSP);
export const asOtherPsp = principal('PSP', OTHER_PSP);
export const asCreditor = principal('EC', CREDITOR);
export const asOtherCreditor = principal('EC', OTHER_CREDITOR);
export const asOperator = principal('OPERATOR');
export const asPartner = principal('PARTNER', BROKER);

export type Answer = { data?: Record<string, unknown> | null; errors?: ExecutionResult['errors'] };

export interface Fixture {
  hosting: Hosting;
  clock: AdjustableClock;
  /** The reporting schema, for looking at rows. */
  database: Database;
  /** Address of the REST edges. */
  base: string;
  /** Runs an operation in the subgraph. */
  run(caller: Principal | undefined, source: string, variables?: Record<string, unknown>): Promise<Answer>;
  /** Begins a subscription in the subgraph. */
  follow(caller: Principal | undefined, source: string): Promise<AsyncIterableIterator<Answer>>;
  /** States payments as booked, and waits until they have arrived. */
  book(...payments: PaymentSnapshot[]): Promise<void>;
  /** Puts a creditors' broker into the directory. */
  stateCreditorBroker(code: string): Promise<void>;
  /** Waits until everything stated has arrived everywhere. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

export async function startFixture(): Promise<Fixture> {
  const url = await testDatabaseUrl();
  const clock = adjustableClock();
  const log = testLogger();
  const open = (schema: string) => openDatabase({ url, schema, entities: [], migrations: eventsMigrations, log, clock, poolSize: 2 });
  const onboarding = await open('onboarding');
  const payments = await open('payments');
  const hosting = await hostSubgraphs([reporting], {
    databaseUrl: url,
    clock,
    log,
    random: () => cryptographicStream(),
    options: { allowPrivateEndpoints: true },
  });
  const database = await openDatabase({ url, schema: 'reporting', entities: [], migrations: [], log, clock, poolSize: 2 });
  const [subgraph] = hosting.subgraphs;
  if (!subgraph) throw new Error('nothing is hosted');
  const contextOf = (caller: Principal | undefined) => subgraph.context(caller, { id: 'request-1' });
  await stateDirectory(hosting, onboarding, clock);
  await hosting.bus.settled(10_000);
  const http = createHttpService({ log, random: cryptographicStream() });
  for (const edge of subgraph.edges) await edge.register(http.app);
  const port = await http.listen({ host: '127.0.0.1', port: 0 });
  return {
    hosting,
    base: `http://127.0.0.1:${port}`,
    clock,
    database,
    run: async (caller, source, variableValues) =>
      (await graphql({ schema: subgraph.schema, source, variableValues, contextValue: contextOf(caller) })) as Answer,
    async follow(caller, source) {
      const events = await subscribe({ schema: subgraph.schema, document: parse(source), contextValue: contextOf(caller) });
      if (!(Symbol.asyncIterator in events)) throw new Error(JSON.stringify(events));
      return events as AsyncIterableIterator<Answer>;
    },
    async book(...booked) {
      await payments.transaction((tx) => hosting.bus.outbox(payments).appendMany(tx, paymentBooked, booked));
      await hosting.bus.settled(10_000);
    },
    async stateCreditorBroker(code) {
      const data = { code, name: `Intermediario ${code}`, enabled: true, extendedFaultBean: false };
      const change = { kind: 'creditorBroker', code, data, revision: 1, deleted: false, validFrom: toIso(clock.now()) } as DirectoryChange;
      await onboarding.transaction((tx) => hosting.bus.outbox(onboarding).append(tx, directoryEntryChanged, change));
      await hosting.bus.settled(10_000);
    },
    settled: async () => {
      await hosting.jobs.settled(10_000);
      await hosting.bus.settled(10_000);
    },
    async stop() {
      await http.close();
      await hosting.stop();
      await Promise.all([onboarding.close(), payments.close(), database.close()]);
    },
  };
}

async function stateDirectory(hosting: Hosting, onboarding: Database, clock: AdjustableClock): Promise<void> {
  const psp = (code: string, enabled = true) => ({
    kind: 'psp' as const,
    code,
    data: { code, name: `Banca ${code}`, fiscalCode: code, enabled },
  });
  const creditor = (fiscalCode: string, enabled = true) => ({
    kind: 'creditorInstitution' as const,
    code: fiscalCode,
    data: { fiscalCode, name: `Comune ${fiscalCode}`, enabled, ibans: [] },
  });
  const broker = (code: string, enabled = true) => ({
    kind: 'pspBroker' as const,
    code,
    data: { code, name: `Intermediario ${code}`, enabled, extendedFaultBean: false },
  });
  const apiKey = (key: string, party: string, ...products: string[]) => ({
    kind: 'apiKey' as const,
    code: apiKeyHash(key),
    data: { hash: apiKeyHash(key), party, products },
  });
  const channel = (code: string, of: string, psps: string[], enabled = true) => ({
    kind: 'channel' as const,
    code,
    data: { code, broker: of, psps, password: 'pwdpwdpwd', enabled, paymentModel: 'ATTIVATO_PRESSO_PSP', standInFlag: true },
  });
  const entries = [
    psp(PSP),
    psp(OTHER_PSP),
    psp(DISABLED_PSP, false),
    creditor(CREDITOR),
    creditor(OTHER_CREDITOR),
    creditor('55555555555', false),
    broker(BROKER),
    broker('60000000008', false),
    channel(CHANNEL, BROKER, [PSP, OTHER_PSP]),
    channel(`${BROKER}_02`, BROKER, [PSP], false),
    channel(`${BROKER}_03`, BROKER, [OTHER_PSP]),
    channel('60000000007_01', '60000000007', [PSP]),
    apiKey('key-psp', PSP, 'fdrpsp'),
    apiKey('key-disabled-psp', DISABLED_PSP, 'fdrpsp'),
    apiKey('key-psp-broker', BROKER, 'fdrpsp'),
    apiKey('key-other-product', PSP, 'options'),
    apiKey('key-creditor', CREDITOR, 'fdrorg'),
    apiKey('key-other-creditor', OTHER_CREDITOR, 'fdrorg'),
    apiKey('key-creditor-broker', '66666666660', 'fdrorg'),
    {
      kind: 'station' as const,
      code: '66666666660_01',
      data: {
        code: '66666666660_01',
        broker: '66666666660',
        enabled: true,
        primitiveVersion: 2 as const,
        endpoint: 'http://127.0.0.1:1/pa-for-node',
        password: 'pwdpwdpwd',
        standInFlag: true,
        paymentOptions: false,
      },
    },
    {
      kind: 'route' as const,
      code: 'route-1',
      data: {
        creditorInstitution: CREDITOR,
        station: '66666666660_01',
        auxDigit: 3,
        segregationCode: '02',
        broadcast: false,
        aca: true,
        standIn: true,
      },
    },
  ];
  const changes = entries.map((entry) => {
    const parent = parentOf(entry.kind, entry.data as never);
    return { ...entry, ...(parent && { parent }), revision: 1, deleted: false, validFrom: toIso(clock.now()) } as DirectoryChange;
  });
  await onboarding.transaction((tx) => hosting.bus.outbox(onboarding).appendMany(tx, directoryEntryChanged, changes));
}

/** A booked payment of one transfer, unless told otherwise. */
export function booked(paymentToken: string, more: Partial<PaymentSnapshot> = {}): PaymentSnapshot {
  const amount = more.amount ?? 1_000;
  return {
    paymentToken,
    creditorFiscalCode: CREDITOR,
    creditorName: 'Comune di Prova',
    noticeNumber: '302000000000000001',
    iuv: `iuv-${paymentToken}`,
    amount,
    description: 'Tassa',
    debtor: { type: 'F', fiscalCode: 'RSSMRA80A01H501U', fullName: 'Mario Rossi' },
    transfers: [transfer(1, amount, more.creditorFiscalCode ?? CREDITOR)],
    pspCode: PSP,
    pspName: 'Banca di Prova',
    pspBrokerCode: BROKER,
    channelCode: CHANNEL,
    creditorBrokerCode: CREDITOR,
    stationCode: `${CREDITOR}_01`,
    standIn: false,
    status: 'PAID',
    activatedAt: '2026-03-02T09:00:00.000Z',
    expiresAt: '2026-03-02T09:30:00.000Z',
    outcomeAt: '2026-03-02T09:05:00.000Z',
    outcome: 'OK',
    late: false,
    revision: 2,
    ...more,
  };
}

export function transfer(idTransfer: number, amount: number, creditorFiscalCode = CREDITOR): PaymentSnapshot['transfers'][number] {
  return {
    idTransfer,
    amount,
    creditorFiscalCode,
    iban: 'IT60X0542811101000000123456',
    remittanceInformation: 'Tassa',
    transferCategory: '9/0101100IM/',
  };
}
