/** A creditor tells ACA, the central archive of notices, of a notice that it issued. */
import { addDays, startOfLocalDay, toIso } from '@nodo-aperto/kernel/time';
import type { IssuedNotice } from '../creditors/index.ts';
import { createPosition } from '../platform-client/index.ts';
import type { PlatformClient } from '../platform-client/index.ts';

/**
 * Loads the notice, which is payable until the end of the day it is due. Loading it again changes nothing.
 * @returns undefined, or why it was rejected: `POSITION_NOT_FOUND` for instance
 * @throws PlatformUnreachableError, PlatformRefusalError, AbortedError
 */
export async function loadInAca(client: PlatformClient, notice: IssuedNotice, signal?: AbortSignal): Promise<string | undefined> {
  const input = {
    creditorFiscalCode: notice.creditorFiscalCode,
    debtorType: notice.debtor.type,
    debtorFiscalCode: notice.debtor.code,
    debtorFullName: notice.debtor.fullName,
    iuv: notice.iuv,
    noticeNumber: notice.noticeNumber,
    amount: notice.amount,
    description: notice.description,
    expirationDate: toIso(startOfLocalDay(addDays(notice.dueDate, 1)) - 1_000),
    iban: notice.transfers[0]?.iban,
  };
  const caller = { role: 'EC', tenant: notice.creditorFiscalCode } as const;
  const { createPosition: result } = await client.run(createPosition, { input }, caller, signal);
  return result.outcome === 'REJECTED' ? `POSITION_${result.errors[0]?.code ?? 'REJECTED'}` : undefined;
}
