import { Fault } from '@nodo-aperto/kernel/faults';
import { fromWallTime } from '@nodo-aperto/kernel/time';
import type { NoticeSnapshot, PositionStatus } from '@nodo-aperto/schema/events';
import { describe, expect, it } from 'vitest';
import { type AcaQuestion, askAca } from './aca-guard.ts';
import { positionStatusAt } from './aca-position.ts';
import { maintenanceAt } from './maintenance.ts';
import { termsOfNotice } from './payment-terms.ts';
import { standInFlag } from './stand-in-flag.ts';
import { faultOfMiss } from './stand-in-miss.ts';
import { type ModeQuestion, stationMode } from './station-mode.ts';

const now = fromWallTime(Date.UTC(2026, 2, 2, 10));
const notice: NoticeSnapshot = {
  creditorFiscalCode: '66666666666',
  creditorName: 'Comune di Prova',
  noticeNumber: '302000000000000177',
  iuv: '02000000000000177',
  positionId: 'IUPD-1',
  amount: 12_345,
  description: 'TARI 2026',
  status: 'VALID',
  dueDate: '2026-03-31',
  expirationDate: '2026-03-31T21:59:59Z',
  switchToExpired: true,
  payStandIn: true,
  aca: true,
  debtor: { type: 'F', fiscalCode: 'RSSMRA80A01H501U', fullName: 'Mario Rossi' },
  transfers: [
    {
      idTransfer: 1,
      amount: 12_345,
      creditorFiscalCode: '66666666666',
      iban: 'IT60X0542811101000000123456',
      remittanceInformation: 'TARI',
      transferCategory: '0101101IM',
    },
  ],
  createdAt: '2026-01-01T00:00:00Z',
  updatedAt: '2026-01-01T00:00:00Z',
  revision: 1,
};
const question: AcaQuestion = { configured: true, maintenance: undefined, route: { aca: true, standIn: true }, notice, now };

describe('the guards of ACA (§3.7)', () => {
  it('let a valid position through, also in a maintenance scheduled with Stand-In', () => {
    expect(askAca(question)).toEqual({ kind: 'OFFERED', notice });
    expect(askAca({ ...question, maintenance: { standIn: true } }).kind).toBe('OFFERED');
    expect(askAca({ ...question, notice: { ...notice, status: 'PARTIALLY_PAID' } }).kind).toBe('OFFERED');
  });

  it.each<[string, Partial<AcaQuestion>, string, string]>([
    ['configuration missing', { configured: false }, 'CONFIGURATION', 'PAA_SYSTEM_ERROR'],
    ['maintenance without Stand-In', { maintenance: { standIn: false } }, 'MAINTENANCE', 'PAA_PAGAMENTO_SCONOSCIUTO'],
    ['route not in ACA', { route: { aca: false, standIn: true } }, 'ROUTE_NOT_IN_ACA', 'PAA_PAGAMENTO_SCONOSCIUTO'],
    ['position absent', { notice: undefined }, 'POSITION_ABSENT', 'PAA_PAGAMENTO_SCONOSCIUTO'],
    ['position not an ACA one', { notice: { ...notice, aca: false } }, 'POSITION_ABSENT', 'PAA_PAGAMENTO_SCONOSCIUTO'],
    ['route not in Stand-In', { route: { aca: true, standIn: false } }, 'ROUTE_NOT_IN_STAND_IN', 'PAA_PAGAMENTO_SCONOSCIUTO'],
    ['position deleted', { notice: { ...notice, deleted: true } }, 'POSITION_ABSENT', 'PAA_PAGAMENTO_SCONOSCIUTO'],
    ['notice ruled out', { notice: { ...notice, status: 'INVALID', ruledOut: true } }, 'POSITION_STATUS', 'PAA_PAGAMENTO_SCONOSCIUTO'],
    ['position opted out', { notice: { ...notice, payStandIn: false } }, 'POSITION_OPTED_OUT', 'PAA_PAGAMENTO_SCONOSCIUTO'],
  ])('refuse: %s', (_name, change, guard, code) => {
    expect(askAca({ ...question, ...change })).toMatchObject({ kind: 'REFUSED', guard, code });
  });

  it.each<[PositionStatus, string]>([
    ['EXPIRED', 'PAA_PAGAMENTO_SCADUTO'],
    ['INVALID', 'PAA_PAGAMENTO_ANNULLATO'],
    ['DRAFT', 'PAA_PAGAMENTO_SCONOSCIUTO'],
    ['PUBLISHED', 'PAA_PAGAMENTO_SCONOSCIUTO'],
    ['PAID', 'PAA_PAGAMENTO_DUPLICATO'],
    ['REPORTED', 'PAA_PAGAMENTO_DUPLICATO'],
  ])('refuse a position that is %s with %s', (status, code) => {
    expect(askAca({ ...question, notice: { ...notice, status } })).toMatchObject({ kind: 'REFUSED', guard: 'POSITION_STATUS', code });
  });

  it('are asked in their order', () => {
    const everything: AcaQuestion = {
      configured: false,
      maintenance: { standIn: false },
      route: { aca: false, standIn: false },
      notice: { ...notice, payStandIn: false, status: 'INVALID' },
      now,
    };
    const mended: Partial<AcaQuestion>[] = [
      { configured: true },
      { maintenance: undefined },
      { route: { aca: true, standIn: false } },
      { route: { aca: true, standIn: true } },
      { notice: { ...notice, status: 'INVALID' } },
      { notice },
    ];
    let asked = everything;
    const guards = [everything, ...mended].map((change) => {
      asked = { ...asked, ...change };
      const answer = askAca(asked);
      return answer.kind === 'REFUSED' ? answer.guard : answer.kind;
    });
    expect(guards).toEqual([
      'CONFIGURATION',
      'MAINTENANCE',
      'ROUTE_NOT_IN_ACA',
      'ROUTE_NOT_IN_STAND_IN',
      'POSITION_OPTED_OUT',
      'POSITION_STATUS',
      'OFFERED',
    ]);
  });

  it('see a position expire before anybody swept it, when it switches to expired', () => {
    const past = { ...notice, expirationDate: '2026-03-01T22:59:59Z' };
    expect(positionStatusAt(past, now)).toBe('EXPIRED');
    expect(positionStatusAt({ ...past, switchToExpired: false }, now)).toBe('VALID');
    expect(positionStatusAt({ ...past, status: 'INVALID' }, now)).toBe('INVALID');
    expect(positionStatusAt({ ...past, expirationDate: 'never' }, now)).toBe('VALID');
    expect(askAca({ ...question, notice: past })).toMatchObject({ code: 'PAA_PAGAMENTO_SCADUTO' });
  });
});

describe('what the PSP is told when ACA has nothing (design, section 6)', () => {
  const stationFault = new Fault('PPT_STAZIONE_INT_PA_TIMEOUT');
  const told = (change: Partial<AcaQuestion>): Fault => {
    const answer = askAca({ ...question, ...change });
    if (answer.kind !== 'REFUSED') throw new Error('the guards were expected to refuse');
    return faultOfMiss(answer, '66666666666', stationFault);
  };

  it.each<[string, Partial<AcaQuestion>]>([
    ['absent', { notice: undefined }],
    ['opted out', { notice: { ...notice, payStandIn: false } }],
    ['route out', { route: { aca: true, standIn: false } }],
    ['draft', { notice: { ...notice, status: 'DRAFT' } }],
    ['not configured', { configured: false }],
  ])('%s: the fault of the station', (_name, change) => {
    expect(told(change)).toBe(stationFault);
  });

  it.each<[PositionStatus, string]>([
    ['EXPIRED', 'PAA_PAGAMENTO_SCADUTO'],
    ['INVALID', 'PAA_PAGAMENTO_ANNULLATO'],
    ['PAID', 'PAA_PAGAMENTO_DUPLICATO'],
    ['REPORTED', 'PAA_PAGAMENTO_DUPLICATO'],
  ])('%s: what the creditor would have said, %s', (status, original) => {
    expect(told({ notice: { ...notice, status } })).toMatchObject({
      code: 'PPT_ERRORE_EMESSO_DA_PAA',
      id: '66666666666',
      original: { code: original },
    });
  });
});

describe('a notice ruled out by another payment option (§5.2)', () => {
  it('is unknown, as its creditor would say', () => {
    const answer = askAca({ ...question, notice: { ...notice, status: 'INVALID', ruledOut: true } });
    expect(answer.kind === 'REFUSED' && faultOfMiss(answer, '66666666666', new Fault('PPT_STAZIONE_INT_PA_TIMEOUT'))).toMatchObject({
      original: { code: 'PAA_PAGAMENTO_SCONOSCIUTO' },
    });
  });
});

describe('the terms of a notice in ACA', () => {
  it('are its amount, transfers and persons', () => {
    expect(termsOfNotice(notice)).toEqual({
      iuv: notice.iuv,
      amount: 12_345,
      dueDate: '2026-03-31',
      description: 'TARI 2026',
      creditorName: 'Comune di Prova',
      debtor: notice.debtor,
      transfers: notice.transfers,
    });
    const metadata = [{ key: 'IBANAPPOGGIO', value: 'IT45R0760103200000000001016' }];
    const long = termsOfNotice({ ...notice, description: 'x'.repeat(255), officeName: 'Ufficio Tributi', metadata });
    expect(long.metadata).toEqual(metadata);
    expect(long.description).toHaveLength(140);
    expect(long.officeName).toBe('Ufficio Tributi');
  });
});

describe('a station', () => {
  const window = (standIn: boolean, start = now - 1, end = now + 1) => ({ start, end, standIn });

  it('is in maintenance from its start until before its end, and the stricter of two counts', () => {
    expect(maintenanceAt([], now)).toBeUndefined();
    expect(maintenanceAt([window(true, now + 1)], now)).toBeUndefined();
    expect(maintenanceAt([window(true, now - 5, now)], now)).toBeUndefined();
    expect(maintenanceAt([window(true, now)], now)).toEqual(window(true, now));
    expect(maintenanceAt([window(true), window(false)], now)?.standIn).toBe(false);
  });

  const mode = (change: Partial<ModeQuestion> = {}): ModeQuestion => ({
    forced: undefined,
    entry: undefined,
    maintenance: undefined,
    ...change,
  });

  it('is called unless it is in Stand-In or in a maintenance with Stand-In', () => {
    expect(stationMode(mode())).toEqual({ called: true });
    expect(stationMode(mode({ maintenance: window(false) }))).toEqual({ called: true });
    expect(stationMode(mode({ maintenance: window(true) }))).toMatchObject({
      called: false,
      fault: { code: 'PPT_STAZIONE_INT_PA_SERVIZIO_NON_ATTIVO' },
    });
    expect(stationMode(mode({ entry: { reason: 'by hand' } }))).toMatchObject({
      called: false,
      fault: { code: 'PPT_STAZIONE_INT_PA_SERVIZIO_NON_ATTIVO', description: 'by hand' },
    });
    expect(stationMode(mode({ entry: { reason: 'x', lastFault: 'PPT_STAZIONE_INT_PA_TIMEOUT' } }))).toMatchObject({
      fault: { code: 'PPT_STAZIONE_INT_PA_TIMEOUT' },
    });
  });

  it('is kept in, or out, by its configuration whatever else is the case', () => {
    const entry = { reason: 'x', lastFault: 'PPT_STAZIONE_INT_PA_TIMEOUT' as const };
    expect(stationMode(mode({ forced: 'OUT', entry, maintenance: window(true) }))).toEqual({ called: true });
    expect(stationMode(mode({ forced: 'IN' }))).toMatchObject({
      called: false,
      fault: { code: 'PPT_STAZIONE_INT_PA_SERVIZIO_NON_ATTIVO' },
    });
    expect(stationMode(mode({ forced: 'IN', entry }))).toMatchObject({ called: false, fault: { code: 'PPT_STAZIONE_INT_PA_TIMEOUT' } });
  });

  it('shows the flag to channels configured for it only', () => {
    expect(standInFlag({ standInFlag: true }, true)).toBe(true);
    expect(standInFlag({ standInFlag: true }, false)).toBe(false);
    expect(standInFlag({ standInFlag: false }, true)).toBeUndefined();
  });
});
