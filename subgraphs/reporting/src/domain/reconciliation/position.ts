import type { ReportedOutcome } from '@nodo-aperto/schema/events';
import type { ReportableTransfer } from '../reportable-transfers.ts';
import { mismatchesOf } from '../match-line.ts';
import { type Item, item } from './items.ts';

/** A line of the last published revision of a flow. */
export interface PlacedLine {
  flowName: string;
  revision: number;
  index: number;
  iuv: string;
  /** Euro cents. */
  amount: number;
  outcome: ReportedOutcome;
}

/** A transfer of a payment, as it was booked and as its PSP reports it to its creditor; at least one of the two. */
export interface Position {
  pspCode: string;
  creditorFiscalCode: string;
  /** Operative day: of the booking; of the flow's credit transfer (D+1) when nothing was booked. */
  day: string;
  iur: string;
  idTransfer: number;
  booked?: Pick<ReportableTransfer, 'iuv' | 'amount' | 'outcome'>;
  /** In a stable order: the first one counts, others are repetitions. */
  lines: readonly PlacedLine[];
}

/** Codes of payments without a receipt: the token had expired before the outcome came, or it never came. */
const WITHOUT_RECEIPT: ReadonlySet<ReportedOutcome> = new Set(['NO_RPT', 'STAND_IN_NO_RPT']);

/**
 * What does not agree between a booking and its lines. A payment reported with code 9 or 8 may be one that the node never booked: its creditor
 * takes it in without a receipt. With code 0, 3 or 4 it has to be known. What is not reported yet is an item from the end of D+2 on.
 * Source: Domain facts, Reporting §1.2, §1.6, §1.7 and §9.
 * @param late whether the deadline of the position's day has passed
 */
export function itemsOf(position: Position, late: boolean): Item[] {
  const { booked, lines, iur, idTransfer, pspCode, creditorFiscalCode, day } = position;
  const of = { pspCode, creditorFiscalCode, day, iur, idTransfer };
  if (!booked) return lines.map((line) => unbooked(of, line));
  const [first, ...repeated] = lines;
  const { iuv, amount } = booked;
  const expected = { iuv, expectedAmount: amount };
  if (!first) return late ? [item('PAYMENT_NOT_REPORTED', [iur, idTransfer], { ...of, ...expected, foundAmount: 0 })] : [];
  return [
    ...differences(of, booked, first),
    ...repeated.map((line) =>
      item('REPORTED_TWICE', [line.flowName, line.index], { ...of, iuv, ...placed(line), expectedAmount: 0, foundAmount: line.amount }),
    ),
  ];
}

type Subject = Pick<Position, 'pspCode' | 'creditorFiscalCode' | 'day' | 'iur' | 'idTransfer'>;

const placed = ({ flowName, revision, index }: PlacedLine) => ({ flowName, flowRevision: revision, lineIndex: index });

function unbooked(of: Subject, line: PlacedLine): Item {
  const reason = WITHOUT_RECEIPT.has(line.outcome) ? 'PAYMENT_WITHOUT_RECEIPT' : 'PAYMENT_UNKNOWN';
  const found = { expectedAmount: 0, foundAmount: line.amount, found: line.outcome };
  return item(reason, [line.flowName, line.index], { ...of, iuv: line.iuv, ...placed(line), ...found });
}

function differences(of: Subject, booked: NonNullable<Position['booked']>, line: PlacedLine): Item[] {
  const told = {
    UNKNOWN_PAYMENT: {},
    IUV_DIFFERS: { expected: booked.iuv, found: line.iuv },
    AMOUNT_DIFFERS: { expectedAmount: booked.amount, foundAmount: line.amount },
    OUTCOME_DIFFERS: { expected: booked.outcome, found: line.outcome },
  };
  return mismatchesOf(line, booked)
    .filter((mismatch) => mismatch !== 'UNKNOWN_PAYMENT')
    .map((mismatch) => item(mismatch, [of.iur, of.idTransfer], { ...of, iuv: booked.iuv, ...placed(line), ...told[mismatch] }));
}
