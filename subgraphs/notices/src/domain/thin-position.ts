import type { Transfer } from '@nodo-aperto/schema/events';
import { type DebtPosition, instalmentsOf, type PositionTransfer } from './position.ts';

/** What paCreatePosition says of a position: one notice, one transfer. Amounts in euro cents, instants in epoch milliseconds. */
export interface ThinPosition {
  creditorFiscalCode: string;
  debtorType: 'F' | 'G';
  debtorFiscalCode: string;
  debtorFullName: string;
  iuv: string;
  noticeNumber: string;
  /** 0 invalidates. */
  amount: number;
  description: string;
  expirationDate: number;
  iban?: string;
  postalIban?: string;
  switchToExpired: boolean;
  payStandIn: boolean;
}

/** Category of the transfer of a position loaded without one; the field's own constant for positions loaded by paCreatePosition. */
const THIN_TRANSFER_CATEGORY = 'STAND-IN';
const LONGEST_REMITTANCE = 140;

/** IUPD of a position that was loaded without one: built from its key, as the archive does, so that it is the same on every call. */
export function thinPositionId(creditorFiscalCode: string, iuv: string): string {
  return `ACA_${creditorFiscalCode}_${iuv}`;
}

/**
 * The one transfer of a position that paCreatePosition loads; an update keeps the category that the position had.
 * A multi-beneficiary notice loaded by paCreatePosition is one transfer of the total to the creditor that loads it, which
 * redistributes. Source: Domain facts, Payments §3.8.
 */
export function thinTransfer(request: ThinPosition, iban: string, companyName: string, category = THIN_TRANSFER_CATEGORY): Transfer {
  return {
    idTransfer: 1,
    amount: request.amount,
    creditorFiscalCode: request.creditorFiscalCode,
    creditorName: companyName,
    iban,
    ...(request.postalIban !== undefined && { postalIban: request.postalIban }),
    remittanceInformation: request.description.slice(0, LONGEST_REMITTANCE),
    transferCategory: category,
  };
}

/**
 * Whether paCreatePosition can say all there is to say of the position: one notice with one transfer to an account of its creditor.
 * Anything more would be lost, so that the call is refused for it. Source: Domain facts, Payments §3.8, §4.2.
 */
export function fitsThinModel(position: DebtPosition): boolean {
  const transfers = instalmentsOf(position).flatMap(({ instalment }): readonly PositionTransfer[] => instalment.transfers);
  const [only, another] = transfers;
  return only !== undefined && another === undefined && only.creditorFiscalCode === position.creditorFiscalCode && only.iban !== undefined;
}
