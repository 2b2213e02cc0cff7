/**
 * Two PSPs, a creditor and its bank: bookings, flows and statements with one error of each kind planted among what is right. All are found, with
 * who has to act, and nothing else; what is put right is gone in the next run, and what was said of the rest stays.
 */
import { until } from '@nodo-aperto/kernel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  asCreditor,
  asOperator,
  asOtherCreditor,
  asOtherPsp,
  asPartner,
  asPsp,
  booked,
  CREDITOR,
  type Fixture,
  OTHER_CREDITOR,
  OTHER_PSP,
  PSP,
  startFixture,
} from '../../subgraphs/reporting/test/fixture.ts';
import { line, operations } from '../../subgraphs/reporting/test/flow-operations.ts';

// Monday the 2nd is the operative day, the 3rd that of the credit transfers.
const DAY = '2026-03-02';
const CREDITED = '2026-03-03';
const IBAN = 'IT60X0542811101000000123456';

let fixture: Fixture;
const psp = operations(() => fixture);
const otherPsp = operations(() => fixture, asOtherPsp);
type Caller = Parameters<Fixture['run']>[0];

const nameOf = (suffix: string, of = PSP) => `${CREDITED}${of}-${suffix}`;
const reported = (index: number, iur: string, more: object = {}) => line(index, { iur, amount: 1_000, ...more });
const causale = (name: string, number = 0) => `/PUR/LGPE-RIVERSAMENTO/TXT/${number}/URI/${name}`;

interface Credit {
  reference: string;
  euros: string;
  causale: string;
  day?: string;
}
const CREDITS: Credit[] = [
  // As it should be: an ordinary credit, a supplementary one after it, the older form, a single payment; and the rent of a shop.
  { reference: 'C-1', euros: '40.00', causale: causale(nameOf('right')) },
  { reference: 'C-2', euros: '7,00', causale: `/PUR/LGPE-RIVERSAMENTO/URI/${nameOf('in-two')}` },
  { reference: 'C-3', euros: '3.00', causale: causale(nameOf('in-two'), 1) },
  { reference: 'C-4', euros: '10.00', causale: '/RFB/iuvsingle/10.00' },
  { reference: 'C-5', euros: '800.00', causale: 'AFFITTO MARZO' },
  // One error each.
  { reference: 'E-1', euros: '1.00', causale: '/PUR/LGPE-RIVERSAMENTO/URI/2' },
  { reference: 'E-2', euros: '2.00', causale: causale(nameOf('x', '99999999999')) },
  { reference: 'E-3', euros: '3.00', causale: causale(nameOf('never-made')) },
  { reference: 'E-4', euros: '1.00', causale: causale(nameOf('draft')) },
  { reference: 'E-5', euros: '9.99', causale: causale(nameOf('too-little')) },
  { reference: 'E-6a', euros: '10.00', causale: causale(nameOf('paid-twice')) },
  { reference: 'E-6b', euros: '10.00', causale: causale(nameOf('paid-twice')) },
  { reference: 'E-7', euros: '5.00', causale: '/RFB/nobodys' },
  { reference: 'E-8', euros: '6.00', causale: '/RFB/iuvsingle' },
  { reference: 'E-9', euros: '61.10', causale: causale(nameOf('lines')) },
];

const csv = (credits: readonly Credit[]) =>
  [
    'reference;valueDate;amount;causale;iban;payer',
    ...credits.map((each) => `${each.reference};${each.day ?? CREDITED};${each.euros};"${each.causale}";${IBAN};BANCA Servizio pagoPA`),
  ].join('\n');

const entry = (credit: { reference: string; euros: string; causale: string }, more = '') => `<Ntry>${more}
  <Amt Ccy="EUR">${credit.euros}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><ValDt><Dt>${CREDITED}</Dt></ValDt>
  <NtryDtls><TxDtls><Refs><AcctSvcrRef>${credit.reference}</AcctSvcrRef></Refs><RmtInf><Ustrd>${credit.causale.slice(0, 30)}</Ustrd>
  <Ustrd>${credit.causale.slice(30)}</Ustrd></RmtInf><RltdPties><Dbtr><Pty><Nm>BANCA &amp; C.</Nm></Pty></Dbtr></RltdPties></TxDtls></NtryDtls></Ntry>`;
const camt = (entries: string) => `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>1</MsgId></GrpHdr><Stmt><Id>1</Id>
<FrToDt><FrDtTm>${CREDITED}T00:00:00</FrDtTm><ToDtTm>${CREDITED}T24:00:00</ToDtTm></FrToDt>
<Acct><Id><IBAN>${IBAN}</IBAN></Id></Acct><Bal><Amt Ccy="EUR">1.00</Amt></Bal>${entries}</Stmt></BkToCstmrStmt></Document>`;

interface Imported {
  added: number;
  unchanged: number;
  leftOut: number;
  refused: number;
  errors: { line: number; field: string }[];
  detail?: string;
}
async function send(body: string, type = 'text/csv', of = CREDITOR, key = 'key-creditor'): Promise<{ status: number; body: Imported }> {
  const response = await fetch(`${fixture.base}/reconciliation/v1/organizations/${of}/statements`, {
    method: 'POST',
    headers: { 'content-type': type, 'Ocp-Apim-Subscription-Key': key },
    body,
  });
  return { status: response.status, body: (await response.json()) as Imported };
}

async function ask<Data>(caller: Caller, source: string, variables: Record<string, unknown> = {}): Promise<Data> {
  const { data, errors } = await fixture.run(caller, source, variables);
  if (errors) throw new Error(`${errors[0]?.extensions['code']}: ${errors[0]?.message}`);
  return data as Data;
}

interface Run {
  id: string;
  state: string;
  openItems: number;
  newItems: number;
  clearedItems: number;
}
const RUN = 'id state openItems newItems clearedItems';
async function reconcile(caller: Caller, more: Record<string, unknown> = {}): Promise<Run> {
  const source = `mutation ($input: RunReconciliationInput!) { runReconciliation(input: $input) { ${RUN} } }`;
  const { runReconciliation: asked } = await ask<{ runReconciliation: Run }>(caller, source, { input: { from: DAY, to: DAY, ...more } });
  const query = `{ reconciliationRun(id: "${asked.id}") { ${RUN} } }`;
  const read = async () => (await ask<{ reconciliationRun: Run }>(caller, query)).reconciliationRun;
  await until(async () => (await read()).state !== 'RUNNING', { what: 'the run ends' });
  return read();
}

interface Item {
  id: string;
  reason: string;
  owner: string;
  state: string;
  psp: { code: string } | null;
  flowName: string | null;
  iur: string | null;
  expectedAmount: number | null;
  foundAmount: number | null;
  flow: { name: string } | null;
  payment: object | null;
  creditTransfers: { reference: string }[];
  resolution: string | null;
}
const ITEM = `id reason owner state day psp { code } creditor { fiscalCode } flowName iur iuv lineIndex expectedAmount foundAmount expected found
  flow { name } payment { paymentToken } creditTransfers { reference causale payer } resolution`;
async function items(caller: Caller, filter: Record<string, unknown> = { state: 'OPEN' }, first = 7): Promise<Item[]> {
  const found: Item[] = [];
  let after: string | null = null;
  do {
    const source = `query ($filter: ReconciliationItemFilter, $first: Int, $after: String) {
      reconciliationItems(filter: $filter, first: $first, after: $after) { edges { node { ${ITEM} } } pageInfo { hasNextPage endCursor } } }`;
    interface Page {
      reconciliationItems: { edges: { node: Item }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
    }
    const { reconciliationItems: page }: Page = await ask<Page>(caller, source, { filter, first, after });
    found.push(...page.edges.map(({ node }) => node));
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null);
  return found;
}

/** What is planted: reason, owner, PSP, and the ids that tell where. */
const PLANTED = [
  ['CAUSALE_UNREADABLE', 'PSP', undefined, 'E-1'],
  ['PSP_UNKNOWN', 'NODE', '99999999999', 'E-2'],
  ['FLOW_NOT_FOUND', 'PSP', PSP, 'E-3'],
  ['FLOW_NOT_PUBLISHED', 'PSP', PSP, 'E-4'],
  ['TOTAL_DIFFERS', 'PSP', PSP, `${nameOf('too-little')} E-5`],
  ['CREDIT_REPEATED', 'PSP', PSP, `${nameOf('paid-twice')} E-6a E-6b`],
  ['SINGLE_UNKNOWN', 'NODE', undefined, 'E-7'],
  ['SINGLE_AMOUNT_DIFFERS', 'PSP', OTHER_PSP, 'single E-8'],
  ['CREDIT_MISSING', 'PSP', OTHER_PSP, nameOf('unpaid', OTHER_PSP)],
  ['PAYMENT_UNKNOWN', 'PSP', PSP, `${nameOf('lines')} never`],
  ['PAYMENT_WITHOUT_RECEIPT', 'CREDITOR', PSP, `${nameOf('lines')} expired`],
  ['REPORTED_TWICE', 'PSP', PSP, `${nameOf('lines')} twice`],
  ['IUV_DIFFERS', 'PSP', PSP, `${nameOf('lines')} other-iuv`],
  ['AMOUNT_DIFFERS', 'PSP', PSP, `${nameOf('lines')} other-amount`],
  ['AMOUNT_DIFFERS', 'PSP', PSP, `${nameOf('lines')} d`],
  ['OUTCOME_DIFFERS', 'PSP', PSP, `${nameOf('lines')} other-code`],
  ['PAYMENT_NOT_REPORTED', 'PSP', OTHER_PSP, 'forgotten'],
] as const;
const shown = (found: readonly Item[]) =>
  found
    .map(({ reason, owner, psp: of, flow, iur, creditTransfers }) => {
      const place = [flow?.name, iur, ...creditTransfers.map(({ reference }) => reference)].filter(Boolean).join(' ');
      return `${reason} ${owner} ${of?.code}: ${place}`;
    })
    .toSorted();
const planted = (of?: string) =>
  PLANTED.filter(([, , code]) => of === undefined || code === of)
    .map(([reason, owner, code, place]) => `${reason} ${owner} ${code}: ${place}`)
    .toSorted();

beforeAll(async () => {
  fixture = await startFixture();
  await fixture.book(
    ...['a', 'd', 'in-two', 'too-little', 'paid-twice', 'twice', 'other-iuv', 'other-amount', 'other-code'].map((token) => booked(token)),
    booked('b', { standIn: true }),
    booked('c', { late: true }),
    booked('e', { standIn: true, late: true }),
    ...['single', 'forgotten', 'unpaid'].map((token) => booked(token, { pspCode: OTHER_PSP })),
    // Of the next operative day, and of another creditor: not looked at.
    booked('tomorrow', { outcomeAt: '2026-03-02T12:00:01.000Z' }),
    booked('elsewhere', { creditorFiscalCode: OTHER_CREDITOR }),
  );
  await fixture.database.query("update booked_transfer set iuv = 'iuvsingle' where iur = 'single'");
  await psp.published(nameOf('right'), [
    reported(1, 'a'),
    reported(2, 'b', { outcome: 'STAND_IN' }),
    reported(3, 'c', { outcome: 'NO_RPT' }),
    reported(4, 'e', { outcome: 'STAND_IN_NO_RPT' }),
  ]);
  await psp.published(nameOf('in-two'), [reported(1, 'in-two')]);
  await psp.published(nameOf('too-little'), [reported(1, 'too-little')]);
  await psp.published(nameOf('paid-twice'), [reported(1, 'paid-twice')]);
  await psp.create(nameOf('draft'));
  await psp.add(nameOf('draft'), [line(1, { iur: 'd' })]);
  await psp.published(nameOf('lines'), [
    reported(1, 'never', { amount: 100 }),
    reported(2, 'expired', { outcome: 'NO_RPT', amount: 10 }),
    reported(3, 'twice'),
    reported(4, 'twice'),
    reported(5, 'other-iuv', { iuv: 'wrong' }),
    reported(6, 'other-amount', { amount: 1_000 - 1 }),
    reported(7, 'other-code', { outcome: 'STAND_IN' }),
    reported(8, 'd', { amount: 1_001 }),
  ]);
  await otherPsp.published(nameOf('single', OTHER_PSP), [reported(1, 'single', { iuv: 'iuvsingle' })], { regulationDate: '2026-03-04' });
  await otherPsp.published(nameOf('unpaid', OTHER_PSP), [reported(1, 'unpaid')]);
});
afterAll(() => fixture.stop());

describe('statements', () => {
  it('are read line by line: what is wrong is told, what is known is not added again', async () => {
    expect(await send(csv(CREDITS))).toMatchObject({ status: 200, body: { added: 14, unchanged: 0, leftOut: 1, refused: 0, errors: [] } });
    expect(await send(csv(CREDITS))).toMatchObject({ status: 200, body: { added: 0, unchanged: 14, leftOut: 1, refused: 0 } });
    const june = (reference: string, more: Partial<Credit> = {}) => ({
      reference,
      euros: '1.00',
      causale: '/RFB/june',
      day: '2026-06-01',
      ...more,
    });
    const mixed = [june('J-1'), june('J-2', { euros: 'x' }), june('C-1'), june('J-1'), june(''), june('J-3')];
    const { body } = await send(csv(mixed));
    expect(body).toMatchObject({ added: 2, unchanged: 0, refused: 4 });
    expect(body.errors.map(({ line: at, field }) => [at, field])).toEqual([
      [2, 'amount'],
      [3, 'reference'],
      [4, 'reference'],
      [5, 'reference'],
    ]);
  });

  it('are read as camt.053, over GraphQL too; both forms are of the same credits', async () => {
    const [one, two] = CREDITS as [Credit, Credit];
    const debit = entry({ ...one, reference: 'D-1' }).replace('CRDT', 'DBIT');
    const pending = entry({ ...one, reference: 'P-1' }).replace('BOOK', 'PDNG');
    const dollars = entry({ ...one, reference: 'U-1' }).replace('EUR', 'USD');
    const entries = [entry(one), entry({ ...two, euros: '7.00' }), debit, pending, dollars, entry({ ...one, causale: 'AFFITTO' })].join(
      '\n',
    );
    const expected = { added: 0, unchanged: 2, leftOut: 3, refused: 1, fromDay: CREDITED, toDay: CREDITED };
    expect(await send(camt(entries), 'application/xml')).toMatchObject({ status: 200, body: expected });
    const source = `mutation ($input: ImportBankStatementInput!) { importBankStatement(input: $input) {
      added unchanged leftOut refused fromDay toDay errors { line field } } }`;
    const input = { format: 'CAMT_053', content: camt(entries) };
    const { importBankStatement: done } = await ask<{ importBankStatement: object }>(asCreditor, source, { input });
    expect(done).toEqual({ ...expected, errors: [{ line: 5, field: 'currency' }] });
    await expect(ask(asOperator, source, { input })).rejects.toThrow('BAD_USER_INPUT: input.creditorFiscalCode');
    await expect(ask(asOperator, source, { input: { ...input, creditorFiscalCode: '12345678901' } })).rejects.toThrow('NOT_FOUND');
    await expect(ask(asOtherCreditor, source, { input: { ...input, creditorFiscalCode: CREDITOR } })).rejects.toThrow('FORBIDDEN');
    await expect(ask(asPsp, source, { input })).rejects.toThrow('FORBIDDEN');
    await expect(ask(asCreditor, source, { input: { ...input, content: ' '.repeat(200_001) } })).rejects.toThrow('BAD_USER_INPUT');
  });

  it('of several transactions in an entry are as many credits', async () => {
    const part = (place: number) => `<TxDtls><Amt Ccy="EUR">${place}.00</Amt><RmtInf><Ustrd>/RFB/batch${place}</Ustrd></RmtInf></TxDtls>`;
    const batch = `<Ntry><Amt Ccy="EUR">3.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><BookgDt><Dt>2026-06-02</Dt></BookgDt><AcctSvcrRef>B-1</AcctSvcrRef>
      <NtryDtls>${part(1)}${part(2)}</NtryDtls></Ntry>`;
    expect((await send(camt(batch), 'text/xml')).body).toMatchObject({ added: 2, refused: 0, toDay: CREDITED });
    const rows = await fixture.database.query("select reference, amount, iuv from credit_transfer where reference like 'B-1%' order by id");
    expect(rows).toEqual([
      { reference: 'B-1#1', amount: 100, iuv: 'batch1' },
      { reference: 'B-1#2', amount: 200, iuv: 'batch2' },
    ]);
  });

  it('that cannot be read to their end leave nothing', async () => {
    const whole = camt(entry({ reference: 'N-1', euros: '1.00', causale: '/RFB/n' }));
    const count = async () => (await fixture.database.query('select count(*) from credit_transfer'))[0];
    const before = await count();
    const rent = { reference: 'R', euros: '1.00', causale: 'AFFITTO' };
    for (const [body, type, status] of [
      [whole.slice(0, -20), 'application/xml', 400],
      [whole.replace('<Document', '<!DOCTYPE a><Document'), 'application/xml', 400],
      [whole.replace('camt.053', 'camt.054'), 'application/xml', 400],
      [whole.replace('<Id>1</Id>', '<a>'.repeat(30)), 'application/xml', 400],
      [whole.replace('/RFB/n', `/RFB/n${'x'.repeat(300_000)}`), 'application/xml', 400],
      ['', 'application/xml', 400],
      [csv([{ ...rent, causale: '/RFB/n' }]).replace('valueDate', 'day'), 'text/csv', 400],
      [`${csv([{ ...rent, causale: '/RFB/n' }])}\n"`, 'text/csv', 400],
      [csv(Array.from({ length: 50_001 }, () => rent)), 'text/csv', 400],
      [whole, 'application/json', 415],
    ] as const)
      expect([(await send(body, type)).status, body.length]).toEqual([status, body.length]);
    expect((await send(whole, 'application/xml', OTHER_CREDITOR)).status).toBe(403);
    expect((await send(whole, 'application/xml', CREDITOR, 'key-psp')).status).toBe(403);
    expect((await send(whole, 'application/xml', CREDITOR, 'none')).status).toBe(401);
    expect(await count()).toEqual(before);
  });
});

describe('a run', () => {
  it('finds what is planted and nothing else, says who has to act, and tells those whom it concerns', async () => {
    await fixture.settled();
    const events = await fixture.follow(
      asPsp,
      'subscription { flowEvents { name psp { code } creditor { fiscalCode } openItems reconciliationRun } }',
    );
    const run = await reconcile(asOperator);
    // One more than planted: the other creditor's payment, which nobody reports.
    expect(run).toMatchObject({ state: 'DONE', openItems: PLANTED.length + 1, newItems: PLANTED.length + 1, clearedItems: 0 });
    expect(shown(await items(asOperator, { creditorFiscalCode: CREDITOR }))).toEqual(planted());
    const told: unknown[] = [];
    while (told.length < 2) {
      const event = (await events.next()).value.data['flowEvents'];
      if (event.name === 'reconciliation.done') told.push([event.creditor.fiscalCode, event.openItems, event.reconciliationRun]);
    }
    await events.return?.();
    expect(told).toEqual([
      [OTHER_CREDITOR, 1, run.id],
      [CREDITOR, planted(PSP).length, run.id],
    ]);
  });

  it('shows each party its own, with the evidence of both sides', async () => {
    expect(shown(await items(asCreditor))).toEqual(planted());
    expect(shown(await items(asPsp, { creditorFiscalCode: CREDITOR }))).toEqual(planted(PSP));
    expect(shown(await items(asOtherPsp))).toEqual(planted(OTHER_PSP));
    expect(shown(await items(asOtherCreditor))).toEqual([`PAYMENT_NOT_REPORTED PSP ${PSP}: elsewhere`]);
    expect(await items(asCreditor, { creditorFiscalCode: OTHER_CREDITOR })).toEqual([]);
    await expect(items(asPartner)).rejects.toThrow('FORBIDDEN');
    const [total] = await items(asPsp, { reason: 'TOTAL_DIFFERS' });
    expect(total).toMatchObject({ expectedAmount: 1_000, foundAmount: 999, creditTransfers: [{ causale: causale(nameOf('too-little')) }] });
    const [code] = await items(asCreditor, { reason: 'OUTCOME_DIFFERS', owner: 'PSP', from: DAY, to: DAY });
    expect(code).toMatchObject({ expected: 'EXECUTED', found: 'STAND_IN', lineIndex: 7, payment: { paymentToken: 'other-code' } });
    expect(await items(asCreditor, { from: '2026-03-03' })).toEqual([]);
  });

  it('balances: booked = reported + missing − unknown', async () => {
    const source = `{ reconciliationBalance(from: "${DAY}", to: "${DAY}") { edges { node { day psp { code } creditor { fiscalCode }
      booked { payments amount } reported { payments amount } missing { payments amount } unknown { payments amount } } } } }`;
    interface Balances {
      reconciliationBalance: { edges: { node: Record<string, unknown> }[] };
    }
    const balances = async (caller: Caller) => (await ask<Balances>(caller, source)).reconciliationBalance.edges.map(({ node }) => node);
    const of = (payments: number, amount: number) => ({ payments, amount });
    const own = { day: DAY, psp: { code: PSP }, creditor: { fiscalCode: CREDITOR } };
    const first = { ...own, booked: of(12, 12_000), reported: of(15, 13_110), missing: of(0, 1), unknown: of(3, 1_111) };
    const other = {
      ...own,
      psp: { code: OTHER_PSP },
      booked: of(3, 3_000),
      reported: of(2, 2_000),
      missing: of(1, 1_000),
      unknown: of(0, 0),
    };
    expect(await balances(asCreditor)).toEqual([first, other]);
    expect(await balances(asOtherPsp)).toEqual([other]);
    expect((await balances(asOperator)).length).toBe(3);
  });

  it('of one party looks at, and clears, its own alone', async () => {
    expect(await reconcile(asPsp)).toMatchObject({ state: 'DONE', openItems: planted(PSP).length + 1, newItems: 0, clearedItems: 0 });
    expect(await reconcile(asCreditor)).toMatchObject({ openItems: PLANTED.length, newItems: 0, clearedItems: 0 });
    expect(await reconcile(asOtherPsp)).toMatchObject({ openItems: planted(OTHER_PSP).length, newItems: 0, clearedItems: 0 });
    expect(shown(await items(asOperator, { state: 'OPEN', creditorFiscalCode: CREDITOR }))).toEqual(planted());
    await expect(reconcile(asPsp, { psp: OTHER_PSP })).rejects.toThrow('FORBIDDEN');
    await expect(reconcile(asPartner)).rejects.toThrow('FORBIDDEN');
    const runs = '{ reconciliationRuns { edges { node { id creditor { fiscalCode } psp { code } } } } }';
    expect(await ask(asCreditor, runs)).toMatchObject({
      reconciliationRuns: { edges: [{ node: { creditor: { fiscalCode: CREDITOR }, psp: null } }] },
    });
    expect(await ask(asPsp, '{ reconciliationRun(id: "1") { id } }')).toEqual({ reconciliationRun: null });
  });

  it.each([
    [{ to: '2026-03-01' }, 'to'],
    [{ to: '2026-05-01' }, 'to'],
    [{ from: '2026-02-28', to: '2026-03-01' }, 'to'],
    [{ from: '2999-01-01', to: '2999-01-02' }, 'from'],
  ])('is refused for %j', (days, field) => expect(reconcile(asOperator, days)).rejects.toThrow(`BAD_USER_INPUT: ${field}`));

  it('clears what was put right; items keep their id, and what was said of them', async () => {
    const idOf = async (reason: string) => (await items(asPsp, { reason }))[0]?.id;
    const [total, missing] = [await idOf('TOTAL_DIFFERS'), await idOf('FLOW_NOT_PUBLISHED')];
    const source = `mutation ($id: ID!, $note: String) { resolveReconciliationItem(id: $id, note: $note) { id state resolution } }`;
    const resolve = (caller: Caller, id: string | undefined, note: string | null) => ask(caller, source, { id, note });
    expect(await resolve(asPsp, total, 'One cent follows.')).toEqual({
      resolveReconciliationItem: { id: total, state: 'RESOLVED', resolution: 'One cent follows.' },
    });
    await resolve(asPsp, missing, 'by mistake');
    expect(await resolve(asCreditor, missing, null)).toMatchObject({ resolveReconciliationItem: { state: 'OPEN', resolution: null } });
    await expect(resolve(asOtherPsp, total, 'x')).rejects.toThrow('NOT_FOUND');
    await expect(resolve(asPsp, total, ' ')).rejects.toThrow('BAD_USER_INPUT');
    await expect(resolve(asPsp, 'x', 'x')).rejects.toThrow('BAD_USER_INPUT');

    const right = ['twice', 'other-iuv', 'other-amount', 'other-code', 'd'].map((iur, place) => reported(place + 1, iur));
    await psp.published(nameOf('lines'), right, { flowDate: '2026-03-04T06:00:00Z' });
    await send(csv([{ reference: 'L-1', euros: '10.00', causale: causale(nameOf('unpaid', OTHER_PSP)) }]));
    const run = await reconcile(asOperator);
    // Seven of the lines and the credit that was missing are gone; the flow as it is now was paid too much.
    expect(run).toMatchObject({ newItems: 1, clearedItems: 8 });
    const states = (await items(asCreditor, {})).map(({ id, reason, state }) => ({ id, reason, state }));
    const gone = ['AMOUNT_DIFFERS', 'AMOUNT_DIFFERS', 'CREDIT_MISSING', 'IUV_DIFFERS', 'OUTCOME_DIFFERS'];
    expect(
      states
        .filter(({ state }) => state === 'CLEARED')
        .map(({ reason }) => reason)
        .toSorted(),
    ).toEqual([...gone, 'PAYMENT_UNKNOWN', 'PAYMENT_WITHOUT_RECEIPT', 'REPORTED_TWICE']);
    expect(states).toContainEqual({ id: total, reason: 'TOTAL_DIFFERS', state: 'RESOLVED' });
    expect(states).toContainEqual({ id: missing, reason: 'FLOW_NOT_PUBLISHED', state: 'OPEN' });
  });
});

describe('a day of thousands', () => {
  it('is compared page by page, and balances', async () => {
    const day = '2026-03-05';
    // All booked in the same second, so that pages end between equals.
    await fixture.database.query(
      `insert into booked_transfer (iur, id_transfer, psp_code, creditor_fiscal_code, iuv, amount, outcome, booked_at, revision)
        select 'bulk-' || n, 1, $1, $2, 'iuv-bulk-' || n, 100, 'EXECUTED', '2026-03-05T09:00:00Z', 1 from generate_series(1, 2500) as n`,
      [PSP, CREDITOR],
    );
    const bulk = Array.from({ length: 6_000 }, (_unused, place) => line(place + 1, { iur: `bulk-${place + 501}` }));
    await psp.published(nameOf('bulk'), bulk, { regulationDate: '2026-03-06' });
    expect(await reconcile(asPsp, { from: day, to: day })).toMatchObject({ state: 'DONE', openItems: 4_500, newItems: 4_500 });
    const counted = await fixture.database.query(
      'select reason, count(*) as count, count(distinct iur) as payments from reconciliation_item where day = $1 group by reason order by reason',
      [day],
    );
    expect(counted).toEqual([
      { reason: 'PAYMENT_NOT_REPORTED', count: 500, payments: 500 },
      { reason: 'PAYMENT_UNKNOWN', count: 4_000, payments: 4_000 },
    ]);
    const [balance] = await fixture.database.query('select * from reconciliation_balance where day = $1', [day]);
    expect(balance).toMatchObject({ booked_payments: 2_500, reported_payments: 6_000, missing_payments: 500, unknown_payments: 4_000 });
  });
});

describe('items as CSV', () => {
  const fetched = async (path: string, key: string) => {
    const response = await fetch(`${fixture.base}/reconciliation/v1/${path}`, { headers: { 'Ocp-Apim-Subscription-Key': key } });
    return { status: response.status, lines: (await response.text()).trim().split('\r\n') };
  };

  it('are fetched by those whom they concern', async () => {
    const own = await fetched(`psps/${PSP}/items?state=RESOLVED&from=${DAY}`, 'key-psp');
    expect(own.lines[0]).toMatch(/^id,reason,owner,state,day,psp,/);
    expect(own.lines.slice(1).map((each) => each.split(',').slice(1, 8))).toEqual([
      ['TOTAL_DIFFERS', 'PSP', 'RESOLVED', DAY, PSP, CREDITOR, nameOf('too-little')],
    ]);
    expect((await fetched(`organizations/${CREDITOR}/items?to=${DAY}`, 'key-creditor')).lines.length).toBe(1 + PLANTED.length + 1);
    // More than a page.
    expect((await fetched(`organizations/${CREDITOR}/items?from=2026-03-05`, 'key-creditor')).lines.length).toBe(1 + 4_500);
    expect((await fetched(`organizations/${CREDITOR}/items?state=x&to=y`, 'key-creditor')).status).toBe(400);
    expect((await fetched(`organizations/${CREDITOR}/items`, 'key-other-creditor')).status).toBe(403);
    expect((await fetched(`psps/${PSP}/items`, 'key-creditor')).status).toBe(403);
  });
});
