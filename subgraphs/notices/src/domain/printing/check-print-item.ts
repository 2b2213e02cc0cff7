/** Whether what is asked can be printed: the fields, what the template needs, and what the creditor must have for it. */
import type { InputIssue } from '@nodo-aperto/kernel/faults';
import { parseNoticeNumber } from '@nodo-aperto/kernel/identifiers';
import { parseEuroCents } from '@nodo-aperto/kernel/money';
import { allowed, type Outcome, refused } from '../outcome.ts';
import { LARGEST_POSTAL_AMOUNT } from './data-matrix-text.ts';
import { parseDueDate } from './due-date.ts';
import { FEWEST_INSTALMENTS, hasFullPayment, MOST_INSTALMENTS } from './full-payment.ts';
import type { NoticeToPrint, PayablePart } from './notice-to-print.ts';
import type { PrintCreditor, PrintDebtor, PrintItem, PrintPart } from './print-item.ts';
import { type Template, TEMPLATE_IDS, templateOf } from './templates.ts';

const LONGEST: Record<keyof PrintDebtor, number> = {
  fullName: 70,
  taxCode: 16,
  address: 140,
  buildingNumber: 16,
  city: 70,
  postalCode: 16,
  province: 70,
};
const LONGEST_SUBJECT = 90;
const NOTICE = 'data.notice';

/**
 * Checks an item against its template and its creditor. Every issue is found, not only the first. Paths are those of the official request.
 * Source: Domain facts, Reporting and receipts §4.1–4.2.
 */
export function checkPrintItem(item: PrintItem, creditor: PrintCreditor): Outcome<NoticeToPrint> {
  const template = templateOf(item.templateId);
  if (!template)
    return refused('NOT_FOUND', { path: 'templateId', message: 'is of no template', expected: `one of ${TEMPLATE_IDS.join(', ')}` });
  const issues: InputIssue[] = [...debtorIssues(item.debtor), ...subjectIssues(item.notice.subject), ...postalIssues(template, creditor)];
  const { whole, parts } = payables(item, template, issues);
  for (const part of template.postal ? [whole, ...parts] : []) {
    if (part && part.amount > LARGEST_POSTAL_AMOUNT)
      issues.push({ path: NOTICE, message: 'has an amount too large for a postal slip', expected: `up to ${LARGEST_POSTAL_AMOUNT} cents` });
  }
  if (new Set([whole, ...parts].flatMap((part) => part?.code ?? [])).size < parts.length + (whole ? 1 : 0))
    issues.push({
      path: `${NOTICE}.code`,
      message: 'is used more than once in the notice',
      expected: 'a number of its own for each payment',
    });
  const [first, ...rest] = issues;
  if (first) return refused('INVALID', first, ...rest);
  const { id: templateId, kind, postal } = template;
  return allowed({
    templateId,
    kind,
    postal,
    creditor,
    debtor: item.debtor,
    subject: item.notice.subject,
    ...(whole && { whole }),
    parts,
  });
}

function debtorIssues(debtor: PrintDebtor): InputIssue[] {
  return Object.entries(LONGEST).flatMap(([name, longest]) => {
    const value = debtor[name as keyof PrintDebtor] ?? '';
    if (name === 'fullName' && value.trim() === '')
      return [{ path: 'data.debtor.fullName', message: 'is missing', expected: `1 to ${longest} characters` }];
    return value.length > longest ? [{ path: `data.debtor.${name}`, message: 'is too long', expected: `up to ${longest} characters` }] : [];
  });
}

function subjectIssues(subject: string): InputIssue[] {
  if (subject.trim() !== '' && subject.length <= LONGEST_SUBJECT) return [];
  return [{ path: `${NOTICE}.subject`, message: subject.trim() === '' ? 'is missing' : 'is too long', expected: '1 to 90 characters' }];
}

function postalIssues({ postal, id }: Template, creditor: PrintCreditor): InputIssue[] {
  if (!postal || creditor.postal) return [];
  const message = `needs the postal account of the creditor, its holder and its authorization for ${id}`;
  return [
    { path: 'data.creditorInstitution.taxCode', message, expected: 'a creditor with postal data, or a template without postal slip' },
  ];
}

/** What is to be paid, as far as it can be read; what cannot goes into the issues. */
function payables({ notice }: PrintItem, { kind }: Template, issues: InputIssue[]): { whole?: PayablePart; parts: PayablePart[] } {
  const part = (given: PrintPart | undefined, path: string, dated: boolean): PayablePart[] => {
    if (given) return readPart(given, { path, amountName: 'amount', dated }, issues);
    issues.push({ path, message: 'is missing', expected: 'an object with code and amount' });
    return [];
  };
  if (kind === 'INFRACTION') {
    return { parts: [...part(notice.discounted, `${NOTICE}.discounted`, false), ...part(notice.reduced, `${NOTICE}.reduced`, false)] };
  }
  const instalments = kind === 'INSTALMENTS' ? (notice.installments ?? []) : [];
  if (kind === 'INSTALMENTS' && (instalments.length < FEWEST_INSTALMENTS || instalments.length > MOST_INSTALMENTS)) {
    const expected = `${FEWEST_INSTALMENTS} to ${MOST_INSTALMENTS} instalments`;
    issues.push({ path: `${NOTICE}.installments`, message: `has ${instalments.length} instalments`, expected });
    return { parts: [] };
  }
  const parts = instalments.flatMap((each, index) => part(each, `${NOTICE}.installments[${index}]`, true));
  if (kind === 'INSTALMENTS' && !hasFullPayment(instalments.length)) return { parts };
  const [whole] = readPart(
    { code: notice.code ?? '', amount: notice.paymentAmount ?? 0, dueDate: notice.dueDate },
    { path: NOTICE, amountName: 'paymentAmount', dated: kind === 'INSTALMENTS' },
    issues,
  );
  return { ...(whole && { whole }), parts };
}

interface PartPlace {
  path: string;
  amountName: string;
  /** Whether the template needs a due date. */
  dated: boolean;
}

/** @returns the part, or nothing when something is wrong with it */
function readPart({ code, amount, dueDate }: PrintPart, { path, amountName, dated }: PartPlace, issues: InputIssue[]): PayablePart[] {
  const before = issues.length;
  if (!parseNoticeNumber(code).ok)
    issues.push({ path: `${path}.code`, message: 'is missing or not a notice number', expected: '18 digits' });
  const cents = parseEuroCents(amount);
  if (!cents.ok || amount < 1)
    issues.push({ path: `${path}.${amountName}`, message: 'is missing or out of range', expected: 'whole euro cents, 1 to 99999999999' });
  const day = dueDate === undefined || dueDate === '' ? undefined : parseDueDate(dueDate);
  if (day === undefined && (dated || (dueDate ?? '') !== ''))
    issues.push({ path: `${path}.dueDate`, message: 'is missing or not a day', expected: 'YYYY-MM-DD or DD/MM/YYYY' });
  return issues.length > before ? [] : [{ code, amount, ...(day !== undefined && { dueDate: day }) }];
}
