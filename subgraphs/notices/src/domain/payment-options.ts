import { type DebtPosition, type Instalment, type PaymentOption } from './position.ts';
import { positionStatusAt } from './position-status.ts';
import { isRuledOut } from './ruled-out.ts';

export const OPTION_STATUSES = [
  'PO_UNPAID',
  'PO_PAID',
  'PO_PARTIALLY_PAID',
  'PO_EXPIRED_NOT_PAYABLE',
  'PO_EXPIRED_UNPAID',
  'PO_INVALID',
] as const;
export type OptionViewStatus = (typeof OPTION_STATUSES)[number];
export const INSTALMENT_STATUSES = ['POI_UNPAID', 'POI_PAID', 'POI_EXPIRED_NOT_PAYABLE', 'POI_EXPIRED_UNPAID', 'POI_INVALID'] as const;
export type InstalmentViewStatus = (typeof INSTALMENT_STATUSES)[number];

/** One way to pay, as who pays is shown it. Amounts in euro cents, instants in epoch milliseconds. */
export interface OptionView {
  readonly description?: string;
  readonly amount: number;
  /** The latest of its instalments. */
  readonly dueDate: number;
  readonly validFrom?: number;
  readonly status: OptionViewStatus;
  readonly statusReason?: string;
  /** Whether all of it can go to postal accounts. */
  readonly allCCP: boolean;
  readonly installments: readonly InstalmentView[];
}

export interface InstalmentView {
  readonly nav: string;
  readonly iuv: string;
  readonly amount: number;
  readonly description: string;
  readonly dueDate: number;
  readonly validFrom?: number;
  readonly status: InstalmentViewStatus;
  readonly statusReason?: string;
}

/** Why something cannot be paid, or can although it looks otherwise. */
const REASONS = {
  WITHDRAWN: 'The creditor has withdrawn the debt position.',
  CHOSEN: 'Another payment option was chosen.',
  PAST: 'Past its due date and no longer payable.',
  LATE: 'Past its due date, but still payable.',
  EARLY: 'Cannot be paid yet.',
  PARTLY: 'Some of its instalments are paid.',
} as const;

/**
 * All ways to pay a position, in the order in which they are due. A position that is not published, or whose every option lies ahead, has
 * none to show: it is unknown to who pays. Source: Domain facts, Payments §4.4, §5.1, §5.2.
 *
 * @param now epoch milliseconds
 */
export function paymentOptionsOf(position: DebtPosition, now: number): OptionView[] {
  const status = positionStatusAt(position, now);
  if (status === 'DRAFT' || status === 'PUBLISHED') return [];
  const options = position.options.map((option) => optionViewOf(position, option, now));
  return options.toSorted((left, right) => left.dueDate - right.dueDate);
}

function optionViewOf(position: DebtPosition, option: PaymentOption, now: number): OptionView {
  const { instalments, description, validFrom } = option;
  return {
    ...(description !== undefined && { description }),
    amount: instalments.reduce((sum, { amount }) => sum + amount, 0),
    dueDate: Math.max(...instalments.map(({ dueDate }) => dueDate)),
    ...(validFrom !== undefined && { validFrom }),
    ...optionStatus(position, option, now),
    allCCP: instalments.every(({ transfers }) => transfers.every(({ postalIban }) => postalIban !== undefined)),
    installments: instalments
      .map((instalment) => instalmentViewOf(position, option, instalment, now))
      .toSorted((left, right) => left.dueDate - right.dueDate),
  };
}

function instalmentViewOf(position: DebtPosition, option: PaymentOption, instalment: Instalment, now: number): InstalmentView {
  const { noticeNumber, iuv, amount, description, dueDate } = instalment;
  const { validFrom } = option;
  return {
    nav: noticeNumber,
    iuv,
    amount,
    description,
    dueDate,
    ...(validFrom !== undefined && { validFrom }),
    ...instalmentStatus(position, option, instalment, now),
  };
}

type Standing<Status> = { status: Status; statusReason?: string };

/** PAID and PARTIALLY_PAID before everything else; EXPIRED when all of it is past due; else as the option stands. */
function optionStatus(position: DebtPosition, option: PaymentOption, now: number): Standing<OptionViewStatus> {
  const paid = option.instalments.filter(({ payment }) => payment).length;
  if (paid === option.instalments.length) return { status: 'PO_PAID' };
  if (paid > 0) return { status: 'PO_PARTIALLY_PAID', statusReason: REASONS.PARTLY };
  const invalid = invalidReason(position, option);
  if (invalid) return { status: 'PO_INVALID', statusReason: invalid };
  const past = option.instalments.every(({ dueDate }) => dueDate < now);
  if (past && option.switchToExpired) return { status: 'PO_EXPIRED_NOT_PAYABLE', statusReason: REASONS.PAST };
  if (past) return { status: 'PO_EXPIRED_UNPAID', statusReason: REASONS.LATE };
  return { status: 'PO_UNPAID', ...early(option, now) };
}

function instalmentStatus(
  position: DebtPosition,
  option: PaymentOption,
  { payment, dueDate }: Instalment,
  now: number,
): Standing<InstalmentViewStatus> {
  if (payment) return { status: 'POI_PAID' };
  const invalid = invalidReason(position, option);
  if (invalid) return { status: 'POI_INVALID', statusReason: invalid };
  const past = dueDate < now;
  if (past && option.switchToExpired) return { status: 'POI_EXPIRED_NOT_PAYABLE', statusReason: REASONS.PAST };
  if (past) return { status: 'POI_EXPIRED_UNPAID', statusReason: REASONS.LATE };
  return { status: 'POI_UNPAID', ...early(option, now) };
}

function invalidReason(position: DebtPosition, option: PaymentOption): string | undefined {
  if (isRuledOut(position, option)) return REASONS.CHOSEN;
  // A plan of which something is paid goes on, whatever its creditor has said of the position.
  const touched = option.instalments.some(({ payment }) => payment);
  return position.invalidatedAt !== undefined && !touched ? REASONS.WITHDRAWN : undefined;
}

function early({ validFrom }: PaymentOption, now: number): { statusReason?: string } {
  return validFrom !== undefined && validFrom > now ? { statusReason: REASONS.EARLY } : {};
}
