/** Every fault that a PSP can get, over SOAP, in the order of the checks. Source: Domain facts, Payments §2.3. */
import type { DirectoryData, DirectoryKind } from '@nodo-aperto/kernel/directory';
import { makeNoticeNumber } from '@nodo-aperto/kernel/identifiers';
import { euroCents } from '@nodo-aperto/kernel/money';
import {
  activatePaymentNotice,
  activatePaymentNoticeV2,
  demandPaymentNotice,
  sendPaymentOutcome,
  sendPaymentOutcomeV2,
  verifyPaymentNotice,
} from '@nodo-aperto/kernel/node-for-psp';
import type { EmptyResponse } from '@nodo-aperto/kernel/soap';
import { MINUTE, SECOND } from '@nodo-aperto/kernel/time';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MOST_REQUESTS_OF_PSP } from '../src/domain/request-limit.ts';
import type { Behaviour } from './support/creditor.ts';
import { CHANNEL, CREDITOR, OTHER_CHANNEL, OTHER_CREDITOR, OTHER_PSP, PASSWORD, PSP, SERVICE, STATION } from './support/parties.ts';
import { CALLER, type SoapPsp, startSoapPsp } from './support/soap-psp.ts';
import { startSubgraph, type TestSubgraph } from './support/subgraph.ts';

let subgraph: TestSubgraph;
let psp: SoapPsp;
beforeAll(async () => {
  subgraph = await startSubgraph({ settings: { perRequestFallback: false } });
  psp = await startSoapPsp(subgraph);
});
afterAll(async () => {
  await psp[Symbol.asyncDispose]();
  await subgraph[Symbol.asyncDispose]();
});
/** The station is called every time: no failure of one test is evidence against it in the next. */
beforeEach(() => subgraph.database.query('truncate station_slot, station_health, stand_in_change, station_probe, stand_in_refusal'));
afterEach(async () => {
  if (subgraph.creditor.behaviour === 'HANGS') await subgraph.settings({ creditorTimeoutMs: 20 * SECOND });
  subgraph.creditor.behaviour = 'ANSWERS';
  subgraph.creditor.terms = (data) => data;
});

type Caller = typeof CALLER;
type Faulty = EmptyResponse['fault'];

const qrCodeOf = (noticeNumber: string, fiscalCode = CREDITOR) => ({ fiscalCode, noticeNumber });
const AMOUNT = euroCents(12_345);

/** One request of each primitive, by whoever calls, about a notice or token that exists. */
const PRIMITIVES: Readonly<Record<string, (caller: Caller) => Promise<EmptyResponse>>> = {
  verifyPaymentNotice: (caller) => psp.call(verifyPaymentNotice, { ...caller, qrCode: qrCodeOf(subgraph.newNotice()) }),
  activatePaymentNotice: (caller) => psp.call(activatePaymentNotice, { ...caller, qrCode: qrCodeOf(subgraph.newNotice()), amount: AMOUNT }),
  activatePaymentNoticeV2: (caller) =>
    psp.call(activatePaymentNoticeV2, { ...caller, qrCode: qrCodeOf(subgraph.newNotice()), amount: AMOUNT }),
  sendPaymentOutcome: (caller) => psp.call(sendPaymentOutcome, { ...caller, paymentToken: 'f'.repeat(32), outcome: 'KO' }),
  sendPaymentOutcomeV2: (caller) => psp.call(sendPaymentOutcomeV2, { ...caller, paymentTokens: ['f'.repeat(32)], outcome: 'KO' }),
  demandPaymentNotice: (caller) => psp.call(demandPaymentNotice, { ...caller, idSoggettoServizio: SERVICE, datiSpecificiServizio: 'YQ==' }),
};

async function changed<Kind extends DirectoryKind>(
  kind: Kind,
  code: string,
  change: Partial<DirectoryData[Kind]>,
  work: () => Promise<void>,
): Promise<void> {
  const entry = await subgraph.services.directory.entry(kind, code);
  if (!entry) throw new Error(`there is no ${kind} ${code}`);
  await subgraph.put(kind, code, { ...entry.data, ...change });
  try {
    await work();
  } finally {
    await subgraph.put(kind, code, entry.data);
  }
}

describe.each(Object.entries(PRIMITIVES))('%s checks its caller', (_primitive, send) => {
  it.each<[string, Partial<Caller>]>([
    ['PPT_PSP_SCONOSCIUTO', { idPSP: 'nobody', idBrokerPSP: 'nobody', idChannel: 'nobody', password: 'wrongwrong' }],
    ['PPT_INTERMEDIARIO_PSP_SCONOSCIUTO', { idBrokerPSP: 'nobody', idChannel: 'nobody', password: 'wrongwrong' }],
    ['PPT_CANALE_SCONOSCIUTO', { idChannel: 'nobody', password: 'wrongwrong' }],
    ['PPT_AUTENTICAZIONE', { password: 'wrongwrong' }],
    ['PPT_AUTORIZZAZIONE', { idBrokerPSP: OTHER_PSP }],
    ['PPT_AUTORIZZAZIONE', { idBrokerPSP: OTHER_PSP, idChannel: OTHER_CHANNEL }],
  ])('%s: %j', async (faultCode, change) => {
    const answer = await send({ ...CALLER, ...change });
    expect(answer).toMatchObject({ outcome: 'KO', fault: { faultCode, id: 'NodoDeiPagamentiSPC', description: expect.any(String) } });
  });

  it.each<[string, DirectoryKind, string, object]>([
    ['PPT_PSP_DISABILITATO', 'psp', PSP, { enabled: false }],
    ['PPT_INTERMEDIARIO_PSP_DISABILITATO', 'pspBroker', PSP, { enabled: false }],
    ['PPT_CANALE_DISABILITATO', 'channel', CHANNEL, { enabled: false }],
    ['PPT_AUTORIZZAZIONE', 'channel', CHANNEL, { paymentModel: 'IMMEDIATO' }],
    ['PPT_AUTORIZZAZIONE', 'channel', CHANNEL, { psps: [OTHER_PSP] }],
  ])('%s: %s %s with %j', async (faultCode, kind, code, change) => {
    await changed(kind, code, change, async () => {
      expect(await send(CALLER)).toMatchObject({ outcome: 'KO', fault: { faultCode } });
    });
  });

  it('PPT_SUPERAMENTOSOGLIA: too many requests of the PSP are under way', async () => {
    const held = Array.from({ length: MOST_REQUESTS_OF_PSP }, () => subgraph.services.admission.admit(PSP));
    expect(subgraph.services.admission.admit(PSP)).toBeUndefined();
    expect(await send(CALLER)).toMatchObject({ outcome: 'KO', fault: { faultCode: 'PPT_SUPERAMENTOSOGLIA' } });
    const others = { idPSP: OTHER_PSP, idBrokerPSP: OTHER_PSP, idChannel: OTHER_CHANNEL, password: PASSWORD };
    expect((await send(others)).fault?.faultCode).not.toBe('PPT_SUPERAMENTOSOGLIA');
    for (const each of held) each?.[Symbol.dispose]();
    expect((await send(CALLER)).fault?.faultCode).not.toBe('PPT_SUPERAMENTOSOGLIA');
  });
});

const ASKING = ['verifyPaymentNotice', 'activatePaymentNotice', 'activatePaymentNoticeV2', 'demandPaymentNotice'] as const;

describe.each(ASKING)('%s checks its counterpart', (primitive) => {
  const send = () => PRIMITIVES[primitive]!(CALLER);

  it.each<[string, DirectoryKind, string, object, boolean?]>([
    ['PPT_DOMINIO_SCONOSCIUTO', 'creditorInstitution', CREDITOR, {}, true],
    ['PPT_DOMINIO_DISABILITATO', 'creditorInstitution', CREDITOR, { enabled: false }],
    ['PPT_INTERMEDIARIO_PA_SCONOSCIUTO', 'creditorBroker', CREDITOR, {}, true],
    ['PPT_INTERMEDIARIO_PA_DISABILITATO', 'creditorBroker', CREDITOR, { enabled: false }],
    ['PPT_STAZIONE_INT_PA_SCONOSCIUTA', 'station', STATION, {}, true],
    ['PPT_STAZIONE_INT_PA_DISABILITATA', 'station', STATION, { enabled: false }],
  ])('%s: %s %s with %j', async (faultCode, kind, code, change, deleted) => {
    const entry = await subgraph.services.directory.entry(kind, code);
    if (!entry) throw new Error(`there is no ${kind} ${code}`);
    await subgraph.put(kind, code, { ...entry.data, ...change } as never, { deleted: deleted ?? false });
    const before = subgraph.creditor.calls.length;
    expect(await send()).toMatchObject({ outcome: 'KO', fault: { faultCode, id: 'NodoDeiPagamentiSPC' } });
    expect(subgraph.creditor.calls).toHaveLength(before);
    await subgraph.put(kind, code, entry.data as never);
  });

  it.each<[string, Behaviour]>([
    ['PPT_STAZIONE_INT_PA_SERVIZIO_NON_ATTIVO', 'UNAVAILABLE'],
    ['PPT_STAZIONE_INT_PA_TIMEOUT', 'HANGS'],
    ['PPT_STAZIONE_INT_PA_IRRAGGIUNGIBILE', 'RESETS'],
    ['PPT_STAZIONE_INT_PA_ERRORE_RESPONSE', 'BROKEN'],
    ['PPT_STAZIONE_INT_PA_ERRORE_RESPONSE', 'MALFORMED'],
  ])('%s: the creditor %s', async (faultCode, behaviour) => {
    subgraph.creditor.behaviour = behaviour;
    // Short only for who never answers: the others are to be judged by what they answer, however late.
    if (behaviour === 'HANGS') await subgraph.settings({ creditorTimeoutMs: 400 });
    expect(await send()).toMatchObject({ outcome: 'KO', fault: { faultCode, id: 'NodoDeiPagamentiSPC' } });
  });

  it('PPT_STAZIONE_INT_PA_IRRAGGIUNGIBILE: nobody listens', async () => {
    await subgraph.creditor.close();
    const answer = await send();
    await subgraph.creditor.open();
    expect(answer).toMatchObject({ outcome: 'KO', fault: { faultCode: 'PPT_STAZIONE_INT_PA_IRRAGGIUNGIBILE' } });
  });

  it('PPT_ERRORE_EMESSO_DA_PAA: under the creditor’s id, with its own words only where the broker has the extended fault bean', async () => {
    subgraph.creditor.behaviour = 'REFUSES';
    const usual = { faultCode: 'PPT_ERRORE_EMESSO_DA_PAA', faultString: expect.any(String), id: CREDITOR, description: 'as told' };
    const original = {
      originalFaultCode: 'PAA_PAGAMENTO_SCADUTO',
      originalFaultString: 'creditor says PAA_PAGAMENTO_SCADUTO',
      originalDescription: 'as told',
    };
    expect((await send()).fault).toEqual({ ...usual, ...original });
    await changed('pspBroker', PSP, { extendedFaultBean: false }, async () => {
      expect((await send()).fault).toEqual(usual);
    });
  });
});

describe('a notice that cannot be paid', () => {
  it('PPT_STAZIONE_INT_PA_SCONOSCIUTA: no station serves its number', async () => {
    const unserved = qrCodeOf(makeNoticeNumber({ auxDigit: 3, segregationCode: '47', base: '1' }));
    for (const answer of [
      await psp.call(verifyPaymentNotice, { ...CALLER, qrCode: unserved }),
      await psp.call(activatePaymentNotice, { ...CALLER, qrCode: unserved, amount: AMOUNT }),
    ]) {
      expect(answer.fault).toMatchObject({ faultCode: 'PPT_STAZIONE_INT_PA_SCONOSCIUTA' });
    }
  });

  it('PPT_PAGAMENTO_IN_CORSO, then PPT_PAGAMENTO_DUPLICATO', async () => {
    const qrCode = qrCodeOf(subgraph.newNotice());
    const paying = await psp.call(activatePaymentNoticeV2, { ...CALLER, qrCode, amount: AMOUNT });
    const faultsNow = async (): Promise<(string | undefined)[]> => [
      (await psp.call(verifyPaymentNotice, { ...CALLER, qrCode })).fault?.faultCode,
      (await psp.call(activatePaymentNotice, { ...CALLER, qrCode, amount: AMOUNT })).fault?.faultCode,
      (await psp.call(activatePaymentNoticeV2, { ...CALLER, qrCode, amount: AMOUNT })).fault?.faultCode,
    ];
    expect(await faultsNow()).toEqual(Array.from({ length: 3 }, () => 'PPT_PAGAMENTO_IN_CORSO'));
    await psp.call(sendPaymentOutcome, { ...CALLER, paymentToken: paying.paymentToken ?? '', outcome: 'OK' });
    expect(await faultsNow()).toEqual(Array.from({ length: 3 }, () => 'PPT_PAGAMENTO_DUPLICATO'));
  });

  it('PPT_ATTIVAZIONE_IN_CORSO: another activation is at the creditor', async () => {
    const qrCode = qrCodeOf(subgraph.newNotice());
    let second: EmptyResponse | undefined;
    subgraph.creditor.onGetPayment = async () => {
      subgraph.creditor.onGetPayment = async () => undefined;
      second = await psp.call(activatePaymentNotice, { ...CALLER, qrCode, amount: AMOUNT });
    };
    expect((await psp.call(activatePaymentNotice, { ...CALLER, qrCode, amount: AMOUNT })).outcome).toBe('OK');
    expect(second?.fault?.faultCode).toBe('PPT_ATTIVAZIONE_IN_CORSO');
  });

  it.each<[string, TestSubgraph['creditor']['terms'], string]>([
    [
      'PPT_IBAN_NON_CENSITO',
      (data) => ({ ...data, transferList: data.transferList.map((each) => ({ ...each, IBAN: 'IT45R0760103200000000001016' })) }),
      'not registered',
    ],
    [
      'PPT_STAZIONE_INT_PA_ERRORE_RESPONSE',
      (data) => ({ ...data, transferList: data.transferList.map((each) => ({ ...each, IBAN: '??' })) }),
      'not well-formed',
    ],
    ['PPT_STAZIONE_INT_PA_ERRORE_RESPONSE', (data) => ({ ...data, paymentAmount: euroCents(1) }), 'do not add up'],
    [
      'PPT_STAZIONE_INT_PA_ERRORE_RESPONSE',
      (data) => ({ ...data, transferList: data.transferList.map((each) => ({ ...each, fiscalCodePA: '99999999999' })) }),
      'is not known',
    ],
    [
      'PPT_STAZIONE_INT_PA_ERRORE_RESPONSE',
      (data) => ({
        ...data,
        transferList: [1, 1].map((idTransfer) => ({ ...data.transferList[0]!, idTransfer, transferAmount: euroCents(1) })),
      }),
      'idTransfer repeats',
    ],
  ])('%s: what the creditor answers is wrong', async (faultCode, terms, description) => {
    subgraph.creditor.terms = terms;
    const answer = await psp.call(activatePaymentNoticeV2, { ...CALLER, qrCode: qrCodeOf(subgraph.newNotice()), amount: AMOUNT });
    expect(answer.fault).toMatchObject({ faultCode, id: 'NodoDeiPagamentiSPC', description: expect.stringContaining(description) });
  });

  it('PPT_STAZIONE_INT_PA_ERRORE_RESPONSE: a beneficiary is disabled', async () => {
    subgraph.creditor.terms = (data) => ({
      ...data,
      transferList: [{ ...data.transferList[0]!, fiscalCodePA: OTHER_CREDITOR, IBAN: 'IT30N0103076271000001823603' }],
    });
    await changed('creditorInstitution', OTHER_CREDITOR, { enabled: false }, async () => {
      const answer = await psp.call(activatePaymentNoticeV2, { ...CALLER, qrCode: qrCodeOf(subgraph.newNotice()), amount: AMOUNT });
      expect(answer.fault).toMatchObject({
        faultCode: 'PPT_STAZIONE_INT_PA_ERRORE_RESPONSE',
        description: expect.stringContaining('is disabled'),
      });
    });
  });

  it('PPT_AUTORIZZAZIONE: expirationTime above the configured duration', async () => {
    await subgraph.settings({ tokenDurationMs: 600_000 });
    const request = { ...CALLER, qrCode: qrCodeOf(subgraph.newNotice()), amount: AMOUNT, expirationTime: 600_001 };
    expect((await psp.call(activatePaymentNotice, request)).fault?.faultCode).toBe('PPT_AUTORIZZAZIONE');
    await subgraph.settings({ tokenDurationMs: 1_800_000 });
  });

  it('PPT_ERRORE_IDEMPOTENZA: a key for another request', async () => {
    const request = { ...CALLER, idempotencyKey: `${PSP}_faults0001`, qrCode: qrCodeOf(subgraph.newNotice()), amount: AMOUNT };
    expect((await psp.call(activatePaymentNotice, request)).outcome).toBe('OK');
    expect((await psp.call(activatePaymentNotice, { ...request, amount: euroCents(1) })).fault?.faultCode).toBe('PPT_ERRORE_IDEMPOTENZA');
  });
});

describe('an outcome', () => {
  async function opened(): Promise<string> {
    const request = { ...CALLER, qrCode: qrCodeOf(subgraph.newNotice()), amount: AMOUNT, expirationTime: 60_000 };
    return (await psp.call(activatePaymentNoticeV2, request)).paymentToken ?? '';
  }
  async function expired(): Promise<string> {
    const token = await opened();
    subgraph.clock.advance(2 * MINUTE);
    await subgraph.job('TOKEN_EXPIRY');
    return token;
  }
  const fault = async (token: string, outcome: 'OK' | 'KO'): Promise<Faulty> =>
    (await psp.call(sendPaymentOutcome, { ...CALLER, paymentToken: token, outcome })).fault;

  it('PPT_ESITO_GIA_ACQUISITO says whether it agrees', async () => {
    const token = await opened();
    expect(await fault(token, 'OK')).toBeUndefined();
    expect(await fault(token, 'OK')).toMatchObject({
      faultCode: 'PPT_ESITO_GIA_ACQUISITO',
      description: expect.stringContaining('concorde'),
    });
    expect(await fault(token, 'KO')).toMatchObject({
      faultCode: 'PPT_ESITO_GIA_ACQUISITO',
      description: expect.stringContaining('discorde'),
    });
  });

  it('PPT_TOKEN_SCADUTO books all the same', async () => {
    const token = await expired();
    expect(await fault(token, 'OK')).toMatchObject({ faultCode: 'PPT_TOKEN_SCADUTO' });
    const [row] = await subgraph.database.query<{ status: string }>('select status from payment where payment_token = $1', [token]);
    expect(row?.status).toBe('PAID');
  });

  it('PPT_TOKEN_SCADUTO_KO', async () => {
    expect(await fault(await expired(), 'KO')).toMatchObject({ faultCode: 'PPT_TOKEN_SCADUTO_KO' });
  });

  it('PPT_PAGAMENTO_DUPLICATO: another session is open on the notice of an expired token', async () => {
    const qrCode = qrCodeOf(subgraph.newNotice());
    const first = await psp.call(activatePaymentNoticeV2, { ...CALLER, qrCode, amount: AMOUNT, expirationTime: 60_000 });
    subgraph.clock.advance(2 * MINUTE);
    await subgraph.job('TOKEN_EXPIRY');
    expect((await psp.call(activatePaymentNoticeV2, { ...CALLER, qrCode, amount: AMOUNT })).outcome).toBe('OK');
    expect(await fault(first.paymentToken ?? '', 'OK')).toMatchObject({ faultCode: 'PPT_PAGAMENTO_DUPLICATO' });
  });

  it('PPT_TOKEN_SCONOSCIUTO', async () => {
    expect(await fault('f'.repeat(32), 'OK')).toMatchObject({ faultCode: 'PPT_TOKEN_SCONOSCIUTO' });
  });

  it('PPT_PAGAMENTO_SCONOSCIUTO: the node has the token and no longer its notice', async () => {
    const token = await opened();
    await subgraph.database.query('delete from notice where payment_token = $1', [token]);
    for (const answer of [
      await psp.call(sendPaymentOutcome, { ...CALLER, paymentToken: token, outcome: 'OK' }),
      await psp.call(sendPaymentOutcomeV2, { ...CALLER, paymentTokens: [token], outcome: 'OK' }),
    ]) {
      expect(answer).toMatchObject({ outcome: 'KO', fault: { faultCode: 'PPT_PAGAMENTO_SCONOSCIUTO' } });
    }
  });

  it('PPT_SEMANTICA: an outcome was received for a part of the tokens', async () => {
    const tokens = [await opened(), await opened()];
    expect(await fault(tokens[0]!, 'OK')).toBeUndefined();
    const answer = await psp.call(sendPaymentOutcomeV2, { ...CALLER, paymentTokens: tokens, outcome: 'OK' });
    expect(answer.fault).toMatchObject({ faultCode: 'PPT_SEMANTICA' });
  });

  it('PPT_ERRORE_IDEMPOTENZA: a key for another request', async () => {
    const request = { ...CALLER, idempotencyKey: `${PSP}_faults0002`, paymentToken: await opened(), outcome: 'KO' as const };
    expect((await psp.call(sendPaymentOutcome, request)).outcome).toBe('OK');
    expect((await psp.call(sendPaymentOutcome, { ...request, outcome: 'OK' })).fault?.faultCode).toBe('PPT_ERRORE_IDEMPOTENZA');
  });
});

describe('a service', () => {
  const demand = async (idSoggettoServizio: string): Promise<Faulty> =>
    (await psp.call(demandPaymentNotice, { ...CALLER, idSoggettoServizio, datiSpecificiServizio: 'YQ==' })).fault;

  it('PPT_SERVIZIO_SCONOSCIUTO: nobody offers it', async () => {
    expect(await demand('99999')).toMatchObject({ faultCode: 'PPT_SERVIZIO_SCONOSCIUTO' });
  });

  it('PPT_SERVIZIO_NONATTIVO: it is switched off', async () => {
    await changed('service', SERVICE, { enabled: false }, async () => {
      expect(await demand(SERVICE)).toMatchObject({ faultCode: 'PPT_SERVIZIO_NONATTIVO' });
    });
  });
});

it.each(Object.entries(PRIMITIVES))(
  '%s: PPT_SYSTEM_ERROR for a failure of ours, with a reference and nothing else',
  async (_name, send) => {
    const { directory } = subgraph.services;
    const services = subgraph.services as { directory: typeof directory };
    services.directory = new Proxy(directory, {
      get(target, name, receiver) {
        if (name === 'psp') return () => Promise.reject(new Error('password of the database: hunter2'));
        return Reflect.get(target, name, receiver) as unknown;
      },
    });
    try {
      const { fault } = await send(CALLER);
      expect(fault).toMatchObject({ faultCode: 'PPT_SYSTEM_ERROR', id: 'NodoDeiPagamentiSPC' });
      expect(fault?.description).toMatch(/^Internal error, reference [0-9a-f]{16}\.$/);
    } finally {
      services.directory = directory;
    }
  },
);

it('every message of this file was held against the official schema, where it is at hand', ({ skip }) => {
  if (psp.judged() === 0) skip('the official contracts are not on this machine');
  expect(psp.judged()).toBeGreaterThan(300);
});
