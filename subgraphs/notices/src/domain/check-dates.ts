import type { InputIssue } from '@nodo-aperto/kernel/faults';
import type { DraftContext, InstalmentDraft, OptionDraft } from './position-draft.ts';

/**
 * The validity of a new position lies in the future. A due date is not before the validity; without one it is not past, except that
 * an update may keep a past due date on an option that does not expire. A retention date is not before the due date.
 * Source: Domain facts, Payments §4.4.
 */
export function checkDates(instalment: InstalmentDraft, option: OptionDraft, path: string, context: DraftContext): InputIssue[] {
  const issues: InputIssue[] = [];
  if (option.validFrom !== undefined && instalment.dueDate < option.validFrom) {
    issues.push({ path: `${path}.dueDate`, message: 'is before the validity', expected: 'the validity or later' });
  } else if (!isDueDateAcceptable(instalment.dueDate, option.switchToExpired, context)) {
    issues.push({ path: `${path}.dueDate`, message: 'is past', expected: pastDueExpectation(context) });
  }
  if (instalment.retentionDate !== undefined && instalment.retentionDate < instalment.dueDate) {
    issues.push({ path: `${path}.retentionDate`, message: 'is before the due date', expected: 'the due date or later' });
  }
  return issues;
}

/** Whether a due date may stand: see `checkDates`; paCreatePosition's expiration date follows the same rule. */
export function isDueDateAcceptable(dueDate: number, switchToExpired: boolean, context: DraftContext): boolean {
  return dueDate >= context.now || (context.updating && !switchToExpired);
}

/** What an acceptable due date is, in words. */
export function pastDueExpectation(context: DraftContext): string {
  return context.updating ? 'a future instant, or switchToExpired false' : 'a future instant';
}

/** The validity of a new position lies in the future; a position that is updated may keep the one that it had. */
export function checkValidity(option: OptionDraft, path: string, context: DraftContext): InputIssue[] {
  if (context.updating || option.validFrom === undefined || option.validFrom > context.now) return [];
  return [{ path: `${path}.validFrom`, message: 'is not in the future', expected: 'a future instant, or none for at once' }];
}
