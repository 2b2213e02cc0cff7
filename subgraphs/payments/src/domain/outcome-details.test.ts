import { describe, expect, it } from 'vitest';
import { type BoughtStamp, type OutcomeDetailsFields, outcomeDetailsSyntax, stampsContradict } from './outcome-details.ts';

const DETAILS: OutcomeDetailsFields = { fee: 150, applicationDate: '2026-12-01', transferDate: '2026-12-02' };
const STAMP: BoughtStamp = { paymentToken: 't', idTransfer: 1, MBDAttachment: 'PG1iZC8+' };

describe('the details of an outcome (§2.2)', () => {
  it.each<[string, Partial<OutcomeDetailsFields>]>([
    ['version 1', {}],
    ['no fee', { fee: 0 }],
    ['the highest fee', { fee: 99_999_999_999, primaryCiIncurredFee: 99_999_999_999 }],
    ['bundles', { idBundle: 'b', idCiBundle: 'x'.repeat(70) }],
    ['characters of two units', { idBundle: '\u{1F600}'.repeat(70) }],
    ['who paid', { payer: { fiscalCode: 'ANONIMO', fullName: 'x'.repeat(70) } }],
    ['stamps', { marcheDaBollo: Array.from({ length: 25 }, () => STAMP) }],
  ])('are right: %s', (_name, change) => {
    expect(outcomeDetailsSyntax({ ...DETAILS, ...change })).toBeUndefined();
  });

  it.each<[string, Partial<OutcomeDetailsFields>]>([
    ['details.fee', { fee: -1 }],
    ['details.fee', { fee: 1.5 }],
    ['details.primaryCiIncurredFee', { primaryCiIncurredFee: 100_000_000_000 }],
    ['details.idBundle', { idBundle: '' }],
    ['details.idCiBundle', { idCiBundle: 'x'.repeat(71) }],
    ['details.payer.entityUniqueIdentifierValue', { payer: { fiscalCode: 'x', fullName: 'x' } }],
    ['details.payer.fullName', { payer: { fiscalCode: 'ANONIMO', fullName: '' } }],
    ['details.applicationDate', { applicationDate: '2026-02-30' }],
    ['details.transferDate', { transferDate: 'tomorrow' }],
    ['details.marcheDaBollo:', { marcheDaBollo: [] }],
    ['details.marcheDaBollo:', { marcheDaBollo: Array.from({ length: 26 }, () => STAMP) }],
    ['marcaDaBollo[2]', { marcheDaBollo: [STAMP, { ...STAMP, paymentToken: '' }] }],
    ['marcaDaBollo[1]', { marcheDaBollo: [{ ...STAMP, idTransfer: 0 }] }],
    ['marcaDaBollo[1]', { marcheDaBollo: [{ ...STAMP, idTransfer: 6 }] }],
    ['marcaDaBollo[1]', { marcheDaBollo: [{ ...STAMP, idTransfer: 1.5 }] }],
    ['marcaDaBollo[1]', { marcheDaBollo: [{ ...STAMP, MBDAttachment: '' }] }],
    ['marcaDaBollo[1]', { marcheDaBollo: [{ ...STAMP, MBDAttachment: 'no base64!' }] }],
    ['marcaDaBollo[1]', { marcheDaBollo: [{ ...STAMP, MBDAttachment: 'AAAA'.repeat(50_001) }] }],
  ])('are wrong: %s %#', (field, change) => {
    expect(outcomeDetailsSyntax({ ...DETAILS, ...change })).toMatchObject({
      code: 'PPT_SINTASSI_EXTRAXSD',
      description: expect.stringContaining(field),
    });
  });
});

describe('stamps that were bought', () => {
  const payments = [
    { paymentToken: 't', transfers: [{ idTransfer: 1, stamp: {} }, { idTransfer: 2 }] },
    { paymentToken: 'u', transfers: [{ idTransfer: 1, stamp: {} }] },
  ];

  it('belong to transfers that asked for them; missing ones are nobody’s business', () => {
    expect(stampsContradict([], payments)).toBeUndefined();
    expect(stampsContradict([STAMP, { ...STAMP, paymentToken: 'u' }], payments)).toBeUndefined();
  });

  it.each<[string, BoughtStamp[]]>([
    ['not one of this outcome', [{ ...STAMP, paymentToken: 'v' }]],
    ['the transfer 2 of its payment buys no stamp', [{ ...STAMP, idTransfer: 2 }]],
    ['the transfer 3 of its payment buys no stamp', [{ ...STAMP, idTransfer: 3 }]],
    ['comes twice', [STAMP, STAMP]],
  ])('contradict: %s', (description, stamps) => {
    expect(stampsContradict(stamps, payments)).toMatchObject({ code: 'PPT_SEMANTICA', description: expect.stringContaining(description) });
  });
});
