/** From the domain's objects to the graph's. */
import { groupedNoticeNumber, hasValidCheckDigits, parseNoticeNumber } from '@nodo-aperto/kernel/identifiers';
import { toLocalDate } from '@nodo-aperto/kernel/time';
import { conflictingPayments } from '../domain/conflicting-payments.ts';
import type { DebtPosition, PaymentOption, PositionTransfer } from '../domain/position.ts';
import { isRuledOut } from '../domain/ruled-out.ts';
import type { NoticeView } from '../services/read-notices.ts';
import type { OptionStatus } from './enums.ts';
import type { DebtPositionType, NoticeTransferType, NoticeType } from './notice-types.ts';
import type { Visibility } from './visibility.ts';

/** The notice, without what is personal when the caller may not see all. */
export function presentNotice({ position, option, instalment }: NoticeView, visibility: Exclude<Visibility, 'NONE'>): NoticeType {
  const number = parseNoticeNumber(instalment.noticeNumber);
  return {
    creditorFiscalCode: position.creditorFiscalCode,
    noticeNumber: instalment.noticeNumber,
    ...(number.ok && { printedNumber: groupedNoticeNumber(number.value), checkDigitsValid: hasValidCheckDigits(number.value) }),
    iuv: instalment.iuv,
    amount: instalment.amount,
    description: instalment.description,
    status: instalment.status,
    payable: instalment.status === 'VALID',
    ruledOut: isRuledOut(position, option),
    dueDate: toLocalDate(instalment.dueDate),
    expirationDate: instalment.dueDate,
    validFrom: option.validFrom,
    switchToExpired: option.switchToExpired,
    payStandIn: position.payStandIn,
    aca: position.aca,
    transfers: instalment.transfers.map(presentTransfer),
    paidAt: instalment.payment?.at,
    paidElsewhere: instalment.payment !== undefined && instalment.payment.token === undefined,
    createdAt: instalment.createdAt,
    updatedAt: instalment.updatedAt,
    revision: instalment.revision,
    creditor: { fiscalCode: position.creditorFiscalCode },
    ...(visibility === 'ALL' && { debtor: option.debtor ?? position.debtor, metadata: instalment.metadata && [...instalment.metadata] }),
  };
}

function presentTransfer({ report, ...transfer }: PositionTransfer): NoticeTransferType {
  return { ...transfer, reportedIn: report?.flow };
}

/** The position, for those who see all of it. */
export function presentPosition(position: DebtPosition): DebtPositionType {
  const { options, origin: _, invalidatedAt: _at, contact: _contact, ...shown } = position;
  return {
    ...shown,
    conflictingPayments: conflictingPayments(position).map((placed) => presentNotice({ position, ...placed }, 'ALL')),
    options: options.map((option) => ({
      number: option.number,
      description: option.description,
      amount: option.instalments.reduce((sum, instalment) => sum + instalment.amount, 0),
      status: optionStatus(position, option),
      validFrom: option.validFrom,
      switchToExpired: option.switchToExpired,
      instalments: option.instalments.map((instalment) => presentNotice({ position, option, instalment }, 'ALL')),
    })),
  };
}

function optionStatus(position: DebtPosition, option: PaymentOption): OptionStatus {
  const paid = option.instalments.filter((instalment) => instalment.payment).length;
  if (paid === option.instalments.length) return 'PAID';
  if (paid > 0) return 'PARTIALLY_PAID';
  return isRuledOut(position, option) ? 'RULED_OUT' : 'UNPAID';
}
