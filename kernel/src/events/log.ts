/** The bus's log: reads pages of published events out of a stream's outbox table. Only this room reads those tables. */
import type { Database } from '../database/index.ts';
import { InputError, InvariantError } from '../faults/index.ts';
import { toIso } from '../time/index.ts';
import { eventSource, eventType, STREAM_NAMES, type PlatformEvent, type StreamName } from './contract.ts';
import { CursorExpiredError } from './errors.ts';
import { cursorError } from './cursor.ts';

/** What a reader wants of a stream. */
export interface EventSelection {
  /** Event names; all when absent. */
  readonly names?: readonly string[];
  /** Tenants of the reader; it gets events that one of them may see. Absent: all events. Empty: none. */
  readonly audience?: readonly string[];
  /** Key of the one thing whose events are wanted. */
  readonly subject?: string;
}

export interface ReadOptions extends EventSelection {
  /** Events past this position; 0n reads from the oldest kept. */
  readonly after: bigint;
  /** Most events to return, 1 to 1000. */
  readonly first: number;
}

export interface EventPage {
  readonly events: PlatformEvent[];
  /** Every event up to here was looked at: the place to read on from, also when none was wanted. */
  readonly lastPosition: bigint;
  /** Whether the stream goes on past `lastPosition`. */
  readonly hasMore: boolean;
}

/** The most events that one page holds. */
export const LARGEST_EVENT_PAGE = 1_000;
// How many events one statement with a filter looks at, so that its cost is bounded whatever the filter matches.
const STRETCH = 2_000;

export interface EventRow {
  position: number | string | null;
  id: string;
  name: string;
  version: number;
  subject: string;
  revision: number | string;
  audience: string[];
  data: unknown;
  occurred_ms: number;
  traceparent: string | null;
}

/** The columns of an event row, as {@link toEvent} reads them. */
const EVENT_COLUMNS = `position, id, name, version, subject, revision, audience, data,
  round(extract(epoch from occurred_at) * 1000)::float8 as occurred_ms, traceparent`;

/** Where a stream stands: `head` is its newest position, `floor` the newest one that is no longer kept. */
export interface StreamBounds {
  readonly head: bigint;
  readonly floor: bigint;
}

export interface EventLog {
  readonly source: StreamName;
  bounds(): Promise<StreamBounds>;
  /** Position before the oldest event kept. */
  oldest(): Promise<bigint>;
  page(options: ReadOptions): Promise<EventPage>;
  /** The newest events, oldest first, and the bounds of the same instant. */
  newest(count: number): Promise<{ events: PlatformEvent[]; bounds: StreamBounds }>;
}

interface BoundsRow {
  head: number | string;
  floor: number | string;
}

/** The log of one stream, read through any connection to the platform's database. */
export function eventLog(database: Database, source: StreamName): EventLog {
  const schema = schemaOf(source);
  const newest = `select head.position as head, head.floor, event.* from ${schema}.stream_head as head
    left join lateral (select ${EVENT_COLUMNS} from ${schema}.outbox as outbox where outbox.position <= head.position
      order by outbox.position desc limit $1) as event on true order by event.position`;
  return {
    source,
    async bounds() {
      return boundsOf(await database.query<BoundsRow>(`select position as head, floor from ${schema}.stream_head`), source);
    },
    async oldest() {
      const [row] = await database.query<{ before: number | string }>(
        `select coalesce((select position - 1 from ${schema}.outbox where position is not null order by position limit 1), position) as before
          from ${schema}.stream_head`,
      );
      return BigInt(row?.before ?? 0);
    },
    async page(options) {
      checkFirst(options.first);
      const { sql, parameters } = pageQuery(schema, options);
      // Prepared only where any plan is the right one: a plan made for a filter while the table was empty would scan it when it is full.
      const filtered = options.names ?? options.audience ?? options.subject;
      const prepared = filtered === undefined ? { name: `events_page_${source}` } : {};
      return pageOf(await database.query<PageRow>(sql, parameters, prepared), options, source);
    },
    async newest(count) {
      const rows = await database.query<EventRow & BoundsRow>(newest, [count]);
      return { events: eventsOf(rows, source), bounds: boundsOf(rows, source) };
    },
  };
}

type PageRow = EventRow & BoundsRow & { upper: number | string };

/** One statement, so that head, floor and events are of one snapshot: an event missing below the head is truly not wanted or not kept. */
function pageQuery(schema: string, options: ReadOptions): { sql: string; parameters: unknown[] } {
  const parameters: unknown[] = [options.after.toString(), options.first];
  const conditions: string[] = [];
  const add = (condition: (parameter: string) => string, value: unknown): void => {
    parameters.push(value);
    conditions.push(condition(`$${parameters.length}`));
  };
  if (options.names) add((parameter) => `outbox.name = any(${parameter}::text[])`, [...options.names]);
  if (options.audience) add((parameter) => `outbox.audience && ${parameter}::text[]`, [...options.audience]);
  if (options.subject !== undefined) add((parameter) => `outbox.subject = ${parameter}`, options.subject);
  // A search by subject has its own index; any other filter walks the log, so it gets a stretch to look at.
  const walks = conditions.length > 0 && options.subject === undefined;
  // Positions have no gaps but where old events went, so counting on from the oldest kept is as good as counting rows, and free.
  const upper = walks
    ? `least(head.position, ${STRETCH} + greatest($1::bigint, coalesce(
        (select oldest.position - 1 from ${schema}.outbox as oldest where oldest.position is not null order by oldest.position limit 1), 0)))`
    : 'head.position';
  const where = ['outbox.position > $1::bigint', 'outbox.position <= bound.upper', ...conditions].join(' and ');
  return {
    sql: `with bound as materialized (select head.position as head, head.floor, ${upper} as upper from ${schema}.stream_head as head)
      select bound.head, bound.floor, bound.upper, event.* from bound left join lateral (
        select ${EVENT_COLUMNS} from ${schema}.outbox as outbox where ${where} order by outbox.position limit $2::integer
      ) as event on true order by event.position`,
    parameters,
  };
}

function pageOf(rows: readonly PageRow[], options: ReadOptions, source: StreamName): EventPage {
  const { head, floor } = boundsOf(rows, source);
  if (options.after > head) throw cursorError('the cursor is ahead of the stream', source);
  if (options.after > 0n && options.after < floor) throw new CursorExpiredError(source);
  const events = eventsOf(rows, source);
  const full = events.length === options.first;
  const lastPosition = full ? (events.at(-1)?.position ?? head) : BigInt(rows[0]?.upper ?? head);
  return { events, lastPosition, hasMore: lastPosition < head };
}

function boundsOf(rows: readonly BoundsRow[], source: StreamName): StreamBounds {
  const [row] = rows;
  if (!row) throw new InvariantError(`The stream "${source}" has no head: its schema is not migrated`);
  return { head: BigInt(row.head), floor: BigInt(row.floor) };
}

function eventsOf(rows: readonly EventRow[], source: StreamName): PlatformEvent[] {
  return rows.filter((row) => row.position !== null).map((row) => toEvent(row, source));
}

/** Makes the envelope of a row. */
export function toEvent(row: EventRow, source: StreamName): PlatformEvent {
  return {
    id: row.id,
    specversion: '1.0',
    type: eventType(row.name, row.version),
    source: eventSource(source),
    subject: row.subject,
    time: toIso(row.occurred_ms),
    name: row.name,
    version: row.version,
    revision: Number(row.revision),
    audience: row.audience,
    ...(row.traceparent !== null && { traceparent: row.traceparent }),
    position: BigInt(row.position ?? 0),
    data: row.data,
  };
}

function schemaOf(source: StreamName): string {
  if (!(STREAM_NAMES as readonly string[]).includes(source)) throw new InvariantError(`"${source}" is not a stream`);
  return source;
}

function checkFirst(first: number): void {
  if (Number.isInteger(first) && first >= 1 && first <= LARGEST_EVENT_PAGE) return;
  throw new InputError([{ path: 'first', message: `first is ${first}`, expected: `a whole number from 1 to ${LARGEST_EVENT_PAGE}` }]);
}

/** Whether a reader wants an event: the same rule as the conditions in SQL above. */
export function wants(selection: EventSelection, event: PlatformEvent): boolean {
  if (selection.names && !selection.names.includes(event.name)) return false;
  if (selection.subject !== undefined && selection.subject !== event.subject) return false;
  return selection.audience === undefined || selection.audience.some((tenant) => event.audience.includes(tenant));
}
