/** Reads credits from a bank's statement in ISO 20022 (camt.053) as it arrives. */
import { InputError } from '@nodo-aperto/kernel/faults';
import { isLocalDate } from '@nodo-aperto/kernel/time';
import { SaxesParser } from 'saxes';
import type { StatementLine } from '../../domain/reconciliation/statement-line.ts';
import type { StatementPart } from './statement-part.ts';
import { decoded } from './read-csv.ts';

const NAMESPACE = /^urn:iso:std:iso:20022:tech:xsd:camt\.053\.001\.\d{2}$/;
const DEEPEST = 20;
/** Of one entry: longer ones are no entries of a statement. */
const LONGEST_ENTRY = 256 * 1024;
const MOST_TRANSACTIONS = 1_000;
const WANTED_DEPTH = 4;

/** Texts of an entry or of one of its transactions, by their paths below it. */
type Texts = Map<string, string[]>;
interface Entry {
  own: Texts;
  transactions: Texts[];
  size: number;
}

/**
 * The booked credits of a statement: one for each transaction of an entry, or for the entry when it has no more than one. Debits, reversals and
 * what is not booked yet are skipped. It covers the days of its FrToDt; without one those of its entries.
 * @throws InputError for a document that is no camt.053, or not to its end
 */
export async function* readCamt(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<StatementPart> {
  const reader = new CamtReader();
  for await (const text of decoded(chunks)) {
    reader.write(text);
    yield* reader.taken();
  }
  reader.close();
  yield* reader.taken();
}

class CamtReader {
  readonly #parser = new SaxesParser({ xmlns: true });
  readonly #path: string[] = [];
  #text = '';
  #entry: Entry | undefined;
  #iban: string | undefined;
  #from: string | undefined;
  /** Whether the statement has said which days it covers; value dates of entries may lie outside. */
  #told = false;
  #currency: string | undefined;
  #line = 0;
  #parts: StatementPart[] = [];
  #closed = false;

  constructor() {
    const refuse = (): never => {
      throw InputError.at('statement', 'holds a DOCTYPE or a processing instruction', 'a document without them');
    };
    this.#parser.on('doctype', refuse);
    this.#parser.on('processinginstruction', refuse);
    this.#parser.on('error', () => {
      // The library's own sentence may quote the document.
      throw InputError.at('statement', `is not well-formed XML (line ${this.#parser.line})`, 'a whole camt.053 document');
    });
    this.#parser.on('opentag', (tag) => this.#begin(tag.local, tag.uri, (tag.attributes['Ccy'] as { value: string } | undefined)?.value));
    this.#parser.on('text', (text) => this.#add(text));
    this.#parser.on('cdata', (text) => this.#add(text));
    this.#parser.on('closetag', (tag) => this.#end(tag.local));
  }

  write(text: string): void {
    this.#parser.write(text);
  }

  close(): void {
    this.#parser.close();
    if (!this.#closed) throw InputError.at('statement', 'holds no statement', 'a camt.053 document');
  }

  *taken(): Generator<StatementPart> {
    const parts = this.#parts;
    this.#parts = [];
    yield* parts;
  }

  #begin(name: string, namespace: string, currency: string | undefined): void {
    if (this.#path.length === 0 && (name !== 'Document' || !NAMESPACE.test(namespace))) {
      throw InputError.at('statement', 'is no camt.053 document', 'the element Document of urn:iso:std:iso:20022:tech:xsd:camt.053.001.NN');
    }
    this.#path.push(name);
    if (this.#path.length > DEEPEST)
      throw InputError.at('statement', `has elements nested more than ${DEEPEST} deep`, 'a camt.053 document');
    this.#text = '';
    if (name === 'Stmt' && this.#path.length === 3) [this.#iban, this.#from, this.#told] = [undefined, undefined, false];
    if (name === 'Ntry' && this.#path.length === WANTED_DEPTH) this.#entry = { own: new Map(), transactions: [], size: 0 };
    if (name === 'TxDtls' && this.#entry) {
      this.#entry.transactions.push(new Map());
      if (this.#entry.transactions.length > MOST_TRANSACTIONS) throw tooLong();
    }
    if (name === 'Amt') this.#currency = currency;
  }

  #add(text: string): void {
    this.#text += text;
    if (this.#text.length > LONGEST_ENTRY) throw tooLong();
  }

  #end(name: string): void {
    const below = this.#path.slice(3).join('/');
    const text = this.#text.trim();
    this.#path.pop();
    this.#text = '';
    if (this.#entry) this.#endInEntry(name, text);
    else if (below === 'Acct/Id/IBAN') this.#iban = text;
    else if (below === 'FrToDt/FrDtTm') this.#from = text.slice(0, 10);
    else if (below === 'FrToDt/ToDtTm') this.#told = this.#cover(this.#from, text.slice(0, 10));
    else if (name === 'Document') this.#closed = true;
  }

  #endInEntry(name: string, text: string): void {
    const entry = this.#entry;
    if (!entry) return;
    if (name === 'Ntry' && this.#path.length === WANTED_DEPTH - 1) {
      this.#takeEntry(entry);
      this.#entry = undefined;
      return;
    }
    if (text === '') return;
    entry.size += text.length;
    if (entry.size > LONGEST_ENTRY) throw tooLong();
    const path = [...this.#path.slice(WANTED_DEPTH), name];
    const transaction = path.indexOf('TxDtls');
    const texts = transaction === -1 ? entry.own : entry.transactions.at(-1);
    const key = path.slice(transaction + 1).join('/');
    texts?.set(key, [...(texts.get(key) ?? []), text]);
    if (name === 'Amt' && this.#currency !== undefined) texts?.set(`${key}@Ccy`, [this.#currency]);
  }

  #takeEntry({ own, transactions }: Entry): void {
    const count = Math.max(1, transactions.length);
    const day = dayOf(own, 'ValDt') ?? dayOf(own, 'BookgDt');
    if (!this.#told) this.#cover(day, day);
    const status = first(own, 'Sts/Cd', 'Sts');
    const isCredit = first(own, 'CdtDbtInd') === 'CRDT' && first(own, 'RvslInd') !== 'true' && (status === undefined || status === 'BOOK');
    for (const [place, transaction] of (transactions.length > 0 ? transactions : [new Map() as Texts]).entries()) {
      this.#line += 1;
      const credited = isCredit && (first(transaction, 'CdtDbtInd') ?? 'CRDT') === 'CRDT';
      if (credited) this.#parts.push({ line: this.#line, credit: creditOf(own, transaction, { place, count, day, iban: this.#iban }) });
      else this.#parts.push({ skipped: 1 });
    }
  }

  #cover(from: string | undefined, to: string | undefined): boolean {
    if (from === undefined || to === undefined || !isLocalDate(from) || !isLocalDate(to) || to < from) return false;
    this.#parts.push({ from, to });
    return true;
  }
}

const tooLong = (): InputError =>
  InputError.at('statement', 'has an entry that is too long', `entries of up to ${MOST_TRANSACTIONS} transactions`);

const first = (texts: Texts, ...paths: readonly string[]): string | undefined => {
  for (const path of paths) {
    const text = texts.get(path)?.[0];
    if (text !== undefined) return text;
  }
  return undefined;
};

const dayOf = (texts: Texts, path: string): string | undefined => first(texts, `${path}/Dt`, `${path}/DtTm`)?.slice(0, 10);

function creditOf(
  own: Texts,
  transaction: Texts,
  at: { place: number; count: number; day: string | undefined; iban: string | undefined },
): StatementLine {
  const alone = at.count === 1;
  const endToEnd = first(transaction, 'Refs/EndToEndId');
  const ofEntry = first(own, 'AcctSvcrRef', 'NtryRef');
  const reference =
    first(transaction, 'Refs/AcctSvcrRef', 'Refs/TxId') ??
    (endToEnd === 'NOTPROVIDED' ? undefined : endToEnd) ??
    (ofEntry === undefined || alone ? ofEntry : `${ofEntry}#${at.place + 1}`);
  const amountPath = ['Amt', 'AmtDtls/TxAmt/Amt'].find((path) => transaction.has(path));
  // An entry of one transaction is that transaction's amount; of several, each has its own.
  const [amounts, path] = alone ? [own, 'Amt'] : [transaction, amountPath ?? ''];
  const written = {
    reference,
    iban: at.iban,
    valueDate: at.day,
    amount: first(amounts, path),
    currency: first(amounts, `${path}@Ccy`),
    causale: transaction.get('RmtInf/Ustrd')?.join('') ?? first(transaction, 'AddtlTxInf') ?? first(own, 'AddtlNtryInf'),
    payer: first(transaction, 'RltdPties/Dbtr/Pty/Nm', 'RltdPties/Dbtr/Nm'),
  };
  return Object.fromEntries(Object.entries(written).filter(([, value]) => value !== undefined)) as StatementLine;
}
