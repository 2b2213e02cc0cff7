import { DAY, MINUTE, parseInstant, SECOND, toIso } from '@nodo-aperto/kernel/time';
import { array, assert, constantFrom, integer, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bookedPayment, DEBTOR, PAYER } from '../../test/samples.ts';
import { actualAmount, type AmountWord, driftOf } from './amount-drift.ts';
import { citizenIdOf, receiptIdOf, showsCart } from './cart.ts';
import { claimsAfter, MOST_CLAIMED } from './claims-ahead.ts';
import { DOCUMENT_COPIES, mayHave } from './document-copies.ts';
import { GENERATION_PATIENCE_MS, isToBeMade } from './document-state.ts';
import { CALL_EVERY_MS, type FetchBudget, MOST_SAVED, spendCall } from './fetch-budget.ts';
import { fetchPath } from './fetch-path.ts';
import { isKeptForFetching } from './kept-for-fetching.ts';
import { periodOfDays, periodOfYear } from './payment-period.ts';
import { printedReceipt } from './printed-receipt.ts';
import { type ReceiptContent, receiptOf } from './receipt.ts';
import { keptSince } from './retention.ts';
import { subjectText } from './subject-text.ts';

const at = (text: string): number => parseInstant(text)!;
const contentOf = (changes: Parameters<typeof bookedPayment>[0] = {}): ReceiptContent =>
  receiptOf(bookedPayment(changes), { creditors: new Map() }, 0);

describe('how long receipts are kept', () => {
  it('is ten years by the calendar of Italy, a day more where a leap day is missing', () => {
    expect(toIso(keptSince(at('2036-11-23T12:00:00Z')))).toBe('2026-11-22T23:00:00.000Z');
    expect(toIso(keptSince(at('2036-02-29T12:00:00Z')))).toBe('2026-02-27T23:00:00.000Z');
    expect(toIso(keptSince(at('2036-12-31T23:30:00Z')))).toBe('2026-12-31T23:00:00.000Z');
  });
});

describe('periods of payments', () => {
  it('are years and spans of days in Italy, the last day included', () => {
    const { from, until } = periodOfYear(2026);
    expect([toIso(from), toIso(until)]).toEqual(['2025-12-31T23:00:00.000Z', '2026-12-31T23:00:00.000Z']);
    expect(periodOfDays('2026-07-01', '2026-07-01')).toEqual({ from: at('2026-06-30T22:00:00Z'), until: at('2026-07-01T22:00:00Z') });
    expect(periodOfDays(null, undefined)).toEqual({});
    expect(periodOfDays('2026-07-01', null)).toEqual({ from: at('2026-06-30T22:00:00Z') });
  });

  it.each([
    [() => periodOfYear(1999), 'year'],
    [() => periodOfYear(9999), 'year'],
    [() => periodOfYear(2026.5), 'year'],
    [() => periodOfDays('2026-02-30', null), 'from'],
    [() => periodOfDays(null, 'yesterday'), 'to'],
    [() => periodOfDays('2026-07-02', '2026-07-01'), 'to'],
  ])('are refused with the name of what is wrong: %s', (period, path) => {
    expect(period).toThrow(expect.objectContaining({ issues: [expect.objectContaining({ path })] }) as Error);
  });
});

describe('the subject of a receipt', () => {
  const source = (description: string, ...texts: [number, string][]) => ({
    description,
    creditorName: 'Comune di Prova',
    transfers: texts.map(([amount, remittanceInformation]) => ({ amount, remittanceInformation })),
  });

  it.each([
    ['Tassa sui rifiuti', source('Tassa sui rifiuti', [1, 'x'])],
    ['Multa n. 7', source('/RFB/02000000000001101/12.34/TXT/Multa n. 7', [1, 'x'])],
    ['TARI', source('/rfb/02000000000001101', [1, 'small'], [9, '/RFS/RF18/9.00/txt/TARI'])],
    ['the larger', source('Pagamento multibeneficiario', [1, 'the smaller'], [2, 'the larger'])],
    ['text', source('pagamento BPAY', [1, 'text'])],
    ['Pagamento a Comune di Prova', source('/RFB/1', [1, '/RFB/1/0.01'])],
    ['Pagamento a Comune di Prova', source('/RFB/1/TXT/ ')],
  ])('is “%s”', (subject, given) => {
    expect(subjectText(given)).toBe(subject);
  });
});

describe('the amount drift', () => {
  const times = { activatedAt: 100, paidAt: 200 };
  const word = (instant: number, amount: number): AmountWord => ({ at: instant, amount, occasion: 'UPDATE' });

  it('takes the last word up to the payment, failing that the first after it', () => {
    expect(actualAmount([], times)).toBeUndefined();
    expect(actualAmount([word(100, 1)], times)).toBeUndefined();
    expect(actualAmount([word(300, 5), word(250, 4)], times)?.amount).toBe(4);
    expect(actualAmount([word(250, 4), word(200, 3), word(150, 2), word(50, 1)], times)?.amount).toBe(3);
  });

  it('does not depend on the order in which the words are heard', () => {
    const words = array(
      record({ at: integer({ min: 0, max: 400 }), amount: integer({ min: 1, max: 9 }), occasion: constantFrom('UPDATE') }),
    );
    assert(
      property(words, (heard) => {
        const unique = [...new Map(heard.map((each) => [each.at, each as AmountWord])).values()];
        expect(actualAmount(unique.toReversed(), times)).toEqual(actualAmount(unique, times));
      }),
    );
  });

  it('is negative when the creditor got less than it was due', () => {
    expect(driftOf(1_000, 1_100)).toBe(-100);
    expect(driftOf(1_000, 900)).toBe(100);
  });
});

describe('the calls that a key may make', () => {
  it('are one every five seconds in the long run, after those saved up', () => {
    let budget: FetchBudget | undefined;
    for (let call = 1; call <= MOST_SAVED; call += 1) {
      const spending = spendCall(budget, 0);
      expect(spending).toMatchObject({ allowed: true, remaining: MOST_SAVED - call });
      if (spending.allowed) budget = spending.budget;
    }
    expect(spendCall(budget, 0)).toEqual({ allowed: false, retryAfterSeconds: 5 });
    expect(spendCall(budget, CALL_EVERY_MS - SECOND)).toEqual({ allowed: false, retryAfterSeconds: 1 });
    expect(spendCall(budget, CALL_EVERY_MS)).toMatchObject({ allowed: true, remaining: 0 });
    expect(spendCall(budget, DAY)).toMatchObject({ allowed: true, remaining: MOST_SAVED - 1 });
    expect(spendCall(budget, -DAY)).toMatchObject({ allowed: false });
  });
});

describe('carts', () => {
  const cart = { id: 'b'.repeat(32), payments: 2, amount: 2_000 };
  const single = contentOf();
  const part = contentOf({ cart });

  it('have ids of their own in the interface of citizens', () => {
    expect(citizenIdOf(single, 'PAYER')).toBe(single.receiptId);
    expect(citizenIdOf(part, 'PAYER')).toBe(`${cart.id}_CART_`);
    expect(citizenIdOf(part, 'DEBTOR')).toBe(`${cart.id}_CART_${part.receiptId}`);
    expect(receiptIdOf(single.receiptId)).toBe(single.receiptId);
    expect(receiptIdOf(citizenIdOf(part, 'PAYER'))).toBe(cart.id);
    expect(receiptIdOf(citizenIdOf(part, 'DEBTOR'))).toBe(part.receiptId);
  });

  it('are shown to who paid only', () => {
    expect(['PAYER', 'DEBTOR', 'FULL', 'PSP'].filter(showsCart)).toEqual(['PAYER']);
  });
});

describe('claims ahead', () => {
  it('double with every delivery, up to what the station answers in a second, and begin anew with a failure', () => {
    const fast = { delivered: true, elapsedMs: 0 };
    expect(claimsAfter(1, fast, 4)).toBe(2);
    expect(claimsAfter(MOST_CLAIMED, fast, 4)).toBe(MOST_CLAIMED);
    expect(claimsAfter(32, { delivered: true, elapsedMs: 500 }, 4)).toBe(8);
    expect(claimsAfter(32, { delivered: true, elapsedMs: 15_000 }, 4)).toBe(1);
    expect(claimsAfter(32, { delivered: false, elapsedMs: 1 }, 4)).toBe(1);
  });
});

describe('receipts that are not sent', () => {
  it('are those for asynchronous stations', () => {
    expect([{ asynchronous: true }, { asynchronous: false }, {}].map(isKeptForFetching)).toEqual([true, false, false]);
  });

  it('are fetched like all others', () => {
    expect(fetchPath('66666666666', { receiptId: 'a b', iuv: '02/1' })).toBe(
      '/bizevents/service/v1/organizations/66666666666/receipts/a%20b/paymentoptions/02%2F1',
    );
  });
});

describe('printed copies', () => {
  it('are for those whom they concern', () => {
    const copiesOf = (view: Parameters<typeof mayHave>[0]) => DOCUMENT_COPIES.filter((copy) => mayHave(view, copy));
    expect(copiesOf('PAYER')).toEqual(['PAYER', 'DEBTOR']);
    expect(copiesOf('DEBTOR')).toEqual(['DEBTOR']);
    expect(copiesOf('FULL')).toEqual(['ATTESTATION']);
    expect(copiesOf('PSP')).toEqual([]);
  });

  it('are made once, and again after a failure or when one hangs', () => {
    expect(isToBeMade(undefined, 0)).toBe(true);
    expect(isToBeMade({ state: 'FAILED', requestedAt: 0 }, 0)).toBe(true);
    expect(isToBeMade({ state: 'READY', requestedAt: 0 }, DAY)).toBe(false);
    expect(isToBeMade({ state: 'GENERATING', requestedAt: 0 }, GENERATION_PATIENCE_MS)).toBe(false);
    expect(isToBeMade({ state: 'GENERATING', requestedAt: 0 }, GENERATION_PATIENCE_MS + MINUTE)).toBe(true);
  });

  const valuesOf = (receipt: ReturnType<typeof printedReceipt>): Record<string, string> =>
    Object.fromEntries(receipt.sections.flatMap(({ title, fields }) => fields.map(({ label, value }) => [`${title}/${label}`, value])));

  it('of the payer say everything', () => {
    const printed = printedReceipt(contentOf({ officeName: 'Ufficio tributi' }), 'PAYER');
    expect(printed).toMatchObject({
      title: 'Ricevuta di pagamento',
      amount: '12,34 €',
      subtitle: 'Comune di Prova · 02/03/2026, ore 10:05:00',
    });
    expect(printed.disclaimer).toContain('quietanza');
    expect(valuesOf(printed)).toEqual({
      'Dati della transazione/Identificativo (IUR)': 'a'.repeat(32),
      'Dati della transazione/Data e ora dell’operazione': '02/03/2026, ore 10:05:00',
      'Dati della transazione/Data di applicazione': '02/03/2026',
      'Dati della transazione/Prestatore di servizi di pagamento': 'Banca di Prova',
      'Dati della transazione/Metodo di pagamento': 'Carta di credito',
      'Dati della transazione/Commissione': '1,50 €',
      'Dati della transazione/Totale addebitato': '13,84 €',
      'Pagato da/Nome': 'Luigi Verdi',
      'Pagato da/Codice fiscale': PAYER,
      'Ente creditore/Denominazione': 'Comune di Prova',
      'Ente creditore/Codice fiscale': '66666666666',
      'Ente creditore/Ufficio': 'Ufficio tributi',
      'Pagamento/Codice avviso': '3020 0000 0000 0011 01',
      'Pagamento/Identificativo univoco di versamento (IUV)': '02000000000001101',
      'Pagamento/Oggetto': 'Tassa sui rifiuti 2026',
      'Pagamento/Importo': '12,34 €',
      'Debitore/Nome': 'Mario Rossi',
      'Debitore/Codice fiscale': DEBTOR,
    });
  });

  it('of the debtor leave out who paid, how, and the fee, also of a cart', () => {
    const part = contentOf({ cart: { id: 'c', payments: 2, amount: 2_468 } });
    const text = JSON.stringify(printedReceipt(part, 'DEBTOR', [part, part]));
    for (const word of ['Luigi Verdi', PAYER, 'Carta di credito', 'Commissione', '13,84', '24,68']) expect(text).not.toContain(word);
    expect(text).toContain('Mario Rossi');
  });

  it('of creditors have the minimum content of the attestation', () => {
    const printed = printedReceipt(contentOf({ pspFiscalCode: '60000000001' }), 'ATTESTATION');
    const values = Object.values(valuesOf(printed));
    expect(printed.title).toBe('Attestazione di pagamento');
    for (const needed of [
      '02/03/2026, ore 10:05:00',
      '02/03/2026',
      '66666666666',
      'Comune di Prova',
      '02000000000001101',
      'Banca di Prova',
    ]) {
      expect(values).toContain(needed);
    }
    for (const needed of ['60000000001', 'a'.repeat(32), '12,34 €', 'Tassa sui rifiuti 2026']) expect(values).toContain(needed);
    expect(JSON.stringify(printed)).not.toContain('Luigi Verdi');
  });

  it('of a cart list what was paid together, with its sum and fees', () => {
    const cart = { id: 'a'.repeat(32), payments: 2, amount: 100_001_234 };
    const first = contentOf({ cart });
    const second = contentOf({
      cart,
      paymentToken: 'b'.repeat(32),
      amount: 100_000_000,
      fee: undefined,
      debtor: { type: 'F', fiscalCode: 'ANONIMO', fullName: 'ANONIMO' },
    });
    const printed = printedReceipt(first, 'PAYER', [first, second]);
    expect(printed.amount).toBe('1.000.012,34 €');
    expect(printed.subtitle).toContain('2 pagamenti');
    expect(printed.items.map((item) => [item.debtor, item.amount])).toEqual([
      ['Mario Rossi', '12,34 €'],
      ['', '1.000.000,00 €'],
    ]);
    expect(valuesOf(printed)).toMatchObject({ 'Dati della transazione/Totale addebitato': '1.000.013,84 €' });
    expect(valuesOf(printed)).not.toHaveProperty('Debitore/Nome');
  });

  it('do without what is not known', () => {
    const { payer: _payer, fee: _fee, paymentMethod: _method, applicationDate: _date, ...rest } = contentOf();
    const odd = { ...rest, noticeNumber: 'odd', debtor: { type: 'F' as const, fiscalCode: 'ANONIMO', fullName: 'ANONIMO' } };
    const printed = valuesOf(printedReceipt(odd, 'PAYER'));
    expect(Object.keys(printed).filter((key) => /Pagato|Debitore|Commissione|Metodo|applicazione/.test(key))).toEqual([]);
    expect(printed['Pagamento/Codice avviso']).toBe('odd');
    expect(valuesOf(printedReceipt({ ...odd, paymentMethod: 'NEW' }, 'PAYER'))['Dati della transazione/Metodo di pagamento']).toBe('NEW');
  });
});
