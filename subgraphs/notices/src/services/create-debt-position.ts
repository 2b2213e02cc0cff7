/** Creates a position of the fuller model. */
import { parseNoticeNumber } from '@nodo-aperto/kernel/identifiers';
import type { InputIssue } from '@nodo-aperto/kernel/faults';
import { accountWarnings } from '../domain/account-warnings.ts';
import { noticeNumberOf } from '../domain/check-identifiers.ts';
import { checkUnused, type TakenKeys } from '../domain/check-unused.ts';
import { checkCovered } from '../domain/covered-notices.ts';
import { createPosition } from '../domain/create-position.ts';
import { debtorCodeWarnings } from '../domain/debtor-code-warnings.ts';
import { noticeNumberWarnings } from '../domain/notice-number-warnings.ts';
import { allowed, refused } from '../domain/outcome.ts';
import { type DebtPosition, instalmentsOf } from '../domain/position.ts';
import { eachInstalment, type PositionDraft } from '../domain/position-draft.ts';
import { settle } from '../domain/settle.ts';
import { unroutedNoticeWarnings } from '../domain/unrouted-notice-warnings.ts';
import { shareArrivals } from '../persistence/early-payments.ts';
import { numberHistory } from '../persistence/number-history.ts';
import { findPositions, lockPositions, type LookupKey, retryingRaces } from '../persistence/position-store.ts';
import { type Actor, creditorToWriteFor, type WritableCreditor } from './creditors.ts';
import { keep, type WriteResult, type Writing } from './position-writes.ts';

export interface CreateOptions {
  actor: Actor;
  creditorFiscalCode: string;
  aca: boolean;
  publish: boolean;
}

/** The position is made, or nothing is: every issue is named. */
export async function createDebtPosition(writing: Writing, draft: PositionDraft, options: CreateOptions): Promise<WriteResult> {
  const { creditorFiscalCode, aca, publish } = options;
  const creditor = await creditorToWriteFor(writing.creditors, options.actor, creditorFiscalCode);
  if (!creditor.ok) return creditor;
  const covered = checkCovered(creditor.value.coverage, numbersOfDraft(draft));
  if (!covered.ok) return covered;
  return retryingRaces(writing.database, async (transaction) => {
    const now = writing.clock.now();
    const created = createPosition(draft, { now, creditorFiscalCode, companyName: creditor.value.name, aca, publish });
    if (!created.ok) return created;
    const keys = keysOfDraft(creditorFiscalCode, draft);
    await shareArrivals(transaction, [creditorFiscalCode]);
    const [existing] = await lockPositions(transaction, [{ creditorFiscalCode, iupd: draft.iupd }]);
    if (existing) {
      const message = `belongs to a position of the creditor that is ${existing.status}`;
      return refused('CONFLICT', { path: 'iupd', message, expected: 'an IUPD not used before' });
    }
    const unused = checkUnused(draft, takenKeys(await findPositions(transaction, keys)));
    if (!unused.ok) return unused;
    const history = await numberHistory(transaction, keys);
    const revisionOf = (number: string): number => history.revisionOf(creditorFiscalCode, number);
    const settled = settle(undefined, history.withPayments(created.value), { now, revisionOf });
    await keep(transaction, writing.outbox, [settled]);
    await history.forgetPlaced(transaction, [settled.after]);
    return allowed({ action: 'CREATED', position: settled.after, warnings: draftWarnings(draft, creditor.value) });
  });
}

/** The keys of a draft's notices. */
export function keysOfDraft(creditorFiscalCode: string, draft: PositionDraft): LookupKey[] {
  return eachInstalment(draft, (instalment) => [{ creditorFiscalCode, iuv: instalment.iuv, noticeNumber: noticeNumberOf(instalment) }]);
}

/** The notice numbers of a draft; those that make none are named by the rules. */
export function numbersOfDraft(draft: PositionDraft): string[] {
  return eachInstalment(draft, (instalment) => [noticeNumberOf(instalment) ?? '']).filter((number) => number !== '');
}

/** Which keys the positions have. */
export function takenKeys(positions: readonly DebtPosition[]): TakenKeys {
  const placed = positions.flatMap((position) => instalmentsOf(position).map(({ instalment }) => ({ iupd: position.iupd, instalment })));
  return {
    noticeNumbers: new Map(placed.map(({ iupd, instalment }) => [instalment.noticeNumber, iupd])),
    iuvs: new Map(placed.map(({ iupd, instalment }) => [instalment.iuv, iupd])),
  };
}

/** What is odd about the debtor, the numbers and the accounts of a draft. */
export function draftWarnings(draft: PositionDraft, { routes }: WritableCreditor): InputIssue[] {
  const ofInstalments = eachInstalment(draft, (instalment, path) => {
    const number = parseNoticeNumber(noticeNumberOf(instalment));
    const ofNumber = number.ok
      ? [...noticeNumberWarnings(number.value, instalment.iuv), ...unroutedNoticeWarnings(number.value, routes, 'noticeNumber')]
      : [];
    const ofAccounts = instalment.transfers.flatMap(({ iban, postalIban }, index) => [
      ...accountWarnings(iban, `transfers[${index}].iban`),
      ...accountWarnings(postalIban, `transfers[${index}].postalIban`),
    ]);
    return [...ofNumber, ...ofAccounts].map((issue) => ({ ...issue, path: `${path}.${issue.path}` }));
  });
  return [...debtorCodeWarnings(draft.debtor.fiscalCode, 'debtor.fiscalCode'), ...ofInstalments];
}
