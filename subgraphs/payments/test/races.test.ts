import { seededStreams } from '@nodo-aperto/kernel/random';
import { MINUTE } from '@nodo-aperto/kernel/time';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { activate, send } from './support/operations.ts';
import { OTHER_CHANNEL, OTHER_PSP, PLAIN_CHANNEL, PSP } from './support/parties.ts';
import { caller, startSubgraph, type TestSubgraph } from './support/subgraph.ts';

const first = caller('PSP', PSP);
const second = caller('PSP', OTHER_PSP);
const PAIRS = 150;
/** Pairs under way at a time: more than there are connections to the database. */
const AT_ONCE = 25;

let subgraph: TestSubgraph;
beforeAll(async () => {
  subgraph = await startSubgraph();
});
afterAll(() => subgraph[Symbol.asyncDispose]());

async function race(pair: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const runner = async (): Promise<void> => {
    for (let index = next++; index < PAIRS; index = next++) await pair(index);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, runner));
}

/** What must hold whatever was raced. */
async function checkInvariants(): Promise<void> {
  const twice = await subgraph.database.query(
    `select creditor_fiscal_code, notice_number from payment where status in ('PAID', 'NOTICE_GENERATED', 'NOTICE_SENT', 'NOTIFIED') group by 1, 2 having count(*) > 1`,
  );
  expect(twice).toEqual([]);
  const apart = await subgraph.database.query(
    `select notice.* from notice left join payment on payment.payment_token = notice.payment_token
      where notice.claim_id is not null
        or (notice.status in ('PAID', 'NOTIFIED') and payment.status is distinct from 'PAID')
        or (notice.status = 'PAYING' and payment.status is distinct from 'PAYING')
        or (notice.status = 'INSERTED' and exists (select from payment as open where open.notice_number = notice.notice_number and open.status in ('PAYING', 'PAID')))`,
  );
  expect(apart).toEqual([]);
  // The history of every token ends in its state, and every change of state was stated once.
  const histories = await subgraph.database.query(
    `select payment.payment_token from payment
      where status <> (select status from payment_status_change as change where change.payment_token = payment.payment_token order by id desc limit 1)
        or revision <> (select count(*) from payment_status_change as change where change.payment_token = payment.payment_token)
        or revision <> (select count(*) from outbox where outbox.subject = payment.payment_token)`,
  );
  expect(histories).toEqual([]);
}

it('of activations of one notice by several PSPs exactly one opens a session', { timeout: 180_000 }, async () => {
  await race(async () => {
    const noticeNumber = subgraph.newNotice();
    const answers = await Promise.all([
      activate(subgraph, first, noticeNumber),
      activate(subgraph, second, noticeNumber, { idChannel: OTHER_CHANNEL }),
      activate(subgraph, first, noticeNumber, { idChannel: PLAIN_CHANNEL }),
    ]);
    expect(answers.filter((answer) => answer.outcome === 'OK')).toHaveLength(1);
    for (const { fault } of answers.filter((answer) => answer.outcome === 'KO'))
      expect(['PPT_PAGAMENTO_IN_CORSO', 'PPT_ATTIVAZIONE_IN_CORSO']).toContain(fault?.code);
  });
  await checkInvariants();
});

it('of a late outcome and a new activation exactly one has the notice', { timeout: 180_000 }, async () => {
  const chance = seededStreams('races').stream('late outcomes');
  const notices = Array.from({ length: PAIRS }, () => subgraph.newNotice());
  const tokens: string[] = [];
  await race(async (index) => {
    tokens[index] = (await activate(subgraph, first, notices[index] ?? '')).paymentToken ?? '';
  });
  subgraph.clock.advance(31 * MINUTE);
  await subgraph.job('TOKEN_EXPIRY');
  const results = { outcome: 0, activation: 0 };
  // Now the creditor takes its time, now the outcome: each gives the other a chance to overtake.
  subgraph.creditor.onGetPayment = () => subgraph.clock.sleep(chance.integer(0, 40));
  await race(async (index) => {
    const token = tokens[index] ?? '';
    const noticeNumber = notices[index] ?? '';
    const later = async (): Promise<Awaited<ReturnType<typeof send>>> => {
      // Waits by time: who overtakes whom is left to chance.
      await subgraph.clock.sleep(chance.integer(0, 600));
      return send(subgraph, first, token);
    };
    const [late, again] = await Promise.all([later(), activate(subgraph, second, noticeNumber, { idChannel: OTHER_CHANNEL })]);
    if (again.outcome === 'OK') {
      results.activation += 1;
      expect(late).toMatchObject({ outcome: 'KO', fault: { code: 'PPT_PAGAMENTO_DUPLICATO' }, payment: { status: 'CANCELLED' } });
      expect((await send(subgraph, second, again.paymentToken ?? '', 'OK', { idChannel: OTHER_CHANNEL })).outcome).toBe('OK');
    } else {
      results.outcome += 1;
      expect(again.fault?.code).toBe('PPT_PAGAMENTO_DUPLICATO');
      expect(late).toMatchObject({ outcome: 'KO', fault: { code: 'PPT_TOKEN_SCADUTO' }, payment: { status: 'PAID', late: true } });
    }
  });
  subgraph.creditor.onGetPayment = async () => undefined;
  await checkInvariants();
  // Both sides must have won now and then, or nothing was raced.
  expect(results.outcome).toBeGreaterThan(0);
  expect(results.activation).toBeGreaterThan(0);
});

it('outcomes that come many times, at once with expiry, count once', { timeout: 180_000 }, async () => {
  await race(async (index) => {
    const token = (await activate(subgraph, first, subgraph.newNotice(), { expirationTime: 1 })).paymentToken ?? '';
    const answers = await Promise.all([
      send(subgraph, first, token),
      index % 4 === 0 ? subgraph.job('TOKEN_EXPIRY') : undefined,
      send(subgraph, first, token),
      send(subgraph, first, token, 'KO'),
    ]);
    const outcomes = answers.filter((answer) => typeof answer === 'object');
    const effective = outcomes.filter(
      (answer) => answer.outcome === 'OK' || ['PPT_TOKEN_SCADUTO', 'PPT_TOKEN_SCADUTO_KO'].includes(answer.fault?.code ?? ''),
    );
    expect(effective).toHaveLength(1);
    for (const answer of outcomes) if (!effective.includes(answer)) expect(answer.fault?.code).toBe('PPT_ESITO_GIA_ACQUISITO');
  });
  await checkInvariants();
});

it('the database itself refuses a second booked payment of one notice', async () => {
  const { paymentToken } = await activate(subgraph, first, subgraph.newNotice());
  await send(subgraph, first, paymentToken ?? '');
  const columns = await subgraph.database.query<{ names: string }>(
    `select string_agg(column_name, ', ') as names from information_schema.columns
      where table_schema = 'payments' and table_name = 'payment' and is_generated = 'NEVER' and column_name <> 'payment_token'`,
  );
  const names = columns[0]?.names;
  const copy = subgraph.database.query(
    `insert into payment (payment_token, ${names}) select 'copy', ${names} from payment where payment_token = $1`,
    [paymentToken],
  );
  await expect(copy).rejects.toMatchObject({ constraint: 'payment_holds_notice' });
});
