/** The ids of the receipts of a list, found by what narrows it. Conditions are put together here, values always travel as parameters. */
import type { ReadDatabase } from '@nodo-aperto/kernel/database';
import { asDate } from '@nodo-aperto/kernel/time';
import type { QueueFilter } from './queue-totals.ts';

/** What narrows a list; all that is given must hold. */
export interface ReceiptFilter {
  /** Only those that are this party's as well. */
  readonly alsoOf?: string;
  /** Creditor of the notice. */
  readonly creditorFiscalCode?: string;
  readonly receiptId?: string;
  readonly iuv?: string;
  readonly noticeNumber?: string;
  /** Paid from this instant on, epoch milliseconds. */
  readonly from?: number;
  /** Paid before this instant. */
  readonly until?: number;
  readonly standIn?: boolean;
  /** Found in the description, the creditor's name, the notice number or the reference. */
  readonly text?: string;
  /** A person, and as what it has to be in the receipt. */
  readonly person?: { readonly fiscalCode: string; readonly as: 'PAYER' | 'DEBTOR' };
  /** Those that the party has hidden, or those that it has not. */
  readonly hidden?: { readonly by: string; readonly is: boolean };
}

export interface ListPlace {
  readonly receiptId: string;
  readonly sequence: number;
}

/** Where a list comes from: the receipts of a party, those that recipients lack, or all. */
export type ReceiptSource = { readonly party: string } | { readonly pending: QueueFilter } | 'ALL';

/** The newest receipts before a place. */
export async function listReceipts(
  database: ReadDatabase,
  source: ReceiptSource,
  filter: ReceiptFilter,
  page: { readonly before: number | undefined; readonly limit: number },
): Promise<ListPlace[]> {
  const parameters: unknown[] = [];
  const given = (value: unknown): string => `$${parameters.push(value)}`;
  const { from, sequence, where } = sourceOf(source, given);
  const conditions = [
    ...where,
    ...(page.before === undefined ? [] : [`${sequence} < ${given(page.before)}`]),
    ...conditionsOf(filter, given),
  ];
  const rows = await database.query<{ receipt_id: string; sequence: number }>(
    `select receipt.receipt_id, receipt.sequence from ${from} ${conditions.length > 0 ? `where ${conditions.join(' and ')}` : ''}
      order by ${sequence} desc limit ${given(page.limit)}`,
    parameters,
  );
  return rows.map(({ receipt_id: receiptId, sequence: place }) => ({ receiptId, sequence: place }));
}

function sourceOf(source: ReceiptSource, given: (value: unknown) => string): { from: string; sequence: string; where: string[] } {
  if (source === 'ALL') return { from: 'receipt', sequence: 'receipt.sequence', where: [] };
  if ('party' in source) {
    const from = 'receipt_party as listed join receipt using (receipt_id)';
    return { from, sequence: 'listed.sequence', where: [`listed.party = ${given(source.party)}`] };
  }
  const { stationCode, creditorFiscalCode, brokerCode, withheld = [] } = source.pending;
  const narrowed = [
    'delivered_at is null',
    ...(stationCode === undefined ? [] : [`station_code = ${given(stationCode)}`]),
    ...(creditorFiscalCode === undefined ? [] : [`creditor_fiscal_code = ${given(creditorFiscalCode)}`]),
    ...(brokerCode === undefined ? [] : [`broker_code = ${given(brokerCode)}`]),
    ...(withheld.length === 0 ? [] : [`creditor_fiscal_code <> all (${given(withheld)}::text[])`]),
  ].join(' and ');
  const from = `(select distinct receipt_id from recipient where ${narrowed}) as waiting join receipt using (receipt_id)`;
  return { from, sequence: 'receipt.sequence', where: [] };
}

function conditionsOf(filter: ReceiptFilter, given: (value: unknown) => string): string[] {
  const { alsoOf, creditorFiscalCode, receiptId, iuv, noticeNumber, from, until, standIn, text, person, hidden } = filter;
  const hides = (by: string): string =>
    `exists (select 1 from hidden_receipt as hidden where hidden.party = ${given(by)} and hidden.receipt_id = receipt.receipt_id)`;
  return [
    ...(alsoOf === undefined
      ? []
      : [`exists (select 1 from receipt_party as other where other.party = ${given(alsoOf)} and other.sequence = receipt.sequence)`]),
    ...(creditorFiscalCode === undefined ? [] : [`receipt.creditor_fiscal_code = ${given(creditorFiscalCode)}`]),
    ...(receiptId === undefined ? [] : [`receipt.receipt_id = ${given(receiptId)}`]),
    ...(iuv === undefined ? [] : [`receipt.iuv = ${given(iuv)}`]),
    ...(noticeNumber === undefined ? [] : [`receipt.notice_number = ${given(noticeNumber)}`]),
    ...(from === undefined ? [] : [`receipt.paid_at >= ${given(asDate(from))}`]),
    ...(until === undefined ? [] : [`receipt.paid_at < ${given(asDate(until))}`]),
    ...(standIn === undefined ? [] : [`receipt.stand_in = ${given(standIn)}`]),
    ...(text === undefined ? [] : [textCondition(given(`%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`))]),
    ...(person === undefined
      ? []
      : [`upper(receipt.content -> '${person.as === 'PAYER' ? 'payer' : 'debtor'}' ->> 'fiscalCode') = ${given(person.fiscalCode)}`]),
    ...(hidden === undefined ? [] : [hidden.is ? hides(hidden.by) : `not ${hides(hidden.by)}`]),
  ];
}

function textCondition(pattern: string): string {
  const places = [
    `receipt.content ->> 'description'`,
    `receipt.content ->> 'creditorName'`,
    `(select string_agg(transfer ->> 'remittanceInformation', ' ') from jsonb_array_elements(receipt.content -> 'transfers') as transfer)`,
    'receipt.notice_number',
    'receipt.iuv',
  ];
  return `(${places.map((place) => `${place} ilike ${pattern}`).join(' or ')})`;
}
