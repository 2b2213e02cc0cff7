import { invariant } from '@nodo-aperto/kernel/faults';
import { checkDraft } from './check-draft.ts';
import { noticeNumberOf } from './check-identifiers.ts';
import { allowed, type Outcome } from './outcome.ts';
import type { DebtPosition, Instalment, PaymentOption } from './position.ts';
import type { InstalmentDraft, OptionDraft, PositionDraft } from './position-draft.ts';

export interface CreateContext {
  /** Epoch milliseconds. */
  now: number;
  creditorFiscalCode: string;
  companyName: string;
  /** Whether it is loaded into the central archive. */
  aca: boolean;
  /** Whether it is published at once; otherwise it is a draft. */
  publish: boolean;
}

/**
 * Makes a position of a draft that passes all rules. It is a DRAFT, or published at once: then PUBLISHED while its validity lies
 * ahead, VALID otherwise. Source: Domain facts, Payments §4.4.
 */
export function createPosition(draft: PositionDraft, context: CreateContext): Outcome<DebtPosition> {
  const { now, creditorFiscalCode, companyName, aca, publish } = context;
  const checked = checkDraft(draft, { now, updating: false });
  if (!checked.ok) return checked;
  return allowed({
    creditorFiscalCode,
    iupd: draft.iupd,
    origin: 'FULL',
    aca,
    companyName: draft.companyName ?? companyName,
    ...frameOf(draft),
    ...(publish && { publishedAt: now }),
    options: optionsOf(draft, now),
    status: 'DRAFT',
    createdAt: now,
    updatedAt: now,
    revision: 0,
  });
}

/** What a draft says of the position besides its options. */
export function frameOf(draft: PositionDraft): Pick<DebtPosition, 'debtor' | 'payStandIn' | 'pull' | 'officeName' | 'contact'> {
  const { debtor, payStandIn, pull = true, officeName, contact } = draft;
  return { debtor, payStandIn, pull, ...(officeName !== undefined && { officeName }), ...(contact && { contact }) };
}

/** The payment options of a checked draft. Statuses and revisions are given when it is settled. */
export function optionsOf(draft: PositionDraft, now: number): PaymentOption[] {
  return draft.options.map((option, index) => optionOf(option, index + 1, now));
}

function optionOf(option: OptionDraft, number: number, now: number): PaymentOption {
  const { instalments, ...rest } = option;
  return { ...rest, number, instalments: instalments.map((instalment) => instalmentOf(instalment, now)) };
}

function instalmentOf(draft: InstalmentDraft, now: number): Instalment {
  const noticeNumber = noticeNumberOf(draft);
  invariant(noticeNumber !== undefined, 'a checked instalment has a notice number');
  return { ...draft, noticeNumber, status: 'DRAFT', createdAt: now, updatedAt: now, revision: 0 };
}
