/** Payments whose notices come late, and the race of a payment with the load of its notice, in both orders. */
import { DAY } from '@nodo-aperto/kernel/time';
import { testLogger, until } from '@nodo-aperto/kernel/testing';
import { paymentBooked } from '@nodo-aperto/schema/events';
import { describe, expect, it } from 'vitest';
import { arrivalRetentionJob } from '../src/services/arrival-retention.ts';
import { updateDebtPosition } from '../src/services/change-debt-position.ts';
import { createDebtPosition } from '../src/services/create-debt-position.ts';
import { loadDebtPositions } from '../src/services/load-debt-positions.ts';
import { aDraft, anInstalment, anOption } from './examples.ts';
import { paymentFacts } from './payment-facts.ts';
import { anItem, asOperator, CREDITOR, IBAN, noticeNumberOf, OTHER_CREDITOR, type TestPlatform } from './platform.ts';
import { populated } from './populated.ts';

let platform: TestPlatform;
populated((started) => {
  platform = started;
});

const { load, tokenOf, booked, report, notice, statusOf } = paymentFacts(() => platform);
const query = <Row>(sql: string, parameters: readonly unknown[] = []) => platform.services.writing.database.query<Row>(sql, parameters);
const waiting = async (): Promise<number> => (await query('select from early_payment')).length;
const options = { actor: { kind: 'OPERATOR' }, creditorFiscalCode: CREDITOR, aca: true, publish: true } as const;
const draftOf = (iupd: string, ...plans: number[][]) =>
  aDraft({
    iupd,
    options: plans.map((numbers) =>
      anOption({ instalments: numbers.map((number) => anInstalment(number, { dueDate: platform.clock.now() + DAY })) }),
    ),
  });

describe('a notice that is loaded after it was paid', () => {
  it('is paid from the start, and states so', async () => {
    const before = await platform.head();
    await platform.state(paymentBooked, booked(1), booked(1, { revision: 3 }));
    expect(await waiting()).toBe(1);
    expect(await platform.stated(before)).toEqual([]);
    await load(anItem(1));
    expect(await notice(1)).toMatchObject({
      status: 'PAID',
      payment: { token: tokenOf(1), pspName: 'Banca di Prova', method: 'creditCard', fee: 150 },
    });
    expect((await platform.stated(before)).map(({ data }) => [data.status, data.amount, data.revision])).toEqual([['PAID', 10_000, 1]]);
    expect(await waiting()).toBe(0);
  });

  it('is left alone by what only has its number at another creditor', async () => {
    await platform.state(paymentBooked, booked(2));
    await load(anItem(2, { creditorFiscalCode: OTHER_CREDITOR, iban: IBAN }));
    expect(await waiting()).toBe(1);
    await load(anItem(2));
    expect(await statusOf(2)).toBe('PAID');
    expect(await waiting()).toBe(0);
  });

  it('stays awaited when the load of its notice is refused', async () => {
    await platform.state(paymentBooked, booked(3, { method: undefined, fee: undefined } as never));
    await expect(load(anItem(3, { expirationDate: '2001-01-01T00:00:00' }))).rejects.toThrow();
    expect(await waiting()).toBe(1);
    await load(anItem(3));
    expect(await statusOf(3)).toBe('PAID');
  });

  it('in the fuller model: its plan is chosen, by creation, bulk load and update alike', async () => {
    await platform.state(paymentBooked, booked(11), booked(14), booked(17));
    const created = await createDebtPosition(platform.services.writing, draftOf('LATE-1', [10], [11, 12]), options);
    expect(created).toMatchObject({ ok: true, value: { position: { status: 'PARTIALLY_PAID' } } });
    const [saved] = await loadDebtPositions(
      platform.services.writing,
      [{ action: 'SAVE', draft: draftOf('LATE-2', [13], [14, 15]) }],
      options,
    );
    expect(saved).toMatchObject({ ok: true, value: { position: { status: 'PARTIALLY_PAID' } } });
    await createDebtPosition(platform.services.writing, draftOf('LATE-3', [16]), options);
    const key = { creditorFiscalCode: CREDITOR, iupd: 'LATE-3' };
    await updateDebtPosition(platform.services.writing, draftOf('LATE-3', [16], [17, 18]), { ...options, key });
    const statuses = await Promise.all([10, 11, 12, 13, 14, 15, 16, 17, 18].map(statusOf));
    expect(statuses).toEqual(Array.from({ length: 3 }, () => ['INVALID', 'PAID', 'VALID']).flat());
    expect(await waiting()).toBe(0);
  });

  it('is reported as far as flows had it before it came', async () => {
    await platform.state(paymentBooked, booked(20), booked(21));
    await report(CREDITOR, { number: 20 }, { number: 21, outcome: 'REVOKED' });
    await load(anItem(20), anItem(21));
    expect(await Promise.all([20, 21].map(statusOf))).toEqual(['REPORTED', 'PAID']);
    expect(await query('select from early_report')).toEqual([]);
    await report(CREDITOR, { number: 21 });
    expect(await statusOf(21)).toBe('REPORTED');
  });

  it('is reported whatever comes first: the notice, its payment, or the line of the flow', async () => {
    const steps = (number: number) => [
      () => load(anItem(number)),
      () => platform.state(paymentBooked, booked(number)),
      () => report(CREDITOR, { number }),
    ];
    const orders = [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ];
    for (const [index, order] of orders.entries()) for (const step of order) await steps(30 + index)[step]!();
    expect(await Promise.all(orders.map((_, index) => statusOf(30 + index)))).toEqual(orders.map(() => 'REPORTED'));
    expect(await waiting()).toBe(0);
    expect(await query('select from early_report')).toEqual([]);
  });

  it('cannot be changed any more by a later item of the same load', async () => {
    await platform.state(paymentBooked, booked(25));
    await expect(load(anItem(25), anItem(25, { amount: 5 }))).rejects.toThrow();
    expect(await notice(25)).toMatchObject({ status: 'PAID', amount: 10_000 });
  });
});

describe('a payment and the load of its notice at the same time', () => {
  /** Others wait at the table until the work is done. */
  const held = (table: string, work: () => Promise<void>) =>
    platform.services.writing.database.transaction(async (transaction) => {
      await transaction.query(`lock table ${table} in share row exclusive mode`);
      await work();
    });
  const WAITS = 'select from pg_locks where not granted and database = (select oid from pg_database where datname = current_database())';
  const blocked = (count: number) =>
    until(async () => (await query(WAITS)).length >= count, { what: `${count} transactions wait`, timeoutMs: 20_000 });

  it('the notice is written and not committed when the payment comes: it finds it', async () => {
    const running: Promise<unknown>[] = [];
    await held('transfer', async () => {
      running.push(load(anItem(40)));
      await blocked(1);
      running.push(platform.state(paymentBooked, booked(40)));
      await blocked(2);
    });
    await Promise.all(running);
    expect(await statusOf(40)).toBe('PAID');
    expect(await waiting()).toBe(0);
  });

  it('the payment is kept and not committed when the notice comes: the load finds it', async () => {
    const running: Promise<unknown>[] = [];
    await held('early_payment', async () => {
      running.push(platform.state(paymentBooked, booked(41)));
      await blocked(1);
      running.push(load(anItem(41)));
      await blocked(2);
    });
    await Promise.all(running);
    expect(await statusOf(41)).toBe('PAID');
    expect(await waiting()).toBe(0);
  });

  it('the payment is booked and not committed when its line comes: the line finds it', async () => {
    await load(anItem(42));
    const running: Promise<unknown>[] = [];
    await held('aca_coverage', async () => {
      running.push(platform.state(paymentBooked, booked(42)));
      await blocked(1);
      running.push(report(CREDITOR, { number: 42 }));
      await blocked(2);
    });
    await Promise.all(running);
    expect(await statusOf(42)).toBe('REPORTED');
  });

  it('the line is kept and not committed when its payment is booked and its notice loaded: both find it', async () => {
    const running: Promise<unknown>[] = [];
    await held('early_report', async () => {
      running.push(report(CREDITOR, { number: 43 }));
      await blocked(1);
      running.push(platform.state(paymentBooked, booked(43)));
      await blocked(2);
      await load(anItem(43));
    });
    await Promise.all(running);
    expect(await statusOf(43)).toBe('REPORTED');
    expect(await waiting()).toBe(0);
    expect(await query('select from early_report')).toEqual([]);
  });

  it('notice, payment and line at once, many times over', async () => {
    const numbers = Array.from({ length: 12 }, (_, index) => 200 + index);
    for (const number of numbers) {
      const steps = [() => load(anItem(number)), () => platform.state(paymentBooked, booked(number)), () => report(CREDITOR, { number })];
      const order = [0, 1, 2].map((place) => steps[(place * (number % 2 === 0 ? 1 : 2) + number) % 3]!);
      await Promise.all(order.map((step) => step()));
    }
    expect(await Promise.all(numbers.map(statusOf))).toEqual(numbers.map(() => 'REPORTED'));
    expect(await query('select from early_report')).toEqual([]);
  });

  it('whoever is first, many times over, beside loads and payments of others', async () => {
    const numbers = Array.from({ length: 24 }, (_, index) => 100 + index);
    for (const number of numbers) {
      const work = [() => load(anItem(number), anItem(number + 1_000)), () => platform.state(paymentBooked, booked(number))];
      await Promise.all((number % 2 === 0 ? work : work.toReversed()).map((each) => each()));
    }
    expect(await Promise.all(numbers.map(statusOf))).toEqual(numbers.map(() => 'PAID'));
    expect(await Promise.all(numbers.map((number) => statusOf(number + 1_000)))).toEqual(numbers.map(() => 'VALID'));
    expect(await waiting()).toBe(0);
  });

  it('is seen by whoever asks for what there is to pay', async () => {
    await platform.state(paymentBooked, booked(50));
    await load(anItem(50));
    const answer = await platform.ask(
      asOperator,
      `{ notice(creditorFiscalCode: "${CREDITOR}", noticeNumber: "${noticeNumberOf(50)}") { status } }`,
    );
    expect(answer.data).toEqual({ notice: { status: 'PAID' } });
  });
});

describe('what waits for a notice that never comes', () => {
  it('waits for a year, and is removed then', async () => {
    const { database } = platform.services.writing;
    const job = arrivalRetentionJob({ database, clock: platform.clock });
    const run = () => job.run({ signal: new AbortController().signal, log: testLogger(), forced: false });
    await platform.state(paymentBooked, booked(900));
    await report(CREDITOR, { number: 901 });
    platform.clock.advance(365 * DAY);
    await platform.state(paymentBooked, booked(902));
    expect(await run()).toEqual({ processed: 0 });
    platform.clock.advance(2 * DAY);
    expect(await run()).toEqual({ processed: 2 });
    expect(await query('select payment_token as token from early_payment')).toEqual([{ token: tokenOf(902) }]);
    expect(await query('select from early_report')).toEqual([]);
    expect(job).toMatchObject({ name: 'ARRIVAL_RETENTION', everyMs: DAY });
  });
});
