import { SECOND } from '@nodo-aperto/kernel/time';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { activate, send, statesOf, verify } from './support/operations.ts';
import { CREDITOR, PLAIN_CHANNEL, PSP, STATION } from './support/parties.ts';
import { caller, startSubgraph, type TestSubgraph } from './support/subgraph.ts';

const psp = caller('PSP', PSP);
const operator = caller('OPERATOR');
let subgraph: TestSubgraph;
beforeAll(async () => {
  subgraph = await startSubgraph();
});
afterAll(() => subgraph[Symbol.asyncDispose]());

/** The fallback of single requests is what these tests are about: the station is called every time. */
beforeEach(() => subgraph.database.query('truncate station_slot, station_health, stand_in_change, station_probe, stand_in_refusal'));
afterEach(async () => {
  subgraph.creditor.behaviour = 'ANSWERS';
  await subgraph.creditor.open();
  await subgraph.settings({ perRequestFallback: true, creditorTimeoutMs: 20 * SECOND });
});

async function fail(how: 'CLOSED' | 'RESETS' | 'HANGS' | 'UNAVAILABLE'): Promise<void> {
  if (how === 'CLOSED') await subgraph.creditor.close();
  else subgraph.creditor.behaviour = how;
  if (how === 'HANGS') await subgraph.settings({ creditorTimeoutMs: 300 });
}

const FAILURES = [
  ['CLOSED', 'PPT_STAZIONE_INT_PA_IRRAGGIUNGIBILE'],
  ['RESETS', 'PPT_STAZIONE_INT_PA_IRRAGGIUNGIBILE'],
  ['HANGS', 'PPT_STAZIONE_INT_PA_TIMEOUT'],
  ['UNAVAILABLE', 'PPT_STAZIONE_INT_PA_SERVIZIO_NON_ATTIVO'],
] as const;

describe.each(FAILURES)('a creditor that is %s', (how, code) => {
  it('is stood in for by ACA, request by request', async () => {
    const noticeNumber = subgraph.newNotice();
    await subgraph.load(noticeNumber);
    await fail(how);
    expect(await verify(subgraph, psp, noticeNumber)).toMatchObject({
      outcome: 'OK',
      standin: true,
      paymentList: [{ amount: 10_000, options: 'EQ' }],
      companyName: 'Comune di Prova',
    });
    const activated = await activate(subgraph, psp, noticeNumber);
    expect(activated).toMatchObject({ outcome: 'OK', totalAmount: 10_000, standin: true, payment: { status: 'PAYING', standIn: true } });
    expect(await send(subgraph, psp, activated.paymentToken ?? '')).toMatchObject({ outcome: 'OK' });
    expect(await statesOf(subgraph, psp, activated.paymentToken ?? '')).toMatchObject({ payment: 'PAID', notice: 'PAID' });
  });

  it('leaves a notice that is not in ACA with the station’s fault, unlocked', async () => {
    const noticeNumber = subgraph.newNotice();
    await fail(how);
    expect((await verify(subgraph, psp, noticeNumber)).fault).toMatchObject({ code, id: 'NodoDeiPagamentiSPC' });
    expect((await activate(subgraph, psp, noticeNumber)).fault).toMatchObject({ code, originalFaultCode: null });
    expect(await subgraph.database.query('select * from notice where notice_number = $1', [noticeNumber])).toEqual([]);
  });

  it('fails its request when the fallback is switched off', async () => {
    const noticeNumber = subgraph.newNotice();
    await subgraph.load(noticeNumber);
    await subgraph.settings({ perRequestFallback: false });
    await fail(how);
    expect((await activate(subgraph, psp, noticeNumber)).fault?.code).toBe(code);
  });
});

describe('ACA', () => {
  it('tells of a position that is expired, invalidated, paid or ruled out what its creditor would have', async () => {
    await fail('UNAVAILABLE');
    for (const [change, original] of [
      [{ status: 'EXPIRED' }, 'PAA_PAGAMENTO_SCADUTO'],
      [{ status: 'INVALID' }, 'PAA_PAGAMENTO_ANNULLATO'],
      [{ status: 'PAID' }, 'PAA_PAGAMENTO_DUPLICATO'],
      [{ status: 'INVALID', ruledOut: true }, 'PAA_PAGAMENTO_SCONOSCIUTO'],
    ] as const) {
      const noticeNumber = subgraph.newNotice();
      await subgraph.load(noticeNumber, change);
      expect((await activate(subgraph, psp, noticeNumber)).fault).toMatchObject({
        code: 'PPT_ERRORE_EMESSO_DA_PAA',
        id: CREDITOR,
        originalFaultCode: original,
      });
    }
  });

  it('keeps to itself why else it refuses, and tells the operator', async () => {
    const noticeNumber = subgraph.newNotice();
    await subgraph.load(noticeNumber, { payStandIn: false });
    await fail('UNAVAILABLE');
    expect((await activate(subgraph, psp, noticeNumber)).fault?.code).toBe('PPT_STAZIONE_INT_PA_SERVIZIO_NON_ATTIVO');
    const document =
      'query ($notice: NoticeNumber) { standInRefusals(noticeNumber: $notice) { edges { node { guard code reason told stationCode pspCode primitive } } } }';
    const { standInRefusals } = await subgraph.query<{ standInRefusals: { edges: object[] } }>(operator, document, {
      notice: noticeNumber,
    });
    expect(standInRefusals.edges).toEqual([
      {
        node: {
          guard: 'POSITION_OPTED_OUT',
          code: 'PAA_PAGAMENTO_SCONOSCIUTO',
          reason: 'The notice was loaded with payStandIn = false.',
          told: 'PPT_STAZIONE_INT_PA_SERVIZIO_NON_ATTIVO',
          stationCode: STATION,
          pspCode: PSP,
          primitive: 'activatePaymentNoticeV2',
        },
      },
    ]);
    expect((await subgraph.execute(psp, document, { notice: noticeNumber })).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it('keeps the newest state of a notice, in whatever order states come', async () => {
    const noticeNumber = subgraph.newNotice();
    await subgraph.load(noticeNumber, { amount: 20_000, revision: 7 });
    await subgraph.load(noticeNumber, { amount: 5_000, revision: 6 });
    await fail('UNAVAILABLE');
    expect((await verify(subgraph, psp, noticeNumber)).paymentList).toMatchObject([{ amount: 20_000 }]);
  });

  it('is not shown on a channel without the flag, while the payment keeps it', async () => {
    const noticeNumber = subgraph.newNotice();
    await subgraph.load(noticeNumber);
    await fail('UNAVAILABLE');
    expect(await activate(subgraph, psp, noticeNumber, { idChannel: PLAIN_CHANNEL })).toMatchObject({
      standin: null,
      payment: { standIn: true },
    });
  });

  it('does not change an open session when the notice changes', async () => {
    const noticeNumber = subgraph.newNotice();
    await subgraph.load(noticeNumber);
    await fail('UNAVAILABLE');
    const { paymentToken } = await activate(subgraph, psp, noticeNumber);
    await subgraph.load(noticeNumber, { amount: 99_900 });
    const { payment } = await subgraph.query<{ payment: { amount: number } }>(
      psp,
      'query ($token: String!) { payment(paymentToken: $token) { amount } }',
      { token: paymentToken },
    );
    expect(payment.amount).toBe(10_000);
  });

  it('does not answer in a maintenance that was scheduled without Stand-In', async () => {
    const noticeNumber = subgraph.newNotice();
    await subgraph.load(noticeNumber);
    const window = { station: STATION, start: '2020-01-01T00:00:00Z', end: '2099-01-01T00:00:00Z', standIn: false };
    await subgraph.put('maintenance', 'M1', window);
    await fail('UNAVAILABLE');
    expect((await activate(subgraph, psp, noticeNumber)).fault?.code).toBe('PPT_STAZIONE_INT_PA_SERVIZIO_NON_ATTIVO');
    await subgraph.put('maintenance', 'M1', window, { deleted: true });
  });

  it('answers alone in a maintenance that was scheduled with Stand-In: the station is not called', async () => {
    const noticeNumber = subgraph.newNotice();
    await subgraph.load(noticeNumber);
    const window = { station: STATION, start: '2020-01-01T00:00:00Z', end: '2099-01-01T00:00:00Z', standIn: true };
    await subgraph.put('maintenance', 'M2', window);
    const before = subgraph.creditor.calls.length;
    expect(await activate(subgraph, psp, noticeNumber)).toMatchObject({ outcome: 'OK', standin: true });
    expect((await activate(subgraph, psp, subgraph.newNotice())).fault?.code).toBe('PPT_STAZIONE_INT_PA_SERVIZIO_NON_ATTIVO');
    expect(subgraph.creditor.calls).toHaveLength(before);
    await subgraph.put('maintenance', 'M2', window, { deleted: true });
  });
});
