import { describe, expect, it } from 'vitest';
import { createTestAuthority, readAnchors, readSignedDocument, signForTest } from './index.ts';

const NOW = Date.UTC(2026, 10, 23, 10);
const DAY = 86_400_000;
const DOCUMENT = new TextEncoder().encode('%PDF-1.7 a contract');
const [ROSSI, VERDI] = [{ fiscalCode: 'RSSMRA80A01H501U' }, { fiscalCode: 'VRDLGU75C10F205J' }];
const authority = await createTestAuthority(NOW);
const anchors = readAnchors(authority.certificate);
const sign = (...signers: { fiscalCode?: string }[]) => signForTest(authority, DOCUMENT, signers, { at: NOW });

describe('a signed document', () => {
  it('gives back what was signed and by whom', async () => {
    const read = readSignedDocument(await sign(ROSSI, VERDI));
    expect(read?.content).toEqual(DOCUMENT);
    expect(read?.signatures.map(({ cades, taxCode }) => [cades, taxCode])).toEqual([
      [true, ROSSI.fiscalCode],
      [true, VERDI.fiscalCode],
    ]);
    for (const signature of read?.signatures ?? []) expect(await signature.holds(anchors, NOW)).toBe(true);
  });

  it('may be signed one signature around the other', async () => {
    const outer = await signForTest(authority, await sign(VERDI), [ROSSI], { at: NOW });
    const read = readSignedDocument(outer);
    expect(read?.content).toEqual(DOCUMENT);
    expect(read?.signatures.map(({ taxCode }) => taxCode)).toEqual([ROSSI.fiscalCode, VERDI.fiscalCode]);
    for (const signature of read?.signatures ?? []) expect(await signature.holds(anchors, NOW)).toBe(true);
  });

  it('may hold nothing, and need not be CAdES or of a person', async () => {
    const options = { at: NOW, cades: false, enveloping: false };
    const read = readSignedDocument(await signForTest(authority, DOCUMENT, [{}], options));
    expect(read?.content).toBeUndefined();
    expect(read?.signatures.map(({ cades, taxCode }) => [cades, taxCode])).toEqual([[false, undefined]]);
    expect(await read?.signatures[0]?.holds(anchors, NOW)).toBe(false);
  });

  it('is none when it is something else, or cut, or wrapped too often', async () => {
    const signed = await sign(ROSSI);
    for (const bytes of [new Uint8Array(), DOCUMENT, signed.subarray(0, 40), Uint8Array.of(0x30, 0x03, 0x02, 0x01, 0x01)])
      expect(readSignedDocument(bytes)).toBeUndefined();
    let wrapped = signed;
    for (let depth = 0; depth < 5; depth += 1) wrapped = await signForTest(authority, wrapped, [ROSSI], { at: NOW });
    expect(readSignedDocument(wrapped)).toBeUndefined();
  });
});

describe('a signature', () => {
  it('does not hold over another document', async () => {
    const bytes = Buffer.from(await sign(ROSSI));
    const place = bytes.indexOf('a contract');
    expect(place).toBeGreaterThan(0);
    bytes.write('A CONTRACT', place);
    const [signature] = readSignedDocument(bytes)?.signatures ?? [];
    expect(await signature?.holds(anchors, NOW)).toBe(false);
  });

  it('does not hold when no authority is trusted, another one is, or the certificate is not valid any more', async () => {
    const [signature] = readSignedDocument(await sign(ROSSI))?.signatures ?? [];
    const other = readAnchors((await createTestAuthority(NOW)).certificate);
    expect(await signature?.holds([], NOW)).toBe(false);
    expect(await signature?.holds(other, NOW)).toBe(false);
    expect(await signature?.holds(anchors, NOW + 4_000 * DAY)).toBe(false);
    expect(await signature?.holds(anchors, NOW - DAY / 2)).toBe(false);
  });
});

describe('anchors', () => {
  it('are read from PEM, and say when there are none', () => {
    expect(readAnchors(`${authority.certificate}\n${authority.certificate}`)).toHaveLength(2);
    expect(() => readAnchors('nothing')).toThrow(/holds none/);
    expect(() => readAnchors('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----')).toThrow(/cannot be read/);
  });
});
