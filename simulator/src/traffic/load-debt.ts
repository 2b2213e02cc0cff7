/** A creditor loads a debt in instalments: one debt position, a notice for each. */
import { addDays, startOfLocalDay, toIso } from '@nodo-aperto/kernel/time';
import type { IssuedNotice } from '../creditors/index.ts';
import { createDebtPosition } from '../platform-client/index.ts';
import type { PlatformClient } from '../platform-client/index.ts';

/**
 * @param notices the instalments in order, all of one creditor and debtor, each with one transfer
 * @returns undefined, or why it was rejected: `POSITION_NOT_FOUND` for instance
 * @throws PlatformUnreachableError, PlatformRefusalError, AbortedError
 */
export async function loadDebt(
  client: PlatformClient,
  notices: readonly IssuedNotice[],
  signal?: AbortSignal,
): Promise<string | undefined> {
  const [first] = notices;
  if (first === undefined) return undefined;
  const { creditorFiscalCode: creditor, debtor, iuv } = first;
  const input = {
    iupd: `SIM-${creditor}-${iuv}`,
    debtor: { type: debtor.type, fiscalCode: debtor.code, fullName: debtor.fullName },
    options: [{ instalments: notices.map(instalmentOf) }] as const,
  };
  const { createDebtPosition: result } = await client.run(
    createDebtPosition,
    { creditor, input },
    { role: 'EC', tenant: creditor },
    signal,
  );
  return result.outcome === 'REJECTED' ? `POSITION_${result.errors[0]?.code ?? 'REJECTED'}` : undefined;
}

function instalmentOf({ iuv, noticeNumber, amount, description, dueDate, transfers }: IssuedNotice) {
  const [transfer] = transfers;
  return {
    iuv,
    noticeNumber,
    amount,
    description,
    dueDate: toIso(startOfLocalDay(addDays(dueDate, 1)) - 1_000),
    transfers: [
      {
        idTransfer: 1,
        amount,
        iban: transfer?.iban ?? '',
        remittanceInformation: transfer?.remittanceInformation ?? description,
        transferCategory: transfer?.category ?? '',
      },
    ] as const,
  };
}
