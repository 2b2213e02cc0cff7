/** Notices of the test data, and the faults that depend on the request, over real sockets. */
import { manualClock } from '@nodo-aperto/kernel/time';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { magicNoticeNumber } from '../src/creditors/index.ts';
import type { Fleet } from '../src/creditors/index.ts';
import { debtor, municipality, type Node, testFleet, testNode, wordFor } from './support/fleet.ts';

let fleet: Fleet;
let node: Node;
const station = municipality.stationCode;
const clock = manualClock(1_790_000_000_000);
const magic = (digits: string): string => magicNoticeNumber({ segregationCode: municipality.segregationCode, digits, amount: 2_000 });

beforeEach(async () => {
  fleet = await testFleet({ clock });
  node = testNode(fleet);
});
afterEach(async () => {
  await node[Symbol.asyncDispose]();
  await fleet.stop();
});

async function amounts(number: string): Promise<unknown[]> {
  const [verified, activated] = [await node.verify(municipality, number), await node.activate(municipality, number)];
  return [
    verified.kind === 'ANSWER' && verified.message.paymentList?.[0]?.amount,
    activated.kind === 'ANSWER' && activated.message.data?.paymentAmount,
    activated.kind === 'ANSWER' &&
      activated.message.data?.transferList.reduce((sum, { transferAmount }) => sum + Number(transferAmount), 0),
  ];
}

describe('a notice of the test data', () => {
  it.each([
    ['01', 'PAA_PAGAMENTO_SCONOSCIUTO'],
    ['02', 'PAA_PAGAMENTO_SCADUTO'],
    ['03', 'PAA_PAGAMENTO_ANNULLATO'],
    ['12', 'RESET'],
    ['13', 'SERVICE_NOT_ACTIVE'],
    ['14', 'MALFORMED'],
  ])('of kind %s gives %s, while others work', async (digits, word) => {
    expect(wordFor(await node.verify(municipality, magic(digits)))).toBe(word);
    expect(wordFor(await node.verify(municipality, fleet.issueNotice(station, { amount: 1, description: 'x', debtor }).noticeNumber))).toBe(
      'OK',
    );
  });

  it('of kind 11 and 15 is left waiting, the latter at activation only', async () => {
    expect(wordFor(await node.verify(municipality, magic('11'), 200))).toBe('TIMEOUT');
    expect(wordFor(await node.verify(municipality, magic('15'), 5_000))).toBe('OK');
  });

  it('of kind 00 is paid at its amount, and is paid afterwards', async () => {
    expect(await amounts(magic('00'))).toEqual([2_000, 2_000, 2_000]);
    const notice = fleet.notice(station, magic('00'));
    expect(notice && wordFor(await node.sendReceipt(municipality, notice, 'a'.repeat(32)))).toBe('OK');
    expect(wordFor(await node.verify(municipality, magic('00')))).toBe('PAA_PAGAMENTO_DUPLICATO');
  });

  it('of kind 07 names ten percent more at activation, in its transfers too', async () => {
    expect(await amounts(magic('07'))).toEqual([2_000, 2_200, 2_200]);
  });

  it('of kind 08 is paid and its receipt refused', async () => {
    expect(wordFor(await node.activate(municipality, magic('08')))).toBe('OK');
    const notice = fleet.notice(station, magic('08'));
    expect(notice && wordFor(await node.sendReceipt(municipality, notice, 'b'.repeat(32)))).toBe('PAA_SYSTEM_ERROR');
  });

  it('fails as its station does when that fails', async () => {
    await fleet.setFault(station, { kind: 'malformed' });
    expect(wordFor(await node.verify(municipality, magic('01')))).toBe('MALFORMED');
  });
});

describe('a flapping station', () => {
  it('breaks connections and works in turn', async () => {
    await fleet.setFault(station, { kind: 'flapping', everyMs: 10_000 });
    const words: string[] = [];
    for (let phase = 0; phase < 4; phase++) {
      words.push(wordFor(await node.verify(municipality, magic('00'))));
      await clock.advance(10_000);
    }
    expect(words).toEqual(['RESET', 'OK', 'RESET', 'OK']);
  });
});

describe('a half-open station', () => {
  it('answers verification and takes receipts', async () => {
    await fleet.setFault(station, { kind: 'halfOpen' });
    const notice = fleet.issueNotice(station, { amount: 5, description: 'x', debtor });
    expect(wordFor(await node.verify(municipality, notice.noticeNumber))).toBe('OK');
    expect(wordFor(await node.sendReceipt(municipality, notice, 'c'.repeat(32)))).toBe('OK');
    expect(fleet.calls(station).map(({ fault }) => fault)).toEqual(['halfOpen', 'halfOpen']);
  });
});
