import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  A4,
  COLOURS,
  dataMatrixModules,
  decoration,
  drawDataMatrix,
  drawQrCode,
  drawTable,
  fitText,
  fittedText,
  line,
  millimetres,
  openPdf,
  panel,
  pdfBytes,
  type PdfDocument,
  printable,
  qrCodeModules,
  structure,
} from './index.ts';
import { barsOf } from './symbols.ts';

const CREATED = Date.UTC(2026, 0, 15, 10);
const folder = mkdtempSync(join(tmpdir(), 'nodo-aperto-pdf-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const has = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;
const run = (program: string, ...words: string[]): string => execFileSync(program, words, { encoding: 'utf8', cwd: folder });

let count = 0;
/** Draws a document and keeps it in a file. */
async function drawn(draw: (document: PdfDocument) => void, title = 'A document'): Promise<{ bytes: Buffer; file: string }> {
  const document = openPdf({ title, subject: 'A & B', createdAt: CREATED });
  draw(document);
  const bytes = Buffer.from(await pdfBytes(document));
  const file = join(folder, `${(count += 1)}.pdf`);
  writeFileSync(file, bytes);
  return { bytes, file };
}

describe('a document', () => {
  it('is PDF/A-2a, tagged, titled and in Italian, and depends on nothing but what it is given', async () => {
    const draw = (document: PdfDocument) =>
      structure(document).leaf('P', () => fittedText(document, 'Così è', { x: 20, y: 20, width: 100, size: 10 }));
    const { bytes } = await drawn(draw, 'Tassa <rifiuti> & altro');
    const text = bytes.toString('latin1');
    expect(text.startsWith('%PDF-1.7')).toBe(true);
    for (const part of [
      '/Marked true',
      '/Lang (it-IT)',
      '/DisplayDocTitle true',
      '<pdfaid:part>2<',
      '<pdfaid:conformance>A<',
      '/OutputIntents',
    ])
      expect(text).toContain(part);
    expect(text).toContain('<rdf:li xml:lang="x-default">Tassa &lt;rifiuti&gt; &amp; altro</rdf:li>');
    expect(text).toContain('(Tassa <rifiuti> & altro)');
    expect(text).toContain(`D:20260115100000Z`);
    const again = await drawn(draw, 'Tassa <rifiuti> & altro');
    expect(again.bytes.equals(bytes)).toBe(true);
  });

  it.skipIf(!has('pdftotext'))('carries its fonts and gives its text back', async () => {
    const { file } = await drawn((document) => {
      const root = structure(document);
      decoration(document, () => {
        panel(document, { x: 0, y: 0, width: A4.width, height: 20 }, COLOURS.shade, 4);
        line(document, [0, 30], [A4.width, 30], { dash: 2 });
      });
      const section = root.branch('Sect', { title: 'Importi' });
      section.leaf('H1', () => fittedText(document, 'AVVISO DI PAGAMENTO', { x: 40, y: 40, width: 300, size: 18, font: 'bold' }));
      const { drawn: rows } = drawTable(document, section, {
        x: 40,
        y: 80,
        columns: [
          { title: 'Voce', width: 200 },
          { title: 'Importo', width: 80, align: 'right' },
        ],
        rows: [
          ['Tassa sui rifiuti', '12,50'],
          ['Sanzione', '3,00'],
          ['Non ci sta', '1,00'],
        ],
        bottom: 135,
      });
      expect(rows).toBe(2);
    });
    const text = run('pdftotext', '-layout', file, '-');
    expect(text).toMatch(/AVVISO DI PAGAMENTO\s+Voce\s+Importo\s+Tassa sui rifiuti\s+12,50\s+Sanzione\s+3,00/);
    expect(text).not.toContain('Non ci sta');
    const fonts = run('pdffonts', file).split('\n').slice(2).filter(Boolean);
    expect(fonts.length).toBeGreaterThanOrEqual(2);
    for (const font of fonts) expect(font).toMatch(/TitilliumWeb.*\s+yes\s+yes\s+yes/);
  });
});

describe('text in a box', () => {
  const document = openPdf({ title: 'Text', createdAt: CREATED });

  it('stays as it is when it fits, then wraps, then shrinks, then is cut', () => {
    expect(fitText(document, 'Mario Rossi', 200, { size: 10 })).toMatchObject({ size: 10, lines: ['Mario Rossi'], cut: false });
    expect(fitText(document, 'Mario Rossi di Prova', 55, { size: 10, lines: 3 })).toMatchObject({ lines: ['Mario Rossi', 'di Prova'] });
    const shrunk = fitText(document, 'Mario Rossi di Prova', 75, { size: 12, smallest: 8 });
    expect(shrunk).toMatchObject({ cut: false, lines: ['Mario Rossi di Prova'] });
    expect(shrunk.size).toBeLessThan(12);
    const cut = fitText(document, 'Mario Rossi di Prova, detto il Rosso', 75, { size: 12, smallest: 8 });
    expect(cut).toMatchObject({ cut: true, size: 8 });
    expect(cut.lines[0]).toMatch(/^Mario Rossi.*…$/);
    expect(document.widthOfString(cut.lines[0]!)).toBeLessThanOrEqual(75);
  });

  it('breaks a word that is wider than the box, and never loses a character of text that is not cut', () => {
    const word = 'x'.repeat(100);
    const { lines, cut } = fitText(document, word, 80, { size: 10, lines: 20 });
    expect([lines.join(''), cut]).toEqual([word, false]);
    expect(fitText(document, '', 80, { size: 10 })).toMatchObject({ lines: [], height: 0 });
  });

  it('prints what the font does not have by its letters, or as a question mark', () => {
    expect(printable('Niccolò Žižek — 10 €')).toBe('Niccolò Žižek — 10 €');
    expect(printable('a\u0000b\tc')).toBe('a b c');
    expect(printable('漢字')).toBe('??');
    expect(printable('\u1E0D\uFB01')).toMatch(/^.(ﬁ|fi)$/);
  });
});

describe('codes', () => {
  it('are drawn as bars that cover exactly the dark modules, none of them twice', () => {
    for (const modules of [
      qrCodeModules('PAGOPA|002|347123456789012389|77777777777|12345', { version: 4 }),
      dataMatrixModules('x'.repeat(99)),
      dataMatrixModules('!'.repeat(1_000)),
    ]) {
      const { size } = modules;
      const covered = new Uint8Array(size * size);
      for (const bar of Buffer.from(barsOf(modules)).toString('latin1').trim().split('\n')) {
        const [, left, top, width] = /^(\d+) (\d+) (\d+) 1 re$/.exec(bar)!.map(Number);
        for (let column = left!; column < left! + width!; column += 1) covered[top! * size + column]! += 1;
      }
      expect(covered).toEqual(modules.cells);
    }
    expect(qrCodeModules('PAGOPA|002|347123456789012389|77777777777|12345', { version: 4 }).size).toBe(33);
  });

  it('refuses what does not fit', () => {
    expect(() => qrCodeModules('x'.repeat(200), { version: 4 })).toThrow();
  });

  it.skipIf(!has('pdftoppm') || !has('zbarimg'))('QR codes are read back', async () => {
    const text = 'PAGOPA|002|347123456789012389|77777777777|12345';
    const { file } = await drawn((document) => {
      const place = { x: 60, y: 60, size: millimetres(25) };
      structure(document).leaf('Figure', () => drawQrCode(document, text, { ...place, version: 4 }), { alt: 'Codice QR' });
    });
    run('pdftoppm', '-r', '150', '-png', file, 'qr');
    expect(run('zbarimg', '--quiet', '--raw', 'qr-1.png').trim()).toBe(text);
  });

  it.skipIf(!has('pdftoppm') || !has('dmtxread'))('Data Matrices are read back, trailing blanks and all', async () => {
    const text = `codfase=NBPA;${'7'.repeat(120)}${'Mario Rossi'.padEnd(40)}${' '.repeat(12)}A`;
    const { file } = await drawn((document) => {
      const place = { x: 60, y: 60, size: millimetres(25) };
      structure(document).leaf('Figure', () => drawDataMatrix(document, text, place), { alt: 'Data Matrix' });
    });
    run('pdftoppm', '-r', '200', '-png', '-x', '0', '-y', '0', '-W', '600', '-H', '600', file, 'matrix');
    expect(run('dmtxread', '-m', '10000', '-N', '1', 'matrix-1.png')).toBe(text);
  });
});
