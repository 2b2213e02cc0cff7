import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DATA_MATRIX_LENGTH, type DataMatrixFields, dataMatrixText } from './data-matrix-text.ts';
import { parseDueDate, printedDate } from './due-date.ts';
import { hasArchive, isSettled, statusOfCounts } from './folder-status.ts';
import { hasFullPayment } from './full-payment.ts';
import { partPages } from './part-pages.ts';
import { qrText } from './qr-text.ts';
import { TEMPLATES, templateOf } from './templates.ts';

const FIELDS: DataMatrixFields = {
  code: '470000008800999051',
  account: '000000123456',
  amount: 150_000,
  creditorFiscalCode: '99999000013',
  debtorTaxCode: 'FFFCST83A15L113V',
  debtorName: 'Mario Rossi',
  subject: 'Avviso Pagamento di TEST',
};

describe('the QR code', () => {
  it('has number, creditor and amount, padded on the left', () => {
    expect(qrText({ code: '347123456789012389', creditorFiscalCode: '77777777777', amount: 12_345 })).toBe(
      'PAGOPA|002|347123456789012389|77777777777|12345',
    );
    expect(qrText({ code: '1', creditorFiscalCode: '2', amount: 3 })).toBe('PAGOPA|002|000000000000000001|00000000002|3');
  });
});

describe('the Data Matrix', () => {
  it('is the vector of the domain facts', () => {
    const text = dataMatrixText(FIELDS);
    expect(text).toHaveLength(DATA_MATRIX_LENGTH);
    expect(text).toBe(
      `codfase=NBPA;184700000088009990511200000012345610000015000038961P199999000013FFFCST83A15L113V${'Mario Rossi'.padEnd(40)}${'Avviso Pagamento di TEST'.padEnd(110)}${' '.repeat(12)}A`,
    );
  });

  it('never moves a field, whatever the texts', () => {
    const text = fc.string({ maxLength: 300, unit: 'binary' });
    fc.assert(
      fc.property(fc.option(text, { nil: undefined }), text, text, (debtorTaxCode, debtorName, subject) => {
        const made = dataMatrixText({ ...FIELDS, debtorTaxCode, debtorName, subject });
        expect(made).toMatch(/^[ -~]{256}$/);
        expect(made.slice(0, 77)).toBe(dataMatrixText(FIELDS).slice(0, 77));
        expect(made.slice(-13)).toBe(`${' '.repeat(12)}A`);
      }),
    );
    expect(dataMatrixText({ ...FIELDS, debtorName: 'Niccolò D’Alò — 漢' }).slice(93, 133)).toBe("Niccolo D'Alo - ?".padEnd(40));
  }, 60_000);

  it('never shortens a number', () => {
    expect(() => dataMatrixText({ ...FIELDS, amount: 10_000_000_000 })).toThrow(/10 digits/);
    expect(() => dataMatrixText({ ...FIELDS, account: 'IT1' })).toThrow(/12 digits/);
  });
});

describe('due dates', () => {
  it.each([
    ['2026-12-31', '2026-12-31'],
    ['31/12/2026', '2026-12-31'],
    ['2026-12-31T23:30:00Z', '2027-01-01'],
    ['2026-12-31T23:30:00', '2026-12-31'],
    ['2026-02-30', undefined],
    ['31/02/2026', undefined],
    ['12/31/2026', undefined],
    ['tomorrow', undefined],
    ['Tomorrow', undefined],
    ['', undefined],
  ])('%s is %s', (text, day) => expect(parseDueDate(text)).toBe(day));

  it('are printed the Italian way', () => expect(printedDate('2026-12-31')).toBe('31/12/2026'));
});

describe('the layout of parts', () => {
  it('has two or three on a page, as many threes as can be', () => {
    expect([2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map((parts) => partPages(parts).join(''))).toEqual([
      '2',
      '3',
      '22',
      '32',
      '33',
      '322',
      '332',
      '333',
      '3322',
      '3332',
      '3333',
    ]);
  });

  it('shows the full payment up to nine instalments', () => expect([2, 9, 10, 12].map(hasFullPayment)).toEqual([true, true, false, false]));
});

describe('the state of a folder', () => {
  it.each([
    [0, 0, 'INSERTED'],
    [1, 0, 'PROCESSING'],
    [0, 1, 'PROCESSING'],
    [3, 0, 'PROCESSED'],
    [2, 1, 'PROCESSED_WITH_FAILURES'],
    [0, 3, 'FAILED'],
  ] as const)('with %i printed and %i in error of 3 is %s', (processed, failed, status) => {
    expect(statusOfCounts({ requested: 3, processed, failed })).toBe(status);
    expect(isSettled(status)).toBe(processed + failed === 3);
    expect(hasArchive(status)).toBe(processed === 3);
  });
});

describe('templates', () => {
  it('are six, by their official names', () => {
    expect(TEMPLATES).toHaveLength(6);
    expect(templateOf('TemplateCdsInfractionPoste')).toMatchObject({ kind: 'INFRACTION', postal: true });
    expect(templateOf('template')).toBeUndefined();
  });
});
