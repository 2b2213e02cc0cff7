import { parseInstant } from '@nodo-aperto/kernel/time';
import { describe, expect, it } from 'vitest';
import { openLedger } from '../ledger/index.ts';
import type { AttemptEntry } from '../ledger/index.ts';
import { closedPayments } from './index.ts';

const at = (text: string): number => parseInstant(text) ?? Number.NaN;
const base = { kind: 'ATTEMPT', payment: 0, creditorFiscalCode: '66666666666', noticeNumber: '301000000000000172', elapsedMs: 1 } as const;

/** A payment of PSP A as the ledger has it. */
function paid(token: string, when: string, more: Partial<AttemptEntry> = {}): readonly AttemptEntry[] {
  const entry = { ...base, at: at(when), pspCode: 'A', paymentToken: token };
  return [
    { ...entry, step: 'ACTIVATE', answer: 'OK', amount: 1_234, standIn: token.startsWith('s') },
    { ...entry, step: 'OUTCOME', sent: 'OK', answer: 'OK', ...more },
  ];
}

function flowsOf(entries: readonly AttemptEntry[], now: string, reported: readonly string[] = []) {
  const ledger = openLedger();
  for (const entry of entries) ledger.append(entry);
  return closedPayments(ledger, { pspCode: 'A', now: at(now), reported: new Set(reported) });
}

describe('what a PSP has to report', () => {
  it('is what it booked until 13:00, when the day has closed', () => {
    const entries = [...paid('a', '2026-03-02T12:59:59'), ...paid('b', '2026-03-02T13:00:01')];
    expect(flowsOf(entries, '2026-03-02T12:59:59')).toEqual([]);
    const [flow, ...others] = flowsOf(entries, '2026-03-02T18:00:00');
    expect(others).toEqual([]);
    expect(flow).toMatchObject({ creditorFiscalCode: '66666666666', operativeDay: '2026-03-02' });
    expect(flow?.payments).toEqual([
      { paymentToken: 'a', iuv: '01000000000000172', amount: 1_234, standIn: false, late: false, paidAt: at('2026-03-02T12:59:59') },
    ]);
    expect(flowsOf(entries, '2026-03-03T18:00:00').map(({ operativeDay }) => operativeDay)).toEqual(['2026-03-02', '2026-03-03']);
  });

  it('is one flow to a creditor and day, with each payment once, however often its outcome was sent', () => {
    const entries = [...paid('a', '2026-03-02T10:00:00'), ...paid('a', '2026-03-02T10:00:05'), ...paid('s', '2026-03-02T11:00:00')];
    const other = { creditorFiscalCode: '77777777777' };
    const flows = flowsOf(
      [...entries, ...paid('c', '2026-03-02T11:00:00', other).map((entry) => ({ ...entry, ...other }))],
      '2026-03-02T18:00:00',
    );
    expect(flows.map(({ payments }) => payments.map(({ paymentToken, standIn }) => [paymentToken, standIn]))).toEqual([
      [
        ['a', false],
        ['s', true],
      ],
      [['c', false]],
    ]);
  });

  it('is neither what was reported before, nor what was declined or refused, nor what another PSP booked', () => {
    const entries = [
      ...paid('reported', '2026-03-02T10:00:00'),
      ...paid('declined', '2026-03-02T10:00:00', { sent: 'KO' }),
      ...paid('refused', '2026-03-02T10:00:00', { answer: 'PPT_TOKEN_SCADUTO_KO' }),
      ...paid('theirs', '2026-03-02T10:00:00').map((entry) => ({ ...entry, pspCode: 'B' })),
    ];
    expect(flowsOf(entries, '2026-03-02T18:00:00', ['reported'])).toEqual([]);
  });

  it('says which outcome came when its token had expired', () => {
    const [flow] = flowsOf(paid('late', '2026-03-02T10:00:00', { answer: 'PPT_TOKEN_SCADUTO' }), '2026-03-02T18:00:00');
    expect(flow?.payments).toMatchObject([{ paymentToken: 'late', late: true }]);
  });
});
