import { makeNoticeNumber, type NoticeNumber } from '@nodo-aperto/kernel/identifiers';
import { describe, expect, it } from 'vitest';
import { brokerOf, type CallerClaim, type CallerParties, checkCaller, pspUnknown } from './caller.ts';
import { checkCreditor, checkRoute, checkStation } from './counterpart.ts';
import { routeOf } from './notice-routing.ts';

const claim: CallerClaim = { idPSP: 'PSP', idBrokerPSP: 'BROKER', idChannel: 'CHANNEL' };
const parties: CallerParties = {
  psp: { code: 'PSP', enabled: true },
  broker: { code: 'BROKER', enabled: true },
  channel: { code: 'CHANNEL', broker: 'BROKER', psps: ['OTHER', 'PSP'], enabled: true, paymentModel: 'ATTIVATO_PRESSO_PSP' },
};
const channel = parties.channel as NonNullable<CallerParties['channel']>;

describe('who may call (§2.3, order 2)', () => {
  it('passes who is known, enabled and authorized', () => {
    expect(checkCaller(claim, parties, true)).toBeUndefined();
    expect(checkCaller({ idPSP: 'PSP', idChannel: 'CHANNEL' }, parties, true)).toBeUndefined();
  });

  it.each<[string, string, CallerClaim, CallerParties, boolean]>([
    ['PSP disabled', 'PPT_PSP_DISABILITATO', claim, { ...parties, psp: { code: 'PSP', enabled: false } }, true],
    ['broker unknown', 'PPT_INTERMEDIARIO_PSP_SCONOSCIUTO', claim, { ...parties, broker: undefined }, true],
    [
      'broker of the channel unknown',
      'PPT_INTERMEDIARIO_PSP_SCONOSCIUTO',
      { idPSP: 'PSP', idChannel: 'CHANNEL' },
      { ...parties, broker: undefined },
      true,
    ],
    ['broker disabled', 'PPT_INTERMEDIARIO_PSP_DISABILITATO', claim, { ...parties, broker: { code: 'BROKER', enabled: false } }, true],
    ['channel unknown', 'PPT_CANALE_SCONOSCIUTO', claim, { ...parties, channel: undefined }, true],
    [
      'channel unknown and no broker named',
      'PPT_CANALE_SCONOSCIUTO',
      { idPSP: 'PSP', idChannel: 'X' },
      { ...parties, broker: undefined, channel: undefined },
      true,
    ],
    ['channel disabled', 'PPT_CANALE_DISABILITATO', claim, { ...parties, channel: { ...channel, enabled: false } }, true],
    ['wrong password', 'PPT_AUTENTICAZIONE', claim, parties, false],
    ['channel of another broker', 'PPT_AUTORIZZAZIONE', claim, { ...parties, channel: { ...channel, broker: 'OTHER' } }, true],
    ['channel of other PSPs', 'PPT_AUTORIZZAZIONE', claim, { ...parties, channel: { ...channel, psps: ['OTHER'] } }, true],
    [
      'channel of another kind',
      'PPT_AUTORIZZAZIONE',
      claim,
      { ...parties, channel: { ...channel, paymentModel: 'ATTIVATO_PRESSO_EC' } },
      true,
    ],
  ])('%s → %s', (_name, code, given, known, password) => {
    expect(checkCaller(given, known, password)?.code).toBe(code);
  });

  it('the first check that fails decides', () => {
    const allWrong: CallerParties = { psp: { code: 'PSP', enabled: false }, broker: undefined, channel: undefined };
    expect(checkCaller(claim, allWrong, false)?.code).toBe('PPT_PSP_DISABILITATO');
    expect(checkCaller(claim, { ...allWrong, psp: parties.psp }, false)?.code).toBe('PPT_INTERMEDIARIO_PSP_SCONOSCIUTO');
    expect(checkCaller(claim, { ...parties, channel: { ...channel, psps: [] } }, false)?.code).toBe('PPT_AUTENTICAZIONE');
  });

  it('an unknown PSP is told apart, and the broker meant is the one named or the channel’s', () => {
    expect(pspUnknown('X').code).toBe('PPT_PSP_SCONOSCIUTO');
    expect(brokerOf(claim, { ...channel, broker: 'OTHER' })).toBe('BROKER');
    expect(brokerOf({ idPSP: 'PSP', idChannel: 'CHANNEL' }, channel)).toBe('BROKER');
    expect(brokerOf({ idPSP: 'PSP', idChannel: 'CHANNEL' }, undefined)).toBeUndefined();
  });
});

describe('which station serves a notice (§1.2)', () => {
  const routes = [
    { station: 'S3-02b', auxDigit: 3, segregationCode: '02' },
    { station: 'S3-02', auxDigit: 3, segregationCode: '02' },
    { station: 'S3-02c', auxDigit: 3, segregationCode: '02' },
    { station: 'S3-47', auxDigit: 3, segregationCode: '47' },
    { station: 'S0-12', auxDigit: 0, applicationCode: '12' },
    { station: 'S1', auxDigit: 1 },
    { station: 'S2', auxDigit: 2 },
  ];
  it.each<[NoticeNumber, string | undefined]>([
    [makeNoticeNumber({ auxDigit: 3, segregationCode: '02', base: '1' }), 'S3-02'],
    [makeNoticeNumber({ auxDigit: 3, segregationCode: '47', base: '1' }), 'S3-47'],
    [makeNoticeNumber({ auxDigit: 3, segregationCode: '48', base: '1' }), undefined],
    [makeNoticeNumber({ auxDigit: 0, applicationCode: '12', base: '1' }), 'S0-12'],
    [makeNoticeNumber({ auxDigit: 0, applicationCode: '13', base: '1' }), undefined],
    [makeNoticeNumber({ auxDigit: 1, base: '1' }), 'S1'],
    [makeNoticeNumber({ auxDigit: 2, base: '1' }), 'S2'],
    ['9'.repeat(18) as NoticeNumber, undefined],
  ])('%s → %s', (noticeNumber, station) => {
    expect(routeOf(noticeNumber, routes)?.station).toBe(station);
  });

  it('a notice that no route fits has no station', () => {
    const noticeNumber = makeNoticeNumber({ auxDigit: 2, base: '7' });
    const found = checkRoute(noticeNumber, routes);
    expect('route' in found && found.route.station).toBe('S2');
    const missing = checkRoute(noticeNumber, []);
    expect('fault' in missing && missing.fault.code).toBe('PPT_STAZIONE_INT_PA_SCONOSCIUTA');
  });
});

describe('whom the payment is for (§2.3, order 3)', () => {
  const on = { code: 'X', enabled: true };
  const off = { code: 'X', enabled: false };

  it.each([
    [undefined, 'PPT_DOMINIO_SCONOSCIUTO'],
    [off, 'PPT_DOMINIO_DISABILITATO'],
    [on, undefined],
  ])('creditor %j → %s', (creditor, code) => {
    expect(checkCreditor('66666666666', creditor)?.code).toBe(code);
  });

  it.each([
    [undefined, on, 'PPT_STAZIONE_INT_PA_SCONOSCIUTA'],
    [on, undefined, 'PPT_INTERMEDIARIO_PA_SCONOSCIUTO'],
    [off, off, 'PPT_INTERMEDIARIO_PA_DISABILITATO'],
    [off, on, 'PPT_STAZIONE_INT_PA_DISABILITATA'],
    [on, on, undefined],
  ])('station %j with broker %j → %s', (station, broker, code) => {
    expect(checkStation('S', station, broker)?.code).toBe(code);
  });
});
