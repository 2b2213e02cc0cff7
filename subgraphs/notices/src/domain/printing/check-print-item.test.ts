import { describe, expect, it } from 'vitest';
import { checkPrintItem } from './check-print-item.ts';
import type { PrintCreditor, PrintItem, PrintNotice } from './print-item.ts';

const CREDITOR: PrintCreditor = {
  fiscalCode: '77777777777',
  name: 'Comune di Prova',
  postal: { account: '123456', holder: 'Comune di Prova', authorization: 'AUT. 1' },
};
const code = (number: number): string => `3471234567890${String(number).padStart(5, '0')}`;
const item = (templateId: string, notice: Partial<PrintNotice>, debtor: Partial<PrintItem['debtor']> = {}): PrintItem => ({
  templateId,
  creditorFiscalCode: CREDITOR.fiscalCode,
  debtor: { fullName: 'Mario Rossi', ...debtor },
  notice: { subject: 'TARI', ...notice },
});
const instalments = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ code: code(index + 1), amount: 100, dueDate: '2026-12-31' }));
const whole = { code: code(0), paymentAmount: 1_000, dueDate: '31/12/2026' };

function issuesOf(asked: PrintItem, creditor = CREDITOR): string[] {
  const checked = checkPrintItem(asked, creditor);
  return checked.ok ? [] : checked.refusal.issues.map(({ path }) => path);
}

describe('a single notice', () => {
  it('needs a number and an amount; a due date only when it is given', () => {
    expect(checkPrintItem(item('TemplateSingleInstalment', whole), CREDITOR)).toMatchObject({
      ok: true,
      value: { kind: 'SINGLE', postal: false, whole: { code: code(0), amount: 1_000, dueDate: '2026-12-31' }, parts: [] },
    });
    expect(issuesOf(item('TemplateSingleInstalment', { ...whole, dueDate: undefined }))).toEqual([]);
    expect(issuesOf(item('TemplateSingleInstalment', { ...whole, dueDate: '' }))).toEqual([]);
    expect(issuesOf(item('TemplateSingleInstalment', { ...whole, dueDate: 'soon' }))).toEqual(['data.notice.dueDate']);
    expect(issuesOf(item('TemplateSingleInstalment', {}))).toEqual(['data.notice.code', 'data.notice.paymentAmount']);
    for (const paymentAmount of [0, -1, 1.5, 100_000_000_000])
      expect(issuesOf(item('TemplateSingleInstalment', { ...whole, paymentAmount }))).toEqual(['data.notice.paymentAmount']);
  });

  it('names every text that is missing or too long', () => {
    const debtor = { fullName: 'x'.repeat(71), taxCode: 'x'.repeat(17), address: 'x'.repeat(141), city: 'x'.repeat(71) };
    expect(issuesOf(item('TemplateSingleInstalment', { ...whole, subject: 'x'.repeat(91) }, debtor))).toEqual([
      'data.debtor.fullName',
      'data.debtor.taxCode',
      'data.debtor.address',
      'data.debtor.city',
      'data.notice.subject',
    ]);
    expect(issuesOf(item('TemplateSingleInstalment', { ...whole, subject: ' ' }, { fullName: ' ' }))).toEqual([
      'data.debtor.fullName',
      'data.notice.subject',
    ]);
  });
});

describe('a postal slip', () => {
  it('needs the creditor’s account, and an amount that its code holds', () => {
    expect(issuesOf(item('TemplateSingleInstalmentPoste', whole))).toEqual([]);
    expect(issuesOf(item('TemplateSingleInstalmentPoste', whole), { fiscalCode: '77777777777', name: 'x' })).toEqual([
      'data.creditorInstitution.taxCode',
    ]);
    expect(issuesOf(item('TemplateSingleInstalmentPoste', { ...whole, paymentAmount: 10_000_000_000 }))).toEqual(['data.notice']);
    expect(issuesOf(item('TemplateSingleInstalment', { ...whole, paymentAmount: 10_000_000_000 }))).toEqual([]);
    expect(issuesOf(item('TemplateSingleInstalmentPoste', {}))).toEqual(['data.notice.code', 'data.notice.paymentAmount']);
  });
});

describe('a plan', () => {
  it('has 2 to 12 instalments, each with a due date', () => {
    for (const count of [0, 1, 13])
      expect(issuesOf(item('TemplateInstalments', { ...whole, installments: instalments(count) }))).toEqual(['data.notice.installments']);
    expect(issuesOf(item('TemplateInstalments', whole))).toEqual(['data.notice.installments']);
    const undated = instalments(2).map(({ code: number, amount }) => ({ code: number, amount }));
    expect(issuesOf(item('TemplateInstalments', { ...whole, installments: undated }))).toEqual([
      'data.notice.installments[0].dueDate',
      'data.notice.installments[1].dueDate',
    ]);
  });

  it('needs the whole amount up to 9, and does not look at it from 10 on', () => {
    expect(issuesOf(item('TemplateInstalments', { installments: instalments(9) }))).toEqual([
      'data.notice.code',
      'data.notice.paymentAmount',
      'data.notice.dueDate',
    ]);
    for (const given of [{}, { ...whole, code: 'x' }]) {
      const checked = checkPrintItem(item('TemplateInstalments', { ...given, installments: instalments(10) }), CREDITOR);
      expect(checked.ok && [checked.value.whole, checked.value.parts.length]).toEqual([undefined, 10]);
    }
  });

  it('uses no number twice', () => {
    const [first] = instalments(1);
    expect(issuesOf(item('TemplateInstalments', { ...whole, installments: [first!, first!] }))).toEqual(['data.notice.code']);
    expect(issuesOf(item('TemplateInstalments', { ...whole, code: first!.code, installments: instalments(2) }))).toEqual([
      'data.notice.code',
    ]);
  });
});

describe('a fine', () => {
  it('needs the discounted and the reduced amount, in this order on paper', () => {
    const [discounted, reduced] = instalments(2);
    const checked = checkPrintItem(item('TemplateCdsInfraction', { reduced: reduced!, discounted: discounted! }), CREDITOR);
    expect(checked.ok && checked.value.parts.map((part) => part.code)).toEqual([code(1), code(2)]);
    expect(issuesOf(item('TemplateCdsInfraction', { reduced: { ...reduced!, code: '1', amount: 0 } }))).toEqual([
      'data.notice.discounted',
      'data.notice.reduced.code',
      'data.notice.reduced.amount',
    ]);
  });
});

it('an unknown template is named with those that there are', () => {
  const checked = checkPrintItem(item('TemplateMine', whole), CREDITOR);
  expect(checked).toMatchObject({ ok: false, refusal: { kind: 'NOT_FOUND', issues: [{ path: 'templateId' }] } });
});
