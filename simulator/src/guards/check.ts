/** Switches off one guard of the platform after the other, does to each platform what the guard is there for, and sees which invariant fires. */
import { UnavailableError } from '@nodo-aperto/kernel/faults';
import type { Logger } from '@nodo-aperto/kernel/logging';
import { DeadlineExceededError, realClock, withDeadline } from '@nodo-aperto/kernel/time';
import { checkAll } from '../invariants/index.ts';
import type { Violation } from '../invariants/index.ts';
import { look } from '../runner/operations.ts';
import { startOwnPlatform } from '../runner/own-platform.ts';
import { DRILLS } from './drills/index.ts';
import type { DrillName } from './drills/index.ts';
import { runJob } from './drills/operations.ts';
import { openWorld } from './drills/world.ts';
import type { DrillWorld } from './drills/world.ts';
import { mutatedPlatform } from './mutation.ts';
import type { Edit, Guard } from './types.ts';

export interface CheckedGuard {
  readonly name: string;
  readonly keeps: string;
  readonly watchedBy: string;
  /** The invariants that fired, each once, in the order of the report. */
  readonly caughtBy: readonly string[];
  /** The first violation of the invariant that watches over it, else of any. */
  readonly violation?: Violation;
  /** Why there is no result: the platform without the guard did not even run. */
  readonly problem?: string;
  readonly seconds: number;
}

export interface CheckResult {
  /** What fired on the platform with all guards: must be nothing, or the others prove nothing. */
  readonly unharmed: readonly Violation[];
  readonly guards: readonly CheckedGuard[];
}

export interface CheckOptions {
  readonly guards: readonly Guard[];
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly onChecked?: (checked: CheckedGuard) => void;
  readonly onUnharmed?: (violations: readonly Violation[], seconds: number) => void;
}

/** Platforms at a time: while one settles the other works. */
const AT_ONCE = 2;
/** From building the platform to its end, on a busy machine. */
const LONGEST_MS = 300_000;
const DRAIN_MS = 8_000;
/** Without a guard what fires fires for good; with all of them what has not come yet is waited for. */
const SETTLED_MS = { mutated: 6_000, whole: 30_000 } as const;
const LOOK_AGAIN_MS = 500;

/** Whether everything is as it must be: nothing fires with all guards, and without each the rule that watches over it. */
export function allCaught({ unharmed, guards }: CheckResult): boolean {
  return unharmed.length === 0 && guards.every(({ caughtBy, watchedBy }) => caughtBy.includes(watchedBy));
}

/** @throws SnippetLostError when a guard is no longer where the list says; AbortedError */
export async function checkGuards(options: CheckOptions): Promise<CheckResult> {
  const { guards, onChecked, onUnharmed } = options;
  const clock = realClock();
  const began = clock.monotonic();
  // With all that strains it and through all drills the whole platform must hold.
  const drills = Object.keys(DRILLS) as DrillName[];
  const strain = guards.flatMap((guard) => guard.strain ?? []);
  const unharmed = await violationsOf(options, { edits: strain, drills: inOrder(drills), settleMs: SETTLED_MS.whole });
  onUnharmed?.(unharmed, (clock.monotonic() - began) / 1_000);
  const checked: CheckedGuard[] = [];
  const waiting = [...guards.entries()];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, guard] = next;
      checked[index] = await checkGuard(options, guard);
      onChecked?.(checked[index]);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { unharmed, guards: checked };
}

async function checkGuard(options: CheckOptions, guard: Guard): Promise<CheckedGuard> {
  const clock = realClock();
  const began = clock.monotonic();
  const { name, keeps, watchedBy, edits, strain = [] } = guard;
  const seconds = (): number => Math.round((clock.monotonic() - began) / 100) / 10;
  try {
    const trial = { edits: [...strain, ...edits], drills: inOrder(guard.drills), settleMs: SETTLED_MS.mutated };
    const violations = await violationsOf(options, trial);
    const caughtBy = [...new Set(violations.map(({ invariant }) => invariant))];
    const violation = violations.find(({ invariant }) => invariant === watchedBy) ?? violations[0];
    return { name, keeps, watchedBy, caughtBy, ...(violation && { violation }), seconds: seconds() };
  } catch (error) {
    if (!(error instanceof UnavailableError || error instanceof DeadlineExceededError)) throw error;
    return { name, keeps, watchedBy, caughtBy: [], problem: error.message, seconds: seconds() };
  }
}

/** Reports come last: what they are about has to be paid by then. */
function inOrder(drills: readonly DrillName[]): readonly DrillName[] {
  return [...drills.filter((name) => name !== 'report'), ...drills.filter((name) => name === 'report')];
}

/** A platform with edits, and what is done to it. */
interface Trial {
  readonly edits: readonly Edit[];
  readonly drills: readonly DrillName[];
  /** Real milliseconds in which everything that follows of itself has to follow. */
  readonly settleMs: number;
}

/** What fires on a platform with these edits, after these drills, when all has come to rest. @throws DeadlineExceededError */
function violationsOf(options: CheckOptions, trial: Trial): Promise<readonly Violation[]> {
  return withDeadline(
    realClock(),
    LONGEST_MS,
    'a platform without a guard to be looked at',
    (signal) => seenOn({ ...options, signal }, trial),
    options.signal,
  );
}

async function seenOn({ log, signal }: CheckOptions, { edits, drills, settleMs }: Trial): Promise<readonly Violation[]> {
  await using stack = new AsyncDisposableStack();
  const { program } = stack.use(await mutatedPlatform(edits));
  const platform = await startOwnPlatform(realClock(), signal, program);
  stack.defer(() => platform.stop());
  const world = await openWorld(platform, { log, signal, stack });
  for (const name of drills) await DRILLS[name](world);
  await drained(world);
  // Awaited here: the platform goes when this ends.
  return await settled(world, settleMs);
}

/** Waits until the stations have their receipts; what does not arrive the invariants will see. */
async function drained({ client, clock, signal }: DrillWorld): Promise<void> {
  await runJob(client, 'RECEIPT_DELIVERY');
  const until = clock.monotonic() + DRAIN_MS;
  while (clock.monotonic() < until && [...(await look(client, signal)).queued.values()].some((total) => total > 0))
    await clock.sleep(LOOK_AGAIN_MS, signal);
}

/** What fires still when everything that follows of itself has had its time. */
async function settled({ client, ledger, clock, signal }: DrillWorld, withinMs: number): Promise<readonly Violation[]> {
  const until = clock.monotonic() + withinMs;
  for (;;) {
    const violations = await checkAll({ ledger, platform: client, final: true });
    if (violations.length === 0 || clock.monotonic() >= until) return violations;
    await clock.sleep(LOOK_AGAIN_MS, signal);
  }
}
