/** What the page keeps of an event, whichever stream it came from. */

export const SOURCES = ['payments', 'stations', 'receipts'] as const;
export type Source = (typeof SOURCES)[number];

/** One line of the event tail. Texts are empty where the event does not say. */
export interface LiveEvent {
  readonly source: Source;
  readonly id: string;
  /** Its place in its stream. */
  readonly cursor: string;
  /** E.g. payment.booked. */
  readonly name: string;
  /** Epoch milliseconds of platform time. */
  readonly at: number;
  readonly creditorCode: string;
  readonly creditorName: string;
  readonly pspCode: string;
  readonly stationCode: string;
  readonly noticeNumber: string;
  /** Euro cents; undefined where no money is meant. */
  readonly amount: number | undefined;
  readonly standIn: boolean;
  /** Why, in the platform's words. */
  readonly reason: string;
}

type Json = Readonly<Record<string, unknown>>;

/** Reads an event of a subscription. @param parseInstant epoch milliseconds of an ISO 8601 text */
export function readEvent(source: Source, node: Json, parseInstant: (text: string) => number): LiveEvent {
  const payment = part(node['payment']);
  const receipt = part(node['receipt']);
  const recipient = part(node['recipient']);
  return {
    source,
    id: text(node['id']),
    cursor: text(node['cursor']),
    name: text(node['name']),
    at: parseInstant(text(node['at'])),
    creditorCode: text(recipient['creditorFiscalCode']) || text(node['creditorFiscalCode']),
    creditorName: text(payment['companyName']) || text(receipt['creditorName']) || text(part(part(node['station'])['broker'])['name']),
    pspCode: text(node['pspCode']),
    stationCode: text(node['stationCode']),
    noticeNumber: text(node['noticeNumber']),
    amount: typeof node['amount'] === 'number' ? node['amount'] : undefined,
    standIn: node['standIn'] === true || node['entered'] === true,
    reason: text(node['reason']) || text(recipient['lastError']),
  };
}

function part(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
