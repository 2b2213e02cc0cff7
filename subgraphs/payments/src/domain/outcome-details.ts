/**
 * How a payment was made, as its outcome says it; version 2 adds what part of the fee the creditor bears, the bundle of fees, and the
 * revenue stamps that were bought. Source: Domain facts, Payments §1.4 and §2.2 (sendPaymentOutcome).
 */
import { Fault } from '@nodo-aperto/kernel/faults';
import { isEuroCents } from '@nodo-aperto/kernel/money';
import { isLocalDate } from '@nodo-aperto/kernel/time';
import { isText, unless } from './syntax.ts';

/** A revenue stamp that the PSP bought for a transfer of one of the payments (marca da bollo). */
export interface BoughtStamp {
  readonly paymentToken: string;
  /** The transfer that asked for it, 1 to 5. */
  readonly idTransfer: number;
  /** The stamp itself, base64. */
  readonly MBDAttachment: string;
}

export interface OutcomeDetailsFields {
  /** Euro cents. */
  readonly fee: number;
  /** Euro cents; version 2. */
  readonly primaryCiIncurredFee?: number;
  readonly idBundle?: string;
  readonly idCiBundle?: string;
  readonly payer?: { readonly fiscalCode: string; readonly fullName: string };
  /** YYYY-MM-DD */
  readonly applicationDate: string;
  readonly transferDate: string;
  readonly marcheDaBollo?: readonly BoughtStamp[];
}

const MOST_STAMPS = 25;
/** Characters of base64; a signed stamp has some ten thousand. */
const LARGEST_STAMP = 200_000;

/** @returns PPT_SINTASSI_EXTRAXSD naming the first field that is wrong */
export function outcomeDetailsSyntax(details: OutcomeDetailsFields): Fault | undefined {
  const { payer, primaryCiIncurredFee, idBundle, idCiBundle } = details;
  return (
    unless(isEuroCents(details.fee), 'details.fee', 'from 0.00 to 999999999.99') ??
    unless(
      primaryCiIncurredFee === undefined || isEuroCents(primaryCiIncurredFee),
      'details.primaryCiIncurredFee',
      'from 0.00 to 999999999.99',
    ) ??
    unless(idBundle === undefined || isText(idBundle, 1, 70), 'details.idBundle', '1 to 70 characters') ??
    unless(idCiBundle === undefined || isText(idCiBundle, 1, 70), 'details.idCiBundle', '1 to 70 characters') ??
    unless(!payer || isText(payer.fiscalCode, 2, 16), 'details.payer.entityUniqueIdentifierValue', '2 to 16 characters') ??
    unless(!payer || isText(payer.fullName, 1, 70), 'details.payer.fullName', '1 to 70 characters') ??
    unless(isLocalDate(details.applicationDate), 'details.applicationDate', 'a day, YYYY-MM-DD') ??
    unless(isLocalDate(details.transferDate), 'details.transferDate', 'a day, YYYY-MM-DD') ??
    stampsSyntax(details.marcheDaBollo)
  );
}

function stampsSyntax(stamps: readonly BoughtStamp[] | undefined): Fault | undefined {
  if (!stamps) return undefined;
  const wrong = stamps.findIndex((stamp) => !isStamp(stamp));
  return (
    unless(stamps.length >= 1 && stamps.length <= MOST_STAMPS, 'details.marcheDaBollo', `1 to ${MOST_STAMPS} stamps`) ??
    unless(
      wrong === -1,
      `details.marcheDaBollo.marcaDaBollo[${wrong + 1}]`,
      `a token, a transfer from 1 to 5, and 1 to ${LARGEST_STAMP} characters of base64`,
    )
  );
}

function isStamp({ paymentToken, idTransfer, MBDAttachment: attachment }: BoughtStamp): boolean {
  const isAttachment =
    attachment.length <= LARGEST_STAMP && /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(attachment);
  return (
    isText(paymentToken, 1, 35) && Number.isInteger(idTransfer) && idTransfer >= 1 && idTransfer <= 5 && isAttachment && attachment !== ''
  );
}

/** A payment of the outcome, as far as its stamps go. */
export interface StampedPayment {
  readonly paymentToken: string;
  readonly transfers: readonly { readonly idTransfer: number; readonly stamp?: object | undefined }[];
}

/**
 * Whether the stamps are those that the payments asked for: each belongs to one of them, to a transfer of it that buys a stamp, and comes
 * once. A stamp that is missing is none of the node's business: the money was taken.
 * @returns PPT_SEMANTICA saying which stamp contradicts
 */
export function stampsContradict(stamps: readonly BoughtStamp[], payments: readonly StampedPayment[]): Fault | undefined {
  const seen = new Set<string>();
  for (const [index, { paymentToken, idTransfer }] of stamps.entries()) {
    const payment = payments.find((each) => each.paymentToken === paymentToken);
    const where = `marcaDaBollo[${index + 1}]`;
    if (!payment) return contradiction(`${where}: its token is not one of this outcome.`);
    if (!payment.transfers.some((transfer) => transfer.idTransfer === idTransfer && transfer.stamp))
      return contradiction(`${where}: the transfer ${idTransfer} of its payment buys no stamp.`);
    const key = `${paymentToken} ${idTransfer}`;
    if (seen.has(key)) return contradiction(`${where}: the stamp of this transfer comes twice.`);
    seen.add(key);
  }
  return undefined;
}

function contradiction(description: string): Fault {
  return new Fault('PPT_SEMANTICA', { description });
}
