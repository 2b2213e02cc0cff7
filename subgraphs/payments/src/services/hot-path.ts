/**
 * What every payment asks of the database, done for several requests at once where several ask at the same time. One statement for many costs
 * little more than one for one: most of its cost is its start, its commit and its way there and back (docs/performance.md).
 */
import { type Database, type Gathering, gathering, type Transaction } from '@nodo-aperto/kernel/database';
import { ACTIVATION_PRIMITIVES } from '../domain/activation-primitives.ts';
import {
  type Claim,
  claimNotices,
  type ClaimResult,
  type NoticeKey,
  type NoticeStanding,
  readStandings,
  type StandingQuestion,
} from '../persistence/notice-queries.ts';
import { type ClaimedOpening, type Opening, openPayments, takeNotices } from '../persistence/opening-queries.ts';
import { type OpenSettlement, settleOpenPayments } from '../persistence/outcome-queries.ts';
import { readPayments } from '../persistence/payment-queries.ts';
import type { PaymentRecord } from '../persistence/payment-record.ts';

export interface HotPath {
  /** How a notice stands, and what ACA has of it. */
  readStanding(question: StandingQuestion): Promise<NoticeStanding>;
  /** Claims a notice that is free. */
  claim(claim: Claim): Promise<ClaimResult>;
  /** Opens the session of a claimed notice. False when the claim was lost meanwhile: then nothing was written. */
  open(opening: ClaimedOpening): Promise<boolean>;
  /** Opens the session of a notice that nobody claimed. False when it is not free: then nothing was written. */
  take(opening: Opening): Promise<boolean>;
  /**
   * The payment of a session of the PSP that was open a moment ago; undefined when there is none.
   * @param transaction reads in it: who holds one connection must not wait for another
   */
  readOpen(paymentToken: string, pspCode: string, transaction?: Transaction): Promise<PaymentRecord | undefined>;
  /** Settles an open session. False when it is no longer as it was read: then nothing was written. */
  settle(settlement: OpenSettlement): Promise<boolean>;
}

/** Requests of one statement at most, how many statements of a kind are under way, and how many requests may wait for them. */
const MOST = 50;
const UNDER_WAY = 2;
const WAITING = 10_000;
/** Sessions that this process opened and whose outcome has not come, kept so that they need not be read. About two kilobytes each. */
const OPEN_SESSIONS = 5_000;

const bounds = { most: MOST, underWay: UNDER_WAY, waiting: WAITING } as const;
const keyOf = ({ creditorFiscalCode, noticeNumber }: NoticeKey): string => `${creditorFiscalCode}/${noticeNumber}`;
const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);
/** By the notice: the order in which everybody locks. */
const byNotice = (left: NoticeKey, right: NoticeKey): number => compare(keyOf(left), keyOf(right));
const byPayment = (left: { payment: NoticeKey }, right: { payment: NoticeKey }): number => byNotice(left.payment, right.payment);
const ofPayment = ({ payment }: { payment: NoticeKey }): string[] => [keyOf(payment)];

export function hotPath(database: Database): HotPath {
  const standing = gathering<StandingQuestion, NoticeStanding>({ ...bounds, run: (questions) => readStandings(database, questions) });
  const claim = gathering<Claim, ClaimResult>({
    ...bounds,
    run: (claims) => claimNotices(database, claims),
    keys: ({ entry, ...notice }) => [keyOf(notice), ...(entry ? [`${entry.pspCode} ${entry.primitive} ${entry.key}`] : [])],
    order: byNotice,
  });
  const open = gathering<ClaimedOpening, boolean>({
    ...bounds,
    run: (openings) => openPayments(database, openings),
    keys: ofPayment,
    order: byPayment,
  });
  const take = gathering<Opening, boolean>({
    ...bounds,
    run: (openings) => takeNotices(database, openings),
    keys: ofPayment,
    order: byPayment,
  });
  const read = gathering<string, PaymentRecord | undefined>({ ...bounds, run: (tokens) => paymentsOf(database, tokens) });
  const settle = gathering<OpenSettlement, boolean>({
    ...bounds,
    run: (settlements) => settleOpenPayments(database, settlements, ACTIVATION_PRIMITIVES),
    keys: ofPayment,
    order: byPayment,
  });
  const sessions = new OpenSessions(OPEN_SESSIONS);
  const opening = async <Item extends Opening>(gather: Gathering<Item, boolean>, item: Item): Promise<boolean> => {
    const held = await gather(item);
    if (held) sessions.keep(item.payment);
    return held;
  };
  return {
    readStanding: standing,
    claim,
    open: (item) => opening(open, item),
    take: (item) => opening(take, item),
    async readOpen(paymentToken, pspCode, transaction) {
      const reading = (): Promise<PaymentRecord | undefined> =>
        transaction ? paymentsOf(transaction, [paymentToken]).then(([payment]) => payment) : read(paymentToken);
      const payment = sessions.take(paymentToken) ?? (await reading());
      return payment?.pspCode === pspCode && payment.status === 'PAYING' ? payment : undefined;
    },
    settle,
  };
}

/** In the order of the tokens. */
async function paymentsOf(connection: Pick<Database, 'query'>, tokens: readonly string[]): Promise<(PaymentRecord | undefined)[]> {
  const payments = await readPayments(connection, tokens);
  return tokens.map((token) => payments.get(token));
}

/**
 * Sessions as they were opened. One may have ended since: the settlement says so, because it asks for the revision. Each is handed out once,
 * so what is stale is read the next time.
 */
class OpenSessions {
  readonly #payments = new Map<string, PaymentRecord>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  keep(payment: PaymentRecord): void {
    this.#payments.set(payment.paymentToken, payment);
    if (this.#payments.size <= this.#most) return;
    const [oldest] = this.#payments.keys();
    if (oldest !== undefined) this.#payments.delete(oldest);
  }

  take(paymentToken: string): PaymentRecord | undefined {
    const payment = this.#payments.get(paymentToken);
    this.#payments.delete(paymentToken);
    return payment;
  }
}
