import type { NoticeSnapshot } from '@nodo-aperto/schema/events';
import { dayOf, isoOf } from './instant-texts.ts';
import type { DebtPosition, Instalment, PaymentOption, PositionTransfer } from './position.ts';
import { isRuledOut } from './ruled-out.ts';

/** The fact that others learn of a notice: all they need to answer without its creditor. Source: design section 2. */
export function noticeSnapshotOf(position: DebtPosition, option: PaymentOption, instalment: Instalment): NoticeSnapshot {
  return {
    creditorFiscalCode: position.creditorFiscalCode,
    creditorName: position.companyName,
    ...(position.officeName !== undefined && { officeName: position.officeName }),
    noticeNumber: instalment.noticeNumber,
    iuv: instalment.iuv,
    positionId: position.iupd,
    amount: instalment.amount,
    description: instalment.description,
    status: instalment.status,
    ...(isRuledOut(position, option) && { ruledOut: true }),
    ...(position.options.length > 1 && { option: { number: option.number, of: position.options.length } }),
    dueDate: dayOf(instalment.dueDate),
    expirationDate: isoOf(instalment.dueDate),
    switchToExpired: option.switchToExpired,
    payStandIn: position.payStandIn,
    aca: position.aca,
    debtor: option.debtor ?? position.debtor,
    transfers: instalment.transfers.map(transferOf),
    ...(instalment.metadata && { metadata: [...instalment.metadata] }),
    createdAt: isoOf(instalment.createdAt),
    updatedAt: isoOf(instalment.updatedAt),
    revision: instalment.revision,
  };
}

/** The transfer as others know it: how it was reported is the reporting subgraph's to state. */
function transferOf(transfer: PositionTransfer): NoticeSnapshot['transfers'][number] {
  const { report: _, ...known } = transfer;
  return known;
}
