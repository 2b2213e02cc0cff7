import { Fault, InputError } from '@nodo-aperto/kernel/faults';
import { REPORTED_OUTCOMES } from '@nodo-aperto/schema/events';
import { describe, expect, it } from 'vitest';
import { codeOf } from '../../../test/codes.ts';
import { checkLegacyReader, checkLegacySender, checkStillServed, type LegacyReader, type LegacySender } from './check-caller.ts';
import { checkSameFlow, legacyFaultOf } from './check-document.ts';
import { OUTCOME_CODES, outcomeOfCode } from './outcome-codes.ts';

describe('outcomes of payments', () => {
  it('have the codes of the specifications', () => {
    expect(REPORTED_OUTCOMES.map((outcome) => OUTCOME_CODES[outcome])).toEqual(['0', '3', '4', '8', '9']);
    for (const outcome of REPORTED_OUTCOMES) expect(outcomeOfCode(OUTCOME_CODES[outcome])).toBe(outcome);
  });
});

describe('who sends a flow', () => {
  const sender: LegacySender = {
    psp: { code: 'psp', enabled: true },
    broker: { code: 'broker', enabled: true },
    channel: { code: 'channel', enabled: true, broker: 'broker', psps: ['psp'] },
    authenticated: true,
    creditor: { enabled: true },
  };
  const off = <Kind extends 'psp' | 'broker' | 'channel' | 'creditor'>(kind: Kind) => ({
    ...sender,
    [kind]: { ...sender[kind], enabled: false },
  });

  it.each<[string | undefined, LegacySender]>([
    [undefined, sender],
    ['PPT_PSP_SCONOSCIUTO', { ...sender, psp: undefined, broker: undefined }],
    ['PPT_PSP_DISABILITATO', off('psp')],
    ['PPT_INTERMEDIARIO_PSP_SCONOSCIUTO', { ...sender, broker: undefined, channel: undefined }],
    ['PPT_INTERMEDIARIO_PSP_DISABILITATO', off('broker')],
    ['PPT_CANALE_SCONOSCIUTO', { ...sender, channel: undefined, authenticated: false }],
    ['PPT_CANALE_DISABILITATO', off('channel')],
    ['PPT_AUTENTICAZIONE', { ...sender, authenticated: false, creditor: undefined }],
    ['PPT_DOMINIO_SCONOSCIUTO', { ...sender, creditor: undefined }],
    ['PPT_DOMINIO_DISABILITATO', off('creditor')],
    ['PPT_AUTORIZZAZIONE', { ...sender, broker: { code: 'other', enabled: true } }],
    ['PPT_AUTORIZZAZIONE', { ...sender, psp: { code: 'other', enabled: true } }],
  ])('is refused with %s', (code, given) => expect(codeOf(() => checkLegacySender(given))).toBe(code));
});

describe('who asks for flows', () => {
  const reader: LegacyReader = {
    broker: { code: 'broker', enabled: true },
    station: { code: 'station', enabled: true, broker: 'broker' },
    authenticated: true,
    creditor: { party: { enabled: true }, servedByStation: true },
    psp: { party: { enabled: true } },
  };
  const { creditor: _creditor, psp: _psp, ...unnamed } = reader;

  it.each<[string | undefined, LegacyReader]>([
    [undefined, reader],
    [undefined, unnamed],
    ['PPT_INTERMEDIARIO_PA_SCONOSCIUTO', { ...reader, broker: undefined }],
    ['PPT_INTERMEDIARIO_PA_DISABILITATO', { ...reader, broker: { code: 'broker', enabled: false } }],
    ['PPT_STAZIONE_INT_PA_SCONOSCIUTA', { ...reader, station: undefined, authenticated: false }],
    ['PPT_STAZIONE_INT_PA_DISABILITATA', { ...reader, station: { code: 'station', enabled: false, broker: 'broker' } }],
    ['PPT_AUTENTICAZIONE', { ...reader, authenticated: false }],
    ['PPT_DOMINIO_SCONOSCIUTO', { ...reader, creditor: { party: undefined, servedByStation: false } }],
    ['PPT_DOMINIO_DISABILITATO', { ...reader, creditor: { party: { enabled: false }, servedByStation: true } }],
    ['PPT_PSP_SCONOSCIUTO', { ...reader, psp: { party: undefined } }],
    ['PPT_PSP_DISABILITATO', { ...reader, psp: { party: { enabled: false } } }],
    ['PPT_AUTORIZZAZIONE', { ...reader, broker: { code: 'other', enabled: true } }],
    ['PPT_AUTORIZZAZIONE', { ...reader, creditor: { party: { enabled: true }, servedByStation: false } }],
  ])('is refused with %s', (code, given) => expect(codeOf(() => checkLegacyReader(given))).toBe(code));
});

describe('the end of the legacy primitives', () => {
  it.each([
    [undefined, undefined],
    ['2026-04-01', undefined],
    ['2026-03-02', 'PPT_AUTORIZZAZIONE'],
    ['2026-03-01', 'PPT_AUTORIZZAZIONE'],
  ])('set for %s, on 2 March: %s', (offFrom, code) => expect(codeOf(() => checkStillServed(offFrom, '2026-03-02'))).toBe(code));
});

describe('the envelope and the document in it', () => {
  it('name the same flow and the same second', () => {
    const envelope = { name: 'a', flowDate: 1_999 };
    expect(codeOf(() => checkSameFlow(envelope, { name: 'a', flowDate: 1_000 }))).toBeUndefined();
    expect(codeOf(() => checkSameFlow(envelope, { name: 'b', flowDate: 1_999 }))).toBe('PPT_SEMANTICA');
    expect(codeOf(() => checkSameFlow(envelope, { name: 'a', flowDate: 2_000 }))).toBe('PPT_SEMANTICA');
  });
});

describe('what breaks a rule of flows', () => {
  it('is PPT_SEMANTICA here, with the sentence of the rule', () => {
    expect(legacyFaultOf(new Fault('FDR_3011', { description: 'Too early.' }))).toMatchObject({
      code: 'PPT_SEMANTICA',
      description: 'Too early.',
    });
    expect(legacyFaultOf(new Fault('FDR_4001'))).toMatchObject({
      code: 'PPT_SEMANTICA',
      description: expect.stringContaining('pagamenti'),
    });
    expect(legacyFaultOf(InputError.at('regulation', 'is empty'))).toMatchObject({
      code: 'PPT_SEMANTICA',
      description: 'regulation: is empty',
    });
  });

  it('and anything else stays what it is', () => {
    for (const error of [new Fault('PPT_AUTENTICAZIONE'), new TypeError('a bug')]) expect(legacyFaultOf(error)).toBe(error);
  });
});
