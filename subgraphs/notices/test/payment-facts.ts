/** What payments and reporting state about the notices of `platform.ts`, and what has come of it. */
import { toIso } from '@nodo-aperto/kernel/time';
import { flowPaymentsReported, type PaymentSnapshot } from '@nodo-aperto/schema/events';
import { expect } from 'vitest';
import { loadPositions } from '../src/services/load-positions.ts';
import { aTransfer } from './examples.ts';
import { anItem, CREDITOR, DEBTOR_CODE, iuvOf, noticeNumberOf, type TestPlatform } from './platform.ts';

const NAMES = Object.fromEntries(
  Object.keys(anItem(1))
    .concat('noticeNumber', 'iban', 'postalIban', 'switchToExpired', 'payStandIn')
    .map((name) => [name, name]),
) as never;

type Line = { number: number; token?: string; idTransfer?: number; outcome?: 'EXECUTED' | 'REVOKED' | 'STAND_IN' };

/** @param platform asked when it is needed: a file makes its platform before its tests */
export function paymentFacts(platform: () => TestPlatform) {
  let flows = 0;
  /** Loads items of the thin model, all of which must be taken. */
  const load = async (...items: Record<string, unknown>[]) => {
    const results = await loadPositions(platform().services.writing, items, { actor: { kind: 'OPERATOR' }, names: NAMES });
    expect(results.filter(({ ok }) => !ok)).toEqual([]);
  };
  const tokenOf = (number: number): string => String(number).padStart(32, '0');

  function booked(number: number, overrides: Partial<PaymentSnapshot> = {}): PaymentSnapshot {
    const at = toIso(platform().clock.now());
    return {
      paymentToken: tokenOf(number),
      creditorFiscalCode: CREDITOR,
      creditorName: 'Comune di Prova',
      noticeNumber: noticeNumberOf(number),
      iuv: iuvOf(number),
      amount: 10_000,
      description: 'TARI 2026',
      debtor: { type: 'F', fiscalCode: DEBTOR_CODE, fullName: 'Mario Rossi' },
      transfers: [aTransfer()],
      pspCode: '60000000001',
      pspName: 'Banca di Prova',
      pspBrokerCode: '60000000001',
      channelCode: '60000000001_01',
      creditorBrokerCode: '66666666666',
      stationCode: '66666666666_01',
      standIn: false,
      status: 'PAID',
      activatedAt: at,
      expiresAt: at,
      outcomeAt: at,
      outcome: 'OK',
      late: false,
      fee: 150,
      paymentMethod: 'creditCard',
      revision: 2,
      ...overrides,
    };
  }

  const report = (creditorFiscalCode: string, ...lines: Line[]) => {
    const payDate = toIso(platform().clock.now());
    return platform().state(flowPaymentsReported, {
      pspCode: '60000000001',
      name: `2026-06-0160000000001-${String((flows += 1)).padStart(8, '0')}`,
      revision: 1,
      creditorFiscalCode,
      part: 1,
      lines: lines.map(({ number, token, idTransfer = 1, outcome = 'EXECUTED' }, index) => {
        return { index: index + 1, iuv: iuvOf(number), iur: token ?? tokenOf(number), idTransfer, amount: 10_000, outcome, payDate };
      }),
    });
  };
  const notice = async (number: number) =>
    (await platform().services.reads.notices([{ creditorFiscalCode: CREDITOR, noticeNumber: noticeNumberOf(number) }]))[0]?.instalment;
  const statusOf = async (number: number) => (await notice(number))?.status;
  return { load, tokenOf, booked, report, notice, statusOf };
}
