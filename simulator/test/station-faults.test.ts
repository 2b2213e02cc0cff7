/** Each fault of a station over real sockets: what the node's connector meets. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PROBE_NOTICE_NUMBER } from '@nodo-aperto/kernel/identifiers';
import { until } from '@nodo-aperto/kernel/testing';
import { manualClock } from '@nodo-aperto/kernel/time';
import type { Fleet, StationFault } from '../src/creditors/index.ts';
import { type Node, debtor, municipality, school, testFleet, testNode, wordFor } from './support/fleet.ts';

let fleet: Fleet;
let node: Node;
const station = municipality.stationCode;
const issue = () => fleet.issueNotice(station, { amount: 12_345, description: 'Tassa rifiuti', debtor });
const callsOf = () => fleet.calls(station).map(({ primitive, outcome, fault }) => ({ primitive, outcome, fault }));

beforeEach(async () => {
  fleet = await testFleet();
  node = testNode(fleet);
});
afterEach(async () => {
  await node[Symbol.asyncDispose]();
  await fleet.stop();
});

async function wordUnder(fault: StationFault, deadlineMs?: number): Promise<string> {
  await fleet.setFault(station, fault);
  return wordFor(await node.verify(municipality, issue().noticeNumber, deadlineMs));
}

describe('a station that is off', () => {
  it('refuses connections, and answers at the same address when it is on again', async () => {
    const notice = issue();
    const endpoint = fleet.endpointOf(station);
    expect(wordFor(await node.verify(municipality, notice.noticeNumber))).toBe('OK');
    await fleet.switchOff(station);
    expect(fleet.station(station)).toMatchObject({ on: false, fault: { kind: 'off' } });
    expect(await node.verify(municipality, notice.noticeNumber)).toMatchObject({
      kind: 'REFUSED',
      evidence: { detail: expect.stringContaining('ECONNREFUSED') },
    });
    expect(wordFor(await node.verify(school, PROBE_NOTICE_NUMBER))).toBe('PAA_PAGAMENTO_SCONOSCIUTO');
    await fleet.switchOn(station);
    expect(fleet.endpointOf(station)).toBe(endpoint);
    expect(fleet.station(station)).toMatchObject({ on: true });
    expect(fleet.station(station)).not.toHaveProperty('fault');
    expect(wordFor(await node.verify(municipality, notice.noticeNumber))).toBe('OK');
  });

  it('breaks the calls under way', async () => {
    await fleet.setFault(station, { kind: 'timeout' });
    const call = node.verify(municipality, issue().noticeNumber, 30_000);
    await until(() => fleet.calls(station).length === 1, { what: 'the call to be waiting' });
    await fleet.switchOff(station);
    expect(wordFor(await call)).toBe('RESET');
  });

  it('may be switched in any hurry: the last word counts', async () => {
    const changes = Array.from({ length: 21 }, (_, index) => (index % 2 === 0 ? fleet.switchOff(station) : fleet.switchOn(station)));
    await Promise.all(changes);
    expect(fleet.station(station).on).toBe(false);
    await Promise.all([fleet.switchOn(station), fleet.setFault(station, { kind: 'httpError' }), fleet.switchOn(station)]);
    expect(wordFor(await node.verify(municipality, issue().noticeNumber))).toBe('OK');
  });
});

describe('a station that is there and fails', () => {
  it('with timeout takes the call and never answers', async () => {
    expect(await wordUnder({ kind: 'timeout' }, 200)).toBe('TIMEOUT');
    expect(callsOf()).toEqual([{ primitive: 'paVerifyPaymentNotice', outcome: 'NONE', fault: 'timeout' }]);
  });

  it('with reset breaks the connection after the request', async () => {
    expect(await wordUnder({ kind: 'reset' })).toBe('RESET');
    expect(callsOf()[0]).toEqual({ primitive: 'paVerifyPaymentNotice', outcome: 'NONE', fault: 'reset' });
  });

  it.each([
    [undefined, 'SERVICE_NOT_ACTIVE'],
    [503, 'SERVICE_NOT_ACTIVE'],
    [500, 'HTTP_ERROR'],
    [404, 'HTTP_ERROR'],
  ])('with an HTTP error of status %s is %s', async (status, word) => {
    expect(await wordUnder(status === undefined ? { kind: 'httpError' } : { kind: 'httpError', status })).toBe(word);
  });

  it.each([undefined, 'page', 'truncated', 'unknownMessage'] as const)('with malformed answers (%s) is MALFORMED', async (form) => {
    expect(await wordUnder(form === undefined ? { kind: 'malformed' } : { kind: 'malformed', form })).toBe('MALFORMED');
  });

  it('with a business KO refuses verification and activation, the probe too, and takes receipts', async () => {
    const notice = issue();
    expect(await wordUnder({ kind: 'businessKo' })).toBe('PAA_SYSTEM_ERROR');
    expect(await wordUnder({ kind: 'businessKo', code: 'PAA_PAGAMENTO_SCADUTO' })).toBe('PAA_PAGAMENTO_SCADUTO');
    expect(wordFor(await node.activate(municipality, notice.noticeNumber))).toBe('PAA_PAGAMENTO_SCADUTO');
    expect(wordFor(await node.verify(municipality, PROBE_NOTICE_NUMBER))).toBe('PAA_PAGAMENTO_SCADUTO');
    expect(wordFor(await node.sendReceipt(municipality, notice, 'd'.repeat(32)))).toBe('OK');
  });

  it('with receipts refused works but for receipts, and takes them afterwards', async () => {
    const notice = issue();
    await fleet.setFault(station, { kind: 'receiptsRefused' });
    expect(wordFor(await node.verify(municipality, notice.noticeNumber))).toBe('OK');
    expect(wordFor(await node.sendReceipt(municipality, notice, 'e'.repeat(32)))).toBe('PAA_SYSTEM_ERROR');
    expect(fleet.receipts(station)).toHaveLength(0);
    await fleet.setFault(station, undefined);
    expect(wordFor(await node.sendReceipt(municipality, notice, 'e'.repeat(32)))).toBe('OK');
  });

  it.each([
    [{ kind: 'httpError', status: 200 }, 'fault.status: is 200'],
    [{ kind: 'slow', medianMs: 0 }, 'fault.medianMs: is 0'],
    [{ kind: 'slow', sigma: -1 }, 'fault.sigma: is -1'],
    [{ kind: 'asleep' } as unknown as StationFault, 'is no kind of fault (expected one of off, timeout'],
  ] as const)('is not made to fail in an impossible way: %o', async (fault, sentence) => {
    await expect(fleet.setFault(station, fault)).rejects.toThrow(sentence);
    expect(fleet.station(station)).not.toHaveProperty('fault');
  });
});

describe('a slow station', () => {
  it('does its work at once and answers when its time has come', async () => {
    const clock = manualClock();
    await using slowFleet = await testFleet({ clock });
    await using slowNode = testNode(slowFleet);
    const notice = slowFleet.issueNotice(station, { amount: 1, description: 'x', debtor });
    await slowFleet.setFault(station, { kind: 'slow', medianMs: 4_000, sigma: 0 });
    let answered = false;
    const call = slowNode.sendReceipt(municipality, notice, 'f'.repeat(32)).finally(() => (answered = true));
    await until(() => clock.pending() === 1, { what: 'the answer to be waiting' });
    expect(slowFleet.receipts(station)).toHaveLength(1);
    await clock.advance(3_999);
    expect(answered).toBe(false);
    await clock.advance(1);
    expect(wordFor(await call)).toBe('OK');
    expect(slowFleet.calls(station)).toMatchObject([{ primitive: 'paSendRTV2', outcome: 'OK', fault: 'slow', elapsedMs: 4_000 }]);
  });

  it('stops at once although answers are waiting', async () => {
    const clock = manualClock();
    const slowFleet = await testFleet({ clock });
    await using slowNode = testNode(slowFleet);
    await slowFleet.setFault(station, { kind: 'slow' });
    const call = slowNode.verify(municipality, PROBE_NOTICE_NUMBER, 30_000);
    await until(() => clock.pending() === 1, { what: 'the answer to be waiting' });
    await slowFleet.stop();
    expect(wordFor(await call)).toBe('RESET');
    expect(clock.pending()).toBe(0);
  });
});
