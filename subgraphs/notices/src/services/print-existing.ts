/** Notices that the platform already holds, as items to print: nothing has to be said again. */
import { InputError } from '@nodo-aperto/kernel/faults';
import { toLocalDate } from '@nodo-aperto/kernel/time';
import { hasFullPayment, MOST_INSTALMENTS } from '../domain/printing/full-payment.ts';
import type { PrintItem } from '../domain/printing/print-item.ts';
import type { DebtPosition, Instalment, PaymentOption } from '../domain/position.ts';
import type { NoticeReads } from './read-notices.ts';

const LONGEST_SUBJECT = 90;
const LONGEST_NAME = 70;
const PRINTABLE = ['PUBLISHED', 'VALID', 'DRAFT'];

/**
 * The item that prints a notice: with its plan when it is a rate of one, alone otherwise. Texts longer than the printed fields are cut.
 * @param postal whether the creditor has a postal account, so that the notice gets a slip
 */
function itemOfNotice(position: DebtPosition, option: PaymentOption, instalment: Instalment, postal: boolean): PrintItem {
  const debtor = option.debtor ?? position.debtor;
  const suffix = postal ? 'Poste' : '';
  const common = {
    creditorFiscalCode: position.creditorFiscalCode,
    debtor: {
      fullName: debtor.fullName.slice(0, LONGEST_NAME),
      taxCode: debtor.fiscalCode,
      address: debtor.streetName,
      buildingNumber: debtor.civicNumber,
      postalCode: debtor.postalCode,
      city: debtor.city,
      province: debtor.stateProvinceRegion,
    },
  };
  const total = position.options.find(({ instalments }) => instalments.length === 1)?.instalments[0];
  const plan = option.instalments.length;
  // A plan is printed as one only when its full payment is among the position's options, or not shown at all.
  if (plan > 1 && plan <= MOST_INSTALMENTS && (total || !hasFullPayment(plan))) {
    const installments = option.instalments.map((each) => ({
      code: each.noticeNumber,
      amount: each.amount,
      dueDate: toLocalDate(each.dueDate),
    }));
    const whole = total && { code: total.noticeNumber, paymentAmount: total.amount, dueDate: toLocalDate(total.dueDate) };
    const subject = (total ?? instalment).description.slice(0, LONGEST_SUBJECT);
    return { ...common, templateId: `TemplateInstalments${suffix}`, notice: { subject, ...whole, installments } };
  }
  const { noticeNumber: code, amount: paymentAmount, description, dueDate } = instalment;
  const notice = { subject: description.slice(0, LONGEST_SUBJECT), code, paymentAmount, dueDate: toLocalDate(dueDate) };
  return { ...common, templateId: `TemplateSingleInstalment${suffix}`, notice };
}

/**
 * The items of a creditor's notices, in the order asked for.
 * @throws InputError naming every number that is of no notice that can be paid
 */
export async function itemsOfNotices(
  reads: Pick<NoticeReads, 'notices'>,
  { creditorFiscalCode, noticeNumbers, postal }: { creditorFiscalCode: string; noticeNumbers: readonly string[]; postal: boolean },
): Promise<PrintItem[]> {
  const views = await reads.notices(noticeNumbers.map((noticeNumber) => ({ creditorFiscalCode, noticeNumber })));
  const byNumber = new Map(views.map((view) => [view.instalment.noticeNumber, view]));
  const missing = noticeNumbers.flatMap((number, index) => {
    const status = byNumber.get(number)?.instalment.status;
    if (status !== undefined && PRINTABLE.includes(status)) return [];
    const message = status === undefined ? 'is of no notice of the creditor' : `is of a notice that is ${status}`;
    return [{ path: `noticeNumbers[${index}]`, message, expected: 'the number of a notice that can be paid' }];
  });
  if (missing.length > 0) throw new InputError(missing);
  return noticeNumbers.flatMap((number) => {
    const view = byNumber.get(number);
    return view ? [itemOfNotice(view.position, view.option, view.instalment, postal)] : [];
  });
}

/** Which notices of a position are printed so that each of its numbers is on exactly one sheet: one of every plan, and those that stand alone. */
export function noticesToPrint({ options }: Pick<DebtPosition, 'options'>): string[] {
  const total = options.find(({ instalments }) => instalments.length === 1);
  const asPlan = ({ instalments }: PaymentOption) =>
    instalments.length > 1 && instalments.length <= MOST_INSTALMENTS && (total !== undefined || !hasFullPayment(instalments.length));
  const wholeIsShown = options.some((option) => asPlan(option) && hasFullPayment(option.instalments.length));
  return options.flatMap((option) => {
    if (asPlan(option)) return option.instalments.slice(0, 1).map(({ noticeNumber }) => noticeNumber);
    return option === total && wholeIsShown ? [] : option.instalments.map(({ noticeNumber }) => noticeNumber);
  });
}
