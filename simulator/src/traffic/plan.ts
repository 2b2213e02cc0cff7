/** Who pays what, when and how: decided before anything is sent, from the seed alone. */
import type { RandomStream } from '@nodo-aperto/kernel/random';
import type { Debtor } from '../creditors/index.ts';
import type { Population, PopulationCreditor, PopulationPsp } from '../population/index.ts';
import type { RandomStreams } from '../random-streams.ts';

/**
 * What becomes of a payment when the amount is on the screen. The payer pays, says no, or walks away without a word; or the payer pays and
 * the PSP activates twice under one key, sends its outcome twice, loses the answer to it and asks again under the same key, or sends it when
 * the token has expired.
 */
export const HABITS = ['PAYS', 'DECLINES', 'ABANDONS', 'RETRIES', 'SENDS_TWICE', 'LOSES_ANSWER', 'IS_LATE'] as const;
export type Habit = (typeof HABITS)[number];

/** What ACA knows of a notice when it is paid: the truth, nothing, or an amount that the creditor has changed since. */
export type AcaState = 'LOADED' | 'ABSENT' | 'STALE';

/** What a plan can be told; each default is the demo's. */
export interface PlanOptions {
  /** How often each habit, against the others. */
  readonly habits?: Readonly<Partial<Record<Habit, number>>>;
  /** Share of the notices that are in ACA, 0 to 1. */
  readonly acaShare?: number;
  /** Share of those whose amount has changed since, 0 to 1. */
  readonly staleShare?: number;
}

export interface PlannedPayment {
  /** Counts from 0. */
  readonly index: number;
  /** Time since the arrival before, in units of the mean time between arrivals. */
  readonly gap: number;
  readonly creditor: PopulationCreditor;
  readonly psp: PopulationPsp;
  readonly debtor: Debtor;
  /** Euro cents. */
  readonly amount: number;
  readonly description: string;
  readonly category: string;
  readonly habit: Habit;
  readonly aca: AcaState;
  /** Platform milliseconds that people take: to come with the notice, to look at it, to pay. */
  readonly pauses: { readonly beforeVerify: number; readonly beforeActivate: number; readonly beforeOutcome: number };
}

export interface PaymentPlan {
  next(): PlannedPayment;
}

const USUAL_HABITS: NonNullable<PlanOptions['habits']> = { PAYS: 92, DECLINES: 5, ABANDONS: 3 };
const PAUSES = { beforeVerify: 1_500, beforeActivate: 800, beforeOutcome: 1_200 } as const;
const PAUSE_SIGMA = 0.5;
const LARGEST_AMOUNT = 500_000;
const SMALLEST_AMOUNT = 100;

/** Poisson arrivals, each with all its choices. The same seed and population plan the same payments. */
export function planPayments(population: Population, streams: RandomStreams, options: PlanOptions = {}): PaymentPlan {
  const { habits: wanted = USUAL_HABITS, acaShare = 1, staleShare = 0 } = options;
  const habits = HABITS.map((item) => ({ item, weight: wanted[item] ?? 0 }));
  const arrivals = streams.stream('traffic/arrivals');
  const choices = streams.stream('traffic/choices');
  const creditors = weighted(population.creditors);
  const psps = weighted(population.psps);
  const citizens = weighted(population.citizens);
  let index = 0;
  return {
    next() {
      // A stream of its own for each payment: one more choice in one of them leaves all the others as they were.
      const random = choices.fork(String(index));
      const creditor = random.weighted(creditors);
      const citizen = random.weighted(citizens);
      const tariff = random.pick(creditor.tariffs);
      const amount = Math.round(random.logNormal(tariff.median, tariff.sigma));
      const pause = (median: number): number => Math.round(random.logNormal(median, PAUSE_SIGMA));
      return {
        index: index++,
        gap: arrivals.exponential(1),
        creditor,
        psp: random.weighted(psps),
        debtor: { type: 'F', code: citizen.fiscalCode, fullName: citizen.fullName },
        amount: Math.min(LARGEST_AMOUNT, Math.max(SMALLEST_AMOUNT, amount)),
        description: tariff.description,
        category: tariff.category,
        habit: random.weighted(habits),
        aca: acaState(random.fork('aca'), acaShare, staleShare),
        pauses: {
          beforeVerify: pause(PAUSES.beforeVerify),
          beforeActivate: pause(PAUSES.beforeActivate),
          beforeOutcome: pause(PAUSES.beforeOutcome),
        },
      };
    },
  };
}

function acaState(random: RandomStream, acaShare: number, staleShare: number): AcaState {
  const [loaded, stale] = [random.next() < acaShare, random.next() < staleShare];
  if (!loaded) return 'ABSENT';
  return stale ? 'STALE' : 'LOADED';
}

function weighted<Item extends { readonly weight: number }>(items: readonly Item[]): readonly { item: Item; weight: number }[] {
  return items.map((item) => ({ item, weight: item.weight }));
}
