/** Service levels as a caller may see them: a PSP and a creditor their own, a partner those of its stations, an operator all. */
import { ownsTenant, type Principal, requireRole } from '@nodo-aperto/kernel/auth';
import type { Database } from '@nodo-aperto/kernel/database';
import type { Directory } from '@nodo-aperto/kernel/directory';
import { ForbiddenError, InputError } from '@nodo-aperto/kernel/faults';
import { type Connection, listCursor, pageSize, readListCursor, toConnection } from '@nodo-aperto/kernel/graphql';
import { addDays, type Clock, DAY, daysBetween, HOUR, isLocalDate, MINUTE, startOfLocalDay } from '@nodo-aperto/kernel/time';
import type { Grain } from '../../domain/service-level/grain.ts';
import { clip, type Interval, length } from '../../domain/service-level/intervals.ts';
import type { Outage } from '../../domain/service-level/outage.ts';
import { shareOf } from '../../domain/service-level/share.ts';
import type { Subject } from '../../domain/service-level/subject.ts';
import { addTally, emptyTally, type Tally } from '../../domain/service-level/tally.ts';
import { outagesOf } from '../../persistence/service-level/outages.ts';
import { type CallFilter, type RawCall, rawCallsOf } from '../../persistence/service-level/raw-calls.ts';
import { type DaySpan, faultTotals, levelSeries, levelTotals, minuteTotals } from '../../persistence/service-level/read-levels.ts';
import { seriesOf } from '../../persistence/service-level/series.ts';
import type { PageRequest } from '../read-results.ts';

export interface LevelOfMethod {
  method: string;
  tally: Tally;
  faults: { fault: string; calls: number }[];
}

export interface Availability {
  outages: number;
  downMs: number;
  /** Hundredths of a percent of the time that has passed; absent before any has. */
  share: number | undefined;
  minutesObserved: number;
  minutesDown: number;
  /** Hundredths of a percent of the minutes with any call; absent without any. */
  shareOfMinutes: number | undefined;
}

export interface ServiceLevel extends Subject, DaySpan {
  total: Tally;
  methods: LevelOfMethod[];
  availability: Availability;
}

/** How long a series may be, by its grain. */
const LONGEST_MS: Readonly<Record<Grain, number>> = { MINUTE: 6 * HOUR, HOUR: 32 * DAY, DAY: 400 * DAY, MONTH: 3_700 * DAY };
const MOST_POINTS = 1_000;
const LONGEST_DAYS = 400;
/** Outages of one period that are added up; more than five a minute cannot be. */
const OUTAGES_AT_ONCE = 5_000;

export interface ServiceLevelParts {
  database: Database;
  directory: Pick<Directory, 'station'>;
  clock: Clock;
}

export class ServiceLevelReader {
  readonly #parts: ServiceLevelParts;

  constructor(parts: ServiceLevelParts) {
    this.#parts = parts;
  }

  /** @throws ForbiddenError for somebody else's, InputError for days that are none or too far apart */
  async level(principal: Principal | undefined, subject: Subject, from: string, to: string): Promise<ServiceLevel> {
    await this.#mayRead(principal, subject);
    const span = daySpan(from, to);
    const { database } = this.#parts;
    const numbers = await seriesOf(database, subject);
    const ids = [...numbers.values()];
    const [totals, faults, minutes, availability] = await Promise.all([
      levelTotals(database, ids, span),
      faultTotals(database, ids, span),
      minuteTotals(database, numbers.get('') ?? 0, span),
      this.#outages(subject, span),
    ]);
    const total = emptyTally();
    const methods: LevelOfMethod[] = [];
    for (const [method, id] of numbers) {
      const tally = totals.get(id);
      if (!tally) continue;
      addTally(total, tally);
      methods.push({ method, tally, faults: faults.filter(({ series }) => series === id) });
    }
    const shareOfMinutes = shareOf(minutes.called - minutes.down, minutes.called);
    const measured = { ...availability, minutesObserved: minutes.called, minutesDown: minutes.down, shareOfMinutes };
    return { ...subject, ...span, total, methods, availability: measured };
  }

  /** The spans of a grain that begin in an interval and have any call. Minutes are kept for three days, hours for a hundred. */
  async series(
    principal: Principal | undefined,
    subject: Subject,
    { from, until }: Interval,
    { grain, method }: { grain: Grain; method?: string | undefined },
  ): Promise<{ start: number; tally: Tally }[]> {
    await this.#mayRead(principal, subject);
    if (until <= from || until - from > LONGEST_MS[grain]) {
      throw InputError.at(
        'to',
        `is ${Math.round((until - from) / MINUTE)} minutes after from`,
        `up to ${LONGEST_MS[grain] / MINUTE} minutes after from`,
      );
    }
    const numbers = await seriesOf(this.#parts.database, subject);
    const wanted = [...numbers].filter(([name]) => method === undefined || name === method).map(([, id]) => id);
    return levelSeries(this.#parts.database, wanted, grain, { from, until }, MOST_POINTS);
  }

  /** In the order of time. */
  async outages(
    principal: Principal | undefined,
    subject: Subject,
    from: string,
    to: string,
    page: PageRequest,
  ): Promise<Connection<Outage>> {
    await this.#mayRead(principal, subject);
    const size = pageSize(page.first);
    const [afterFrom] = (readListCursor(page.after, 1) ?? []).map(Number);
    const found = await outagesOf(this.#parts.database, subject, instants(daySpan(from, to)), { afterFrom, size: size + 1 });
    return toConnection(found, size, { cursor: (outage) => listCursor(outage.from), node: (outage) => outage });
  }

  /** The calls themselves, in the order in which they began; they are kept for two weeks. */
  async calls(
    principal: Principal | undefined,
    subject: Subject,
    { from, until }: Interval,
    filter: CallFilter,
    page: PageRequest,
  ): Promise<Connection<RawCall>> {
    await this.#mayRead(principal, subject);
    const size = pageSize(page.first);
    const place = readListCursor(page.after, 3);
    const after = place && ([String(place[0]), String(place[1]), Number(place[2])] as const);
    const found = await rawCallsOf(this.#parts.database, subject, { from, until }, { after, size: size + 1 }, filter);
    return toConnection(found, size, { cursor: ({ place: at }) => listCursor(...at), node: (call) => call });
  }

  async #outages(subject: Subject, span: DaySpan): Promise<Pick<Availability, 'outages' | 'downMs' | 'share'>> {
    const { from, until } = instants(span);
    const passed = { from, until: Math.max(from, Math.min(until, this.#parts.clock.now())) };
    const found = await outagesOf(this.#parts.database, subject, passed, { size: OUTAGES_AT_ONCE });
    const downMs = length(clip(closed(found, passed.until), passed));
    const whole = passed.until - passed.from;
    return { outages: found.length, downMs, share: shareOf(whole - downMs, whole) };
  }

  async #mayRead(principal: Principal | undefined, subject: Subject): Promise<void> {
    await requireSubject(principal, this.#parts.directory, subject);
  }
}

/** Outages that are open last until an instant. */
export function closed(outages: readonly { from: number; until?: number }[], until: number): Interval[] {
  return outages.map((each) => ({ from: each.from, until: each.until ?? until }));
}

/**
 * A PSP may see itself, a creditor itself, who runs a station the station, an operator everything.
 * @throws ForbiddenError, also when there is no such station
 */
export async function requireSubject(
  principal: Principal | undefined,
  directory: Pick<Directory, 'station'>,
  { kind, code }: Subject,
): Promise<void> {
  const { role } = requireRole(principal, 'PSP', 'EC', 'PARTNER', 'OPERATOR');
  if (role === 'OPERATOR') return;
  const party = kind === 'STATION' ? (await directory.station(code))?.broker : code;
  const asParty = { PSP: role === 'PSP', CREDITOR: role === 'EC', STATION: role === 'PARTNER' || role === 'EC' }[kind];
  if (!asParty || party === undefined || !ownsTenant(principal, party)) throw new ForbiddenError('This is of somebody else.');
}

/** @throws InputError for days that are none, in the wrong order or too far apart */
export function daySpan(from: string, to: string): DaySpan {
  for (const [name, day] of [['from', from] as const, ['to', to] as const]) {
    if (!isLocalDate(day)) throw InputError.at(name, 'is not a day', 'a day such as 2026-03-31');
  }
  const days = daysBetween(from, to) + 1;
  if (days < 1 || days > LONGEST_DAYS)
    throw InputError.at('to', `is ${days - 1} days after from`, `a day from 0 to ${LONGEST_DAYS - 1} days after from`);
  return { from, until: addDays(to, 1) };
}

export function instants({ from, until }: DaySpan): Interval {
  return { from: startOfLocalDay(from), until: startOfLocalDay(until) };
}
