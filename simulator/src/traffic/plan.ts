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
  /** Share of the debts that are paid in instalments, 0 to 1. */
  readonly instalmentShare?: number;
}

/** Which part of a debt a payment is. */
export interface Instalment {
  /** Index of the debt's first payment when it was planned: all its instalments have it. */
  readonly debt: number;
  /** From 1. */
  readonly number: number;
  readonly of: number;
  /** What each instalment comes to, euro cents, in order. */
  readonly amounts: readonly number[];
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
  /** Present when the debt is paid in instalments. */
  readonly instalment?: Instalment;
  /** Platform milliseconds that people take: to come with the notice, to look at it, to pay. */
  readonly pauses: { readonly beforeVerify: number; readonly beforeActivate: number; readonly beforeOutcome: number };
}

export interface PaymentPlan {
  /** A debt that falls due; of one in instalments the first. */
  next(): PlannedPayment;
  /** The same payer's next instalment, if there is one. */
  following(payment: PlannedPayment): PlannedPayment | undefined;
}

const USUAL_HABITS: NonNullable<PlanOptions['habits']> = { PAYS: 92, DECLINES: 5, ABANDONS: 3 };
const PAUSES = { beforeVerify: 1_500, beforeActivate: 800, beforeOutcome: 1_200 } as const;
const PAUSE_SIGMA = 0.5;
const LARGEST_AMOUNT = 500_000;
const SMALLEST_AMOUNT = 100;

/** Poisson arrivals, each with all its choices. The same seed and population plan the same payments. */
export function planPayments(population: Population, streams: RandomStreams, options: PlanOptions = {}): PaymentPlan {
  const { habits: wanted = USUAL_HABITS, acaShare = 1, staleShare = 0, instalmentShare = 0 } = options;
  const habits = HABITS.map((item) => ({ item, weight: wanted[item] ?? 0 }));
  const arrivals = streams.stream('traffic/arrivals');
  const choices = streams.stream('traffic/choices');
  const creditors = weighted(population.creditors);
  const psps = weighted(population.psps);
  const citizens = weighted(population.citizens);
  let index = 0;
  const pausesOf = (random: RandomStream): PlannedPayment['pauses'] => {
    const pause = (median: number): number => Math.round(random.logNormal(median, PAUSE_SIGMA));
    return {
      beforeVerify: pause(PAUSES.beforeVerify),
      beforeActivate: pause(PAUSES.beforeActivate),
      beforeOutcome: pause(PAUSES.beforeOutcome),
    };
  };
  return {
    next() {
      // A stream of its own for each payment: one more choice in one of them leaves all the others as they were.
      const random = choices.fork(String(index));
      const creditor = random.weighted(creditors);
      const citizen = random.weighted(citizens);
      const tariff = random.pick(creditor.tariffs);
      const amount = Math.min(LARGEST_AMOUNT, Math.max(SMALLEST_AMOUNT, Math.round(random.logNormal(tariff.median, tariff.sigma))));
      const instalment = random.fork('instalments').next() < instalmentShare ? firstOf(index, amount) : undefined;
      return {
        index: index++,
        gap: arrivals.exponential(1),
        creditor,
        psp: random.weighted(psps),
        debtor: { type: 'F', code: citizen.fiscalCode, fullName: citizen.fullName },
        amount: instalment?.amounts[0] ?? amount,
        description: tariff.description,
        category: tariff.category,
        habit: random.weighted(habits),
        aca: acaState(random.fork('aca'), acaShare, staleShare),
        ...(instalment && { instalment }),
        pauses: pausesOf(random),
      };
    },
    following(payment) {
      const { instalment } = payment;
      if (instalment === undefined || instalment.number === instalment.of) return undefined;
      const number = instalment.number + 1;
      const random = choices.fork(`${instalment.debt}/instalment/${number}`);
      const amount = instalment.amounts[number - 1] ?? payment.amount;
      return {
        ...payment,
        amount,
        psp: random.weighted(psps),
        habit: random.weighted(habits),
        instalment: { ...instalment, number },
        pauses: pausesOf(random),
      };
    },
  };
}

const INSTALMENTS = 3;

/** Instalments are alike; what cannot be divided comes with the first. */
function firstOf(debt: number, amount: number): Instalment {
  const part = Math.floor(amount / INSTALMENTS);
  return {
    debt,
    number: 1,
    of: INSTALMENTS,
    amounts: [amount - part * (INSTALMENTS - 1), ...Array.from({ length: INSTALMENTS - 1 }, () => part)],
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
