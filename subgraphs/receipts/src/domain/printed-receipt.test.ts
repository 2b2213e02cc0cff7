import { describe, expect, it } from 'vitest';
import { bookedPayment, DEBTOR, PAYER } from '../../test/samples.ts';
import { DOCUMENT_COPIES } from './document-copies.ts';
import { printedReceipt } from './printed-receipt.ts';
import { type ReceiptContent, receiptOf } from './receipt.ts';

const contentOf = (changes: Parameters<typeof bookedPayment>[0] = {}): ReceiptContent =>
  receiptOf(bookedPayment(changes), { creditors: new Map() }, 0);

describe('printed copies', () => {
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

  it('have their sections in the order in which each is read', () => {
    const titles = (...given: Parameters<typeof printedReceipt>) => printedReceipt(...given).sections.map(({ title }) => title);
    const content = contentOf();
    expect(titles(content, 'PAYER')).toEqual(['Dati della transazione', 'Pagato da', 'Ente creditore', 'Pagamento', 'Debitore']);
    expect(titles(content, 'DEBTOR')).toEqual(['Dati della transazione', 'Ente creditore', 'Pagamento', 'Debitore']);
    expect(titles(content, 'ATTESTATION')).toEqual(['Ente creditore', 'Pagamento', 'Dati della transazione']);
    expect(titles(content, 'PAYER', [content, content])).toEqual(['Dati della transazione', 'Pagato da']);
  });

  it('have only fields with a name and a value', () => {
    for (const copy of DOCUMENT_COPIES) {
      const fields = printedReceipt(contentOf(), copy).sections.flatMap((section) => section.fields);
      expect(fields.filter(({ label, value }) => !label || !value)).toEqual([]);
    }
  });

  it('say no method and no total when the fee is not known', () => {
    const { fee: _fee, paymentMethod: _method, ...rest } = contentOf();
    const transaction = printedReceipt(rest, 'PAYER').sections[0]?.fields.map(({ label }) => label);
    expect(transaction).not.toContain('Metodo di pagamento');
    expect(transaction).not.toContain('Totale addebitato');
  });

  it('of a cart of one are those of the receipt itself', () => {
    const other = { ...contentOf(), creditorName: 'Another' };
    expect(printedReceipt(contentOf(), 'PAYER', [other]).subtitle).toBe(printedReceipt(contentOf(), 'PAYER').subtitle);
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
