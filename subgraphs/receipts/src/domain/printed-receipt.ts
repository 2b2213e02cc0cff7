/**
 * What the printed copies of a receipt say, as titled sections. The payer's copy has everything about the payment; the debtor's leaves out who
 * paid, how, the fee and what else was in the cart; the attestation has the minimum content of a creditor's paper copy. Every copy says that it
 * does not discharge the debt: the quietanza comes from the creditor. Source: Receipts §3.2, §3.4 and §3.5.
 */
import { groupedNoticeNumber, parseNoticeNumber } from '@nodo-aperto/kernel/identifiers';
import { toLocalDateTime } from '@nodo-aperto/kernel/time';
import type { DocumentCopy } from './document-copies.ts';
import type { ReceiptContent } from './receipt.ts';
import { subjectText } from './subject-text.ts';

export interface PrintedReceipt {
  readonly title: string;
  /** One line under the title. */
  readonly subtitle: string;
  readonly amount: string;
  readonly sections: readonly PrintedSection[];
  /** What was paid, one line each; for carts several. */
  readonly items: readonly PrintedItem[];
  readonly disclaimer: string;
}

export interface PrintedSection {
  readonly title: string;
  readonly fields: readonly PrintedField[];
}

export interface PrintedField {
  readonly label: string;
  readonly value: string;
}

export interface PrintedItem {
  readonly notice: string;
  readonly payee: string;
  readonly debtor: string;
  readonly subject: string;
  readonly amount: string;
}

const DISCLAIMER =
  'Questo documento è una copia informativa della ricevuta di pagamento. Non costituisce quietanza: ai fini liberatori, la quietanza di ' +
  'pagamento va richiesta all’ente creditore.';
const TITLES: Readonly<Record<DocumentCopy, string>> = {
  PAYER: 'Ricevuta di pagamento',
  DEBTOR: 'Ricevuta di pagamento',
  ATTESTATION: 'Attestazione di pagamento',
};
const ANONYMOUS = 'ANONIMO';
/** The codes of payment methods in words. Source: Receipts §3.3; outcomes of version 1, Payments §2.2. */
const METHODS: Readonly<Record<string, string>> = {
  BBT: 'Bonifico bancario',
  BP: 'Bollettino postale',
  AD: 'Addebito diretto',
  CP: 'Carta di pagamento',
  PO: 'Pagamento presso lo sportello del PSP',
  OBEP: 'Online banking (MyBank)',
  JIF: 'Bancomat Pay',
  MYBK: 'MyBank',
  PPAL: 'PayPal',
  cash: 'Contanti',
  creditCard: 'Carta di credito',
  bancomat: 'Bancomat',
  other: 'Altro',
};

/**
 * @param receipt the one that is printed
 * @param cart all receipts of its cart, itself included, for the payer's copy of what was paid together
 */
export function printedReceipt(receipt: ReceiptContent, copy: DocumentCopy, cart: readonly ReceiptContent[] = []): PrintedReceipt {
  const items = copy === 'PAYER' && cart.length > 1 ? cart : [receipt];
  const total = items.reduce((sum, each) => sum + each.amount, 0);
  return {
    title: TITLES[copy],
    subtitle: `${items.length === 1 ? receipt.creditorName : `${items.length} pagamenti`} · ${dateTime(receipt.paidAt)}`,
    amount: euro(total),
    sections: sectionsOf(receipt, copy, items),
    items: items.map((each) => itemOf(each)),
    disclaimer: DISCLAIMER,
  };
}

function sectionsOf(receipt: ReceiptContent, copy: DocumentCopy, items: readonly ReceiptContent[]): PrintedSection[] {
  const transaction = section('Dati della transazione', [
    ['Identificativo (IUR)', receipt.receiptId],
    ['Data e ora dell’operazione', dateTime(receipt.paidAt)],
    ['Data di applicazione', receipt.applicationDate === undefined ? undefined : italianDay(receipt.applicationDate)],
    ['Prestatore di servizi di pagamento', receipt.pspName],
    ['Codice fiscale del PSP', receipt.pspFiscalCode],
    ...(copy === 'PAYER' ? payerFields(receipt, items) : []),
  ]);
  const creditor = section('Ente creditore', [
    ['Denominazione', receipt.creditorName],
    ['Codice fiscale', receipt.creditorFiscalCode],
    ['Ufficio', receipt.officeName],
  ]);
  const notice = section('Pagamento', [
    ['Codice avviso', noticeText(receipt.noticeNumber)],
    ['Identificativo univoco di versamento (IUV)', receipt.iuv],
    ['Oggetto', subjectText(receipt)],
    ['Importo', euro(receipt.amount)],
  ]);
  const debtor = section('Debitore', [
    ['Nome', receipt.debtor.fullName],
    ['Codice fiscale', receipt.debtor.fiscalCode],
  ]);
  const { payer } = receipt;
  const paidBy = payer
    ? [
        section('Pagato da', [
          ['Nome', payer.fullName],
          ['Codice fiscale', payer.fiscalCode],
        ]),
      ]
    : [];
  if (copy === 'ATTESTATION') return [creditor, notice, transaction];
  if (items.length > 1) return [transaction, ...paidBy];
  const owed = receipt.debtor.fiscalCode === ANONYMOUS ? [] : [debtor];
  return copy === 'PAYER' ? [transaction, ...paidBy, creditor, notice, ...owed] : [transaction, creditor, notice, ...owed];
}

function payerFields(receipt: ReceiptContent, items: readonly ReceiptContent[]): [string, string | undefined][] {
  const fees = items.map((each) => each.fee).filter((fee) => fee !== undefined);
  const fee = fees.reduce((sum, each) => sum + each, 0);
  const total = items.reduce((sum, each) => sum + each.amount, 0);
  return [
    ['Metodo di pagamento', receipt.paymentMethod === undefined ? undefined : (METHODS[receipt.paymentMethod] ?? receipt.paymentMethod)],
    ['Commissione', fees.length === 0 ? undefined : euro(fee)],
    ['Totale addebitato', fees.length === 0 ? undefined : euro(total + fee)],
  ];
}

function itemOf(receipt: ReceiptContent): PrintedItem {
  return {
    notice: noticeText(receipt.noticeNumber),
    payee: receipt.creditorName,
    debtor: receipt.debtor.fiscalCode === ANONYMOUS ? '' : receipt.debtor.fullName,
    subject: subjectText(receipt),
    amount: euro(receipt.amount),
  };
}

/** Fields without a value are left out. */
function section(title: string, fields: readonly (readonly [string, string | undefined])[]): PrintedSection {
  return { title, fields: fields.flatMap(([label, value]) => (value ? [{ label, value }] : [])) };
}

function noticeText(noticeNumber: string): string {
  const parsed = parseNoticeNumber(noticeNumber);
  return parsed.ok ? groupedNoticeNumber(parsed.value) : noticeNumber;
}

/** Sums of carts may be more than one payment can be. */
function euro(cents: number): string {
  const euros = String(Math.floor(cents / 100)).replaceAll(/\B(?=(\d{3})+$)/g, '.');
  return `${euros},${String(cents % 100).padStart(2, '0')} €`;
}

function dateTime(at: number): string {
  const [day = '', time = ''] = toLocalDateTime(at).split('T');
  return `${italianDay(day)}, ore ${time}`;
}

function italianDay(day: string): string {
  return day.split('-').toReversed().join('/');
}
