import { MINUTE } from '@nodo-aperto/kernel/time';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { activate, DETAILS, send, statesOf } from './support/operations.ts';
import { CHANNEL, PSP } from './support/parties.ts';
import { caller, startSubgraph, type TestSubgraph } from './support/subgraph.ts';

const psp = caller('PSP', PSP);
let subgraph: TestSubgraph;
beforeAll(async () => {
  subgraph = await startSubgraph();
});
afterAll(() => subgraph[Symbol.asyncDispose]());

async function open(noticeNumber = subgraph.newNotice()): Promise<string> {
  const { paymentToken, fault } = await activate(subgraph, psp, noticeNumber);
  if (!paymentToken) throw new Error(`not activated: ${fault?.code}`);
  return paymentToken;
}

/** A token that expired and was cancelled by the job. */
async function expired(noticeNumber = subgraph.newNotice()): Promise<string> {
  const token = await open(noticeNumber);
  subgraph.clock.advance(31 * MINUTE);
  await subgraph.job('TOKEN_EXPIRY');
  return token;
}

describe('expiry', () => {
  it('is a job, not a comparison: an outcome past its time is taken while the job has not run', async () => {
    const token = await open();
    subgraph.clock.advance(31 * MINUTE);
    expect(await send(subgraph, psp, token)).toMatchObject({ outcome: 'OK', payment: { status: 'PAID', late: false } });
    expect(await subgraph.job('TOKEN_EXPIRY')).toBe(0);
  });

  it('cancels the token, frees the notice and says so', async () => {
    const noticeNumber = subgraph.newNotice();
    const token = await expired(noticeNumber);
    expect(await statesOf(subgraph, psp, token)).toEqual({
      payment: 'CANCELLED',
      paymentHistory: ['PAYING', 'CANCELLED'],
      notice: 'INSERTED',
      noticeHistory: ['PAYING', 'INSERTED'],
    });
    expect((await activate(subgraph, psp, noticeNumber)).outcome).toBe('OK');
  });

  it('comes as early as the PSP asked', async () => {
    const token = (await activate(subgraph, psp, subgraph.newNotice(), { expirationTime: 60_000 })).paymentToken ?? '';
    subgraph.clock.advance(MINUTE - 5_000);
    expect(await subgraph.job('TOKEN_EXPIRY')).toBe(0);
    subgraph.clock.advance(5_000);
    expect(await subgraph.job('TOKEN_EXPIRY')).toBe(1);
    expect((await statesOf(subgraph, psp, token)).payment).toBe('CANCELLED');
  });

  it('goes through any number of tokens in one run', async () => {
    subgraph.clock.advance(31 * MINUTE);
    await subgraph.job('TOKEN_EXPIRY');
    const tokens = await Promise.all(Array.from({ length: 230 }, () => open()));
    subgraph.clock.advance(31 * MINUTE);
    expect(await subgraph.job('TOKEN_EXPIRY')).toBe(tokens.length);
    const rows = await subgraph.database.query<{ count: number }>(
      `select count(*) from payment_status_change where payment_token = any($1) and status = 'CANCELLED'`,
      [tokens],
    );
    expect(rows[0]?.count).toBe(tokens.length);
  });

  it('gives back the claim of an activation whose process is gone', async () => {
    const noticeNumber = subgraph.newNotice();
    const claimedUntil = new Date(subgraph.clock.now() + MINUTE);
    await subgraph.database.query(
      `insert into notice (creditor_fiscal_code, notice_number, claim_id, claimed_until, revision, updated_at) values ('66666666666', $1, gen_random_uuid(), $2, 0, $2)`,
      [noticeNumber, claimedUntil],
    );
    expect((await activate(subgraph, psp, noticeNumber)).fault?.code).toBe('PPT_ATTIVAZIONE_IN_CORSO');
    subgraph.clock.advance(2 * MINUTE);
    // Void by now, whether the job has run or not.
    expect((await activate(subgraph, psp, noticeNumber)).outcome).toBe('OK');
    const other = subgraph.newNotice();
    await subgraph.database.query(
      `insert into notice (creditor_fiscal_code, notice_number, claim_id, claimed_until, revision, updated_at) values ('66666666666', $1, gen_random_uuid(), $2, 0, $2)`,
      [other, claimedUntil],
    );
    await subgraph.job('TOKEN_EXPIRY');
    expect(await subgraph.database.query('select from notice where notice_number = $1', [other])).toEqual([]);
  });
});

describe('the outcome decision table (§2.7) on the database', () => {
  it('repeated: already acquired, concordant or not, without effect', async () => {
    const token = await open();
    await send(subgraph, psp, token);
    const same = await send(subgraph, psp, token);
    expect(same.fault).toMatchObject({
      code: 'PPT_ESITO_GIA_ACQUISITO',
      description: expect.stringMatching(/^Esito concorde: .*"amount":12345/),
    });
    const other = await send(subgraph, psp, token, 'KO');
    expect(other.fault).toMatchObject({ code: 'PPT_ESITO_GIA_ACQUISITO', description: expect.stringContaining('discorde') });
    expect((await statesOf(subgraph, psp, token)).paymentHistory).toEqual(['PAYING', 'PAID']);
  });

  it('late OK with nobody else: KO and booked, and the next activation finds it paid', async () => {
    const noticeNumber = subgraph.newNotice();
    const token = await expired(noticeNumber);
    expect(await send(subgraph, psp, token)).toMatchObject({
      outcome: 'KO',
      fault: { code: 'PPT_TOKEN_SCADUTO' },
      payment: { status: 'PAID', late: true },
    });
    expect(await statesOf(subgraph, psp, token)).toEqual({
      payment: 'PAID',
      paymentHistory: ['PAYING', 'CANCELLED', 'PAID'],
      notice: 'PAID',
      noticeHistory: ['PAYING', 'INSERTED', 'PAID'],
    });
    expect((await activate(subgraph, psp, noticeNumber)).fault?.code).toBe('PPT_PAGAMENTO_DUPLICATO');
  });

  it('late OK after the second token failed: booked on the first', async () => {
    const noticeNumber = subgraph.newNotice();
    const first = await expired(noticeNumber);
    await send(subgraph, psp, await open(noticeNumber), 'KO');
    expect(await send(subgraph, psp, first)).toMatchObject({ fault: { code: 'PPT_TOKEN_SCADUTO' }, payment: { status: 'PAID' } });
  });

  it('late OK beside an open or a paid session: duplicate, without effect', async () => {
    const noticeNumber = subgraph.newNotice();
    const first = await expired(noticeNumber);
    const second = await open(noticeNumber);
    expect(await send(subgraph, psp, first)).toMatchObject({
      fault: { code: 'PPT_PAGAMENTO_DUPLICATO' },
      payment: { status: 'CANCELLED' },
    });
    await send(subgraph, psp, second);
    expect(await send(subgraph, psp, first)).toMatchObject({
      fault: { code: 'PPT_PAGAMENTO_DUPLICATO' },
      payment: { status: 'CANCELLED' },
    });
  });

  it('late KO: the token fails when nobody else has the notice, and stays cancelled otherwise', async () => {
    const alone = await expired();
    expect(await send(subgraph, psp, alone, 'KO')).toMatchObject({
      fault: { code: 'PPT_TOKEN_SCADUTO_KO' },
      payment: { status: 'FAILED' },
    });
    expect(await statesOf(subgraph, psp, alone)).toMatchObject({ notice: 'INSERTED', noticeHistory: ['PAYING', 'INSERTED'] });
    const noticeNumber = subgraph.newNotice();
    const first = await expired(noticeNumber);
    await open(noticeNumber);
    expect(await send(subgraph, psp, first, 'KO')).toMatchObject({
      fault: { code: 'PPT_TOKEN_SCADUTO_KO' },
      payment: { status: 'CANCELLED' },
    });
  });
});

describe('one outcome for several tokens', () => {
  const sendAll = async (paymentTokens: string[], outcome = 'OK') => {
    const document =
      'mutation ($input: SendPaymentOutcomeV2Input!) { sendPaymentOutcomeV2(input: $input) { outcome fault { code } payments { paymentToken status } } }';
    const { sendPaymentOutcomeV2 } = await subgraph.query<{
      sendPaymentOutcomeV2: { outcome: string; fault: { code: string } | null; payments: { paymentToken: string; status: string }[] };
    }>(psp, document, { input: { idChannel: CHANNEL, paymentTokens, outcome, details: DETAILS } });
    return {
      outcome: sendPaymentOutcomeV2.outcome,
      code: sendPaymentOutcomeV2.fault?.code,
      statuses: sendPaymentOutcomeV2.payments.map((each) => each.status),
    };
  };

  it('books them all, or none', async () => {
    const tokens = [await open(), await open(), await open()];
    expect(await sendAll(tokens)).toEqual({ outcome: 'OK', code: undefined, statuses: ['PAID', 'PAID', 'PAID'] });
    const fresh = await open();
    expect(await sendAll([fresh, 'f'.repeat(32)])).toEqual({ outcome: 'KO', code: 'PPT_TOKEN_SCONOSCIUTO', statuses: ['PAYING'] });
    expect(await sendAll([fresh, tokens[0] ?? ''])).toEqual({ outcome: 'KO', code: 'PPT_SEMANTICA', statuses: ['PAYING', 'PAID'] });
    expect(await sendAll([])).toMatchObject({ code: 'PPT_SINTASSI_EXTRAXSD' });
    expect(await sendAll(Array.from({ length: 6 }, (_value, index) => `${index}`))).toMatchObject({ code: 'PPT_SINTASSI_EXTRAXSD' });
  });
});
