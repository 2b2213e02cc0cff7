/** Italian civil time: the field's dates (due dates, operative days, flow dates) are dates in Rome. */
export const ROME = 'Europe/Rome';

/** A calendar day, written `YYYY-MM-DD`. */
export type LocalDate = string;

/** What a clock on the wall and a calendar show. `month` 1..12, `weekday` 1 (Monday)..7 (Sunday), offset east of Greenwich. */
export interface LocalParts {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  millisecond: number;
  weekday: number;
  offsetMinutes: number;
}

const MINUTE = 60_000;
const DAY = 86_400_000;
// Offsets change on a quarter of an hour in every zone of our century.
const BUCKET = 15 * MINUTE;
const CACHE_LIMIT = 4_096;

interface Zone {
  readonly formatter: Intl.DateTimeFormat;
  readonly offsets: Map<number, number>;
}
const zones = new Map<string, Zone>();

function zoneOf(name: string): Zone {
  let zone = zones.get(name);
  if (zone === undefined) {
    const formatter = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    zone = { formatter, offsets: new Map() };
    zones.set(name, zone);
  }
  return zone;
}

/** Milliseconds local time is ahead of UTC at the instant. Throws RangeError for a zone that does not exist. */
export function zoneOffset(ms: number, zone: string = ROME): number {
  const { formatter, offsets } = zoneOf(zone);
  const bucket = Math.floor(ms / BUCKET);
  let offset = offsets.get(bucket);
  if (offset === undefined) {
    const instant = bucket * BUCKET;
    const parts: Record<string, number> = {};
    for (const { type, value } of formatter.formatToParts(instant)) parts[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    offset = Date.UTC(year, month - 1, day, hour, minute, second) - instant;
    if (offsets.size >= CACHE_LIMIT) offsets.clear();
    offsets.set(bucket, offset);
  }
  return offset;
}

/** The local date and time at an instant (epoch milliseconds). */
export function localParts(ms: number, zone: string = ROME): LocalParts {
  const offset = zoneOffset(ms, zone);
  const shifted = new Date(ms + offset);
  return {
    year: shifted.getUTCFullYear(),
    month: shifted.getUTCMonth() + 1,
    day: shifted.getUTCDate(),
    hour: shifted.getUTCHours(),
    minute: shifted.getUTCMinutes(),
    second: shifted.getUTCSeconds(),
    millisecond: shifted.getUTCMilliseconds(),
    weekday: shifted.getUTCDay() || 7,
    offsetMinutes: offset / MINUTE,
  };
}

/** The local calendar day at an instant. */
export function toLocalDate(ms: number, zone: string = ROME): LocalDate {
  return dayText(ms + zoneOffset(ms, zone));
}

/** The local date and time without its offset, to the second: `2026-03-02T10:00:00`, as the field's SOAP messages carry it. */
export function toLocalDateTime(ms: number, zone: string = ROME): string {
  return new Date(ms + zoneOffset(ms, zone)).toISOString().slice(0, 19);
}

/** The local date and time with its offset: `2026-03-02T10:00:00.000+01:00`. */
export function toOffsetIso(ms: number, zone: string = ROME): string {
  const offset = zoneOffset(ms, zone);
  const minutes = Math.abs(Math.trunc(offset / MINUTE));
  const two = (value: number): string => String(value).padStart(2, '0');
  const sign = offset < 0 ? '-' : '+';
  return `${new Date(ms + offset).toISOString().slice(0, 23)}${sign}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/**
 * The instant at which a zone's wall clocks show the given time; `wallTime` is that reading taken as if it were UTC.
 * A reading that occurs twice (clocks go back) means its first occurrence; one that is skipped (clocks go ahead) is moved on by
 * the length of the gap.
 */
export function fromWallTime(wallTime: number, zone: string = ROME): number {
  const before = zoneOffset(wallTime - DAY, zone);
  const after = zoneOffset(wallTime + DAY, zone);
  for (const offset of [before, after]) {
    if (zoneOffset(wallTime - offset, zone) === offset) return wallTime - offset;
  }
  return wallTime - before;
}

/** Whether the text is a day that exists, written `YYYY-MM-DD`, of the years 0001 to 9999. */
export function isLocalDate(text: string): boolean {
  return dayNumber(text) !== undefined;
}

/** The instant a local day begins, in epoch milliseconds. "24:00 of a day" is the start of the next. RangeError for no date. */
export function startOfLocalDay(date: string, zone: string = ROME): number {
  return fromWallTime(requireDay(date) * DAY, zone);
}

/** The day so many days later (earlier when negative). RangeError for a text that is no date. */
export function addDays(date: string, days: number): LocalDate {
  return dayText((requireDay(date) + days) * DAY);
}

/** How many days `to` is after `from`. RangeError for a text that is no date. */
export function daysBetween(from: string, to: string): number {
  return requireDay(to) - requireDay(from);
}

/** 1 (Monday) to 7 (Sunday). RangeError for a text that is no date. */
export function weekdayOf(date: string): number {
  return new Date(requireDay(date) * DAY).getUTCDay() || 7;
}

function requireDay(date: string): number {
  const day = dayNumber(date);
  if (day === undefined) throw new RangeError('A calendar day is written YYYY-MM-DD');
  return day;
}

/** Days since 1 January 1970. */
function dayNumber(text: string): number | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null || match[1] === '0000') return undefined;
  const ms = Date.parse(`${text}T00:00:00Z`);
  // The parser turns 31 June into 1 July.
  return Number.isNaN(ms) || dayText(ms) !== text ? undefined : ms / DAY;
}

function dayText(ms: number): LocalDate {
  return new Date(ms).toISOString().slice(0, 10);
}

/**
 * The beginning of the local day so many years earlier. Before a 29 February there may be none: then it is the 28th, so that what is kept
 * for years is rather kept a day longer.
 */
export function yearsBefore(instant: number, years: number, zone: string = ROME): number {
  const [year = '', month, day] = toLocalDate(instant, zone).split('-');
  const earlier = String(Number(year) - years).padStart(4, '0');
  const date = month === '02' && day === '29' ? '28' : day;
  return startOfLocalDay(`${earlier}-${month}-${date}`, zone);
}
