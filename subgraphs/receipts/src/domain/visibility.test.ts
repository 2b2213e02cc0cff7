import type { Principal } from '@nodo-aperto/kernel/auth';
import { describe, expect, it } from 'vitest';
import { receiptOf } from './receipt.ts';
import { BROKER, bookedPayment, COMUNE, DEBTOR, PAYER, PROVINCIA, PSP, REGIONE } from '../../test/samples.ts';
import { showsDebtor, showsEvidence, showsPayer, showsRecipients, viewOf } from './visibility.ts';

const caller = (role: Principal['role'], rest: Partial<Principal> = {}): Principal => ({ subject: 's', role, expiresAt: 0, ...rest });
const [first] = bookedPayment().transfers;
const content = receiptOf(
  bookedPayment({
    transfers: [
      { ...first!, amount: 1_000 },
      { ...first!, idTransfer: 2, amount: 234, creditorFiscalCode: REGIONE },
    ],
  }),
  { creditors: new Map() },
  0,
);
const receipt = {
  content,
  recipients: [
    { creditorFiscalCode: COMUNE, brokerCode: BROKER },
    { creditorFiscalCode: REGIONE, brokerCode: '44444444444' },
  ],
};

describe('who sees a receipt', () => {
  it.each([
    [caller('OPERATOR'), 'FULL'],
    [caller('EC', { tenant: COMUNE }), 'FULL'],
    [caller('EC', { tenant: REGIONE }), 'FULL'],
    [caller('EC', { tenant: PROVINCIA }), undefined],
    [caller('EC'), undefined],
    [caller('PARTNER', { tenant: BROKER }), 'FULL'],
    [caller('PARTNER', { tenant: '44444444444' }), 'FULL'],
    [caller('PARTNER', { tenant: '33333333333' }), undefined],
    [caller('PARTNER'), undefined],
    [caller('PSP', { tenant: PSP }), 'PSP'],
    [caller('PSP', { tenant: 'OTHER' }), undefined],
    [caller('PSP'), undefined],
    [caller('CITIZEN', { fiscalCode: PAYER }), 'PAYER'],
    [caller('CITIZEN', { fiscalCode: DEBTOR.toLowerCase() }), 'DEBTOR'],
    [caller('CITIZEN', { fiscalCode: 'BNCLRA90C43L219Q' }), undefined],
    [caller('CITIZEN'), undefined],
    [undefined, undefined],
  ])('%j: %s', (principal, view) => {
    expect(viewOf(principal, receipt)).toBe(view);
  });

  it('takes who paid its own debt as the payer, and finds no payer where none is known', () => {
    const own = { content: { ...content, payer: content.debtor }, recipients: [] };
    expect(viewOf(caller('CITIZEN', { fiscalCode: DEBTOR }), own)).toBe('PAYER');
    const { payer: _payer, ...anonymous } = content;
    expect(viewOf(caller('CITIZEN', { fiscalCode: DEBTOR }), { content: anonymous, recipients: [] })).toBe('DEBTOR');
  });
});

describe('what a view has', () => {
  it.each([
    ['FULL', true, true, true],
    ['PSP', true, false, true],
    ['PAYER', true, true, false],
    ['DEBTOR', false, true, false],
  ] as const)('%s', (view, payer, debtor, recipients) => {
    expect([showsPayer(view), showsDebtor(view), showsRecipients(view)]).toEqual([payer, debtor, recipients]);
  });

  it('has the evidence of a delivery for its recipient, the broker of the station and operators', () => {
    const recipient = { creditorFiscalCode: COMUNE, brokerCode: BROKER };
    expect(showsEvidence(caller('OPERATOR'), recipient)).toBe(true);
    expect(showsEvidence(caller('EC', { tenant: COMUNE }), recipient)).toBe(true);
    expect(showsEvidence(caller('EC', { tenant: REGIONE }), recipient)).toBe(false);
    expect(showsEvidence(caller('PARTNER', { tenant: BROKER }), recipient)).toBe(true);
    expect(showsEvidence(caller('PARTNER', { tenant: 'x' }), recipient)).toBe(false);
    expect(showsEvidence(caller('PSP', { tenant: PSP }), recipient)).toBe(false);
    expect(showsEvidence(undefined, recipient)).toBe(false);
  });
});
