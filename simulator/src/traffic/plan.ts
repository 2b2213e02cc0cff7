/** Who pays what, when and how: decided before anything is sent, from the seed alone. */
import type { Debtor } from '../creditors/index.ts';
import type { Population, PopulationCreditor, PopulationPsp } from '../population/index.ts';
import type { RandomStreams } from '../random-streams.ts';

/** What a payer does when the amount is on the screen: pays, says no, or walks away without a word. */
export type Habit = 'PAYS' | 'DECLINES' | 'ABANDONS';

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
  /** Platform milliseconds that people take: to come with the notice, to look at it, to pay. */
  readonly pauses: { readonly beforeVerify: number; readonly beforeActivate: number; readonly beforeOutcome: number };
}

export interface PaymentPlan {
  next(): PlannedPayment;
}

const HABITS: readonly { readonly item: Habit; readonly weight: number }[] = [
  { item: 'PAYS', weight: 92 },
  { item: 'DECLINES', weight: 5 },
  { item: 'ABANDONS', weight: 3 },
];
const PAUSES = { beforeVerify: 1_500, beforeActivate: 800, beforeOutcome: 1_200 } as const;
const PAUSE_SIGMA = 0.5;
const LARGEST_AMOUNT = 500_000;
const SMALLEST_AMOUNT = 100;

/** Poisson arrivals, each with all its choices. The same seed and population plan the same payments. */
export function planPayments(population: Population, streams: RandomStreams): PaymentPlan {
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
        habit: random.weighted(HABITS),
        pauses: {
          beforeVerify: pause(PAUSES.beforeVerify),
          beforeActivate: pause(PAUSES.beforeActivate),
          beforeOutcome: pause(PAUSES.beforeOutcome),
        },
      };
    },
  };
}

function weighted<Item extends { readonly weight: number }>(items: readonly Item[]): readonly { item: Item; weight: number }[] {
  return items.map((item) => ({ item, weight: item.weight }));
}
