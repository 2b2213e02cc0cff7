/** Of the payment options of a position at most one is ever booked, however many are tried, and whenever their outcomes come. */
import { seededStreams } from '@nodo-aperto/kernel/random';
import { MINUTE } from '@nodo-aperto/kernel/time';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { activate, DETAILS, send, verify } from './support/operations.ts';
import { CHANNEL, PSP } from './support/parties.ts';
import { caller, startSubgraph, type TestSubgraph } from './support/subgraph.ts';

const psp = caller('PSP', PSP);
const POSITIONS = 30;
const AT_ONCE = 12;
const IN_THE_WAY = ['PPT_PAGAMENTO_IN_CORSO', 'PPT_ATTIVAZIONE_IN_CORSO'];

let subgraph: TestSubgraph;
beforeAll(async () => {
  subgraph = await startSubgraph();
});
afterAll(() => subgraph[Symbol.asyncDispose]());

/** A position of two options, the second a plan of two instalments. */
async function position(number: number): Promise<[string, string, string]> {
  const notices = [subgraph.newNotice(), subgraph.newNotice(), subgraph.newNotice()] as [string, string, string];
  for (const [index, notice] of notices.entries()) {
    await subgraph.load(notice, { positionId: `OPTIONS-${number}`, option: { number: index === 0 ? 1 : 2, of: 2 } });
  }
  return notices;
}

async function race(work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const runner = async (): Promise<void> => {
    for (let index = next++; index < POSITIONS; index = next++) await work(index);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, runner));
}

/** Positions with booked or open payments of more than one option. */
const rivals = () =>
  subgraph.database.query(
    `select aca.data ->> 'positionId' as position from payment join aca_notice as aca using (creditor_fiscal_code, notice_number)
      where payment.status not in ('FAILED', 'CANCELLED') and aca.data ? 'option'
      group by 1 having count(distinct aca.data #> '{option,number}') > 1`,
  );

it('of options that are activated at once exactly one opens; instalments of one plan go together', async () => {
  const chance = seededStreams('options').stream('creditor');
  subgraph.creditor.onGetPayment = () => subgraph.clock.sleep(chance.integer(0, 15));
  const opened = { single: 0, plan: 0 };
  await race(async (index) => {
    const [single, first, second] = await position(index);
    const answers = await Promise.all(
      chance.shuffle([single, first, second]).map(async (notice) => ({ notice, ...(await activate(subgraph, psp, notice)) })),
    );
    const ok = answers.filter(({ outcome }) => outcome === 'OK').map(({ notice }) => notice);
    expect(ok.length).toBeGreaterThan(0);
    if (ok.includes(single)) expect(ok).toEqual([single]);
    opened[ok.includes(single) ? 'single' : 'plan'] += 1;
    for (const { outcome, fault } of answers) if (outcome === 'KO') expect(IN_THE_WAY).toContain(fault?.code);
  });
  expect(await rivals()).toEqual([]);
  expect(Math.min(opened.single, opened.plan)).toBeGreaterThan(0);
});

it('an option that ACA is told of only while its creditor is asked counts all the same', async () => {
  const notices = [subgraph.newNotice(), subgraph.newNotice()];
  let told: Promise<void> | undefined;
  const tell = async (): Promise<void> => {
    for (const [index, notice] of notices.entries())
      await subgraph.load(notice, { positionId: 'OPTIONS-TOLD-LATE', option: { number: index + 1, of: 2 } });
  };
  subgraph.creditor.onGetPayment = () => (told ??= tell());
  const answers = await Promise.all(notices.map((notice) => activate(subgraph, psp, notice)));
  const [refused, ...others] = answers.filter(({ outcome }) => outcome === 'KO');
  expect(others).toEqual([]);
  expect(IN_THE_WAY).toContain(refused?.fault?.code);
  expect(await rivals()).toEqual([]);
});

it('of sessions that were open before their options were known the younger ends, unless its option was paid', async () => {
  subgraph.creditor.onGetPayment = async () => undefined;
  const opened = async (): Promise<{ notices: [string, string, string]; tokens: string[] }> => {
    const notices = [subgraph.newNotice(), subgraph.newNotice(), subgraph.newNotice()] as [string, string, string];
    const tokens: string[] = [];
    for (const notice of notices) {
      tokens.push((await activate(subgraph, psp, notice)).paymentToken ?? '');
      subgraph.clock.advance(1_000);
    }
    return { notices, tokens };
  };
  const told = async (notices: readonly string[], positionId: string): Promise<void> => {
    for (const [index, notice] of notices.entries())
      await subgraph.load(notice, { positionId, option: { number: index === 0 ? 1 : 2, of: 2 } });
  };
  const early = await opened();
  await told(early.notices, 'OPTIONS-OPEN');
  expect(await rivals()).toEqual([]);
  const [single, first, second] = early.tokens as [string, string, string];
  expect((await send(subgraph, psp, second, 'OK')).fault?.code).toBe('PPT_PAGAMENTO_DUPLICATO');
  expect((await send(subgraph, psp, single, 'KO')).outcome).toBe('OK');
  expect((await send(subgraph, psp, first, 'OK')).fault?.code).toBe('PPT_TOKEN_SCADUTO');
  expect(await rivals()).toEqual([]);
  const paid = await opened();
  expect((await send(subgraph, psp, paid.tokens[1]!, 'OK')).outcome).toBe('OK');
  await told(paid.notices, 'OPTIONS-PAID');
  expect((await send(subgraph, psp, paid.tokens[0]!, 'OK')).fault?.code).toBe('PPT_PAGAMENTO_DUPLICATO');
  expect((await send(subgraph, psp, paid.tokens[2]!, 'OK')).outcome).toBe('OK');
  expect(await rivals()).toEqual([]);
});

it('a session that was opened in the very moment in which its options became known ends with the next job', async () => {
  const notices = [subgraph.newNotice(), subgraph.newNotice()];
  for (const notice of notices) {
    await activate(subgraph, psp, notice);
    subgraph.clock.advance(1_000);
  }
  // As the projection would leave it that looked before the sessions could be seen.
  await subgraph.database.query(
    `insert into aca_notice (creditor_fiscal_code, notice_number, revision, data)
      select creditor_fiscal_code, notice_number, 1, jsonb_build_object('positionId', 'OPTIONS-MISSED', 'option',
        jsonb_build_object('number', row_number() over (order by notice_number), 'of', 2)) from notice where notice_number = any($1)`,
    [notices],
  );
  expect(await rivals()).toEqual([{ position: 'OPTIONS-MISSED' }]);
  await subgraph.job('TOKEN_EXPIRY');
  expect(await rivals()).toEqual([]);
});

it('a paid option makes the others unknown at once; one that failed sets them free', async () => {
  subgraph.creditor.onGetPayment = async () => undefined;
  const [single, first, second] = await position(1_000);
  const session = await activate(subgraph, psp, single);
  expect((await verify(subgraph, psp, first)).fault?.code).toBe('PPT_PAGAMENTO_IN_CORSO');
  await send(subgraph, psp, session.paymentToken ?? '', 'KO');
  expect((await verify(subgraph, psp, first)).outcome).toBe('OK');
  const instalment = await activate(subgraph, psp, first);
  expect((await send(subgraph, psp, instalment.paymentToken ?? '', 'OK')).outcome).toBe('OK');
  const calls = subgraph.creditor.calls.length;
  for (const answer of [await activate(subgraph, psp, single), await verify(subgraph, psp, single)]) {
    expect(answer.fault).toMatchObject({ code: 'PPT_ERRORE_EMESSO_DA_PAA', originalFaultCode: 'PAA_PAGAMENTO_SCONOSCIUTO' });
  }
  expect(subgraph.creditor.calls.length).toBe(calls);
  expect((await activate(subgraph, psp, second)).outcome).toBe('OK');
});

it('of late outcomes of two options, and activations meanwhile, one counts', async () => {
  const chance = seededStreams('options').stream('late');
  const positions: [string, string, string][] = [];
  const tokens: { single: string; first: string }[] = [];
  await race(async (index) => {
    const notices = await position(2_000 + index);
    positions[index] = notices;
    tokens[index] = { single: (await activate(subgraph, psp, notices[0])).paymentToken ?? '', first: '' };
  });
  subgraph.clock.advance(31 * MINUTE);
  await subgraph.job('TOKEN_EXPIRY');
  await race(async (index) => {
    tokens[index]!.first = (await activate(subgraph, psp, positions[index]![1])).paymentToken ?? '';
  });
  subgraph.clock.advance(31 * MINUTE);
  await subgraph.job('TOKEN_EXPIRY');
  subgraph.creditor.onGetPayment = () => subgraph.clock.sleep(chance.integer(0, 10));
  await race(async (index) => {
    const { single, first } = tokens[index]!;
    const works = [
      () => send(subgraph, psp, single, 'OK'),
      () => send(subgraph, psp, first, 'OK'),
      () => activate(subgraph, psp, positions[index]![0]),
    ];
    await Promise.all(chance.shuffle(works).map((work) => work()));
  });
  expect(await rivals()).toEqual([]);
  const cart = await position(3_000);
  const one = (await activate(subgraph, psp, cart[0])).paymentToken ?? '';
  subgraph.clock.advance(31 * MINUTE);
  await subgraph.job('TOKEN_EXPIRY');
  const other = (await activate(subgraph, psp, cart[1])).paymentToken ?? '';
  subgraph.clock.advance(31 * MINUTE);
  await subgraph.job('TOKEN_EXPIRY');
  const { sendPaymentOutcomeV2 } = await subgraph.query<{ sendPaymentOutcomeV2: unknown }>(
    psp,
    'mutation ($input: SendPaymentOutcomeV2Input!) { sendPaymentOutcomeV2(input: $input) { outcome fault { code } } }',
    { input: { idChannel: CHANNEL, paymentTokens: [one, other], outcome: 'OK', details: DETAILS } },
  );
  expect(sendPaymentOutcomeV2).toEqual({ outcome: 'KO', fault: { code: 'PPT_PAGAMENTO_DUPLICATO' } });
});
