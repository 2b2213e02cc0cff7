/** The text of the QR code of a notice. */

/**
 * `PAGOPA|002|` number, creditor, amount in cents, with number and creditor padded with zeros on the left. Source: Domain facts, Payments §1.3.
 */
export function qrText({ code, creditorFiscalCode, amount }: { code: string; creditorFiscalCode: string; amount: number }): string {
  return ['PAGOPA', '002', code.padStart(18, '0'), creditorFiscalCode.padStart(11, '0'), String(amount)].join('|');
}

/** The size and the correction that the notice's QR code has: 33 × 33 modules, of which 15 % may be unreadable. */
export const QR_VERSION = 4;
export const QR_CORRECTION = 'M';
/** One pattern for all notices: looking for the best would take more time than all the rest of a page. */
export const QR_MASK = 4;
