import type { PositionStatus } from '@nodo-aperto/schema/events';
import { checkDraft } from './check-draft.ts';
import { frameOf, optionsOf } from './create-position.ts';
import { allowed, type Outcome, refused } from './outcome.ts';
import type { DebtPosition } from './position.ts';
import type { PositionDraft } from './position-draft.ts';
import { positionStatusAt } from './position-status.ts';

const FINAL_STATUSES: readonly PositionStatus[] = ['INVALID', 'PARTIALLY_PAID', 'PAID', 'REPORTED'];

/**
 * Replaces the content of a position by a draft that passes all rules. Not of one that is INVALID (final), or paid in whole or part.
 * A published position stays published; `publish` publishes a draft. An open payment session is no obstacle and keeps its amount.
 * Source: Domain facts, Payments §4.4; design section 6.
 */
export function updatePosition(
  position: DebtPosition,
  draft: PositionDraft,
  context: { now: number; companyName: string; publish: boolean },
): Outcome<DebtPosition> {
  const status = positionStatusAt(position, context.now);
  if (FINAL_STATUSES.includes(status)) {
    return refused('CONFLICT', {
      path: '',
      message: `the position is ${status} and can no longer be updated`,
      expected: 'a position that is neither INVALID nor paid',
    });
  }
  if (draft.iupd !== position.iupd) {
    return refused('INVALID', {
      path: 'iupd',
      message: 'is not that of the position',
      expected: 'the IUPD of the position that is updated',
    });
  }
  const checked = checkDraft(draft, { now: context.now, updating: true });
  if (!checked.ok) return checked;
  const { officeName: _, contact: _contact, ...rest } = position;
  const publishedAt = position.publishedAt ?? (context.publish ? context.now : undefined);
  return allowed({
    ...rest,
    ...frameOf(draft),
    origin: 'FULL',
    companyName: draft.companyName ?? context.companyName,
    ...(publishedAt !== undefined && { publishedAt }),
    options: optionsOf(draft, context.now),
  });
}
