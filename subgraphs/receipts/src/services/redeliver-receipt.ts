/** Another delivery on demand: what recipients of the caller's do not have yet is sent at once, used-up attempts or not. */
import { type Principal, withheldCreditors } from '@nodo-aperto/kernel/auth';
import type { Database, Transaction } from '@nodo-aperto/kernel/database';
import { ForbiddenError, LimitError, NotFoundError } from '@nodo-aperto/kernel/faults';
import { type Clock, SECOND } from '@nodo-aperto/kernel/time';
import { audience } from '@nodo-aperto/schema/events';
import { type RedeliveryBudget, redeliveryBudget, REDELIVERY_WINDOW_MS } from '../domain/redelivery-budget.ts';
import { showsEvidence, viewOf } from '../domain/visibility.ts';
import { insertRedelivery, lockRedeliveries } from '../persistence/redeliveries.ts';
import { type RecipientChange, writeChanges } from '../persistence/receipt-changes.ts';
import { findReceiptForUpdate, type RecipientRecord } from '../persistence/receipt-records.ts';
import type { DeliveryLanes } from './delivery-lanes.ts';

export interface Redelivering {
  readonly database: Database;
  readonly clock: Clock;
  readonly lanes: DeliveryLanes;
}

export interface RedeliveryResult {
  readonly outcome: 'QUEUED' | 'ALREADY_DELIVERED';
  /** Undefined for operators, who have no limit. */
  readonly budget: RedeliveryBudget | undefined;
}

/**
 * Sends a receipt once more to those recipients of the caller's that lack it. Costs one of the creditor's requests, unless all have it.
 * @throws NotFoundError when there is no such receipt for the caller; ForbiddenError for a partner that may not; LimitError when its requests are used up
 */
export function redeliverReceipt(options: Redelivering, principal: Principal, receiptId: string): Promise<RedeliveryResult> {
  const { database, clock, lanes } = options;
  return database.transaction(async (transaction) => {
    const receipt = await findReceiptForUpdate(transaction, receiptId);
    if (!receipt || viewOf(principal, receipt) !== 'FULL') throw new NotFoundError('There is no such receipt.');
    const now = clock.now();
    assertNotWithheld(principal, receipt.recipients);
    const missing = receipt.recipients.filter((recipient) => showsEvidence(principal, recipient) && recipient.status !== 'NOTIFIED');
    const party = limitedParty(principal);
    const uses = party === undefined ? [] : await lockRedeliveries(transaction, party, now - REDELIVERY_WINDOW_MS);
    if (missing.length === 0) return { outcome: 'ALREADY_DELIVERED', budget: budgetOf(party, uses, now) };
    if (party !== undefined) await spend(transaction, party, uses, now);
    await writeChanges(
      transaction,
      missing.filter((recipient) => !isUnderWay(recipient, now)).map((recipient) => madeDue(recipient, now)),
      { facts: '[]' },
    );
    transaction.afterCommit(() => {
      for (const { stationCode } of missing) lanes.wake(stationCode);
    });
    return { outcome: 'QUEUED', budget: budgetOf(party, [...uses, now], now) };
  });
}

/** What is left of the caller's requests; undefined without a limit. */
export async function readRedeliveryBudget({ database, clock }: Redelivering, principal: Principal): Promise<RedeliveryBudget | undefined> {
  const party = limitedParty(principal);
  if (party === undefined) return undefined;
  return database.transaction(async (transaction) => {
    const now = clock.now();
    return redeliveryBudget(await lockRedeliveries(transaction, party, now - REDELIVERY_WINDOW_MS), now);
  });
}

function budgetOf(party: string | undefined, uses: readonly number[], now: number): RedeliveryBudget | undefined {
  return party === undefined ? undefined : redeliveryBudget(uses, now);
}

function limitedParty({ role, tenant }: Principal): string | undefined {
  return role === 'EC' && tenant !== undefined ? audience.creditor(tenant) : undefined;
}

async function spend(transaction: Transaction, party: string, uses: readonly number[], now: number): Promise<void> {
  const { remaining, nextAt = now, limit } = redeliveryBudget(uses, now);
  if (remaining === 0) {
    const seconds = Math.ceil((nextAt - now) / SECOND);
    throw new LimitError(`A creditor may ask for ${limit} deliveries in an hour; the next one is possible in ${seconds} seconds.`, seconds);
  }
  await insertRedelivery(transaction, party, now);
}

/** One under way is left alone. */
function isUnderWay({ claimedUntil }: RecipientRecord, now: number): boolean {
  return claimedUntil !== undefined && claimedUntil > now;
}

/** The attempt does not count: what was used up stays used up when it fails. */
function madeDue(recipient: RecipientRecord, now: number): RecipientChange {
  const { exhaustedAt: _exhausted, ...rest } = recipient;
  return { recipient: { ...rest, nextAttemptAt: now, broughtForward: true } };
}

/** @throws ForbiddenError for a partner that a recipient of its own does not let send receipts */
function assertNotWithheld(principal: Principal, recipients: readonly { creditorFiscalCode: string; brokerCode: string }[]): void {
  const withheld = withheldCreditors(principal, 'RECEIPTS_WRITE');
  if (recipients.some((each) => each.brokerCode === principal.tenant && withheld.includes(each.creditorFiscalCode)))
    throw new ForbiddenError('The creditor has not delegated the function RECEIPTS_WRITE to you.');
}
