import type { Principal } from '@nodo-aperto/kernel/auth';
import { InputError } from '@nodo-aperto/kernel/faults';
import type { LocalDate } from '@nodo-aperto/kernel/time';
import { setSwitchOff } from '../persistence/switch-offs.ts';
import type { Writing } from './writing.ts';

/**
 * Sets from when the legacy primitives are off for a creditor, or that they stay.
 * @throws InputError for a creditor that the directory does not know
 */
export async function switchOffLegacy(
  { database, directory, clock }: Writing,
  operator: Principal,
  creditorFiscalCode: string,
  offFrom: LocalDate | undefined,
): Promise<void> {
  if (!(await directory.creditorInstitution(creditorFiscalCode)))
    throw InputError.at('creditorFiscalCode', 'is of no creditor on record', 'the fiscal code of a creditor institution');
  const change = { creditorFiscalCode, offFrom, by: operator.subject, at: clock.now() };
  await database.transaction((transaction) => setSwitchOff(transaction, change));
}
