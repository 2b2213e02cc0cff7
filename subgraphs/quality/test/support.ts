/** A quality subgraph of its own, fed with facts that the tests state in the place of payments, reporting and onboarding. */
import type { Principal } from '@nodo-aperto/kernel/auth';
import { type Database, openDatabase } from '@nodo-aperto/kernel/database';
import { parentOf } from '@nodo-aperto/kernel/directory';
import { type EventContract, eventsMigrations } from '@nodo-aperto/kernel/events';
import { cryptographicStream } from '@nodo-aperto/kernel/random';
import { type Hosting, hostSubgraphs } from '@nodo-aperto/kernel/subgraph';
import { testDatabaseUrl, testLogger } from '@nodo-aperto/kernel/testing';
import { type ManualClock, manualClock, parseInstant, toIso } from '@nodo-aperto/kernel/time';
import {
  type DirectoryChange,
  directoryEntryChanged,
  flowPaymentsReported,
  flowPublished,
  type PaymentSnapshot,
} from '@nodo-aperto/schema/events';
import { graphql } from 'graphql';
import { quality } from '../src/index.ts';

export const at = (text: string): number => parseInstant(text)!;
export const PSP = '60000000001';
export const OTHER_PSP = '60000000002';
export const CREDITOR = '77777777777';
export const OPERATOR: Principal = { subject: 'o', role: 'OPERATOR', expiresAt: Number.MAX_SAFE_INTEGER };
export const pspCaller = (tenant: string): Principal => ({ subject: tenant, role: 'PSP', tenant, expiresAt: Number.MAX_SAFE_INTEGER });

export interface Answer<Data> {
  data?: Data | null;
  errors?: readonly { message: string; extensions: { code?: unknown } }[];
}

export interface Quality extends AsyncDisposable {
  readonly clock: ManualClock;
  readonly hosting: Hosting;
  /** The subgraph's own schema. */
  readonly database: Database;
  state<Data>(contract: EventContract<string, Data>, ...facts: Data[]): Promise<void>;
  /** Makes directory entries known. */
  know(...entries: Pick<DirectoryChange, 'kind' | 'code' | 'data'>[]): Promise<void>;
  settled(): Promise<void>;
  run<Data>(source: string, principal?: Principal, variables?: Record<string, unknown>): Promise<Answer<Data>>;
  /** Runs a job to its end. */
  job(name: string): Promise<{ state: string; processed: number; detail?: string; error?: string }>;
}

export async function openQuality(start: string): Promise<Quality> {
  const clock = manualClock(at(start));
  const log = testLogger();
  const databaseUrl = await testDatabaseUrl();
  const hosting = await hostSubgraphs([quality], {
    databaseUrl,
    clock,
    log,
    random: () => cryptographicStream(),
    options: { allowPrivateEndpoints: true },
  });
  const sources = new Map<string, Database>();
  for (const schema of ['quality', 'payments', 'reporting', 'onboarding', 'receipts']) {
    const options = { url: databaseUrl, schema, entities: [], migrations: eventsMigrations, log, clock, poolSize: 2 };
    const database = await openDatabase({ ...options, migrate: schema !== 'quality' });
    sources.set(schema, database);
  }
  const [subgraph] = hosting.subgraphs;
  let revision = 0;
  const self: Quality = {
    clock,
    hosting,
    database: sources.get('quality')!,
    async state(contract, ...facts) {
      const database = sources.get(contract.source)!;
      await database.transaction((transaction) => hosting.bus.outbox(database).appendMany(transaction, contract, facts));
    },
    async know(...entries) {
      const validFrom = toIso(clock.now());
      const changes = entries.map((entry) => {
        const parent = parentOf(entry.kind, entry.data as never);
        revision += 1;
        return { ...entry, ...(parent !== undefined && { parent }), revision, deleted: false, validFrom } as DirectoryChange;
      });
      await self.state(directoryEntryChanged, ...changes);
    },
    settled: () => hosting.bus.settled(20_000),
    run: (source, principal, variableValues = {}) =>
      graphql({
        schema: subgraph!.schema,
        source,
        variableValues,
        contextValue: subgraph!.context(principal, { id: 'request' }),
      }) as never,
    job: (name) => hosting.jobs.runNow(name, { deadlineMs: 30_000 }),
    async [Symbol.asyncDispose]() {
      await hosting.stop();
      for (const database of sources.values()) await database.close();
    },
  };
  return self;
}

const PAID = at('2026-03-02T10:00:00+01:00');

export function payment(token: string, change: Partial<PaymentSnapshot> = {}): PaymentSnapshot {
  return {
    paymentToken: token,
    creditorFiscalCode: CREDITOR,
    creditorName: 'Comune di Prova',
    noticeNumber: '302000000000001000',
    iuv: '02000000000001000',
    amount: 1000,
    description: 'TARI',
    debtor: { type: 'F', fiscalCode: 'RSSMRA80A01H501U', fullName: 'Mario Rossi' },
    transfers: [
      {
        idTransfer: 1,
        amount: 1000,
        creditorFiscalCode: CREDITOR,
        iban: 'IT60X0542811101000000123456',
        remittanceInformation: 'TARI',
        transferCategory: '9/0301105TS/',
      },
    ],
    pspCode: PSP,
    pspName: 'Banca di Prova',
    pspBrokerCode: PSP,
    channelCode: `${PSP}_01`,
    creditorBrokerCode: CREDITOR,
    stationCode: `${CREDITOR}_01`,
    standIn: false,
    status: 'PAYING',
    activatedAt: toIso(PAID),
    expiresAt: toIso(PAID + 1_800_000),
    late: false,
    revision: 1,
    ...change,
  };
}

/** A PSP of the directory. */
export function psp(code: string, contract?: string): Pick<DirectoryChange, 'kind' | 'code' | 'data'> {
  return { kind: 'psp', code, data: { code, name: `Banca ${code}`, fiscalCode: code, enabled: true, ...(contract && { contract }) } };
}

/** States a flow and its lines: each of ten euros, of the payment that every `payment` here is, unless it says more. */
export async function report(
  quality: Quality,
  flow: { pspCode?: string; name: string; revision?: number; creditorFiscalCode?: string; publishedAt: string },
  lines: readonly { iur: string; iuv?: string; amount?: number; paidAt?: string }[],
): Promise<void> {
  const { pspCode = PSP, name, revision = 1, creditorFiscalCode = CREDITOR } = flow;
  const key = { pspCode, name, revision, creditorFiscalCode };
  await quality.state(flowPaymentsReported, {
    ...key,
    part: 1,
    lines: lines.map(({ iur, iuv = '02000000000001000', amount = 1000, paidAt = toIso(PAID) }, index) => {
      return { index: index + 1, iuv, iur, idTransfer: 1, amount, outcome: 'EXECUTED' as const, payDate: paidAt };
    }),
  });
  await quality.state(flowPublished, {
    ...key,
    flowDate: toIso(at(flow.publishedAt)),
    regulation: 'TRN-1',
    regulationDate: '2026-03-03',
    totalPayments: lines.length,
    totalAmount: lines.reduce((sum, { amount = 1000 }) => sum + amount, 0),
    publishedAt: toIso(at(flow.publishedAt)),
  });
}
