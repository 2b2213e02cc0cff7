/**
 * A request that is repeated under its idempotency key gets the answer of the first time, and a key serves one request only.
 * Source: Domain facts, Payments §2.4.
 */
import { SECOND } from '@nodo-aperto/kernel/time';
import type { AttemptEntry } from '../ledger/index.ts';
import type { Finding, Invariant } from './types.ts';

/** Keys live for minutes at least: what is repeated later may be a new request. */
const SURELY_KEPT_MS = 60 * SECOND;
/** Instants are whole milliseconds, and what a call took is not. */
const ROUNDING_MS = 2;

export const repeatsAnsweredAlike: Invariant = {
  name: 'idempotent repeats answer identically',
  page: 'docs/invariants.md#repeats-answered-alike',
  check({ ledger }) {
    const accepted = new Map<string, AttemptEntry>();
    const settledAt = new Map<string, number>();
    return ledger.of('ATTEMPT').flatMap((attempt): Finding[] => {
      if (attempt.key === undefined || isNoAnswer(attempt)) return [];
      const key = `${attempt.step} ${attempt.key}`;
      const first = accepted.get(key);
      // Activations are forgotten when the outcome of their token comes.
      const forgotten = first?.step === 'ACTIVATE' && settledAt.has(first.paymentToken ?? '');
      if (attempt.step === 'OUTCOME') settledAt.set(attempt.paymentToken ?? '', attempt.at);
      if (attempt.answer === 'OK' && first === undefined) accepted.set(key, attempt);
      if (first === undefined || forgotten || !follows(first, attempt)) return [];
      const problem = differenceOf(first, attempt);
      return problem === undefined ? [] : [{ what: `Key ${attempt.key}: ${problem}.`, notice: attempt }];
    });
  },
};

/** The platform was not there, or refused to look at the request: nothing was answered. */
function isNoAnswer({ answer }: AttemptEntry): boolean {
  return answer !== 'OK' && !/^P(?:PT|AA)_/.test(answer);
}

function follows(first: AttemptEntry, repeat: AttemptEntry): boolean {
  return repeat.at + ROUNDING_MS >= first.at + first.elapsedMs && repeat.at <= first.at + SURELY_KEPT_MS;
}

function differenceOf(first: AttemptEntry, repeat: AttemptEntry): string | undefined {
  if (!isSameRequest(first, repeat)) return repeat.answer === 'OK' ? 'two requests were accepted under it' : undefined;
  if (repeat.answer !== 'OK') return `the ${first.step} was answered OK and its repeat ${repeat.answer}`;
  const differs = (['paymentToken', 'amount', 'standIn'] as const).find((name) => first[name] !== repeat[name]);
  return differs && `the ${first.step} was answered ${differs} ${String(first[differs])} and its repeat ${String(repeat[differs])}`;
}

function isSameRequest(first: AttemptEntry, repeat: AttemptEntry): boolean {
  const sameNotice = first.creditorFiscalCode === repeat.creditorFiscalCode && first.noticeNumber === repeat.noticeNumber;
  return sameNotice && first.sent === repeat.sent && (first.step !== 'OUTCOME' || first.paymentToken === repeat.paymentToken);
}
