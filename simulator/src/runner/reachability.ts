/** Which states of payments a run reached under which fault: what was tried, as against what was merely configured. */
import type { RunLedger } from '../ledger/index.ts';
import type { FaultKind } from '../creditors/index.ts';
import type { Habit, PlannedPayment } from '../traffic/index.ts';

/** Faults of stations, and those habits of PSPs that are faults. */
export const FAULTS = [
  'off',
  'timeout',
  'slow',
  'reset',
  'httpError',
  'malformed',
  'businessKo',
  'wrongAmount',
  'flapping',
  'halfOpen',
  'receiptsRefused',
  'lateOutcome',
  'duplicateOutcome',
  'outcomeLost',
] as const satisfies readonly (FaultKind | 'lateOutcome' | 'duplicateOutcome' | 'outcomeLost')[];
export type ReachedFault = (typeof FAULTS)[number];

/**
 * What can become of a payment: refused before it has a token; activated with the creditor's own answer or with ACA's in its place; settled
 * OK or KO; expired without an outcome; its receipt taken by the creditor.
 */
export const STATES = ['REFUSED', 'STANDARD', 'STAND_IN', 'PAID', 'DECLINED', 'EXPIRED', 'NOTIFIED'] as const;
export type ReachedState = (typeof STATES)[number];

/** How many payments reached each state under each fault; those never reached are absent. */
export type Reachability = Readonly<Partial<Record<ReachedFault, Readonly<Partial<Record<ReachedState, number>>>>>>;

/**
 * What each fault is there to show: what a set of scenarios that is whole reaches. A station that answers nonsense or KO is believed, so
 * that neither leads to Stand-In (Domain facts, Payments §3).
 */
export const REACHABLE: Readonly<Record<ReachedFault, readonly ReachedState[]>> = {
  off: ['REFUSED', 'STAND_IN', 'PAID', 'DECLINED', 'NOTIFIED'],
  timeout: ['REFUSED', 'STAND_IN', 'PAID', 'NOTIFIED'],
  slow: ['STANDARD', 'STAND_IN', 'PAID', 'NOTIFIED'],
  reset: ['REFUSED', 'STAND_IN', 'PAID', 'NOTIFIED'],
  httpError: ['REFUSED', 'STAND_IN', 'PAID', 'NOTIFIED'],
  malformed: ['REFUSED'],
  businessKo: ['REFUSED'],
  wrongAmount: ['STANDARD', 'PAID', 'NOTIFIED'],
  flapping: ['STAND_IN', 'PAID', 'NOTIFIED'],
  halfOpen: ['STAND_IN', 'PAID', 'NOTIFIED'],
  receiptsRefused: ['STANDARD', 'PAID', 'NOTIFIED'],
  lateOutcome: ['STANDARD', 'EXPIRED', 'NOTIFIED'],
  duplicateOutcome: ['STANDARD', 'PAID', 'NOTIFIED'],
  outcomeLost: ['STANDARD', 'PAID', 'NOTIFIED'],
};

const HABIT_FAULTS: Readonly<Partial<Record<Habit, ReachedFault>>> = {
  IS_LATE: 'lateOutcome',
  SENDS_TWICE: 'duplicateOutcome',
  LOSES_ANSWER: 'outcomeLost',
};

/** Counts the payments of a run. A payment belongs to the fault that its station had when the PSP last asked about it. */
export function reachabilityOf(ledger: RunLedger, planned: (index: number) => PlannedPayment | undefined): Reachability {
  const faultAt = faultsOver(ledger);
  const reached = new Map<number, Set<ReachedState>>();
  const faults = new Map<number, Set<ReachedFault>>();
  const byToken = new Map<string, number>();
  for (const entry of ledger.of('ATTEMPT')) {
    const { payment, step, answer, at, paymentToken, sent, standIn, creditorFiscalCode } = entry;
    if (step === 'LOAD') continue;
    if (paymentToken !== undefined) byToken.set(paymentToken, payment);
    if (step !== 'OUTCOME') {
      const fault = faultAt(creditorFiscalCode, at);
      if (fault !== undefined) add(faults, payment, fault);
      if (answer !== 'OK' && answer !== 'UNREACHABLE') add(reached, payment, 'REFUSED');
    }
    if (step === 'ACTIVATE' && answer === 'OK') add(reached, payment, standIn ? 'STAND_IN' : 'STANDARD');
    if (step === 'OUTCOME' && answer === 'OK') add(reached, payment, sent === 'OK' ? 'PAID' : 'DECLINED');
    const habit = HABIT_FAULTS[planned(payment)?.habit ?? 'PAYS'];
    if (habit !== undefined) add(faults, payment, habit);
  }
  for (const { paymentToken, status } of ledger.of('EVENT')) {
    const payment = byToken.get(paymentToken);
    if (payment !== undefined && status === 'CANCELLED') add(reached, payment, 'EXPIRED');
  }
  for (const { paymentToken } of ledger.of('RECEIPT')) {
    const payment = byToken.get(paymentToken);
    if (payment !== undefined) add(reached, payment, 'NOTIFIED');
  }
  return tableOf(faults, reached);
}

/** The same over several runs. */
export function mergeReachability(all: readonly Reachability[]): Reachability {
  const merged: Partial<Record<ReachedFault, Partial<Record<ReachedState, number>>>> = {};
  for (const fault of FAULTS) {
    for (const state of STATES) {
      const count = all.reduce((sum, each) => sum + (each[fault]?.[state] ?? 0), 0);
      if (count > 0) merged[fault] = { ...merged[fault], [state]: count };
    }
  }
  return merged;
}

/** What a whole set would have reached and this one did not. */
export function unreached(reached: Reachability): readonly { readonly fault: ReachedFault; readonly state: ReachedState }[] {
  return FAULTS.flatMap((fault) => REACHABLE[fault].filter((state) => !reached[fault]?.[state]).map((state) => ({ fault, state })));
}

/** The fault of a creditor's station at a moment. */
function faultsOver(ledger: RunLedger): (creditorFiscalCode: string, at: number) => FaultKind | undefined {
  const changes = new Map<string, { at: number; fault: FaultKind | undefined }[]>();
  for (const { creditorFiscalCode, at, fault } of ledger.of('FAULT'))
    changes.set(creditorFiscalCode, [...(changes.get(creditorFiscalCode) ?? []), { at, fault }]);
  return (creditor, at) => changes.get(creditor)?.findLast((change) => change.at <= at)?.fault;
}

function add<Key, Item>(all: Map<Key, Set<Item>>, key: Key, item: Item): void {
  const known = all.get(key);
  if (known === undefined) all.set(key, new Set([item]));
  else known.add(item);
}

function tableOf(
  faults: ReadonlyMap<number, ReadonlySet<ReachedFault>>,
  reached: ReadonlyMap<number, ReadonlySet<ReachedState>>,
): Reachability {
  const table: Partial<Record<ReachedFault, Partial<Record<ReachedState, number>>>> = {};
  for (const [payment, kinds] of faults)
    for (const fault of kinds)
      for (const state of reached.get(payment) ?? []) {
        const row = table[fault] ?? {};
        table[fault] = { ...row, [state]: (row[state] ?? 0) + 1 };
      }
  return table;
}
