/** For tests: what a platform says, and a ledger that agrees with it. A test changes one of them and sees which rule fires. */
import { expect } from 'vitest';
import { openLedger } from '../ledger/index.ts';
import type { AttemptEntry, EventEntry, NoticeEntry, RunLedger } from '../ledger/index.ts';
import type { Caller, PlatformClient } from '../platform-client/index.ts';
import { checkAll } from './index.ts';

export const CREDITOR = '66666666666';
export const notice = { creditorFiscalCode: CREDITOR, noticeNumber: '302000000000000101' };
/** Tuesday 2025-11-18 11:33:20 in Italy. */
export const NOW = 1_763_462_000_000;
const TODAY = '2025-11-18T10:33:20.000Z';

export function payment(change: object = {}) {
  return {
    ...notice,
    paymentToken: 't1',
    pspCode: 'P1',
    status: 'NOTIFIED',
    amount: 500,
    standIn: true,
    revision: 2,
    outcome: 'OK' as 'OK' | null,
    outcomeAt: TODAY,
    late: false,
    activatedAt: TODAY,
    expiresAt: '2025-11-18T10:00:00.000Z',
    statusHistory: [
      { status: 'PAYING', at: TODAY },
      { status: 'PAID', at: TODAY },
    ],
    transfers: [{ idTransfer: 1, amount: 500, creditorFiscalCode: CREDITOR }],
    receipt: null,
    ...change,
  };
}

export function flow() {
  return {
    name: 'F1',
    revision: 1,
    psp: { code: 'P1' },
    creditor: { fiscalCode: CREDITOR },
    declaredTotalPayments: 1,
    declaredTotalAmount: 500,
    computedTotalPayments: 1,
    computedTotalAmount: 500,
  };
}

export type TestWorld = ReturnType<typeof world>;

/**
 * @param agreed what the creditor agreed to otherwise
 * @param repeat an activation under the key of the first one
 */
export function world({ agreed = {}, repeat }: { agreed?: Partial<NoticeEntry>; repeat?: Partial<AttemptEntry> } = {}) {
  const [own, line] = [payment(), { iur: 't1', idTransfer: 1, amount: 500, outcome: 'STAND_IN' }];
  const receipt = {
    ...notice,
    id: 't1',
    amount: 500,
    standIn: true,
    transfers: [
      { amount: 200, creditorFiscalCode: CREDITOR },
      { amount: 300, creditorFiscalCode: CREDITOR },
    ],
    recipients: [{ creditorFiscalCode: CREDITOR, status: 'NOTIFIED', attempts: 1, history: [{ status: 'NOTIFIED', attempt: 1 }] }],
    payment: { paymentToken: 't1' },
  };
  const stated = { ...notice, paymentToken: 't1', pspCode: 'P1' };
  const books = {
    payments: [own],
    receipts: [receipt],
    reportingFlows: [flow()],
    paymentEventLog: [
      { ...stated, id: 'e1', cursor: 'c1', revision: 1 },
      { ...stated, id: 'e2', cursor: 'c2', revision: 2 },
    ],
  };
  const ledger = openLedger();
  ledger.append({ kind: 'NOTICE', at: NOW, ...notice, amount: 500, aca: true, standIn: true, ...agreed });
  attempt(ledger, { step: 'ACTIVATE' });
  if (repeat) attempt(ledger, { step: 'ACTIVATE', at: NOW + 10, ...repeat });
  event(ledger, { id: 'e1', status: 'PAYING' });
  event(ledger, { id: 'e2', revision: 2, status: 'PAID' });
  attempt(ledger, { step: 'OUTCOME', sent: 'OK', key: 'ko' });
  ledger.append({
    kind: 'RECEIPT',
    at: NOW + 30,
    recipient: CREDITOR,
    stationCode: 's',
    ...notice,
    paymentToken: 't1',
    amount: 500,
    transfers: 500,
    standIn: true,
  });
  const parties = { pspCode: 'P1', creditorFiscalCode: CREDITOR };
  ledger.append({ kind: 'FLOW', at: NOW + HOUR, ...parties, flowName: 'F1', operativeDay: '2025-11-18', answer: 'OK' });
  return {
    books,
    ledger,
    payment: own,
    receipt,
    flow: books.reportingFlows[0]!,
    line,
    kpi: { kpi: 'LSPO', sample: 1, faults: 0 },
    levels: { compared: 3, different: 0 },
    /** Parties that are shown the payment, which is not theirs. */
    strange: { events: [] as string[], payments: [] as string[], receipts: [] as string[] },
  };
}

const HOUR = 3_600_000;

export function event(ledger: RunLedger, some: Partial<EventEntry>): void {
  const usual = {
    kind: 'EVENT',
    at: NOW + 20,
    id: 'e',
    cursor: 'c',
    name: 'payment',
    paymentToken: 't1',
    revision: 1,
    status: 'PAID',
    amount: 500,
    standIn: true,
  } as const;
  ledger.append({ ...usual, ...notice, ...some });
}

export function attempt(ledger: RunLedger, some: Partial<AttemptEntry> & Pick<AttemptEntry, 'step'>): void {
  const usual = {
    kind: 'ATTEMPT',
    at: NOW,
    payment: 0,
    pspCode: 'P1',
    paymentToken: 't1',
    key: 'k',
    answer: 'OK',
    elapsedMs: 3.4,
  } as const;
  const opened = some.step === 'ACTIVATE' && { amount: 500, standIn: true };
  ledger.append({ ...usual, ...notice, ...opened, ...some });
}

/** The names of the rules that fire, each once. Every violation about a notice has to tell its story. */
export async function violated({ books, ledger, line, kpi, levels, strange }: TestWorld, final = true): Promise<string[]> {
  const shownTo = (field: keyof typeof books, tenant: string): boolean => {
    if (field === 'reportingFlows') return false;
    const others = { payments: strange.payments, receipts: strange.receipts, paymentEventLog: strange.events }[field];
    return tenant === 'P1' || tenant === CREDITOR || others.includes(tenant);
  };
  const pageOf = (nodes: readonly object[]) => ({
    edges: nodes.map((node) => ({ node })),
    pageInfo: { hasNextPage: false, endCursor: 'end' },
  });
  const platform = {
    run: ({ text }: { text: string }, variables: { after?: string | null }, { role, tenant = '' }: Caller) => {
      if (text.includes('kpiRunning(')) return Promise.resolve({ kpiRunning: [kpi] });
      if (text.includes('recomputeServiceLevels(')) return Promise.resolve({ recomputeServiceLevels: levels });
      if (text.includes('reportingFlow(')) return Promise.resolve({ reportingFlow: { payments: pageOf([line]) } });
      const field = (['payments', 'receipts', 'reportingFlows', 'paymentEventLog'] as const).find((name) => text.includes(`${name}(`));
      if (field === undefined) throw new Error(`the test has no answer to ${text}`);
      // A log that was read to its end has nothing more.
      const shown = variables.after == null && (role === 'OPERATOR' || shownTo(field, tenant));
      return Promise.resolve({ [field]: pageOf(shown ? books[field] : []) });
    },
  } as unknown as PlatformClient;
  const violations = await checkAll({ ledger, platform, final });
  for (const { story, what, invariant } of violations) {
    if (!invariant.includes('flows') && !what.includes('sums of the calls')) expect(story.length, what).toBeGreaterThan(0);
  }
  return [...new Set(violations.map(({ invariant }) => invariant))];
}
