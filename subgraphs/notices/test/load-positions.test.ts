import { describe, expect, it } from 'vitest';
import {
  anItem,
  asBroker,
  asCreditor,
  asDebtor,
  asOperator,
  asOtherBroker,
  asOtherCreditor,
  asPsp,
  CREDITOR,
  IBAN,
  iuvOf,
  noticeNumberOf,
  OTHER_CREDITOR,
  type TestPlatform,
} from './platform.ts';
import { populated } from './populated.ts';

let platform: TestPlatform;
populated((started) => {
  platform = started;
});

interface Payload {
  outcome: string;
  notice: Record<string, unknown> | null;
  errors: { code: string; path: string; message: string; expected: string | null }[];
  warnings: { path: string }[];
}
const PAYLOAD = `outcome notice { noticeNumber iuv amount status payable revision dueDate description transfers { iban amount creditorFiscalCode } debtor { fullName } }
  errors { code path message expected } warnings { path message }`;
const CREATE = `mutation ($input: CreatePositionInput!) { createPosition(input: $input) { ${PAYLOAD} } }`;
const CREATE_MANY = `mutation ($items: [CreatePositionInput!]!) { createPositions(items: $items) { accepted rejected items { ${PAYLOAD} } } }`;

const create = async (input: Record<string, unknown>, principal = asCreditor) => {
  const { data, errors } = await platform.ask<{ createPosition: Payload }>(principal, CREATE, { input });
  return { ...(data?.createPosition as Payload), requestErrors: errors };
};
const createMany = async (items: Record<string, unknown>[], principal = asCreditor) => {
  const { data, errors } = await platform.ask<{ createPositions: { accepted: number; rejected: number; items: Payload[] } }>(
    principal,
    CREATE_MANY,
    { items },
  );
  expect(errors).toEqual([]);
  return data!.createPositions;
};
const head = () => platform.head();

describe('createPosition', () => {
  it('creates, updates and invalidates under one key, and states each change once', async () => {
    const before = await head();
    expect(await create(anItem(1))).toMatchObject({
      outcome: 'CREATED',
      errors: [],
      notice: {
        noticeNumber: noticeNumberOf(1),
        status: 'VALID',
        payable: true,
        amount: 10_000,
        revision: 1,
        transfers: [{ iban: IBAN, amount: 10_000, creditorFiscalCode: CREDITOR }],
      },
    });
    expect(await create(anItem(1, { amount: 12_345, debtorFullName: 'Anna Verdi' }))).toMatchObject({
      outcome: 'UPDATED',
      notice: { amount: 12_345, revision: 2, debtor: { fullName: 'Anna Verdi' } },
    });
    expect(await create(anItem(1, { amount: 0 }))).toMatchObject({
      outcome: 'INVALIDATED',
      notice: { status: 'INVALID', payable: false, revision: 3, amount: 12_345 },
    });
    const refused = await create(anItem(1));
    expect(refused).toMatchObject({ outcome: 'REJECTED', notice: null, errors: [{ code: 'CONFLICT' }] });
    expect(refused.errors[0]?.message).toContain('INVALID');
    const stated = await platform.stated(before);
    expect(stated.map(({ data }) => [data.revision, data.status, data.amount])).toEqual([
      [1, 'VALID', 10_000],
      [2, 'VALID', 12_345],
      [3, 'INVALID', 12_345],
    ]);
    expect(stated[0]).toMatchObject({
      name: 'notice.changed',
      subject: `${CREDITOR}/${noticeNumberOf(1)}`,
      audience: [`EC:${CREDITOR}`, 'CITIZEN:RSSMRA80A01H501U'],
    });
  });

  it('a repeated call changes nothing and states nothing', async () => {
    await create(anItem(2));
    const before = await platform.stated().then((events) => events.length);
    expect(await create(anItem(2))).toMatchObject({ outcome: 'UPDATED', notice: { revision: 1 } });
    expect(await platform.stated()).toHaveLength(before);
  });

  it('names every wrong field and what was expected', async () => {
    const { errors, outcome } = await create({
      creditorFiscalCode: CREDITOR,
      iuv: '1',
      amount: 1.5,
      debtorType: 'X',
      description: '',
      expirationDate: 'tomorrow',
      iban: 'IT1',
      payStandIn: null,
    });
    expect(outcome).toBe('REJECTED');
    expect(errors.map(({ code, path, expected }) => [code, path, expected !== null])).toEqual([
      ['INVALID', 'debtorType', true],
      ['INVALID', 'debtorFiscalCode', true],
      ['INVALID', 'debtorFullName', true],
      ['INVALID', 'amount', true],
      ['INVALID', 'description', true],
      ['INVALID', 'expirationDate', true],
      ['INVALID', 'iban', true],
      ['INVALID', 'iuv', true],
    ]);
  });

  it('takes any 18-digit number and warns of wrong check digits', async () => {
    const payload = await create(anItem(3, { iuv: '11111111112222222', noticeNumber: '311111111112222222' }));
    expect(payload).toMatchObject({ outcome: 'CREATED' });
    expect(payload.warnings.map(({ path }) => path)).toEqual(['noticeNumber', 'noticeNumber']);
    const { data } = await platform.ask<{ generateNoticeNumber: { noticeNumber: string; iuv: string } }>(
      asCreditor,
      'mutation { generateNoticeNumber { noticeNumber iuv } }',
    );
    const { noticeNumber, iuv } = data!.generateNoticeNumber;
    expect(noticeNumber).toMatch(/^347\d{15}$/);
    expect(await create(anItem(0, { iuv, noticeNumber }))).toMatchObject({ outcome: 'CREATED', warnings: [] });
  });

  it('takes the creditor’s own code when none is sent, and needs one from others', async () => {
    expect(await create(anItem(4, { creditorFiscalCode: undefined }))).toMatchObject({ outcome: 'CREATED' });
    expect(await create(anItem(5, { creditorFiscalCode: undefined }), asOperator)).toMatchObject({
      errors: [{ path: 'creditorFiscalCode' }],
    });
    const { errors } = await platform.ask(asBroker, 'mutation { generateNoticeNumber { noticeNumber } }');
    expect(errors).toMatchObject([{ code: 'BAD_USER_INPUT', message: expect.stringContaining('creditorFiscalCode') }]);
  });

  it('is for the creditor, its broker and operators', async () => {
    expect(await create(anItem(6), asBroker)).toMatchObject({ outcome: 'CREATED' });
    expect(await create(anItem(6), asOperator)).toMatchObject({ outcome: 'UPDATED' });
    for (const principal of [asOtherCreditor, asOtherBroker]) {
      expect((await create(anItem(6), principal)).requestErrors).toMatchObject([{ code: 'FORBIDDEN' }]);
    }
    for (const principal of [asPsp, asDebtor])
      expect((await create(anItem(6), principal)).requestErrors).toMatchObject([{ code: 'FORBIDDEN' }]);
  });

  it('needs a known, enabled creditor with an account', async () => {
    expect(await create(anItem(7, { creditorFiscalCode: '12345678901' }), asOperator)).toMatchObject({
      errors: [{ code: 'NOT_FOUND', path: 'creditorFiscalCode' }],
    });
    expect(await create(anItem(7, { creditorFiscalCode: '99999999999' }), asOperator)).toMatchObject({
      errors: [{ code: 'UNPROCESSABLE' }],
    });
    expect(await create(anItem(7, { creditorFiscalCode: OTHER_CREDITOR }), asOtherCreditor)).toMatchObject({
      errors: [{ code: 'UNPROCESSABLE', path: 'iban' }],
    });
    expect(await create(anItem(7, { creditorFiscalCode: OTHER_CREDITOR, iban: IBAN }), asOtherCreditor)).toMatchObject({
      outcome: 'CREATED',
    });
  });

  it('of two calls that create one key at once, one creates and the others update', async () => {
    const before = await head();
    const payloads = await Promise.all(Array.from({ length: 8 }, (_, index) => create(anItem(8, { amount: 1_000 + index }))));
    expect(payloads.map(({ outcome }) => outcome).sort()).toEqual(['CREATED', ...Array.from({ length: 7 }, () => 'UPDATED')]);
    const stated = await platform.stated(before);
    expect(stated.map(({ revision }) => revision)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(new Set(stated.map(({ data }) => data.amount)).size).toBe(8);
  });

  it('two creations of one notice number with different IUVs at once: one wins, the other is told', async () => {
    const items = [anItem(9), anItem(10, { noticeNumber: noticeNumberOf(9) })];
    const payloads = await Promise.all(items.map((item) => create(item)));
    expect(payloads.map(({ outcome }) => outcome).sort()).toEqual(['CREATED', 'REJECTED']);
    expect(payloads.find(({ outcome }) => outcome === 'REJECTED')).toMatchObject({ errors: [{ code: 'CONFLICT', path: 'noticeNumber' }] });
  });
});

describe('createPositions', () => {
  it('loads a thousand items, accepting each on its own', async () => {
    const before = await head();
    const items = Array.from({ length: 1_000 }, (_, index) => anItem(10_000 + index));
    items[10] = anItem(10_010, { amount: -1 });
    items[20] = {};
    items[30] = anItem(10_030, { creditorFiscalCode: OTHER_CREDITOR });
    items[40] = anItem(10_040, { amount: 0 });
    items[50] = anItem(10_051, { amount: 77 }); // the same key as the next item, which then updates it
    items[60] = anItem(10_060, { expirationDate: '2020-01-01T00:00:00Z' });
    const { accepted, rejected, items: results } = await createMany(items);
    expect([accepted, rejected, results.length]).toEqual([995, 5, 1_000]);
    expect(
      [10, 20, 30, 40, 60].map((index) => [
        index,
        results[index]?.outcome,
        results[index]?.errors[0]?.code,
        results[index]?.errors[0]?.path,
      ]),
    ).toEqual([
      [10, 'REJECTED', 'INVALID', 'amount'],
      [20, 'REJECTED', 'INVALID', 'debtorType'],
      [30, 'REJECTED', 'FORBIDDEN', 'creditorFiscalCode'],
      [40, 'REJECTED', 'NOT_FOUND', 'noticeNumber'],
      [60, 'REJECTED', 'INVALID', 'expirationDate'],
    ]);
    expect(results[20]?.errors).toHaveLength(7);
    expect([results[50]?.outcome, results[51]?.outcome, results[51]?.notice?.['revision']]).toEqual(['CREATED', 'UPDATED', 2]);
    expect(results[999]?.notice?.['noticeNumber']).toBe(noticeNumberOf(10_999));
    const stated = await platform.stated(before);
    expect(stated).toHaveLength(995);
    expect(new Set(stated.map(({ data }) => data.noticeNumber)).size).toBe(994);
  });

  it('updates and creates in one call', async () => {
    const { items } = await createMany([anItem(10_000, { amount: 1 }), anItem(20_000), anItem(10_001, { amount: 0 })]);
    expect(items.map(({ outcome, notice }) => [outcome, notice?.['revision']])).toEqual([
      ['UPDATED', 2],
      ['CREATED', 1],
      ['INVALIDATED', 2],
    ]);
  });

  it('two loads of the same thousand at once, in opposite orders, both succeed', async () => {
    const items = Array.from({ length: 1_000 }, (_, index) => anItem(30_000 + index));
    const answers = await Promise.all([createMany(items), createMany(items.toReversed().map((item) => ({ ...item, amount: 5 })))]);
    expect(answers.map(({ accepted }) => accepted)).toEqual([1_000, 1_000]);
    const outcomes = answers.flatMap(({ items: results }) => results.map(({ outcome }) => outcome));
    expect(outcomes.filter((outcome) => outcome === 'CREATED')).toHaveLength(1_000);
  });

  it('refuses more than a thousand', async () => {
    const { errors } = await platform.ask(asCreditor, CREATE_MANY, { items: Array.from({ length: 1_001 }, () => ({ iuv: iuvOf(1) })) });
    expect(errors).toMatchObject([{ code: 'LIMIT_EXCEEDED', message: expect.stringContaining('1000') }]);
  });
});
