import { createHash } from 'node:crypto';
import { createTestAuthority, readAnchors, type SignOptions, signForTest } from '@nodo-aperto/kernel/signatures';
import { describe, expect, it } from 'vitest';
import { checkSignedContract } from './contract-check.ts';

const NOW = Date.UTC(2026, 10, 23);
const CONTRACT = Buffer.from('%PDF-1.7 the contract');
const [ROSSI, VERDI] = ['RSSMRA80A01H501U', 'VRDLGU75C10F205J'];
const authority = await createTestAuthority(NOW);
const expectation = {
  digest: createHash('sha256').update(CONTRACT).digest('hex'),
  managers: [ROSSI],
  anchors: readAnchors(authority.certificate),
  at: NOW,
};
const sign = (signers: readonly (string | undefined)[], document = CONTRACT, options: Partial<SignOptions> = {}) =>
  signForTest(
    authority,
    document,
    signers.map((fiscalCode) => (fiscalCode === undefined ? {} : { fiscalCode })),
    { at: NOW, ...options },
  );
const codeOf = async (bytes: Uint8Array, changes: Partial<typeof expectation> = {}) => {
  const check = await checkSignedContract(bytes, { ...expectation, ...changes });
  return check.ok ? 'ok' : check.code;
};

describe('a signed contract', () => {
  it('is accepted with the signatures of all managers, and others beside them', async () => {
    expect(await checkSignedContract(await sign([ROSSI]), expectation)).toEqual({ ok: true, signers: [ROSSI] });
    const both = await sign([VERDI, ROSSI, ROSSI]);
    expect(await checkSignedContract(both, { ...expectation, managers: [ROSSI, VERDI] })).toEqual({ ok: true, signers: [VERDI, ROSSI] });
    const around = await signForTest(authority, await sign([VERDI]), [{ fiscalCode: ROSSI }], { at: NOW });
    expect(await codeOf(around, { managers: [ROSSI, VERDI] })).toBe('ok');
  });

  it('is refused with the code of the first thing that is wrong', async () => {
    expect(await codeOf(Buffer.from('no signed document'))).toBe('002-1000');
    expect(await codeOf(CONTRACT)).toBe('002-1000');
    expect(await codeOf(await sign([]))).toBe('002-1000');
    expect(await codeOf(await sign([ROSSI], CONTRACT, { enveloping: false, cades: false }))).toBe('002-1008');
    expect(await codeOf(Buffer.from('%PDF-1.7 signed /ByteRange [0 1 2 3]'))).toBe('002-1003');
    expect(await codeOf(Buffer.from('no PDF /ByteRange [0 1 2 3]'))).toBe('002-1000');
    expect(await codeOf(await sign([ROSSI], CONTRACT, { cades: false }), { anchors: [] })).toBe('002-1003');
    expect(await codeOf(await sign([undefined], Buffer.from('another')), { anchors: [] })).toBe('002-1002');
    expect(await codeOf(await sign([undefined], Buffer.from('another')))).toBe('002-1001');
    expect(await codeOf(await sign([ROSSI, undefined]), { managers: [VERDI] })).toBe('002-1006');
    expect(await codeOf(await sign([ROSSI]), { managers: [ROSSI, VERDI] })).toBe('002-1004');
  });
});
