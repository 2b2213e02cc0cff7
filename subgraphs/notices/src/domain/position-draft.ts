/** What a creditor asks a position to be, in the fuller model; read, but not yet checked against the rules. */
import type { Subject, Transfer } from '@nodo-aperto/schema/events';
import type { DebtorContact, Metadata } from './position.ts';

export interface PositionDraft {
  iupd: string;
  debtor: Subject;
  /** Name of the creditor as it writes it; the one of the directory when absent. */
  companyName?: string;
  officeName?: string;
  payStandIn: boolean;
  /** Whether who owes finds it by pull payments; so when absent. */
  pull?: boolean;
  contact?: DebtorContact;
  options: readonly OptionDraft[];
}

export interface OptionDraft {
  description?: string;
  debtor?: Subject;
  /** Epoch milliseconds. */
  validFrom?: number;
  switchToExpired: boolean;
  instalments: readonly InstalmentDraft[];
}

export interface InstalmentDraft {
  iuv: string;
  /** "3" and the IUV when absent. */
  noticeNumber?: string;
  /** Euro cents. */
  amount: number;
  description: string;
  /** Epoch milliseconds. */
  dueDate: number;
  retentionDate?: number;
  fee?: number;
  metadata?: readonly Metadata[];
  transfers: readonly Transfer[];
}

/** When and how a draft is checked. */
export interface DraftContext {
  now: number;
  /** Whether the position exists already. */
  updating: boolean;
}

/** The place of an instalment in its draft, as issues name it. */
function instalmentPath(optionIndex: number, instalmentIndex: number): string {
  return `options[${optionIndex}].instalments[${instalmentIndex}]`;
}

/** Calls for every instalment of the draft. */
export function eachInstalment<T>(
  draft: PositionDraft,
  visit: (instalment: InstalmentDraft, path: string, option: OptionDraft) => readonly T[],
): T[] {
  return draft.options.flatMap((option, i) =>
    option.instalments.flatMap((instalment, j) => visit(instalment, instalmentPath(i, j), option)),
  );
}
