/** Asks for a run of the reconciliation, and does it. */
import { addWorkingDays, deadlinesOfDay, operativeDayBounds } from '@nodo-aperto/kernel/calendar';
import { InputError, invariant, LimitError } from '@nodo-aperto/kernel/faults';
import type { TaskDefinition } from '@nodo-aperto/kernel/jobs';
import { addDays, daysBetween, type LocalDate, toIso, toLocalDate } from '@nodo-aperto/kernel/time';
import { reconciliationDone } from '@nodo-aperto/schema/events';
import { z } from 'zod';
import { addPosition, emptyBalance } from '../../domain/reconciliation/balance.ts';
import { dayOfSettlement, itemsOfCredit, itemsOfFlow } from '../../domain/reconciliation/credits.ts';
import type { Item } from '../../domain/reconciliation/items.ts';
import { itemsOf, type Position } from '../../domain/reconciliation/position.ts';
import { type BalanceOf, replaceBalances } from '../../persistence/reconciliation/balances.ts';
import {
  type BookedCursor,
  bookedPositions,
  type ComparedFlow,
  orphanCredits,
  type Scope,
  settledFlows,
  unbookedLines,
} from '../../persistence/reconciliation/compared.ts';
import { clearUnseen, keepItems } from '../../persistence/reconciliation/items.ts';
import { endRun, findRun, insertRun, pairsOf, type Run, type RunPair, runningRuns } from '../../persistence/reconciliation/runs.ts';
import type { Writing } from '../writing.ts';

/** Name of the task that does a run. */
const RECONCILE = 'reporting.reconcile';
const ATTEMPTS = 5;
/** Calendar days that one run looks at. */
const MOST_DAYS = 31;
/** Runs of a scope that wait or run at a time. */
const MOST_RUNNING = 3;
const RETRY_AFTER_SECONDS = 10;
const PAGE = 1_000;
const FLOWS_PAGE = 200;
const LINES_PAGE = 5_000;

export interface AskedRun extends Scope {
  from: LocalDate;
  to: LocalDate;
}

/**
 * Asks for a run over operative days; it is done in the background, one after another.
 * @throws InputError for the days, LimitError when runs of the same scope are waiting
 */
export async function askForRun({ database, jobs, clock }: Writing, asked: AskedRun, by: string): Promise<Run> {
  const { from, to, ...scope } = asked;
  if (to < from) throw InputError.at('to', 'is before from', 'the same day or a later one');
  if (daysBetween(from, to) >= MOST_DAYS) throw InputError.at('to', 'is too far from from', `up to ${MOST_DAYS} days in one run`);
  if (from > toLocalDate(clock.now())) throw InputError.at('from', 'is in the future', 'today or an earlier day');
  if (operativeDaysOf(from, to).length === 0)
    throw InputError.at('to', 'leaves no operative day', 'days of which one is a working day in Italy');
  return database.transaction(async (transaction) => {
    if ((await runningRuns(transaction, scope)) >= MOST_RUNNING) {
      throw new LimitError(`${MOST_RUNNING} runs of this kind are under way: ask again when they are done.`, RETRY_AFTER_SECONDS);
    }
    const run = await insertRun(transaction, { ...scope, fromDay: from, toDay: to, by }, clock.now());
    invariant(run !== undefined, 'a run that was inserted is there');
    await jobs.enqueue(transaction, RECONCILE, { runId: run.id }, { queue: RECONCILE });
    return run;
  });
}

function operativeDaysOf(from: LocalDate, to: LocalDate): LocalDate[] {
  const days: LocalDate[] = [];
  for (let day = from; day <= to; day = addDays(day, 1)) if (operativeDayBounds(day)) days.push(day);
  return days;
}

/** Does a run, day by day. What it has done of a day when it is interrupted, it does again. */
export function reconcileTask(writing: Writing): TaskDefinition<{ runId: number }> {
  const { database, clock } = writing;
  return {
    name: RECONCILE,
    schema: z.object({ runId: z.number().int() }),
    maxAttempts: ATTEMPTS,
    async run({ runId }, { signal, attempt, maxAttempts }) {
      const run = await findRun(database, runId);
      if (run?.state !== 'RUNNING') return;
      try {
        let cleared = 0;
        for (const day of operativeDaysOf(run.fromDay, run.toDay)) cleared += await new DayOfRun(writing, run, day, signal).compare();
        await finish(writing, run, cleared);
      } catch (error) {
        if (attempt >= maxAttempts && !signal.aborted) {
          await database.transaction((transaction) => endRun(transaction, runId, 'FAILED', 0, clock.now()));
        }
        throw error;
      }
    },
  };
}

/** Compares what belongs to one operative day. */
class DayOfRun {
  readonly #writing: Writing;
  readonly #run: Run;
  readonly #scope: Scope;
  readonly #day: LocalDate;
  readonly #signal: AbortSignal;
  readonly #late: boolean;
  readonly #balances = new Map<string, BalanceOf>();
  #found: Item[] = [];

  constructor(writing: Writing, run: Run, day: LocalDate, signal: AbortSignal) {
    this.#writing = writing;
    this.#run = run;
    const { pspCode, creditorFiscalCode } = run;
    this.#scope = { ...(pspCode !== undefined && { pspCode }), ...(creditorFiscalCode !== undefined && { creditorFiscalCode }) };
    this.#day = day;
    this.#signal = signal;
    this.#late = deadlinesOfDay(day).lateFrom <= writing.clock.now();
  }

  /** @returns how many items are gone */
  async compare(): Promise<number> {
    await this.#bookings();
    await this.#flows();
    await this.#credits();
    await this.#keep(0);
    const { database } = this.#writing;
    const { id } = this.#run;
    return database.transaction(async (transaction) => {
      await replaceBalances(transaction, { runId: id, day: this.#day, ...this.#scope }, [...this.#balances.values()]);
      return clearUnseen(transaction, id, this.#day, this.#scope);
    });
  }

  async #bookings(): Promise<void> {
    const bounds = operativeDayBounds(this.#day);
    invariant(bounds !== undefined, 'a run looks at operative days');
    let after: BookedCursor | undefined;
    do {
      this.#signal.throwIfAborted();
      const wanted = { ...this.#scope, ...bounds, day: this.#day };
      const { positions, last } = await bookedPositions(this.#writing.database, wanted, { limit: PAGE, ...(after && { after }) });
      for (const position of positions) this.#take(position);
      await this.#keep(PAGE);
      after = positions.length === PAGE ? last : undefined;
    } while (after);
  }

  async #flows(): Promise<void> {
    let flows: ComparedFlow[];
    let afterId = 0;
    do {
      this.#signal.throwIfAborted();
      flows = await settledFlows(this.#writing.database, { ...this.#scope, ...this.#settled() }, { limit: FLOWS_PAGE, afterId });
      for (const flow of flows) {
        this.#found.push(...itemsOfFlow(flow, flow.credits, flow.covered));
        await this.#unbooked(flow);
        afterId = flow.id;
      }
      await this.#keep(PAGE);
    } while (flows.length === FLOWS_PAGE);
  }

  async #unbooked(flow: ComparedFlow): Promise<void> {
    let afterIndex: number | undefined = 0;
    while (afterIndex !== undefined) {
      this.#signal.throwIfAborted();
      const page: Awaited<ReturnType<typeof unbookedLines>> = await unbookedLines(this.#writing.database, flow, this.#day, {
        limit: LINES_PAGE,
        afterIndex,
      });
      for (const position of page.positions) this.#take(position);
      afterIndex = page.last;
      await this.#keep(PAGE);
    }
  }

  async #credits(): Promise<void> {
    const { database, directory } = this.#writing;
    let credits: Awaited<ReturnType<typeof orphanCredits>>;
    let afterId = 0;
    do {
      this.#signal.throwIfAborted();
      credits = await orphanCredits(database, { ...this.#scope, ...this.#settled() }, { limit: PAGE, afterId });
      for (const credit of credits) {
        const pspKnown = credit.pspCode !== undefined && (await directory.psp(credit.pspCode)) !== undefined;
        this.#found.push(...itemsOfCredit(credit, { ...credit, pspKnown }));
        afterId = credit.id;
      }
      await this.#keep(PAGE);
    } while (credits.length === PAGE);
  }

  /** The days on which what belongs to this operative day is credited: those after it, until D+1. */
  #settled(): { after: LocalDate; until: LocalDate } {
    const until = addWorkingDays(this.#day, 1);
    invariant(dayOfSettlement(until) === this.#day, 'an operative day is settled on the next working day');
    return { after: this.#day, until };
  }

  #take(position: Position): void {
    const { pspCode, creditorFiscalCode } = position;
    const key = `${pspCode}/${creditorFiscalCode}`;
    let balance = this.#balances.get(key);
    if (!balance) this.#balances.set(key, (balance = { ...emptyBalance(), day: this.#day, pspCode, creditorFiscalCode }));
    addPosition(balance, position);
    this.#found.push(...itemsOf(position, this.#late));
  }

  /** Stores what was found, once it is so much. */
  async #keep(atLeast: number): Promise<void> {
    if (this.#found.length < atLeast) return;
    const { pspCode } = this.#scope;
    const items = this.#found.filter((item) => pspCode === undefined || item.pspCode === pspCode);
    this.#found = [];
    const { database, clock } = this.#writing;
    for (let from = 0; from < items.length; from += PAGE) {
      await database.transaction((transaction) => keepItems(transaction, this.#run.id, items.slice(from, from + PAGE), clock.now()));
    }
  }
}

async function finish({ database, outbox, clock }: Writing, { id }: Run, cleared: number): Promise<void> {
  await database.transaction(async (transaction) => {
    const now = clock.now();
    const run = await endRun(transaction, id, 'DONE', cleared, now);
    const about = { run: id, fromDay: run.fromDay, toDay: run.toDay, doneAt: toIso(now) };
    let pairs: RunPair[];
    let after: RunPair | undefined;
    do {
      pairs = await pairsOf(transaction, id, { limit: PAGE, ...(after && { after }) });
      after = pairs.at(-1);
      const others = pairs.filter((pair) => pair.pspCode !== run.pspCode || pair.creditorFiscalCode !== run.creditorFiscalCode);
      await outbox.appendMany(
        transaction,
        reconciliationDone,
        others.map((pair) => ({ ...about, ...pair })),
      );
    } while (pairs.length === PAGE);
    const { pspCode, creditorFiscalCode, openItems } = run;
    await outbox.append(transaction, reconciliationDone, { ...about, pspCode, creditorFiscalCode, openItems });
  });
}
