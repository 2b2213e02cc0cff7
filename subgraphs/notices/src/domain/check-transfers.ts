import type { InputIssue } from '@nodo-aperto/kernel/faults';
import type { Transfer } from '@nodo-aperto/schema/events';
import type { InstalmentDraft } from './position-draft.ts';

/** The most transfers that one notice is split into. */
export const MOST_TRANSFERS = 5;

/**
 * A notice is split into 1 to 5 transfers with distinct ids from 1 to 5, of at least one cent each, whose sum is its amount. Each
 * goes to an IBAN or is a stamp (marca da bollo), never both or neither; a postal IBAN comes only beside an IBAN.
 * Source: Domain facts, Payments §1.4, §4.3, §4.4.
 */
export function checkTransfers(instalment: Pick<InstalmentDraft, 'amount' | 'transfers'>, path: string): InputIssue[] {
  const { amount, transfers } = instalment;
  if (transfers.length < 1 || transfers.length > MOST_TRANSFERS) {
    return [{ path: `${path}.transfers`, message: `has ${transfers.length} transfers`, expected: `1 to ${MOST_TRANSFERS} transfers` }];
  }
  const issues = transfers.flatMap((transfer, index) => checkTransfer(transfer, `${path}.transfers[${index}]`));
  const repeated = transfers.findIndex(({ idTransfer }, index) => transfers.findIndex((each) => each.idTransfer === idTransfer) !== index);
  if (repeated >= 0)
    issues.push({ path: `${path}.transfers[${repeated}].idTransfer`, message: 'is used twice', expected: 'one id per transfer' });
  const sum = transfers.reduce((total, transfer) => total + transfer.amount, 0);
  if (sum !== amount) {
    issues.push({
      path: `${path}.amount`,
      message: `is ${amount}, but the transfers add up to ${sum}`,
      expected: 'the sum of the transfers, in euro cents',
    });
  }
  return issues;
}

function checkTransfer(transfer: Transfer, path: string): InputIssue[] {
  const issues: InputIssue[] = [];
  const { idTransfer, amount, iban, postalIban, stamp } = transfer;
  if (!Number.isInteger(idTransfer) || idTransfer < 1 || idTransfer > MOST_TRANSFERS) {
    issues.push({
      path: `${path}.idTransfer`,
      message: 'is not an id of a transfer',
      expected: `a whole number from 1 to ${MOST_TRANSFERS}`,
    });
  }
  if (amount < 1) issues.push({ path: `${path}.amount`, message: 'is too small', expected: 'at least 1 euro cent' });
  if (iban !== undefined && stamp)
    issues.push({ path: `${path}.stamp`, message: 'comes with an IBAN', expected: 'an IBAN or a stamp, not both' });
  if (iban === undefined && !stamp) issues.push({ path: `${path}.iban`, message: 'is missing', expected: 'an IBAN, or a stamp instead' });
  if (postalIban !== undefined && iban === undefined) {
    issues.push({ path: `${path}.postalIban`, message: 'comes without an IBAN', expected: 'a postal IBAN only beside an IBAN' });
  }
  return issues;
}
