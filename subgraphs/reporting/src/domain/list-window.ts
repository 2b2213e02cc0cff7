import { InputError } from '@nodo-aperto/kernel/faults';
import { addDays, startOfLocalDay, toIso, toLocalDate } from '@nodo-aperto/kernel/time';

/** The same day of the month before, or that month's last day when it has no such day. */
function monthBefore(day: string): string {
  const last = addDays(`${day.slice(0, 8)}01`, -1);
  const same = `${last.slice(0, 8)}${day.slice(8)}`;
  return same < last ? same : last;
}

/**
 * From when a creditor's list of published flows begins: the instant asked for, which is at most a month old; a month ago otherwise. A month
 * begins with its first day, Italian time. Source: Domain facts, Reporting §1.2.
 * @param path of the field that was asked with
 * @throws InputError when it is older
 */
export function startOfList(asked: number | undefined, now: number, path: string): number {
  const oldest = startOfLocalDay(monthBefore(toLocalDate(now)));
  if (asked === undefined) return oldest;
  if (asked < oldest) throw InputError.at(path, 'is more than a month ago', `an instant from ${toIso(oldest)} on`);
  return asked;
}
