import { euroCents } from '@nodo-aperto/kernel/money';
import { until } from '@nodo-aperto/kernel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { activate, DETAILS, send, statesOf, verify } from './support/operations.ts';
import { CHANNEL, CREDITOR, IBAN, OTHER_CHANNEL, OTHER_CREDITOR, OTHER_PSP, PLAIN_CHANNEL, PSP } from './support/parties.ts';
import { caller, startSubgraph, type TestSubgraph } from './support/subgraph.ts';

const psp = caller('PSP', PSP);
let subgraph: TestSubgraph;
beforeAll(async () => {
  subgraph = await startSubgraph();
});
afterAll(() => subgraph[Symbol.asyncDispose]());

describe('a payment whose creditor answers', () => {
  it('goes from verification to the last receipt', async () => {
    const noticeNumber = subgraph.newNotice();
    const verified = await verify(subgraph, psp, noticeNumber, { password: 'pwdpwdpwd', idBrokerPSP: PSP });
    expect(verified).toMatchObject({
      outcome: 'OK',
      fault: null,
      paymentList: [{ amount: 12_345, options: 'EQ', dueDate: '2026-12-31', paymentNote: 'TARI 2026' }],
      paymentDescription: 'TARI 2026',
      fiscalCodePA: CREDITOR,
      companyName: 'Comune di Prova',
      officeName: 'Ufficio Tributi',
      standin: false,
    });

    const activated = await activate(subgraph, psp, noticeNumber, { touchPoint: 'ATM', paymentMethod: 'PO', paymentNote: 'una nota' });
    expect(activated).toMatchObject({
      outcome: 'OK',
      totalAmount: 12_345,
      creditorReferenceId: noticeNumber.slice(1),
      standin: false,
      transferList: [{ idTransfer: 1, amount: 12_345, iban: IBAN }],
      metadata: [{ key: 'year', value: '2026' }],
      payment: { status: 'PAYING', standIn: false },
    });
    const token = activated.paymentToken ?? '';
    expect(token).toMatch(/^[0-9a-f]{32}$/);
    expect((await verify(subgraph, psp, noticeNumber)).fault?.code).toBe('PPT_PAGAMENTO_IN_CORSO');
    expect((await activate(subgraph, psp, noticeNumber)).fault?.code).toBe('PPT_PAGAMENTO_IN_CORSO');

    expect(await send(subgraph, psp, token)).toMatchObject({ outcome: 'OK', fault: null, payment: { status: 'PAID', late: false } });
    expect((await activate(subgraph, psp, noticeNumber)).fault?.code).toBe('PPT_PAGAMENTO_DUPLICATO');
    expect((await verify(subgraph, psp, noticeNumber)).fault?.code).toBe('PPT_PAGAMENTO_DUPLICATO');

    await subgraph.receipt('created', token);
    await subgraph.receipt('sent', token);
    await subgraph.receipt('sent', token);
    expect(await statesOf(subgraph, psp, token)).toMatchObject({ payment: 'NOTICE_SENT', notice: 'PAID' });
    await subgraph.receipt('completed', token);
    expect(await statesOf(subgraph, psp, token)).toEqual({
      payment: 'NOTIFIED',
      paymentHistory: ['PAYING', 'PAID', 'NOTICE_GENERATED', 'NOTICE_SENT', 'NOTIFIED'],
      notice: 'NOTIFIED',
      noticeHistory: ['PAYING', 'PAID', 'NOTIFIED'],
    });
    expect((await activate(subgraph, psp, noticeNumber)).fault?.code).toBe('PPT_PAGAMENTO_DUPLICATO');
  });

  it('is stated to others, step by step', async () => {
    const noticeNumber = subgraph.newNotice();
    const { paymentToken } = await activate(subgraph, psp, noticeNumber);
    await send(subgraph, psp, paymentToken ?? '');
    await subgraph.receipt('created', paymentToken ?? '');
    const document = `query ($notice: NoticeNumber!) { paymentEventLog(noticeNumber: $notice) {
      edges { cursor node { name status pspCode amount late outcome payment { status fee payer { fullName } debtor { fullName } } } } pageInfo { hasNextPage endCursor } } }`;
    const events = await until(
      async () => {
        const { paymentEventLog } = await subgraph.query<{ paymentEventLog: { edges: { node: Record<string, unknown> }[] } }>(
          psp,
          document,
          { notice: noticeNumber },
        );
        return paymentEventLog.edges.length === 3 && paymentEventLog.edges.map((edge) => edge.node);
      },
      { what: 'three events are published' },
    );
    // The payment is shown as it is now, the event as it was then; a PSP is never told who owes.
    const payment = { status: 'NOTICE_GENERATED', fee: 150, payer: { fullName: 'Luigi Verdi' }, debtor: null };
    expect(events).toEqual([
      { name: 'payment.activated', status: 'PAYING', pspCode: PSP, amount: 12_345, late: false, outcome: null, payment },
      { name: 'payment.booked', status: 'PAID', pspCode: PSP, amount: 12_345, late: false, outcome: 'OK', payment },
      { name: 'payment.progressed', status: 'NOTICE_GENERATED', pspCode: PSP, amount: 12_345, late: false, outcome: 'OK', payment },
    ]);
  });

  it('calls a station of version 1 with version 1', async () => {
    const noticeNumber = subgraph.newNotice('03');
    const before = subgraph.creditor.calls.length;
    const { activatePaymentNotice } = await subgraph.query<{
      activatePaymentNotice: { outcome: string; companyName: string; totalAmount: number };
    }>(
      psp,
      `mutation ($input: ActivatePaymentNoticeInput!) { activatePaymentNotice(input: $input) { outcome companyName totalAmount fault { code description } } }`,
      { input: { idChannel: CHANNEL, qrCode: { fiscalCode: CREDITOR, noticeNumber }, amount: 12_345 } },
    );
    expect(activatePaymentNotice).toMatchObject({ outcome: 'OK', companyName: 'Comune di Prova', totalAmount: 12_345 });
    expect(subgraph.creditor.calls.slice(before)).toEqual([{ operation: 'paGetPayment', noticeNumber }]);
  });

  it('is for what the creditor says, not for what the request said', async () => {
    subgraph.creditor.terms = (data) => ({
      ...data,
      paymentAmount: euroCents(13_000),
      transferList: data.transferList.map((transfer) => ({ ...transfer, transferAmount: euroCents(13_000) })),
    });
    try {
      expect(await activate(subgraph, psp, subgraph.newNotice(), { amount: 12_345 })).toMatchObject({ outcome: 'OK', totalAmount: 13_000 });
    } finally {
      subgraph.creditor.terms = (data) => data;
    }
  });

  it('shows the flag to channels configured for it only', async () => {
    const noticeNumber = subgraph.newNotice();
    expect((await verify(subgraph, psp, noticeNumber, { idChannel: PLAIN_CHANNEL })).standin).toBeNull();
    expect((await activate(subgraph, psp, noticeNumber, { idChannel: PLAIN_CHANNEL })).standin).toBeNull();
  });

  it('that did not take place frees its notice', async () => {
    const noticeNumber = subgraph.newNotice();
    const first = await activate(subgraph, psp, noticeNumber);
    expect(await send(subgraph, psp, first.paymentToken ?? '', 'KO')).toMatchObject({ outcome: 'OK', payment: { status: 'FAILED' } });
    const second = await activate(subgraph, psp, noticeNumber);
    expect(second.outcome).toBe('OK');
    expect(await statesOf(subgraph, psp, first.paymentToken ?? '')).toEqual({
      payment: 'FAILED',
      paymentHistory: ['PAYING', 'FAILED'],
      notice: 'PAYING',
      noticeHistory: ['PAYING', 'INSERTED', 'PAYING'],
    });
  });
});

describe('a request that fails a check', () => {
  it.each([
    ['another channel’s PSP', { idChannel: OTHER_CHANNEL }, 'PPT_AUTORIZZAZIONE'],
    ['unknown channel', { idChannel: 'nobody' }, 'PPT_CANALE_SCONOSCIUTO'],
    ['unknown broker', { idBrokerPSP: 'nobody' }, 'PPT_INTERMEDIARIO_PSP_SCONOSCIUTO'],
    ['wrong password', { password: 'wrongwrong' }, 'PPT_AUTENTICAZIONE'],
    ['unknown creditor', { qrCode: { fiscalCode: '99999999999', noticeNumber: '302000000000000177' } }, 'PPT_DOMINIO_SCONOSCIUTO'],
    ['no route', { qrCode: { fiscalCode: CREDITOR, noticeNumber: '347000000000000177' } }, 'PPT_STAZIONE_INT_PA_SCONOSCIUTA'],
    ['amount 0', { amount: 0 }, 'PPT_SINTASSI_EXTRAXSD'],
    ['expirationTime above thirty minutes', { expirationTime: 1_800_001 }, 'PPT_SINTASSI_EXTRAXSD'],
    ['a key of another form', { idempotencyKey: 'nonsense' }, 'PPT_SINTASSI_EXTRAXSD'],
  ])('%s', async (_name, input, code) => {
    const before = subgraph.creditor.calls.length;
    expect(await activate(subgraph, psp, subgraph.newNotice(), input)).toMatchObject({
      outcome: 'KO',
      fault: { code, id: 'NodoDeiPagamentiSPC' },
    });
    expect(subgraph.creditor.calls).toHaveLength(before);
  });

  it('expirationTime above the configured duration', async () => {
    await subgraph.settings({ tokenDurationMs: 600_000 });
    expect((await activate(subgraph, psp, subgraph.newNotice(), { expirationTime: 600_001 })).fault?.code).toBe('PPT_AUTORIZZAZIONE');
    await subgraph.settings({ tokenDurationMs: 1_800_000 });
  });

  it('a PSP that nobody knows', async () => {
    expect((await verify(subgraph, caller('PSP', 'nobody'), subgraph.newNotice())).fault?.code).toBe('PPT_PSP_SCONOSCIUTO');
  });

  it('naming another PSP than the token’s is forbidden, and other roles may not call', async () => {
    const document = 'mutation ($input: SendPaymentOutcomeInput!) { sendPaymentOutcome(input: $input) { outcome } }';
    const input = { idPSP: OTHER_PSP, idChannel: CHANNEL, paymentToken: 'x', outcome: 'OK', details: DETAILS };
    const codeOf = async (principal: Parameters<TestSubgraph['execute']>[0]) =>
      (await subgraph.execute(principal, document, { input })).errors?.[0]?.extensions.code;
    expect(await codeOf(psp)).toBe('FORBIDDEN');
    expect(await codeOf(caller('EC', CREDITOR))).toBe('FORBIDDEN');
    expect(await codeOf(undefined)).toBe('UNAUTHENTICATED');
  });

  it('a token that is unknown, or somebody else’s', async () => {
    const { paymentToken } = await activate(subgraph, psp, subgraph.newNotice());
    expect((await send(subgraph, psp, 'f'.repeat(32))).fault?.code).toBe('PPT_TOKEN_SCONOSCIUTO');
    const foreign = await send(subgraph, caller('PSP', OTHER_PSP), paymentToken ?? '', 'OK', { idChannel: OTHER_CHANNEL });
    expect(foreign).toMatchObject({ outcome: 'KO', fault: { code: 'PPT_TOKEN_SCONOSCIUTO' }, payment: null });
    expect(await statesOf(subgraph, psp, paymentToken ?? '')).toMatchObject({ payment: 'PAYING' });
  });
});

describe('an answer of a creditor that is not right', () => {
  const restore = (): void => {
    subgraph.creditor.terms = (data) => data;
    subgraph.creditor.behaviour = 'ANSWERS';
  };

  it.each<[string, TestSubgraph['creditor']['terms'], string]>([
    ['wrong sum', (data) => ({ ...data, paymentAmount: euroCents(1) }), 'PPT_STAZIONE_INT_PA_ERRORE_RESPONSE'],
    [
      'unknown beneficiary',
      (data) => ({ ...data, transferList: data.transferList.map((each) => ({ ...each, fiscalCodePA: '99999999999' })) }),
      'PPT_STAZIONE_INT_PA_ERRORE_RESPONSE',
    ],
    [
      'unregistered IBAN',
      (data) => ({ ...data, transferList: data.transferList.map((each) => ({ ...each, IBAN: 'IT45R0760103200000000001016' })) }),
      'PPT_IBAN_NON_CENSITO',
    ],
    [
      'IBAN of somebody else',
      (data) => ({ ...data, transferList: data.transferList.map((each) => ({ ...each, fiscalCodePA: OTHER_CREDITOR })) }),
      'PPT_IBAN_NON_CENSITO',
    ],
  ])('%s: refused, never Stand-In, no lock left', async (_name, terms, code) => {
    const noticeNumber = subgraph.newNotice();
    await subgraph.load(noticeNumber);
    subgraph.creditor.terms = terms;
    expect(await activate(subgraph, psp, noticeNumber)).toMatchObject({ outcome: 'KO', fault: { code } });
    restore();
    expect(await activate(subgraph, psp, noticeNumber)).toMatchObject({ outcome: 'OK', standin: false });
  });

  it.each(['MALFORMED', 'BROKEN'] as const)('%s: refused, never Stand-In', async (behaviour) => {
    const noticeNumber = subgraph.newNotice();
    await subgraph.load(noticeNumber);
    subgraph.creditor.behaviour = behaviour;
    expect((await verify(subgraph, psp, noticeNumber)).fault?.code).toBe('PPT_STAZIONE_INT_PA_ERRORE_RESPONSE');
    expect((await activate(subgraph, psp, noticeNumber)).fault?.code).toBe('PPT_STAZIONE_INT_PA_ERRORE_RESPONSE');
    restore();
  });

  it('a KO is passed on under the creditor’s id, never Stand-In', async () => {
    const noticeNumber = subgraph.newNotice();
    await subgraph.load(noticeNumber);
    subgraph.creditor.behaviour = 'REFUSES';
    const fault = {
      code: 'PPT_ERRORE_EMESSO_DA_PAA',
      id: CREDITOR,
      originalFaultCode: 'PAA_PAGAMENTO_SCADUTO',
      originalDescription: 'as told',
    };
    expect((await verify(subgraph, psp, noticeNumber)).fault).toMatchObject(fault);
    expect((await activate(subgraph, psp, noticeNumber)).fault).toMatchObject(fault);
    restore();
  });
});
