/** Payments per second by mode, from events. Counted in steps of platform time, kept for the length of the chart and no longer. */
import type { LiveEvent } from './events.ts';

export const MODES = ['standard', 'standIn', 'failed'] as const;
export type Mode = (typeof MODES)[number];

/** Milliseconds that one bar of the chart stands for. */
export const STEP_MS = 3_000;
/** Bars of the chart: three minutes. */
export const STEPS = 60;

export type Counts = Readonly<Record<Mode, number>>;
/** Counts by the number of their step since the epoch. */
export type Rates = ReadonlyMap<number, Counts>;

export const NO_RATES: Rates = new Map();
const NONE: Counts = { standard: 0, standIn: 0, failed: 0 };

/** The mode in which a payment ended by this event; undefined for events that end none. */
export function modeOf({ source, name, standIn }: Pick<LiveEvent, 'source' | 'name' | 'standIn'>): Mode | undefined {
  if (source !== 'payments') return undefined;
  if (name === 'payment.booked') return standIn ? 'standIn' : 'standard';
  return name === 'payment.failed' || name === 'payment.cancelled' ? 'failed' : undefined;
}

/** Counts events and forgets steps that the chart no longer shows. @param now epoch milliseconds of platform time */
export function countEvents(rates: Rates, events: readonly LiveEvent[], now: number): Rates {
  const oldest = stepAt(now) - STEPS;
  const counted = new Map([...rates].filter(([step]) => step >= oldest));
  for (const event of events) {
    const [mode, step] = [modeOf(event), stepAt(event.at)];
    // A step ahead is let in: clocks of two machines are never the same.
    if (mode === undefined || !(step >= oldest && step <= oldest + STEPS + 1)) continue;
    const before = counted.get(step) ?? NONE;
    counted.set(step, { ...before, [mode]: before[mode] + 1 });
  }
  return counted;
}

/** One bar: payments per second of each mode, and how long ago it began. */
export interface Bar extends Counts {
  readonly secondsAgo: number;
}

/** The chart's bars, oldest first. The last one is the newest step that is over, so that no bar grows while one looks. */
export function barsAt(rates: Rates, now: number): readonly Bar[] {
  const last = stepAt(now) - 1;
  return Array.from({ length: STEPS }, (_, index) => {
    const step = last - STEPS + 1 + index;
    const counts = rates.get(step) ?? NONE;
    const perSecond = (mode: Mode): number => (counts[mode] * 1_000) / STEP_MS;
    return {
      standard: perSecond('standard'),
      standIn: perSecond('standIn'),
      failed: perSecond('failed'),
      secondsAgo: Math.round(((last + 1 - step) * STEP_MS) / 1_000),
    };
  });
}

/** Payments per second of late: the mean of the newest bars. */
export function rateOfLate(bars: readonly Bar[], count = 5): Counts {
  const newest = bars.slice(-count);
  const mean = (mode: Mode): number => (newest.length === 0 ? 0 : newest.reduce((sum, bar) => sum + bar[mode], 0) / newest.length);
  return { standard: mean('standard'), standIn: mean('standIn'), failed: mean('failed') };
}

/** A round number at or above the highest bar, for the axis: 1, 2 or 5 times a power of ten. */
export function axisTop(bars: readonly Bar[]): number {
  const highest = Math.max(1, ...bars.map((bar) => bar.standard + bar.standIn + bar.failed));
  const power = 10 ** Math.floor(Math.log10(highest));
  return ([1, 2, 5, 10].find((factor) => factor * power >= highest) ?? 10) * power;
}

function stepAt(instant: number): number {
  return Math.floor(instant / STEP_MS);
}
