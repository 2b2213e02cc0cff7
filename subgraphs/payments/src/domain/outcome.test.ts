import type { PaymentStatus } from '@nodo-aperto/schema/events';
import { describe, expect, it } from 'vitest';
import { decideOutcomeBatch } from './outcome-batch.ts';
import { decideOutcome, type Outcome, type OutcomeEffect, type TokenState } from './outcome-decision.ts';

const token = (status: PaymentStatus, paymentToken = 'a'.repeat(32)): TokenState => ({ paymentToken, status });

describe('the outcome decision table (§2.7)', () => {
  const rows: readonly [
    string,
    PaymentStatus | undefined,
    readonly PaymentStatus[],
    Outcome,
    string | undefined,
    OutcomeEffect,
    boolean,
  ][] = [
    ['PAYING and OK', 'PAYING', [], 'OK', undefined, 'BOOK', false],
    ['PAYING and OK, beside an expired token', 'PAYING', ['CANCELLED'], 'OK', undefined, 'BOOK', false],
    ['PAYING and KO', 'PAYING', [], 'KO', undefined, 'FAIL', false],
    ['PAID and OK', 'PAID', [], 'OK', 'PPT_ESITO_GIA_ACQUISITO', 'NONE', false],
    ['PAID and KO', 'PAID', [], 'KO', 'PPT_ESITO_GIA_ACQUISITO', 'NONE', false],
    ['NOTICE_GENERATED and OK', 'NOTICE_GENERATED', [], 'OK', 'PPT_ESITO_GIA_ACQUISITO', 'NONE', false],
    ['NOTICE_SENT and OK', 'NOTICE_SENT', [], 'OK', 'PPT_ESITO_GIA_ACQUISITO', 'NONE', false],
    ['NOTIFIED and OK', 'NOTIFIED', [], 'OK', 'PPT_ESITO_GIA_ACQUISITO', 'NONE', false],
    ['FAILED and OK', 'FAILED', [], 'OK', 'PPT_ESITO_GIA_ACQUISITO', 'NONE', false],
    ['FAILED and KO', 'FAILED', ['PAID'], 'KO', 'PPT_ESITO_GIA_ACQUISITO', 'NONE', false],
    ['expired and OK, alone', 'CANCELLED', [], 'OK', 'PPT_TOKEN_SCADUTO', 'BOOK', true],
    ['expired and OK, second expired too', 'CANCELLED', ['CANCELLED'], 'OK', 'PPT_TOKEN_SCADUTO', 'BOOK', true],
    ['expired and OK, second FAILED', 'CANCELLED', ['FAILED'], 'OK', 'PPT_TOKEN_SCADUTO', 'BOOK', true],
    ['expired and OK, second PAYING', 'CANCELLED', ['PAYING'], 'OK', 'PPT_PAGAMENTO_DUPLICATO', 'NONE', false],
    ['expired and OK, second PAID', 'CANCELLED', ['PAID'], 'OK', 'PPT_PAGAMENTO_DUPLICATO', 'NONE', false],
    ['expired and OK, second NOTIFIED', 'CANCELLED', ['FAILED', 'NOTIFIED'], 'OK', 'PPT_PAGAMENTO_DUPLICATO', 'NONE', false],
    ['expired and KO, alone', 'CANCELLED', [], 'KO', 'PPT_TOKEN_SCADUTO_KO', 'FAIL', false],
    ['expired and KO, second PAYING', 'CANCELLED', ['PAYING'], 'KO', 'PPT_TOKEN_SCADUTO_KO', 'NONE', false],
    ['expired and KO, second PAID', 'CANCELLED', ['PAID'], 'KO', 'PPT_TOKEN_SCADUTO_KO', 'NONE', false],
    ['unknown and OK', undefined, [], 'OK', 'PPT_TOKEN_SCONOSCIUTO', 'NONE', false],
    ['unknown and KO', undefined, [], 'KO', 'PPT_TOKEN_SCONOSCIUTO', 'NONE', false],
  ];

  it.each(rows)('%s', (_name, status, others, outcome, code, effect, late) => {
    const decision = decideOutcome(status && token(status), others, outcome);
    expect({ code: decision.fault?.code, effect: decision.effect, late: decision.late }).toEqual({ code, effect, late });
  });

  it('tells of an earlier outcome whether it was the same, and what it was', () => {
    const received = { outcome: 'OK' as const, at: '2026-03-02T09:00:00.000Z', amount: 12_345 };
    const same = decideOutcome({ ...token('NOTIFIED'), received }, [], 'OK').fault?.description ?? '';
    expect(same).toMatch(/^Esito concorde: /);
    expect(JSON.parse(same.slice(same.indexOf('{')))).toEqual({ paymentToken: 'a'.repeat(32), ...received });
    expect(decideOutcome({ ...token('NOTIFIED'), received }, [], 'KO').fault?.description).toMatch(/^Esito discorde: /);
    expect(decideOutcome(token('FAILED'), [], 'KO').fault?.description).toMatch(/^Esito concorde: .*"outcome":"KO"/);
  });

  it('tells the PSP to refund, and why', () => {
    expect(decideOutcome(token('CANCELLED'), ['PAYING'], 'OK').fault?.description).toContain('another session is open');
    expect(decideOutcome(token('CANCELLED'), ['PAID'], 'OK').fault?.description).toContain('paid with another one');
  });
});

describe('one outcome for several tokens (§2.7, V2)', () => {
  const first = 'a'.repeat(32);
  const second = 'b'.repeat(32);
  const item = (paymentToken: string, status: PaymentStatus | undefined, others: readonly PaymentStatus[] = []) => ({
    token: status && token(status, paymentToken),
    others,
  });

  it.each<[string, readonly (PaymentStatus | undefined)[], Outcome, string | undefined, readonly OutcomeEffect[]]>([
    ['all open', ['PAYING', 'PAYING'], 'OK', undefined, ['BOOK', 'BOOK']],
    ['all open, KO', ['PAYING', 'PAYING'], 'KO', undefined, ['FAIL', 'FAIL']],
    ['one unknown', ['PAYING', undefined], 'OK', 'PPT_TOKEN_SCONOSCIUTO', ['NONE', 'NONE']],
    ['acquired in part', ['PAYING', 'PAID'], 'OK', 'PPT_SEMANTICA', ['NONE', 'NONE']],
    ['acquired in part, beside an expired one', ['CANCELLED', 'FAILED'], 'KO', 'PPT_SEMANTICA', ['NONE', 'NONE']],
    ['all acquired, discordant', ['PAID', 'PAID'], 'KO', 'PPT_SEMANTICA', ['NONE', 'NONE']],
    ['all acquired, discordant in one', ['PAID', 'FAILED'], 'OK', 'PPT_SEMANTICA', ['NONE', 'NONE']],
    ['all acquired, concordant', ['PAID', 'NOTIFIED'], 'OK', 'PPT_ESITO_GIA_ACQUISITO', ['NONE', 'NONE']],
    ['one expired', ['PAYING', 'CANCELLED'], 'OK', 'PPT_TOKEN_SCADUTO', ['BOOK', 'BOOK']],
    ['all expired, KO', ['CANCELLED', 'CANCELLED'], 'KO', 'PPT_TOKEN_SCADUTO_KO', ['FAIL', 'FAIL']],
    ['a single token', ['PAYING'], 'OK', undefined, ['BOOK']],
    ['a single token, acquired and discordant', ['PAID'], 'KO', 'PPT_ESITO_GIA_ACQUISITO', ['NONE']],
  ])('%s', (_name, statuses, outcome, code, effects) => {
    const items = statuses.map((status, index) => item(index === 0 ? first : second, status));
    const decision = decideOutcomeBatch(items, outcome);
    expect({ code: decision.fault?.code, effects: decision.decisions.map((each) => each.effect) }).toEqual({ code, effects });
  });

  it('books none when the notice of one was paid otherwise', () => {
    const decision = decideOutcomeBatch([item(first, 'PAYING'), item(second, 'CANCELLED', ['PAID'])], 'OK');
    expect(decision.fault?.code).toBe('PPT_PAGAMENTO_DUPLICATO');
    expect(decision.decisions.map((each) => each.effect)).toEqual(['NONE', 'NONE']);
  });
});
