import { euroCents } from '@nodo-aperto/kernel/money';
import { describe, expect, it } from 'vitest';
import { checkService, demandedNotice, type DemandFields, demandSyntax, stationNotAsked } from './demanded-notice.ts';

const REQUEST: DemandFields = { idPSP: 'p', idChannel: 'c', idSoggettoServizio: '00012', datiSpecificiServizio: 'YQ==' };
const CREDITOR = '66666666666';
const qrCode = { fiscalCode: CREDITOR, noticeNumber: '302000000000000177' };
const option = { amount: euroCents(1_000), options: 'EQ' as const, allCCP: false };

describe('a request for a notice (§2.2)', () => {
  it.each<[string | undefined, Partial<DemandFields>]>([
    [undefined, {}],
    [undefined, { datiSpecificiServizio: '' }],
    [undefined, { datiSpecificiServizio: 'AAAA'.repeat(16_384) }],
    ['idPSP', { idPSP: '' }],
    ['idSoggettoServizio', { idSoggettoServizio: '0012' }],
    ['idSoggettoServizio', { idSoggettoServizio: '000012' }],
    ['datiSpecificiServizio', { datiSpecificiServizio: 'YQ' }],
    ['datiSpecificiServizio', { datiSpecificiServizio: '<a/>' }],
    ['datiSpecificiServizio', { datiSpecificiServizio: 'AAAA'.repeat(16_385) }],
  ])('is wrong in %s: %j', (field, change) => {
    const fault = demandSyntax({ ...REQUEST, ...change });
    if (field === undefined) expect(fault).toBeUndefined();
    else expect(fault).toMatchObject({ code: 'PPT_SINTASSI_EXTRAXSD', description: expect.stringContaining(field) });
  });

  it('is about a service of the catalogue that is offered now', () => {
    expect(checkService('00012', { enabled: true })).toBeUndefined();
    expect(checkService('00012', { enabled: false })?.code).toBe('PPT_SERVIZIO_NONATTIVO');
    expect(checkService('00012', undefined)?.code).toBe('PPT_SERVIZIO_SCONOSCIUTO');
  });

  it('is not put to a station that is never called', () => {
    expect(stationNotAsked({})).toBeUndefined();
    expect(stationNotAsked({ asynchronous: false })).toBeUndefined();
    expect(stationNotAsked({ asynchronous: true })?.code).toBe('PPT_STAZIONE_INT_PA_SERVIZIO_NON_ATTIVO');
  });
});

describe('a creditor’s answer to it', () => {
  it('names a notice of its own and what is to be paid', () => {
    expect(demandedNotice({ qrCode, paymentList: [option] }, CREDITOR)).toEqual({ notice: { qrCode, option } });
  });

  it.each([
    ['qrCode:', { paymentList: [option] }],
    ['paymentList:', { qrCode }],
    ['paymentList:', { qrCode, paymentList: [] }],
    ['another creditor', { qrCode: { ...qrCode, fiscalCode: '77777777777' }, paymentList: [option] }],
  ])('is wrong: %s', (description, answer) => {
    expect(demandedNotice(answer, CREDITOR)).toMatchObject({
      fault: { code: 'PPT_STAZIONE_INT_PA_ERRORE_RESPONSE', description: expect.stringContaining(description) },
    });
  });
});
