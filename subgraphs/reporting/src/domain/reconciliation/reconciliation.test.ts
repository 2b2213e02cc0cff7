import { REPORTED_OUTCOMES } from '@nodo-aperto/schema/events';
import * as check from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addPosition, emptyBalance } from './balance.ts';
import { pspNamedBy, readCausale } from './causale.ts';
import { type CreditContext, type CreditTransfer, dayOfSettlement, itemsOfCredit, itemsOfFlow } from './credits.ts';
import { OWNER_OF, OWNERS, REASONS } from './items.ts';
import { itemsOf, type PlacedLine, type Position } from './position.ts';
import { readLine } from './statement-line.ts';

const NAME = '2025-01-0188888888888-0000001';

describe('causale', () => {
  const flow = (flowName: string, number = 0) => ({ kind: 'FLOW', flowName, number });
  it.each([
    [`/PUR/LGPE-RIVERSAMENTO/TXT/0/URI/${NAME}`, flow(NAME)],
    [`/PUR/LGPE-RIVERSAMENTO/TXT/9/URI/${NAME}`, flow(NAME, 9)],
    [`/PUR/LGPE-RIVERSAMENTO/URI/${NAME}`, flow(NAME)],
    [`/pur/lgpe-riversamento/uri/${NAME}`, flow(NAME)],
    [`BONIFICO A VOSTRO FAVORE /PUR/LGPE-RIVERSAMENTO/TXT/1/URI/${NAME} DEL 02.01`, flow(NAME, 1)],
    ['/PUR/LGPE-RIVERSA MENTO/TXT/0/URI/2025-01-0188888\n888888-0000001', flow(NAME)],
    [`/PUR/LGPE-RIVERSAMENTO/TXT/0/URI/2025-01-01AB_C-x_Y-2`, flow('2025-01-01AB_C-x_Y-2')],
    ['/RFB/02000000000000001', { kind: 'SINGLE', iuv: '02000000000000001' }],
    ['/RFB/02000000000000001/12.34/TXT/Tassa', { kind: 'SINGLE', iuv: '02000000000000001' }],
    ['/RFS/RF18 5390 0754 7034/12.34', { kind: 'SINGLE', iuv: 'RF18539007547034' }],
    // Cut off, or malformed.
    ['/PUR/LGPE-RIVERSAMENTO/URI/2', { kind: 'UNREADABLE' }],
    ['/URI/2', { kind: 'UNREADABLE' }],
    ['/PUR/LGPE-RIVERSAMENTO/TXT/12/URI/' + NAME, { kind: 'UNREADABLE' }],
    ['/PUR/LGPE-RIVERSAMENTO/URI/2025-13-0188888888888-1', { kind: 'UNREADABLE' }],
    ['/PUR/LGPE-RIVERSAMENTO/URI/2025-01-01-1', { kind: 'UNREADABLE' }],
    ['/PUR/LGPE-RIVERSAMENTO/URI/2025-01-0188888888888-', { kind: 'UNREADABLE' }],
    [`/PUR/LGPE-RIVERSAMENTO/URI/${NAME}0000000`, { kind: 'UNREADABLE' }],
    ['LGPE-RIVERSAMENTO', { kind: 'UNREADABLE' }],
    ['/RFB/', { kind: 'UNREADABLE' }],
    ['/RFB/à', { kind: 'UNREADABLE' }],
    // Other movements of the account.
    ['AFFITTO MARZO', { kind: 'OTHER' }],
    ['', { kind: 'OTHER' }],
  ])('%s', (text, expected) => expect(readCausale(text)).toEqual(expected));

  it('names a PSP by the name of its flow', () => {
    expect(pspNamedBy(NAME)).toBe('88888888888');
    expect(pspNamedBy('2025-01-01AB_C-x-Y')).toBe('AB_C');
    expect(pspNamedBy('2025-01-01-C-x')).toBe('-C');
  });

  it('is read however it is broken into lines, and whatever it is', () => {
    const places = check.array(check.nat({ max: 60 }), { maxLength: 5 });
    check.assert(
      check.property(places, check.nat({ max: 9 }), (at, number) => {
        const text = `/PUR/LGPE-RIVERSAMENTO/TXT/${number}/URI/${NAME}`
          .split('')
          .map((each, place) => (at.includes(place) ? `\n${each}` : each));
        expect(readCausale(text.join(''))).toEqual(flow(NAME, number));
      }),
    );
    check.assert(
      check.property(check.string(), (text) => {
        const read = readCausale(`/PUR/LGPE-RIVERSAMENTO/URI/${text}`);
        expect(read.kind === 'FLOW' ? text.replaceAll(/\s/g, '').startsWith(read.flowName) : read.kind === 'UNREADABLE').toBe(true);
      }),
    );
  });
});

describe('a line of a statement', () => {
  const good = {
    reference: 'CRO-1',
    iban: 'it60 x054 2811 1010 0000 0123 456',
    valueDate: '2025-01-02',
    amount: '12.3',
    causale: `/PUR/LGPE-RIVERSAMENTO/URI/${NAME}\u0000`,
  };
  const read = {
    reference: 'CRO-1',
    iban: 'IT60X0542811101000000123456',
    valueDate: '2025-01-02',
    amount: 1_230,
    text: `/PUR/LGPE-RIVERSAMENTO/URI/${NAME}`,
    causale: { kind: 'FLOW', flowName: NAME, number: 0 },
  };
  it('is read', () => {
    expect(readLine(good)).toEqual(read);
    expect(readLine({ ...good, payer: ' BANCA\tServizio pagoPA ' })).toEqual({ ...read, payer: 'BANCA Servizio pagoPA' });
    expect(readLine({ ...good, payer: 'x'.repeat(141) })).toEqual({ ...read, payer: 'x'.repeat(140) });
    expect(readLine({ ...good, payer: 'a\r\nb' })).toEqual({ ...read, payer: 'a b' });
    const longest = { reference: 'x'.repeat(70), causale: good.causale.trimEnd().padEnd(560) };
    expect(readLine({ ...good, ...longest })).toEqual({ ...read, reference: longest.reference });
    for (const [amount, cents] of [
      ['0012,34', 1_234],
      ['12.34000', 1_234],
      ['7', 700],
    ] as const)
      expect(readLine({ ...good, amount, currency: 'EUR' })).toEqual({ ...read, amount: cents });
  });

  it('is left out when it is about something else, whatever is wrong with it', () => {
    expect(readLine({ causale: 'AFFITTO', amount: 'x' })).toBeUndefined();
    expect(readLine({})).toBeUndefined();
  });

  it.each([
    [{ reference: ' ' }, 'reference'],
    [{ reference: 'x'.repeat(71) }, 'reference'],
    [{ reference: 'è' }, 'reference'],
    [{ reference: 'xè' }, 'reference'],
    [{ reference: 'èx' }, 'reference'],
    [{ iban: 'IT61X0542811101000000123456' }, 'iban'],
    [{ valueDate: '2025-02-29' }, 'valueDate'],
    [{ amount: '0.00' }, 'amount'],
    [{ amount: '-1' }, 'amount'],
    [{ amount: '12.345' }, 'amount'],
    [{ amount: '12.34005' }, 'amount'],
    [{ amount: '12.30001' }, 'amount'],
    [{ amount: '1234567890' }, 'amount'],
    [{ currency: 'USD' }, 'currency'],
    [{ causale: `${good.causale}${' x'.repeat(300)}` }, 'causale'],
  ])('is refused with %j', (more, field) => {
    const refused = readLine({ ...good, ...more });
    expect(refused && 'errors' in refused && refused.errors.map((error) => error.field)).toEqual([field]);
  });

  it('tells everything that is missing', () => {
    const refused = readLine({ causale: good.causale });
    expect(refused && 'errors' in refused && refused.errors.map(({ field }) => field)).toEqual([
      'reference',
      'iban',
      'valueDate',
      'amount',
    ]);
  });
});

const of = { pspCode: 'PSP', creditorFiscalCode: '77777777777', day: '2025-01-02', iur: 'token', idTransfer: 1 };
const booked = { iuv: 'iuv', amount: 1_000, outcome: 'EXECUTED' as const };
const line = (more: Partial<PlacedLine> = {}): PlacedLine => ({ flowName: NAME, revision: 1, index: 1, ...booked, ...more });
const reasons = (position: Partial<Position>, late = true) => itemsOf({ ...of, lines: [], ...position }, late).map(({ reason }) => reason);

describe('a booking and its lines', () => {
  it('agree', () => {
    for (const outcome of REPORTED_OUTCOMES) expect(reasons({ booked: { ...booked, outcome }, lines: [line({ outcome })] })).toEqual([]);
    expect(reasons({})).toEqual([]);
  });

  it('differ in what they differ, with both values', () => {
    const [iuv, amount, outcome] = itemsOf({ ...of, booked, lines: [line({ iuv: 'x', amount: 1, outcome: 'NO_RPT', index: 7 })] }, false);
    expect(iuv).toMatchObject({ reason: 'IUV_DIFFERS', owner: 'PSP', expected: 'iuv', found: 'x', flowName: NAME, lineIndex: 7 });
    expect(amount).toMatchObject({ reason: 'AMOUNT_DIFFERS', expectedAmount: 1_000, foundAmount: 1 });
    expect(outcome).toMatchObject({ reason: 'OUTCOME_DIFFERS', expected: 'EXECUTED', found: 'NO_RPT' });
  });

  it('are missing from the end of D+2 on', () => {
    expect(reasons({ booked }, false)).toEqual([]);
    expect(reasons({ booked }, true)).toEqual(['PAYMENT_NOT_REPORTED']);
  });

  it('are unknown, by code: without a receipt the creditor has to act', () => {
    const unbooked = (outcome: PlacedLine['outcome']) => itemsOf({ ...of, lines: [line({ outcome })] }, true);
    expect(REPORTED_OUTCOMES.map((outcome) => [outcome, unbooked(outcome)[0]?.reason, unbooked(outcome)[0]?.owner])).toEqual([
      ['EXECUTED', 'PAYMENT_UNKNOWN', 'PSP'],
      ['REVOKED', 'PAYMENT_UNKNOWN', 'PSP'],
      ['STAND_IN', 'PAYMENT_UNKNOWN', 'PSP'],
      ['STAND_IN_NO_RPT', 'PAYMENT_WITHOUT_RECEIPT', 'CREDITOR'],
      ['NO_RPT', 'PAYMENT_WITHOUT_RECEIPT', 'CREDITOR'],
    ]);
  });

  it('are reported again', () => {
    const items = itemsOf({ ...of, booked, lines: [line(), line({ index: 2 }), line({ flowName: 'other', index: 2 })] }, true);
    expect(items.map(({ reason, lineIndex }) => [reason, lineIndex])).toEqual([
      ['REPORTED_TWICE', 2],
      ['REPORTED_TWICE', 2],
    ]);
    expect(new Set(items.map(({ key }) => key)).size).toBe(2);
  });

  it('have the same key in every run', () => {
    const [one] = itemsOf({ ...of, booked, lines: [line({ amount: 1 })] }, true);
    const [again] = itemsOf({ ...of, booked, lines: [line({ amount: 2, revision: 2, index: 9 })] }, true);
    expect(again?.key).toBe(one?.key);
  });

  it('have keys that tell what they are about from everything else', () => {
    const keysOf = (lines: PlacedLine[], given?: typeof booked, subject = of) =>
      itemsOf({ ...subject, booked: given, lines }, true).map(({ key }) => key);
    const wrong = { iuv: 'x', amount: 1, outcome: 'NO_RPT' as const };
    const keys = [
      ...keysOf([line(), line({ index: 2 }), line({ flowName: 'other' })]),
      ...keysOf([line(wrong)], booked),
      ...keysOf([line(wrong)], booked, { ...of, idTransfer: 2 }),
      ...keysOf([line(wrong)], booked, { ...of, iur: 'second' }),
      ...keysOf([line(wrong)], booked, { ...of, pspCode: 'SECOND' }),
      ...keysOf([], booked),
      ...keysOf([], booked, { ...of, idTransfer: 2 }),
      ...keysOf([], booked, { ...of, pspCode: 'SECOND' }),
    ];
    expect(keys).toHaveLength(18);
    expect(new Set(keys).size).toBe(18);
  });
});

describe('the balance', () => {
  const cents = check.integer({ min: 1, max: 99_999_999_999 });
  const outcome = check.constantFrom(...REPORTED_OUTCOMES);
  const lines = check.array(check.record({ amount: cents, outcome }), { maxLength: 4 });
  const position = check.record({ booked: check.option(cents, { nil: undefined }), lines });

  it('always is booked = reported + missing − unknown, in number and in cents', () => {
    check.assert(
      check.property(check.array(position, { maxLength: 50 }), (positions) => {
        const balance = emptyBalance();
        for (const each of positions)
          addPosition(balance, { ...(each.booked && { booked: { ...booked, amount: each.booked } }), lines: each.lines.map(line) });
        for (const part of ['payments', 'amount'] as const) {
          const { booked: all, reported, missing, unknown } = balance;
          expect(all[part]).toBe(reported[part] + missing[part] - unknown[part]);
          for (const totals of [all, reported, missing, unknown]) expect(totals[part]).toBeGreaterThanOrEqual(0);
        }
        const told = positions.flatMap((each) => each.lines).reduce((sum, { amount }) => sum + amount, 0);
        expect(balance.reported.amount).toBe(told);
      }),
    );
  });

  it('is even where and only where no item is: when the deadline has passed and references and codes agree', () => {
    check.assert(
      check.property(position, (each) => {
        const full = { ...of, ...(each.booked && { booked: { ...booked, amount: each.booked } }) };
        const all = { ...full, lines: each.lines.map(({ amount }, index) => line({ amount, index })) };
        const balance = emptyBalance();
        addPosition(balance, all);
        const even = balance.missing.amount + balance.unknown.amount + balance.missing.payments + balance.unknown.payments === 0;
        expect(itemsOf(all, true).length === 0).toBe(even);
      }),
    );
  });
});

describe('a flow and its credit transfers', () => {
  const flow = { ...of, name: NAME, revision: 2, regulationDate: '2025-01-03', amount: 1_000 };
  const credit = (id: number, amount: number, number = 0) => ({ id, amount, number });
  const found = (credits: Parameters<typeof itemsOfFlow>[1], covered = true) =>
    itemsOfFlow(flow, credits, covered).map(({ reason, creditTransfers, foundAmount }) => [reason, creditTransfers, foundAmount]);

  it('agree: the ordinary one, with supplementary ones where it was too little', () => {
    expect(found([credit(1, 1_000)])).toEqual([]);
    expect(found([credit(1, 700), credit(2, 200, 1), credit(3, 100, 2)])).toEqual([]);
  });

  it('do not', () => {
    expect(found([credit(1, 999)])).toEqual([['TOTAL_DIFFERS', [1], 999]]);
    expect(found([credit(1, 700), credit(2, 200, 1)])).toEqual([['TOTAL_DIFFERS', [1, 2], 900]]);
    expect(found([credit(1, 1_000), credit(2, 1_000)])).toEqual([['CREDIT_REPEATED', [1, 2], 1_000]]);
    expect(found([credit(1, 1), credit(2, 1_000)])).toEqual([
      ['TOTAL_DIFFERS', [1], 1],
      ['CREDIT_REPEATED', [1, 2], 1_000],
    ]);
    expect(found([])).toEqual([['CREDIT_MISSING', undefined, 0]]);
    expect(found([], false)).toEqual([]);
  });

  it('have keys that tell one flow from another, and one repetition', () => {
    const other = { ...flow, name: '2025-01-0288888888888-other' };
    const credits = [credit(1, 1), credit(2, 1), credit(3, 1)];
    const keys = [flow, other]
      .flatMap((each) => [...itemsOfFlow(each, credits, true), ...itemsOfFlow(each, [], true)])
      .map(({ key }) => key);
    expect(keys).toHaveLength(8);
    expect(new Set(keys).size).toBe(8);
  });

  it('belong to the operative day before', () => {
    expect(itemsOfFlow(flow, [], true)[0]).toMatchObject({ day: '2025-01-02', flowName: NAME, flowRevision: 2, expectedAmount: 1_000 });
    expect(dayOfSettlement('2025-01-07')).toBe('2025-01-03');
  });
});

describe('a credit transfer without a flow', () => {
  const credit = (causale: CreditTransfer['causale']): CreditTransfer => ({
    id: 5,
    creditorFiscalCode: of.creditorFiscalCode,
    amount: 1_000,
    valueDate: '2025-01-03',
    causale,
  });
  const context: CreditContext = { pspKnown: true, draft: false, booked: [] };
  const named = credit({ kind: 'FLOW', flowName: NAME, number: 0 });
  const single = credit({ kind: 'SINGLE', iuv: 'iuv' });
  const transfer = { pspCode: 'PSP', amount: 1_000, iur: 'token', idTransfer: 1 };

  it.each([
    [named, {}, 'FLOW_NOT_FOUND', 'PSP', '88888888888'],
    [named, { draft: true }, 'FLOW_NOT_PUBLISHED', 'PSP', '88888888888'],
    [named, { pspKnown: false }, 'PSP_UNKNOWN', 'NODE', '88888888888'],
    [credit({ kind: 'UNREADABLE' }), {}, 'CAUSALE_UNREADABLE', 'PSP', undefined],
    [single, {}, 'SINGLE_UNKNOWN', 'NODE', undefined],
    [single, { booked: [{ ...transfer, amount: 999 }] }, 'SINGLE_AMOUNT_DIFFERS', 'PSP', 'PSP'],
  ])('%j, %j: %s', (each, more, reason, owner, pspCode) => {
    const [item, second] = itemsOfCredit(each, { ...context, ...more });
    expect(item).toMatchObject({ reason, owner, day: '2025-01-02', creditTransfers: [5], foundAmount: 1_000 });
    expect(item?.pspCode).toBe(pspCode);
    expect(second).toBeUndefined();
  });

  it('has a key of its own, whatever is wrong with it', () => {
    const ways: [CreditTransfer, Partial<CreditContext>][] = [
      [named, {}],
      [named, { draft: true }],
      [named, { pspKnown: false }],
      [credit({ kind: 'UNREADABLE' }), {}],
    ];
    const keys = ways.flatMap(([each, more]) => [5, 6].flatMap((id) => itemsOfCredit({ ...each, id }, { ...context, ...more })));
    expect(new Set(keys.map(({ key }) => key)).size).toBe(8);
  });

  it('pays a single payment', () => {
    expect(itemsOfCredit(single, { ...context, booked: [{ ...transfer, amount: 1 }, transfer] })).toEqual([]);
  });
});

it('every reason has an owner', () => {
  for (const reason of REASONS) expect(OWNERS).toContain(OWNER_OF[reason]);
});
