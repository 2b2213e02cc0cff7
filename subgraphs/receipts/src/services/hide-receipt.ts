/** A citizen hides a receipt from its own list, and nobody else's; it, or an operator who helps it, brings it back. */
import type { Principal } from '@nodo-aperto/kernel/auth';
import type { Database } from '@nodo-aperto/kernel/database';
import { InputError, NotFoundError } from '@nodo-aperto/kernel/faults';
import type { Clock } from '@nodo-aperto/kernel/time';
import { citizenKey } from '../domain/receipt-parties.ts';
import { receiptIdOf } from '../domain/cart.ts';
import { viewOf } from '../domain/visibility.ts';
import { deleteHidden, insertHidden } from '../persistence/hidden-receipts.ts';
import type { ReceiptReads } from './read-receipts.ts';

export interface Hiding {
  readonly database: Database;
  readonly clock: Clock;
  readonly reads: ReceiptReads;
}

/** @throws NotFoundError when the caller has no such receipt */
export async function hideReceipt({ database, clock, reads }: Hiding, principal: Principal, citizenId: string): Promise<string> {
  const receiptId = await ownReceipt(reads, principal, citizenId);
  await insertHidden(database, citizenKey(principal.fiscalCode ?? ''), receiptId, clock.now());
  return receiptId;
}

/**
 * @param fiscalCode whose list it comes back to, when an operator asks
 * @throws NotFoundError when the person has no such receipt; InputError when an operator does not say whose
 */
export async function restoreReceipt(
  { database, reads }: Hiding,
  principal: Principal,
  citizenId: string,
  fiscalCode: string | null,
): Promise<string> {
  if (principal.role === 'OPERATOR' && !fiscalCode) {
    throw InputError.at('fiscalCode', 'it is not said whose list the receipt comes back to', 'the tax code of the person');
  }
  const person: Principal = principal.role === 'OPERATOR' ? { ...principal, role: 'CITIZEN', fiscalCode: fiscalCode ?? '' } : principal;
  const receiptId = await ownReceipt(reads, person, citizenId);
  await deleteHidden(database, citizenKey(person.fiscalCode ?? ''), receiptId);
  return receiptId;
}

async function ownReceipt(reads: ReceiptReads, person: Principal, citizenId: string): Promise<string> {
  const [found] = await reads.receipts([receiptIdOf(citizenId)]);
  if (!found || !viewOf(person, { content: found.row.content, recipients: found.recipients })) {
    throw new NotFoundError('There is no such receipt.');
  }
  return found.row.receiptId;
}
