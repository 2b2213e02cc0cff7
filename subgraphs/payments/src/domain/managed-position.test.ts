import type { NoticeSnapshot, PositionStatus } from '@nodo-aperto/schema/events';
import { describe, expect, it } from 'vitest';
import { managedPosition } from './managed-position.ts';

const CREDITOR = '66666666666';
const now = 1_800_000_000_000;
const notice = {
  creditorFiscalCode: CREDITOR,
  status: 'VALID',
  switchToExpired: false,
  expirationDate: '2026-03-31T21:59:59Z',
  payStandIn: false,
  aca: false,
} as NoticeSnapshot;

describe('a position of an asynchronous creditor', () => {
  it('answers for itself, whether it is one of ACA or not, and may be paid in Stand-In or not', () => {
    expect(managedPosition(notice, CREDITOR, now)).toEqual({ notice });
    expect(managedPosition({ ...notice, aca: true }, CREDITOR, now)).toMatchObject({ notice: { aca: true } });
  });

  it('that is not there is unknown, as the creditor would say', () => {
    for (const absent of [undefined, { ...notice, deleted: true }])
      expect(managedPosition(absent, CREDITOR, now)).toMatchObject({
        fault: { code: 'PPT_ERRORE_EMESSO_DA_PAA', id: CREDITOR, original: { code: 'PAA_PAGAMENTO_SCONOSCIUTO' } },
      });
  });

  it.each<[PositionStatus, string]>([
    ['EXPIRED', 'PAA_PAGAMENTO_SCADUTO'],
    ['INVALID', 'PAA_PAGAMENTO_ANNULLATO'],
    ['DRAFT', 'PAA_PAGAMENTO_SCONOSCIUTO'],
    ['PAID', 'PAA_PAGAMENTO_DUPLICATO'],
  ])('that is %s is refused with %s', (status, original) => {
    expect(managedPosition({ ...notice, status }, CREDITOR, now)).toMatchObject({
      fault: { code: 'PPT_ERRORE_EMESSO_DA_PAA', original: { code: original } },
    });
  });

  it('expires before anybody swept it, when it switches to expired', () => {
    expect(managedPosition({ ...notice, switchToExpired: true }, CREDITOR, now)).toMatchObject({
      fault: { original: { code: 'PAA_PAGAMENTO_SCADUTO' } },
    });
  });
});
