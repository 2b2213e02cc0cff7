import { describe, expect, it } from 'vitest';
import { DOCUMENT_COPIES, mayHave } from './document-copies.ts';

describe('printed copies', () => {
  it('are for those whom they concern', () => {
    const copiesOf = (view: Parameters<typeof mayHave>[0]) => DOCUMENT_COPIES.filter((copy) => mayHave(view, copy));
    expect(copiesOf('PAYER')).toEqual(['PAYER', 'DEBTOR']);
    expect(copiesOf('DEBTOR')).toEqual(['DEBTOR']);
    expect(copiesOf('FULL')).toEqual(['ATTESTATION']);
    expect(copiesOf('PSP')).toEqual([]);
  });
});
