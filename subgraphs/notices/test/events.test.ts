import { DAY } from '@nodo-aperto/kernel/time';
import { paymentBooked } from '@nodo-aperto/schema/events';
import { describe, expect, it } from 'vitest';
import { createDebtPosition } from '../src/services/create-debt-position.ts';
import { aDraft, anInstalment, anOption, aTransfer } from './examples.ts';
import { paymentFacts } from './payment-facts.ts';
import {
  anItem,
  asBroker,
  asCreditor,
  asDebtor,
  asOperator,
  asOtherBroker,
  asOtherCreditor,
  asPsp,
  asStranger,
  CREDITOR,
  IBAN,
  noticeNumberOf,
  OTHER_CREDITOR,
  type TestPlatform,
} from './platform.ts';
import { populated } from './populated.ts';

let platform: TestPlatform;
populated((started) => {
  platform = started;
});

const { load, tokenOf, booked, report, notice, statusOf } = paymentFacts(() => platform);

describe('payments', () => {
  it('a booked payment pays its notice, once, however often it is stated', async () => {
    await load(anItem(1));
    const before = await platform.head();
    await platform.state(paymentBooked, booked(1), booked(1), booked(1, { revision: 3 }));
    expect(await notice(1)).toMatchObject({
      status: 'PAID',
      payment: { token: tokenOf(1), pspName: 'Banca di Prova', method: 'creditCard', fee: 150 },
    });
    expect((await platform.stated(before)).map(({ data }) => [data.status, data.revision])).toEqual([['PAID', 2]]);
  });

  it('pays what was invalidated while its session was open, and takes the statement’s time when there is no other', async () => {
    await load(anItem(2));
    await load(anItem(2, { amount: 0 }));
    await platform.state(paymentBooked, booked(2, { outcomeAt: undefined }));
    expect(await notice(2)).toMatchObject({ status: 'PAID', payment: { at: expect.any(Number) } });
  });

  it('an instalment makes its position partially paid and rules the other option out', async () => {
    const options = [
      anOption({ instalments: [anInstalment(3, { dueDate: platform.clock.now() + DAY })] }),
      anOption({ instalments: [4, 5].map((each) => anInstalment(each, { dueDate: platform.clock.now() + DAY })) }),
    ];
    await createDebtPosition(platform.services.writing, aDraft({ iupd: 'PLAN', options }), {
      actor: { kind: 'OPERATOR' },
      creditorFiscalCode: CREDITOR,
      aca: true,
      publish: true,
    });
    await platform.state(paymentBooked, booked(4));
    expect(await Promise.all([3, 4, 5].map(statusOf))).toEqual(['INVALID', 'PAID', 'VALID']);
    await platform.state(paymentBooked, booked(5));
    expect((await platform.services.reads.position({ creditorFiscalCode: CREDITOR, iupd: 'PLAN' }))?.status).toBe('PAID');
  });

  it('two options that were paid all the same are both paid, and the later one is a conflict', async () => {
    const options = [6, 7].map((each) => anOption({ instalments: [anInstalment(each, { dueDate: platform.clock.now() + DAY })] }));
    await createDebtPosition(platform.services.writing, aDraft({ iupd: 'TWICE', options }), {
      actor: { kind: 'OPERATOR' },
      creditorFiscalCode: CREDITOR,
      aca: true,
      publish: true,
    });
    const conflicts = () =>
      platform.ask(asCreditor, '{ debtPosition(iupd: "TWICE") { status conflictingPayments { noticeNumber status } } }');
    await platform.state(paymentBooked, booked(7));
    expect((await conflicts()).data).toEqual({ debtPosition: { status: 'PAID', conflictingPayments: [] } });
    platform.clock.advance(60_000);
    await platform.state(paymentBooked, booked(6));
    expect(await Promise.all([6, 7].map(statusOf))).toEqual(['PAID', 'PAID']);
    expect((await conflicts()).data).toEqual({
      debtPosition: { status: 'PAID', conflictingPayments: [{ noticeNumber: noticeNumberOf(6), status: 'PAID' }] },
    });
  });

  it('ignores payments of notices that are not kept here', async () => {
    const before = await platform.head();
    await platform.state(paymentBooked, booked(999));
    expect(await platform.stated(before)).toEqual([]);
  });
});

describe('reporting', () => {
  it('a reported payment is REPORTED, once; revoked lines and other tokens are not', async () => {
    await load(anItem(10));
    await platform.state(paymentBooked, booked(10));
    await report(
      CREDITOR,
      { number: 10, outcome: 'REVOKED' },
      { number: 10, token: tokenOf(11) },
      { number: 10, idTransfer: 2 },
      { number: 998 },
    );
    expect(await statusOf(10)).toBe('PAID');
    const before = await platform.head();
    await report(CREDITOR, { number: 10 });
    await report(CREDITOR, { number: 10 });
    expect((await platform.stated(before)).map(({ data }) => data.status)).toEqual(['REPORTED']);
    expect((await notice(10))?.transfers[0]?.report?.flow).toMatch(/^2026-06-01/);
  });

  it('waits for the payment when the flow comes first', async () => {
    await load(anItem(12));
    await report(CREDITOR, { number: 12 });
    await report(CREDITOR, { number: 12 });
    expect(await statusOf(12)).toBe('VALID');
    await platform.state(paymentBooked, booked(12));
    expect(await statusOf(12)).toBe('REPORTED');
    expect(await platform.services.writing.database.query('select from early_report where payment_token = $1', [tokenOf(12)])).toEqual([]);
  });

  it('needs the flows of every creditor that has a part', async () => {
    const transfers = [aTransfer({ amount: 4_000 }), aTransfer({ idTransfer: 2, amount: 6_000, creditorFiscalCode: OTHER_CREDITOR })];
    const options = [anOption({ instalments: [anInstalment(13, { transfers, dueDate: platform.clock.now() + DAY })] })];
    await createDebtPosition(platform.services.writing, aDraft({ iupd: 'SHARED', options }), {
      actor: { kind: 'OPERATOR' },
      creditorFiscalCode: CREDITOR,
      aca: true,
      publish: true,
    });
    await load(anItem(13, { creditorFiscalCode: OTHER_CREDITOR, iban: IBAN })); // the same IUV, used by another creditor
    await report(OTHER_CREDITOR, { number: 13, idTransfer: 2 });
    await platform.state(paymentBooked, booked(13));
    expect(await statusOf(13)).toBe('PAID');
    await report(CREDITOR, { number: 13 });
    expect(await statusOf(13)).toBe('REPORTED');
  });
});

describe('the stream in the graph', () => {
  const EVENTS = `subscription ($after: String, $creditor: FiscalCode) { noticeEvents(after: $after, creditorFiscalCode: $creditor)
    { cursor id name creditorFiscalCode noticeNumber status amount revision deleted notice { noticeNumber status } } }`;
  const LOG = `query ($after: String, $first: Int, $creditor: FiscalCode) { noticeEventLog(after: $after, first: $first, creditorFiscalCode: $creditor)
    { edges { cursor node { id noticeNumber status creditorFiscalCode } } pageInfo { hasNextPage endCursor } } }`;
  interface Event {
    cursor: string;
    id: string;
    noticeNumber: string;
    creditorFiscalCode: string;
    status: string;
    revision: number;
    notice: { status: string } | null;
  }
  interface Log {
    noticeEventLog: { edges: { cursor: string; node: Event }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
  }
  const take = async (events: AsyncIterableIterator<{ data?: unknown; errors?: unknown }>, count: number): Promise<Event[]> => {
    const taken: Event[] = [];
    while (taken.length < count) {
      const { value } = (await events.next()) as { value: { data?: { noticeEvents: Event }; errors?: unknown } };
      expect(value.errors).toBe(undefined);
      taken.push(value.data!.noticeEvents);
    }
    return taken;
  };
  const log = async (principal: typeof asCreditor, variables: Record<string, unknown> = {}) => {
    const found: Event[] = [];
    for (let after: unknown; ; ) {
      const answer: { data?: Log | null; errors: unknown[] } = await platform.ask<Log>(principal, LOG, { after, first: 50, ...variables });
      expect(answer.errors).toEqual([]);
      const { edges, pageInfo } = answer.data!.noticeEventLog;
      found.push(...edges.map(({ node }) => node));
      if (!pageInfo.hasNextPage) return found;
      after = pageInfo.endCursor;
    }
  };

  it('follows live, and goes on from a cursor without loss or repeat; the list has the same events', async () => {
    await platform.head();
    const live = await platform.follow(asCreditor, EVENTS);
    const first = take(live, 3);
    await load(anItem(20), anItem(21));
    await load(anItem(20, { amount: 5 }));
    expect((await first).map(({ noticeNumber, revision }) => [noticeNumber, revision])).toEqual([
      [noticeNumberOf(20), 1],
      [noticeNumberOf(21), 1],
      [noticeNumberOf(20), 2],
    ]);
    await live.return?.();
    const after = (await first)[0]?.cursor;
    const again = await platform.follow(asCreditor, EVENTS, { after });
    expect((await take(again, 2)).map(({ id }) => id)).toEqual((await first).slice(1).map(({ id }) => id));
    await again.return?.();
    expect((await log(asCreditor, {})).slice(-3).map(({ id }) => id)).toEqual((await first).map(({ id }) => id));
  });

  it('nobody gets another’s events', async () => {
    await load(anItem(30), anItem(31, { creditorFiscalCode: OTHER_CREDITOR, iban: IBAN, debtorFiscalCode: asStranger.fiscalCode }));
    const creditorsOf = (events: Event[]) => [...new Set(events.map(({ creditorFiscalCode }) => creditorFiscalCode))];
    expect(creditorsOf(await log(asCreditor))).toEqual([CREDITOR]);
    expect(creditorsOf(await log(asOtherCreditor))).toEqual([OTHER_CREDITOR]);
    expect((await log(asStranger)).map(({ noticeNumber }) => noticeNumber)).toEqual([noticeNumberOf(31)]);
    expect(await log(asDebtor, { creditor: OTHER_CREDITOR })).toHaveLength(1);
    expect(creditorsOf(await log(asOperator))).toEqual([CREDITOR, OTHER_CREDITOR]);
    expect(creditorsOf(await log(asOperator, { creditor: OTHER_CREDITOR }))).toEqual([OTHER_CREDITOR]);
    expect(creditorsOf(await log(asBroker, { creditor: CREDITOR }))).toEqual([CREDITOR]);
    const refused: [typeof asCreditor, Record<string, unknown>][] = [
      [asPsp, {}],
      [asBroker, {}],
      [asOtherBroker, { creditor: CREDITOR }],
      [asOtherCreditor, { creditor: CREDITOR }],
    ];
    for (const [principal, variables] of refused) {
      expect(await platform.ask(principal, LOG, variables)).toMatchObject({ errors: [{ code: 'FORBIDDEN' }] });
      await expect(platform.follow(principal, EVENTS, variables)).rejects.toThrow();
    }
  });

  it('who owes a notice hears of it from when it can be paid, and that it is gone', async () => {
    const citizen = { ...asDebtor, fiscalCode: 'NREGNN80A01H501Z' };
    const debtor = { type: 'F', fiscalCode: citizen.fiscalCode, fullName: 'Gianni Neri' } as const;
    const draft = aDraft({
      iupd: 'QUIET',
      debtor,
      options: [anOption({ instalments: [anInstalment(40, { dueDate: platform.clock.now() + DAY })] })],
    });
    await createDebtPosition(platform.services.writing, draft, {
      actor: { kind: 'OPERATOR' },
      creditorFiscalCode: CREDITOR,
      aca: true,
      publish: false,
    });
    expect(await log(citizen)).toEqual([]);
    await platform.ask(asCreditor, 'mutation { publishDebtPosition(iupd: "QUIET") { outcome } }');
    await platform.ask(asCreditor, 'mutation { deleteDebtPosition(iupd: "QUIET") { outcome } }');
    await platform.head();
    expect((await log(citizen)).map(({ status }) => status)).toEqual(['VALID', 'DRAFT']);
  });

  it('a cursor of another stream is refused', async () => {
    const after = Buffer.from('1:payments:1').toString('base64url');
    expect((await platform.ask(asCreditor, LOG, { after })).errors).toMatchObject([{ code: 'BAD_USER_INPUT' }]);
  });
});
