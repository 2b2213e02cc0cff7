import * as fc from 'fast-check';
import { DAY } from '@nodo-aperto/kernel/time';
import type { PositionStatus } from '@nodo-aperto/schema/events';
import { describe, expect, it } from 'vitest';
import { aDraft, anInstalment, anOption, aPosition, aTransfer, NOW } from '../../test/examples.ts';
import { bookPayment } from './book-payment.ts';
import { checkDraft } from './check-draft.ts';
import { invalidatePosition } from './invalidate-position.ts';
import { markPaidElsewhere } from './mark-paid-elsewhere.ts';
import { type DebtPosition, instalmentsOf, type Placed } from './position.ts';
import type { PositionDraft } from './position-draft.ts';
import { publishPosition } from './publish-position.ts';
import { reportTransfer } from './report-transfer.ts';
import { settle } from './settle.ts';
import { updatePosition } from './update-position.ts';

/** Every step that the rules allow, from any state; time alone makes the first three. Source: Domain facts, Payments §4.4. */
const STEPS: Record<PositionStatus, readonly PositionStatus[]> = {
  DRAFT: ['PUBLISHED', 'VALID', 'EXPIRED', 'PARTIALLY_PAID', 'PAID'],
  PUBLISHED: ['VALID', 'EXPIRED', 'INVALID', 'PARTIALLY_PAID', 'PAID'],
  VALID: ['PUBLISHED', 'EXPIRED', 'INVALID', 'PARTIALLY_PAID', 'PAID'],
  EXPIRED: ['PUBLISHED', 'VALID', 'PARTIALLY_PAID', 'PAID'],
  INVALID: ['PARTIALLY_PAID', 'PAID'],
  PARTIALLY_PAID: ['PAID'],
  PAID: ['REPORTED'],
  REPORTED: [],
};

const drafts: fc.Arbitrary<PositionDraft> = fc
  .array(
    fc.record({
      count: fc.integer({ min: 1, max: 3 }),
      switchToExpired: fc.boolean(),
      validAfterDays: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
      dueAfterDays: fc.integer({ min: 5, max: 9 }),
    }),
    { minLength: 1, maxLength: 3 },
  )
  .map((options) => {
    let number = 0;
    return aDraft({
      options: options.map(({ count, switchToExpired, validAfterDays, dueAfterDays }) =>
        anOption({
          switchToExpired,
          ...(validAfterDays !== undefined && { validFrom: NOW + validAfterDays * DAY }),
          instalments: Array.from({ length: count }, (_, index) =>
            anInstalment((number += 1), { dueDate: NOW + (dueAfterDays + index) * DAY }),
          ),
        }),
      ),
    });
  });

type Command = (position: DebtPosition, placed: Placed, now: number, draft: PositionDraft) => DebtPosition;
const orSame = (position: DebtPosition, result: { ok: true; value: DebtPosition } | { ok: false }): DebtPosition =>
  result.ok ? result.value : position;

/** What creditors do. */
const CREDITOR_COMMANDS: Record<string, Command> = {
  wait: (position) => position,
  publish: (position, _, now) => orSame(position, publishPosition(position, now)),
  invalidate: (position, _, now) => orSame(position, invalidatePosition(position, now)),
  update: (position, _, now, draft) => orSame(position, updatePosition(position, draft, { now, companyName: 'Comune', publish: false })),
  markPaid: (position, placed, now) => orSame(position, markPaidElsewhere(position, placed, now, now)),
};
/** Facts of the platform. */
const FACTS: Record<string, Command> = {
  book: (position, placed, now) => bookPayment(position, placed, { at: now, token: 'a'.repeat(32) }),
  report: (position, placed, now) => reportTransfer(position, placed, 1, { flow: 'flow', at: now }),
};

const runOf = (names: string[]) =>
  fc.array(fc.record({ name: fc.constantFrom(...names), pick: fc.nat(20), hours: fc.integer({ min: 0, max: 48 }) }), { maxLength: 25 });
const touchedOptions = (position: DebtPosition): number =>
  position.options.filter((option) => option.instalments.some(({ payment }) => payment)).length;

/** Runs the commands over a position and calls back with every settled step. */
function run(
  first: PositionDraft,
  second: PositionDraft,
  steps: { name: string; pick: number; hours: number }[],
  visit: (before: DebtPosition, after: DebtPosition, stated: readonly { revision: number; noticeNumber: string }[]) => void,
): void {
  const commands = { ...CREDITOR_COMMANDS, ...FACTS };
  let now = NOW;
  let position = aPosition(first, { publish: false });
  for (const { name, pick, hours } of steps) {
    now += hours * 3_600_000;
    const timePasses = settle(position, position, { now });
    visit(position, timePasses.after, timePasses.stated);
    const all = instalmentsOf(timePasses.after);
    const settled = settle(timePasses.after, commands[name]!(timePasses.after, all[pick % all.length]!, now, second), { now });
    visit(timePasses.after, settled.after, settled.stated);
    position = settled.after;
  }
}

/** Hundreds of runs each: seconds on a machine that others use as well. */
const DEADLINE_MS = 60_000;

describe('properties of positions', () => {
  it(
    'Σ transfers is the amount, for every draft that passes',
    () => {
      const amounts = fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 5 });
      fc.assert(
        fc.property(amounts, fc.integer({ min: -1, max: 1 }), (parts, off) => {
          const sum = parts.reduce((total, part) => total + part, 0);
          const transfers = parts.map((amount, index) => aTransfer({ idTransfer: index + 1, amount }));
          const draft = aDraft({ options: [anOption({ instalments: [anInstalment(1, { amount: sum + off, transfers })] })] });
          expect(checkDraft(draft, { now: NOW, updating: false }).ok).toBe(off === 0);
        }),
      );
    },
    DEADLINE_MS,
  );

  it(
    'states are reached only by the steps of the rules',
    () => {
      fc.assert(
        fc.property(drafts, drafts, runOf([...Object.keys(CREDITOR_COMMANDS), ...Object.keys(FACTS)]), (first, second, steps) => {
          run(first, second, steps, (before, after) => {
            if (before.status !== after.status) expect(reachable(before.status)).toContain(after.status);
          });
        }),
        { numRuns: 300 },
      );
    },
    DEADLINE_MS,
  );

  it(
    'by creditors’ commands at most one option is ever paid, and INVALID is final',
    () => {
      fc.assert(
        fc.property(drafts, drafts, runOf(Object.keys(CREDITOR_COMMANDS)), (first, second, steps) => {
          run(first, second, steps, (before, after) => {
            expect(touchedOptions(after)).toBeLessThanOrEqual(1);
            if (before.status === 'INVALID') expect(after).toEqual(before);
          });
        }),
        { numRuns: 300 },
      );
    },
    DEADLINE_MS,
  );

  it(
    'a notice is stated exactly when it changed, with the next revision',
    () => {
      fc.assert(
        fc.property(drafts, drafts, runOf([...Object.keys(CREDITOR_COMMANDS), ...Object.keys(FACTS)]), (first, second, steps) => {
          const revisions = new Map<string, number>();
          run(first, second, steps, (before, after, stated) => {
            for (const { instalment } of instalmentsOf(before)) revisions.set(instalment.noticeNumber, instalment.revision);
            for (const { noticeNumber, revision } of stated) {
              expect(revision).toBe((revisions.get(noticeNumber) ?? 0) + 1);
              revisions.set(noticeNumber, revision);
            }
            for (const { instalment } of instalmentsOf(after)) expect(instalment.revision).toBe(revisions.get(instalment.noticeNumber));
          });
        }),
      );
    },
    DEADLINE_MS,
  );
});

/** A fact may settle several steps at once (reported before it was booked). */
function reachable(from: PositionStatus): PositionStatus[] {
  const found = new Set<PositionStatus>(STEPS[from]);
  if (found.has('PAID')) found.add('REPORTED');
  return [...found];
}
