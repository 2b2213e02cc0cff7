import { fromWallTime, isLocalDate } from './calendar.ts';
import { DAY, HOUR, MINUTE, SECOND } from './durations.ts';

const INSTANT = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(Z|[+-]\d{2}(?::?\d{2})?)?$/;

/** `2026-03-02T09:00:00.000Z`. Throws RangeError for a value that is no instant. */
export function toIso(ms: number): string {
  return new Date(ms).toISOString();
}

/**
 * Epoch milliseconds of an ISO 8601 date and time, undefined when it is none. The offset may be missing: the time is then that
 * of Rome, as integrators write it. Seconds and fraction may be missing; a fraction is cut to milliseconds; 24:00 is the end of
 * the day. A date alone is not an instant (see `startOfLocalDay`).
 */
export function parseInstant(text: string): number | undefined {
  const match = INSTANT.exec(text);
  if (match === null) return undefined;
  const [, date = '', hourText, minuteText, secondText = '0', fraction = '', offset] = match;
  const hour = Number(hourText);
  const minute = Number(minuteText);
  const second = Number(secondText);
  const millisecond = Number(fraction.padEnd(3, '0').slice(0, 3));
  const endOfDay = hour === 24 && minute === 0 && second === 0 && /^0*$/.test(fraction);
  if (!isLocalDate(date) || (hour > 23 && !endOfDay) || minute > 59 || second > 59) return undefined;
  const wallTime = Date.parse(`${date}T00:00:00Z`) + hour * HOUR + minute * MINUTE + second * SECOND + millisecond;
  if (offset === undefined) return fromWallTime(wallTime);
  const shift = offsetMilliseconds(offset);
  return shift === undefined ? undefined : wallTime - shift;
}

function offsetMilliseconds(offset: string): number | undefined {
  if (offset === 'Z') return 0;
  const hours = Number(offset.slice(1, 3));
  const minutes = Number(offset.slice(3).replace(':', '') || '0');
  const shift = hours * HOUR + minutes * MINUTE;
  // XML Schema and ISO 8601 know no offset beyond 14 hours.
  if (minutes > 59 || shift > 14 * HOUR) return undefined;
  return offset.startsWith('-') ? -shift : shift;
}

/** Epoch milliseconds of a Date object handed over by a driver. Throws RangeError for an invalid one. */
export function fromDate(date: Date): number {
  const ms = date.getTime();
  if (Number.isNaN(ms)) throw new RangeError('An invalid Date object is no instant');
  return ms;
}

/** A Date object for a driver that needs one. Throws RangeError for a value that is no instant. */
export function asDate(ms: number): Date {
  if (!Number.isFinite(ms) || Math.abs(ms) > 100_000_000 * DAY) throw new RangeError(`${ms} is no instant in epoch milliseconds`);
  return new Date(ms);
}
