/** Rule: calls are summed up by minute, hour, day and month of Italian time, by the instant at which they began. */
import { HOUR, MINUTE, startOfLocalDay, toLocalDate } from '@nodo-aperto/kernel/time';
import { monthOfDay } from '../month.ts';

export const GRAINS = ['MINUTE', 'HOUR', 'DAY', 'MONTH'] as const;
export type Grain = (typeof GRAINS)[number];

/** Where the spans begin that an instant lies in. Epoch milliseconds. */
export type Starts = Readonly<Record<Grain, number>> & { readonly day: string };

/** Italian time is whole hours apart from universal time: the hours of both begin together. */
export function startsOf(instant: number): Starts {
  const day = toLocalDate(instant);
  return {
    MINUTE: Math.floor(instant / MINUTE) * MINUTE,
    HOUR: Math.floor(instant / HOUR) * HOUR,
    DAY: startOfLocalDay(day),
    MONTH: startOfLocalDay(`${monthOfDay(day)}-01`),
    day,
  };
}
