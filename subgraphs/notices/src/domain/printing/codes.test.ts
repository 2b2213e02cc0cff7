import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DATA_MATRIX_LENGTH, type DataMatrixFields, dataMatrixText } from './data-matrix-text.ts';
import { parseDueDate, printedDate } from './due-date.ts';
import { hasArchive, isSettled, statusOfCounts } from './folder-status.ts';
import { hasFullPayment } from './full-payment.ts';
import { logoIssue } from './logo.ts';
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

describe('logos', () => {
  const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
  const chunk = (name: string, data: number[]) => [0, 0, 0, data.length, ...Buffer.from(name), ...data, 0, 0, 0, 0];
  const png = ({ side = 10, depth = 8, colours = 2, interlaced = 0, more = [] as number[], data = true } = {}) =>
    Uint8Array.from([
      ...SIGNATURE,
      ...chunk('IHDR', [0, 0, side >> 8, side & 255, 0, 0, 0, 10, depth, colours, 0, 0, interlaced]),
      ...more,
      ...(data ? chunk('IDAT', [1]) : []),
      ...chunk('IEND', []),
    ]);
  const jpeg = ({ components = 3, frame = 0xc0, before = [0xff, 0xe0, 0, 4, 1, 2], end = [0xff, 0xd9] } = {}) =>
    Uint8Array.from([0xff, 0xd8, ...before, 0xff, frame, 0, 11, 8, 0, 20, 0, 30, components, 0, 0, 0, ...end]);

  it('are PNG or JPEG that go into a document as they are', () => {
    for (const bytes of [png(), png({ colours: 0 }), png({ colours: 3 }), jpeg(), jpeg({ components: 1 }), jpeg({ frame: 0xc2 })])
      expect(logoIssue(bytes)).toBeUndefined();
  });

  it.each([
    ['transparent', png({ colours: 6 })],
    ['transparent by its palette', png({ more: chunk('tRNS', [0]) })],
    ['interlaced', png({ interlaced: 1 })],
    ['too deep', png({ depth: 16 })],
    ['without data', png({ data: false })],
    ['cut', png().subarray(0, 40)],
    ['cut early', png().subarray(0, 10)],
    ['without a header', Uint8Array.from([...png().subarray(0, 8), ...chunk('IDAT', [1]), ...chunk('IDAT', [1]), ...chunk('IEND', [])])],
    ['too large a picture', png({ side: 3_000 })],
    ['an empty picture', png({ side: 0 })],
    ['CMYK', jpeg({ components: 4 })],
    ['a JPEG without frame', jpeg({ frame: 0xc4 })],
    ['a JPEG that ends early', jpeg({ end: [0, 0] })],
    ['a JPEG of rubbish', jpeg({ before: [0, 0, 0, 0, 0, 0] })],
    ['nothing', new Uint8Array()],
    ['a large file', new Uint8Array(100_001)],
  ])('%s is refused', (_what, bytes) =>
    expect(logoIssue(bytes)).toMatchObject({ path: 'logo', expected: expect.stringContaining('JPEG') }),
  );
});
