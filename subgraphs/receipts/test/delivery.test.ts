import { HOUR, MINUTE, parseInstant } from '@nodo-aperto/kernel/time';
import { until } from '@nodo-aperto/kernel/testing';
import { paymentBooked } from '@nodo-aperto/schema/events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasContracts, officialSchema } from '../../../kernel/test/soap-official-schemas.ts';
import { type Creditor, startCreditor } from './creditor.ts';
import { OPERATOR, paymentAt, settle, startPlatform, stationEntry, type TestPlatform } from './platform.ts';
import { COMUNE, PROVINCIA, REGIONE } from './samples.ts';

let platform: TestPlatform;
const creditors: Creditor[] = [];

beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(async () => {
  for (const each of creditors) await each[Symbol.asyncDispose]();
  await platform.stop();
});

let stations = 0;

/** A station of its own for a test, with a creditor behind it. */
async function newStation(more: Parameters<typeof settle>[3] = {}): Promise<{ code: string; creditor: Creditor }> {
  stations += 1;
  const code = `66666666666_${String(stations).padStart(2, '0')}`;
  const creditor = await startCreditor();
  creditors.push(creditor);
  await settle(platform, code, creditor.endpoint, more);
  return { code, creditor };
}

const names = async (receiptId: string): Promise<string[]> => (await platform.facts(receiptId)).map((fact) => fact.name);

describe('a booked payment', () => {
  it('has its receipt made, sent and delivered, each step stated once and in order', async () => {
    const { code, creditor } = await newStation({ standInFlag: true });
    const payment = paymentAt(code, { standIn: true });
    await platform.book(payment);
    const recipient = await platform.reaches(payment.paymentToken, 'NOTIFIED');
    expect(recipient).toMatchObject({ creditorFiscalCode: COMUNE, station: { code }, attempts: 1, nextAttemptAt: null, lastError: null });
    expect(recipient.history?.map(({ status, attempt }) => [status, attempt])).toEqual([
      ['NOTICE_GENERATED', 0],
      ['NOTICE_SENT', 1],
      ['NOTIFIED', 1],
    ]);
    const facts = await platform.facts(payment.paymentToken);
    expect(facts.map((fact) => fact.name)).toEqual(['receipt.created', 'receipt.sent', 'receipt.delivered', 'receipt.completed']);
    expect(facts.map((fact) => fact.revision)).toEqual([1, 2, 3, 4]);
    expect(facts.map((fact) => fact.data.recipients[0]?.status)).toEqual(['NOTICE_GENERATED', 'NOTICE_SENT', 'NOTIFIED', 'NOTIFIED']);
    expect(facts[1]?.data.recipient).toMatchObject({
      creditorFiscalCode: COMUNE,
      stationCode: code,
      brokerCode: '66666666666',
      attempts: 1,
    });
    expect(facts[0]?.audience.toSorted()).toEqual(['BROKER:66666666666', `EC:${COMUNE}`, 'PSP:60000000001']);

    const [message, ...others] = creditor.received;
    expect(others).toEqual([]);
    expect(message).toMatchObject({
      version: 2,
      request: { idPA: COMUNE, idStation: code, receipt: { receiptId: payment.paymentToken, standIn: true } },
    });
    expect(message?.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });

  it.skipIf(!hasContracts)('sends what the official schema accepts', async () => {
    const { code, creditor } = await newStation();
    const first = await newStation({ primitiveVersion: 1 });
    const payments = [paymentAt(code), paymentAt(first.code)];
    await platform.book(...payments);
    for (const payment of payments) await platform.reaches(payment.paymentToken, 'NOTIFIED');
    using schema = officialSchema('wsdl/xsd/paForNode.xsd');
    expect([creditor, first.creditor].map((each) => each.received[0]?.version)).toEqual([2, 1]);
    for (const each of [creditor, first.creditor]) expect(schema.complaintAboutBody(each.received[0]!.envelope)).toBeUndefined();
  });

  it('has one receipt, however often its booking is told, also when it was booked late', async () => {
    const { code, creditor } = await newStation();
    const payment = paymentAt(code, { late: true });
    await platform.book(payment, payment);
    await platform.reaches(payment.paymentToken, 'NOTIFIED');
    await platform.book({ ...payment, revision: 9 });
    expect(await names(payment.paymentToken)).toEqual(['receipt.created', 'receipt.sent', 'receipt.delivered', 'receipt.completed']);
    expect(creditor.received).toHaveLength(1);
  });

  it('goes to every beneficiary with a broadcast station, and is complete with the last', async () => {
    const own = await newStation();
    const region = await newStation({ broker: '77777777777' });
    const spare = await newStation();
    await platform.creditorInstitution(REGIONE, 'Regione di Prova');
    await platform.creditorInstitution(PROVINCIA, 'Provincia di Prova');
    await platform.route({ creditorInstitution: REGIONE, station: region.code, broadcast: true });
    await platform.route({ creditorInstitution: REGIONE, station: spare.code, segregationCode: '03' });
    region.creditor.behaviour = 'DOWN';
    const [transfer] = paymentAt(own.code).transfers;
    const payment = paymentAt(own.code, {
      transfers: [
        { ...transfer!, amount: 1_000 },
        { ...transfer!, idTransfer: 2, amount: 200, creditorFiscalCode: REGIONE },
        { ...transfer!, idTransfer: 3, amount: 34, creditorFiscalCode: PROVINCIA },
      ],
    });
    await platform.book(payment);
    await until(async () => (await platform.recipients(payment.paymentToken))[1]?.status === 'NOTICE_PENDING', {
      what: 'the region to miss it',
    });
    expect(
      (await platform.recipients(payment.paymentToken)).map((each) => [each.creditorFiscalCode, each.station.code, each.status]),
    ).toEqual([
      [COMUNE, own.code, 'NOTIFIED'],
      [REGIONE, region.code, 'NOTICE_PENDING'],
    ]);
    expect(await names(payment.paymentToken)).not.toContain('receipt.completed');
    region.creditor.behaviour = 'OK';
    await platform.deliver();
    expect((await names(payment.paymentToken)).at(-1)).toBe('receipt.completed');
    expect(region.creditor.received[0]?.request).toMatchObject({
      idPA: REGIONE,
      idBrokerPA: '77777777777',
      receipt: { fiscalCode: COMUNE },
    });
    expect(spare.creditor.received).toHaveLength(0);
  });

  it('waits for a directory that is behind', async () => {
    const { creditor } = await newStation();
    const code = '66666666666_99';
    const payment = paymentAt(code);
    await platform.state(paymentBooked, payment);
    await platform.directory('station', code, stationEntry(code, creditor.endpoint), { wait: false });
    await platform.reaches(payment.paymentToken, 'NOTIFIED');
  });

  it('has its receipt also when the directory never knew its station', async () => {
    const payment = paymentAt('nowhere_01');
    await platform.state(paymentBooked, payment);
    platform.clock.advance(MINUTE);
    const recipient = await platform.reaches(payment.paymentToken, 'NOTICE_PENDING');
    expect(recipient.lastError).toContain('PPT_STAZIONE_INT_PA_SCONOSCIUTA');
  });
});

describe('a station that does not take the receipt', () => {
  it.each([
    ['DOWN', 'PPT_STAZIONE_INT_PA_IRRAGGIUNGIBILE'],
    ['UNAVAILABLE', 'PPT_STAZIONE_INT_PA_SERVIZIO_NON_ATTIVO'],
    ['GARBAGE', 'PPT_STAZIONE_INT_PA_ERRORE_RESPONSE'],
    [{ ko: 'the amount is wrong' }, 'PAA_SYSTEM_ERROR: the amount is wrong'],
  ] as const)('%j: stays pending with the reason and the next attempt, and gets it then', async (behaviour, error) => {
    const { code, creditor } = await newStation();
    creditor.behaviour = behaviour;
    const payment = paymentAt(code);
    await platform.book(payment);
    const pending = await platform.reaches(payment.paymentToken, 'NOTICE_PENDING');
    expect(pending).toMatchObject({ attempts: 1, waitingFor: 'RETRY', exhausted: false });
    expect(pending.lastError).toContain(error);
    const wait = parseInstant(pending.nextAttemptAt!)! - platform.clock.now();
    expect(wait).toBeGreaterThan(59 * MINUTE);
    expect(wait).toBeLessThanOrEqual(HOUR);

    creditor.behaviour = 'OK';
    await platform.advance(59 * MINUTE);
    expect((await platform.recipients(payment.paymentToken))[0]?.status).toBe('NOTICE_PENDING');
    await platform.advance(2 * MINUTE);
    const delivered = await platform.reaches(payment.paymentToken, 'NOTIFIED');
    expect(delivered).toMatchObject({ attempts: 2, lastError: null, nextAttemptAt: null });
    expect(delivered.history?.map(({ status, attempt }) => [status, attempt])).toEqual([
      ['NOTICE_GENERATED', 0],
      ['NOTICE_SENT', 1],
      ['NOTICE_PENDING', 1],
      ['NOTIFIED', 2],
    ]);
    expect(await names(payment.paymentToken)).toEqual([
      'receipt.created',
      'receipt.sent',
      'receipt.pending',
      'receipt.delivered',
      'receipt.completed',
    ]);
  });

  it('has the deadline of the settings, and is found to have it already when it kept it before', async () => {
    const { code, creditor } = await newStation();
    await platform.settings({ receiptTimeoutMs: 300 });
    creditor.behaviour = 'SILENT';
    const payment = paymentAt(code);
    await platform.book(payment);
    const pending = await platform.reaches(payment.paymentToken, 'NOTICE_PENDING');
    expect(pending.lastError).toContain('PPT_STAZIONE_INT_PA_TIMEOUT');
    await platform.settings({});
    creditor.behaviour = 'OK';
    const run = await platform.deliver();
    expect(run).toMatchObject({ state: 'SUCCEEDED', forced: true });
    const delivered = await platform.reaches(payment.paymentToken, 'NOTIFIED');
    expect(delivered.history?.at(-1)).toMatchObject({ status: 'NOTIFIED', attempt: 2, duplicate: true });
    expect(creditor.received).toHaveLength(2);
    expect(creditor.kept.size).toBe(1);
  });

  it('is not called while it is disabled, nor when its version cannot say the receipt', async () => {
    const disabled = await newStation({ enabled: false });
    const old = await newStation({ primitiveVersion: 1 });
    const { iban: _iban, ...transfer } = paymentAt(old.code).transfers[0]!;
    const stamp = { ...transfer, stamp: { documentHash: 'aGFzaA==', stampType: '01' as const, province: 'RM' } };
    const payments = [paymentAt(disabled.code), paymentAt(old.code, { transfers: [stamp] })];
    await platform.book(...payments);
    const [first, second] = await Promise.all(payments.map(({ paymentToken }) => platform.reaches(paymentToken, 'NOTICE_PENDING')));
    expect(first?.lastError).toContain('PPT_STAZIONE_INT_PA_DISABILITATA');
    expect(second?.lastError).toContain('PPT_SEMANTICA');
    expect([...disabled.creditor.received, ...old.creditor.received]).toEqual([]);
  });

  it('uses up the attempts, stays visible, and can be sent again on demand', async () => {
    const { code, creditor } = await newStation();
    await platform.settings({ receiptRetryMax: 2 });
    creditor.behaviour = { ko: 'never' };
    const payment = paymentAt(code);
    await platform.book(payment);
    await platform.reaches(payment.paymentToken, 'NOTICE_PENDING');
    await platform.deliver();
    expect((await platform.recipients(payment.paymentToken))[0]).toMatchObject({ attempts: 2, exhausted: false });
    await platform.deliver();
    const exhausted = (await platform.recipients(payment.paymentToken))[0];
    expect(exhausted).toMatchObject({
      status: 'NOTICE_PENDING',
      attempts: 3,
      exhausted: true,
      nextAttemptAt: null,
      waitingFor: 'CREDITOR',
    });
    await platform.deliver();
    await platform.advance(3 * HOUR);
    expect(creditor.received).toHaveLength(3);
    expect((await names(payment.paymentToken)).slice(2)).toEqual(['receipt.pending', 'receipt.pending', 'receipt.exhausted']);

    const again = `mutation ($id: ID!) { redeliverReceipt(id: $id) { outcome budget { remaining } receipt { id } } }`;
    const queued = await platform.ask<{ redeliverReceipt: object }>(OPERATOR, again, { id: payment.paymentToken });
    expect(queued.data?.redeliverReceipt).toEqual({ outcome: 'QUEUED', budget: null, receipt: { id: payment.paymentToken } });
    await until(() => creditor.received.length === 4, { what: 'one more attempt' });
    await until(async () => (await platform.recipients(payment.paymentToken))[0]?.exhausted, { what: 'the attempts to be used up still' });
    creditor.behaviour = 'OK';
    await platform.ask(OPERATOR, again, { id: payment.paymentToken });
    expect(await platform.reaches(payment.paymentToken, 'NOTIFIED')).toMatchObject({ attempts: 5, exhausted: false });
    expect(
      (await platform.ask<{ redeliverReceipt: object }>(OPERATOR, again, { id: payment.paymentToken })).data?.redeliverReceipt,
    ).toMatchObject({
      outcome: 'ALREADY_DELIVERED',
    });
    await platform.settings({});
  });
});
