import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { fittedText, openPdf, pdfBytes, structure } from './index.ts';
import { chooseFont, lengthOf } from './set-text.ts';

const folder = mkdtempSync(join(tmpdir(), 'nodo-aperto-text-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const canRead = spawnSync('pdftotext', ['-v']).error === undefined;

async function document(...texts: string[]): Promise<Buffer> {
  const drawn = openPdf({ title: 'Text', createdAt: Date.UTC(2026, 0, 15, 10) });
  const root = structure(drawn);
  for (const [index, text] of texts.entries())
    for (const font of ['regular', 'bold'] as const)
      root.leaf('P', () => fittedText(drawn, text, { x: 20, y: 20 + index * 20, width: 500, size: 10, font }));
  return Buffer.from(await pdfBytes(drawn));
}

function readBack(bytes: Buffer): string[] {
  const file = join(folder, 'text.pdf');
  writeFileSync(file, bytes);
  return [
    ...new Set(
      execFileSync('pdftotext', ['-raw', file, '-'], { encoding: 'utf8' })
        .split(/[\n\f]/)
        .filter(Boolean),
    ),
  ];
}

const COMMON = ['Perché così? È già “l’ultima” rata – 1ª di 3: 12,50 €', 'AVATAR To Ty fi ffl'];
const RARE = ['Đorđe Žižek Őrsi Łukasz', 'Ærø ¿qué? ½ ±3'];

it('the same texts make the same bytes, whatever was drawn in between', async () => {
  const first = await document(...COMMON);
  const other = await document(...RARE, ...COMMON);
  expect((await document(...COMMON)).equals(first)).toBe(true);
  expect((await document(...RARE, ...COMMON)).equals(other)).toBe(true);
  expect(other.length).toBeGreaterThan(first.length);
});

it.skipIf(!canRead)('texts are given back, those with rare letters too, in whatever order', async () => {
  expect(readBack(await document(...COMMON))).toEqual(COMMON);
  expect(readBack(await document(...RARE))).toEqual(RARE);
  expect(readBack(await document(...COMMON, ...RARE))).toEqual([...COMMON, ...RARE]);
  expect(readBack(await document(...RARE, ...COMMON))).toEqual([...RARE, ...COMMON]);
});

it('is as long as it is drawn', () => {
  const drawn = openPdf({ title: 'Text', createdAt: 0 });
  for (const text of [...COMMON, ...RARE, '', ' ', 'a  b ', ' AV'])
    for (const font of ['regular', 'bold'] as const) {
      chooseFont(drawn, font);
      drawn.fontSize(11);
      expect(lengthOf(font, text, 11)).toBeCloseTo(drawn.widthOfString(text), 6);
    }
});
