import { until } from '@nodo-aperto/kernel/testing';
import type { ExecutionResult } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { activate, send } from './support/operations.ts';
import { CHANNEL, CREDITOR, OTHER_CHANNEL, OTHER_CREDITOR, OTHER_PSP, PSP, STATION } from './support/parties.ts';
import { caller, startSubgraph, type TestSubgraph } from './support/subgraph.ts';

const psp = caller('PSP', PSP);
const otherPsp = caller('PSP', OTHER_PSP);
let subgraph: TestSubgraph;
let token = '';
let noticeNumber = '';
beforeAll(async () => {
  subgraph = await startSubgraph();
  noticeNumber = subgraph.newNotice();
  token = (await activate(subgraph, psp, noticeNumber)).paymentToken ?? '';
  await send(subgraph, psp, token);
});
afterAll(() => subgraph[Symbol.asyncDispose]());

describe('a payment', () => {
  const document =
    'query ($token: String!) { payment(paymentToken: $token) { status debtor { fullName } payer { fullName } } payments(first: 100) { edges { node { paymentToken } } } }';
  const seen = async (principal = psp) => {
    const data = await subgraph.query<{ payment: object | null; payments: { edges: { node: { paymentToken: string } }[] } }>(
      principal,
      document,
      { token },
    );
    return { payment: data.payment, listed: data.payments.edges.some(({ node }) => node.paymentToken === token) };
  };

  it.each([
    ['its creditor', caller('EC', CREDITOR)],
    ['its creditor’s broker', caller('PARTNER', CREDITOR)],
    ['its PSP’s broker', caller('PARTNER', PSP)],
    ['who owes it', caller('CITIZEN', 'RSSMRA80A01H501U')],
    ['who paid it', caller('CITIZEN', 'VRDLGI70A01H501C')],
    ['an operator', caller('OPERATOR')],
  ])('is seen by %s', async (_name, principal) => {
    expect(await seen(principal)).toEqual({
      payment: { status: 'PAID', debtor: { fullName: 'Mario Rossi' }, payer: { fullName: 'Luigi Verdi' } },
      listed: true,
    });
  });

  it('is seen by its PSP, without who owes it', async () => {
    expect(await seen()).toEqual({ payment: { status: 'PAID', debtor: null, payer: { fullName: 'Luigi Verdi' } }, listed: true });
  });

  it.each([
    ['another PSP', otherPsp],
    ['another creditor', caller('EC', OTHER_CREDITOR)],
    ['another broker', caller('PARTNER', '88888888888')],
    ['another citizen', caller('CITIZEN', 'BNCLRA85C45F205X')],
    ['a token without a tenant', caller('EC')],
  ])('is not there for %s', async (_name, principal) => {
    expect(await seen(principal)).toEqual({ payment: null, listed: false });
  });

  it('is asked for by nobody without a token', async () => {
    expect((await subgraph.execute(undefined, document, { token })).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });

  it('shows its notice’s state to those who see it, wherever they come from', async () => {
    const states = async (principal = psp) => {
      const { _entities } = await subgraph.query<{ _entities: { paymentStatus: string | null; payments: { edges: object[] } }[] }>(
        principal,
        'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Notice { paymentStatus paymentStatusHistory { status } payments { edges { node { status } } } } } }',
        { of: [{ __typename: 'Notice', creditorFiscalCode: CREDITOR, noticeNumber }] },
      );
      return { status: _entities[0]?.paymentStatus, payments: _entities[0]?.payments.edges.length };
    };
    expect(await states(caller('EC', CREDITOR))).toEqual({ status: 'PAID', payments: 1 });
    expect(await states(otherPsp)).toEqual({ status: null, payments: 0 });
  });
});

describe('lists', () => {
  it('hang on PSPs and creditors of other subgraphs too', async () => {
    const document = `query ($of: [_Any!]!) { _entities(representations: $of) {
      ... on Psp { payments { edges { node { paymentToken } } } }
      ... on CreditorInstitution { payments(statuses: [PAID], standIn: false) { edges { node { paymentToken psp { code } station { code } channel { code } creditor { fiscalCode } } } } } } }`;
    const of = [
      { __typename: 'Psp', code: PSP },
      { __typename: 'CreditorInstitution', fiscalCode: CREDITOR },
      { __typename: 'CreditorInstitution', fiscalCode: OTHER_CREDITOR },
    ];
    const { _entities } = await subgraph.query<{ _entities: { payments: { edges: { node: object }[] } }[] }>(
      caller('EC', CREDITOR),
      document,
      { of },
    );
    const lists = _entities.map((entity) => entity.payments.edges.map(({ node }) => node));
    const references = { psp: { code: PSP }, station: { code: STATION }, channel: { code: CHANNEL }, creditor: { fiscalCode: CREDITOR } };
    expect(lists).toEqual([[{ paymentToken: token }], [{ paymentToken: token, ...references }], []]);
  });

  it('are paged without loss or repeat, the newest first', async () => {
    for (let index = 0; index < 7; index += 1) await activate(subgraph, otherPsp, subgraph.newNotice(), { idChannel: OTHER_CHANNEL });
    const document =
      'query ($after: String) { payments(first: 3, after: $after) { edges { node { paymentToken activatedAt } } pageInfo { hasNextPage endCursor } } }';
    const tokens: string[] = [];
    let after: string | null = null;
    do {
      const {
        payments,
      }: { payments: { edges: { node: { paymentToken: string } }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } } } =
        await subgraph.query(otherPsp, document, { after });
      tokens.push(...payments.edges.map(({ node }) => node.paymentToken));
      after = payments.pageInfo.hasNextPage ? payments.pageInfo.endCursor : null;
    } while (after !== null);
    expect(new Set(tokens).size).toBe(7);
    expect(tokens).toHaveLength(7);
  });

  it('refuse a page that is too large, and a cursor of something else', async () => {
    const codeOf = async (document: string) => (await subgraph.execute(psp, document)).errors?.[0]?.extensions.code;
    expect(await codeOf('{ payments(first: 101) { edges { cursor } } }')).toBe('BAD_USER_INPUT');
    expect(await codeOf('{ payments(after: "nonsense") { edges { cursor } } }')).toBe('BAD_USER_INPUT');
    expect(await codeOf('{ paymentEventLog(after: "nonsense") { edges { cursor } } }')).toBe('BAD_USER_INPUT');
  });

  it('of sessions hold what is open now, with age and deadline', async () => {
    const open = (await activate(subgraph, psp, subgraph.newNotice(), { expirationTime: 60_000 })).paymentToken;
    subgraph.clock.advance(61_000);
    const document =
      '{ sessionsInFlight(stationCode: "66666666666_01") { edges { node { ageSeconds deadline overdue payment { paymentToken stationCode } } } } }';
    const { sessionsInFlight } = await subgraph.query<{ sessionsInFlight: { edges: { node: object }[] } }>(psp, document);
    expect(sessionsInFlight.edges.map(({ node }) => node)).toEqual([
      {
        ageSeconds: expect.any(Number),
        deadline: expect.any(String),
        overdue: true,
        payment: { paymentToken: open, stationCode: STATION },
      },
    ]);
    const all = await subgraph.query<{ sessionsInFlight: { edges: { node: { overdue: boolean } }[] } }>(caller('EC', CREDITOR), document);
    expect(all.sessionsInFlight.edges.map(({ node }) => node.overdue)).toEqual([true, ...Array.from({ length: 7 }, () => false)]);
    expect(
      (await subgraph.query<{ sessionsInFlight: { edges: object[] } }>(caller('EC', OTHER_CREDITOR), document)).sessionsInFlight.edges,
    ).toEqual([]);
  });
});

describe('the stream of payments', () => {
  const document =
    'subscription ($after: String, $notice: NoticeNumber) { paymentEvents(after: $after, noticeNumber: $notice) { cursor name paymentToken payment { status } } }';
  type Event = { cursor: string; name: string; paymentToken: string; payment: { status: string } | null };
  const next = async (stream: AsyncIterableIterator<ExecutionResult>): Promise<Event> => {
    const { value } = (await stream.next()) as IteratorYieldResult<ExecutionResult>;
    if (value.errors) throw value.errors[0];
    return (value.data as { paymentEvents: Event }).paymentEvents;
  };

  it('is followed live, resumed after a cursor, and seen by whom it concerns', async () => {
    await subgraph.bus.settled(10_000);
    const mine = await subgraph.subscribe(psp, document);
    const theirs = await subgraph.subscribe(otherPsp, document);
    const notice = subgraph.newNotice();
    const paymentToken = (await activate(subgraph, psp, notice)).paymentToken ?? '';
    const activated = await next(mine);
    expect(activated).toMatchObject({ name: 'payment.activated', paymentToken, payment: { status: 'PAYING' } });
    await mine.return?.();
    await send(subgraph, psp, paymentToken);

    const resumed = await subgraph.subscribe(caller('EC', CREDITOR), document, { after: activated.cursor, notice });
    expect(await next(resumed)).toMatchObject({ name: 'payment.booked', paymentToken });
    await resumed.return?.();

    // The other PSP saw nothing of it: the first event that reaches it is its own.
    const other = (await activate(subgraph, otherPsp, subgraph.newNotice(), { idChannel: OTHER_CHANNEL })).paymentToken;
    expect(await next(theirs)).toMatchObject({ name: 'payment.activated', paymentToken: other });
    await theirs.return?.();
  });

  it('is the same as the list with the same cursors', async () => {
    const list =
      'query ($after: String) { paymentEventLog(first: 2, after: $after) { edges { cursor node { cursor name } } pageInfo { hasNextPage endCursor } } }';
    type Page = {
      paymentEventLog: {
        edges: { cursor: string; node: { cursor: string } }[];
        pageInfo: { hasNextPage: boolean; endCursor: string | null };
      };
    };
    const listed: string[] = [];
    await until(
      async () => {
        const page: Page = await subgraph.query(psp, list, { after: listed.at(-1) });
        listed.push(...page.paymentEventLog.edges.map(({ cursor }) => cursor));
        return !page.paymentEventLog.pageInfo.hasNextPage;
      },
      { what: 'the log has been read to its end' },
    );
    expect(new Set(listed).size).toBe(listed.length);
    const stream = await subgraph.subscribe(psp, document, { after: listed[0] });
    const followed = [listed[0] ?? ''];
    while (followed.length < listed.length) followed.push((await next(stream)).cursor);
    await stream.return?.();
    expect(followed).toEqual(listed);
  });
});
