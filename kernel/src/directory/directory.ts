/** The reading side of the replica: what every service asks about parties, stations, routes and settings, from memory. */
import type { Database } from '../database/index.ts';
import type { ConsumerDefinition } from '../events/consumer.ts';
import { InputError } from '../faults/index.ts';
import type { Logger } from '../logging/index.ts';
import { asDate, type Clock, fromDate, realClock } from '../time/index.ts';
import { type Loaded, LookupCache } from './cache.ts';
import { childrenKey, directoryChannel, entryKey, EVERYTHING, replicaConsumer } from './replica.ts';
import {
  type ApiKey,
  apiKeyHash,
  type Channel,
  type CreditorBroker,
  type CreditorInstitution,
  DEFAULT_SETTINGS,
  type DirectoryData,
  type DirectoryKind,
  type Maintenance,
  type Psp,
  type PspBroker,
  type Route,
  type Service,
  type Settings,
  SETTINGS_CODE,
  type Station,
} from './shapes.ts';

/** An entry as it holds at some instant. */
export interface DirectoryEntry<Kind extends DirectoryKind = DirectoryKind> {
  readonly kind: Kind;
  readonly code: string;
  readonly revision: number;
  /** Epoch milliseconds. */
  readonly validFrom: number;
  readonly data: DirectoryData[Kind];
}

/** Values are shared by all callers: never change one. Deleted entries and those not yet valid are not found; disabled ones are. */
export interface Directory extends AsyncDisposable {
  /** Fills the replica: give it to the bus. */
  readonly consumer: ConsumerDefinition;
  creditorBroker(code: string): Promise<CreditorBroker | undefined>;
  creditorInstitution(fiscalCode: string): Promise<CreditorInstitution | undefined>;
  station(code: string): Promise<Station | undefined>;
  pspBroker(code: string): Promise<PspBroker | undefined>;
  psp(code: string): Promise<Psp | undefined>;
  channel(code: string): Promise<Channel | undefined>;
  /** A service of the catalogue, by its idSoggettoServizio. */
  service(code: string): Promise<Service | undefined>;
  /** Who may act with a key, given the key itself. */
  apiKey(key: string): Promise<ApiKey | undefined>;
  /** The routes of a creditor now, by code. */
  routes(creditorFiscalCode: string): Promise<readonly Route[]>;
  /** The routes that a creditor had at an instant (epoch milliseconds). */
  routesAt(creditorFiscalCode: string, instant: number): Promise<readonly Route[]>;
  /** The maintenances of a station, past and planned. */
  maintenances(stationCode: string): Promise<readonly (Maintenance & { code: string })[]>;
  /** The platform's settings; the defaults until they are first changed. */
  settings(): Promise<Settings>;
  /** Any entry, as it holds now. */
  entry<Kind extends DirectoryKind>(kind: Kind, code: string): Promise<DirectoryEntry<Kind> | undefined>;
  /** The entries of a kind that belong to something, by code; at most 1000, of delegations 30,000. */
  children<Kind extends DirectoryKind>(kind: Kind, parent: string): Promise<readonly DirectoryEntry<Kind>[]>;
  /** A page of a kind, by code, read from the database. `first` is 1 to 1000. */
  list<Kind extends DirectoryKind>(kind: Kind, options: { first: number; after?: string }): Promise<DirectoryEntry<Kind>[]>;
}

export interface DirectoryOptions {
  /** A schema with the directory's tables. */
  database: Database;
  clock: Clock;
  log: Logger;
  /** Look-ups kept in memory; 10,000 by default. */
  cacheSize?: number;
  /** Real time. */
  waits?: Clock;
}

const CACHE_SIZE = 10_000;
const LONGEST_CACHED_MS = 30_000;
const MOST = 1_000;
/** More creditors than there are may delegate one partner: of what they withhold none may be left out. */
const MOST_DELEGATIONS = 30_000;

/** The replica of the directory in a service's schema. Give its `consumer` to the bus; look-ups answer from what has arrived. */
export function directoryReplica(options: DirectoryOptions): Directory {
  return new DirectoryReplica(options);
}

interface Row {
  code: string;
  revision: number;
  valid_from: Date;
  parent: string | null;
  deleted: boolean;
  data: unknown;
  next_change: Date | null;
}

// The revision that holds at an instant is the highest of those valid by then: a later word takes the place of all before it.
const HOLDING = `select distinct on (entry.code) entry.code, entry.revision, entry.valid_from, entry.parent, entry.deleted, entry.data,
  (select min(planned.valid_from) from directory_entry as planned
    where planned.kind = entry.kind and planned.code = entry.code and planned.valid_from > $2) as next_change
  from directory_entry as entry where entry.kind = $1 and entry.valid_from <= $2`;
const ORDER = 'order by entry.code, entry.revision desc';
const ENTRY = `${HOLDING} and entry.code = $3 ${ORDER}`;
const CHILDREN = `${HOLDING} and entry.code in (select of_parent.code from directory_entry as of_parent
  where of_parent.kind = $1 and of_parent.parent = $3) ${ORDER} limit $4`;
const LIST = `select * from (${HOLDING} and entry.code > $3 ${ORDER}) as holding where not deleted order by code limit $4`;
const NEXT_FOR_PARENT = 'select min(valid_from) as next_change from directory_entry where kind = $1 and parent = $2 and valid_from > $3';
const NEXT_FOR_ENTRY = 'select min(valid_from) as next_change from directory_entry where kind = $1 and code = $2 and valid_from > $3';

class DirectoryReplica implements Directory {
  readonly consumer: ConsumerDefinition;
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #cache: LookupCache;
  #listening: Promise<AsyncDisposable> | undefined;

  constructor({ database, clock, log, cacheSize = CACHE_SIZE, waits = realClock() }: DirectoryOptions) {
    this.#database = database;
    this.#clock = clock;
    this.#log = log;
    this.#cache = new LookupCache({ limit: cacheSize, longestMs: LONGEST_CACHED_MS, clock, waits });
    this.consumer = replicaConsumer({ schema: database.schema, onChange: (keys) => this.#forget(keys) });
  }

  creditorBroker = (code: string) => this.#data('creditorBroker', code);
  creditorInstitution = (fiscalCode: string) => this.#data('creditorInstitution', fiscalCode);
  station = (code: string) => this.#data('station', code);
  pspBroker = (code: string) => this.#data('pspBroker', code);
  psp = (code: string) => this.#data('psp', code);
  channel = (code: string) => this.#data('channel', code);
  service = (code: string) => this.#data('service', code);
  apiKey = (key: string) => this.#data('apiKey', apiKeyHash(key));

  async routes(creditorFiscalCode: string): Promise<readonly Route[]> {
    return (await this.children('route', creditorFiscalCode)).map((entry) => entry.data);
  }

  async routesAt(creditorFiscalCode: string, instant: number): Promise<readonly Route[]> {
    return (await this.#readChildren('route', creditorFiscalCode, instant)).value.map((entry) => entry.data);
  }

  async maintenances(stationCode: string): Promise<readonly (Maintenance & { code: string })[]> {
    return (await this.children('maintenance', stationCode)).map(({ code, data }) => ({ ...data, code }));
  }

  async settings(): Promise<Settings> {
    return { ...DEFAULT_SETTINGS, ...(await this.#data('settings', SETTINGS_CODE)) };
  }

  async entry<Kind extends DirectoryKind>(kind: Kind, code: string): Promise<DirectoryEntry<Kind> | undefined> {
    await this.#listen();
    return this.#cache.get(entryKey(kind, code), () => this.#readEntry(kind, code, this.#clock.now()));
  }

  async children<Kind extends DirectoryKind>(kind: Kind, parent: string): Promise<readonly DirectoryEntry<Kind>[]> {
    await this.#listen();
    return this.#cache.get(childrenKey(kind, parent), () => this.#readChildren(kind, parent, this.#clock.now()));
  }

  async list<Kind extends DirectoryKind>(
    kind: Kind,
    { first, after = '' }: { first: number; after?: string },
  ): Promise<DirectoryEntry<Kind>[]> {
    if (!Number.isInteger(first) || first < 1 || first > MOST)
      throw InputError.at('first', `first is ${first}`, `a whole number from 1 to ${MOST}`);
    const rows = await this.#database.query<Row>(LIST, [kind, this.#clock.date(), after, first]);
    return rows.map((row) => toEntry(kind, row));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const listening = await this.#listening?.catch(() => undefined);
    await listening?.[Symbol.asyncDispose]();
    this.#cache.clear();
  }

  async #data<Kind extends DirectoryKind>(kind: Kind, code: string): Promise<DirectoryData[Kind] | undefined> {
    return (await this.entry(kind, code))?.data;
  }

  /** Nothing is kept in memory before changes are heard of. */
  #listen(): Promise<AsyncDisposable> {
    this.#listening ??= this.#database
      .listen(directoryChannel(this.#database.schema), (payload) => this.#heard(payload))
      .catch((error: unknown) => {
        this.#listening = undefined;
        this.#log.warn({ err: error }, 'changes of the directory cannot be heard');
        throw error;
      });
    return this.#listening;
  }

  /** An empty payload tells that the connection was restored: anything may have changed meanwhile. */
  #heard(payload: string): void {
    if (payload === '' || payload === EVERYTHING) this.#cache.clear();
    else this.#forget(payload.split('\n'));
  }

  #forget(keys: readonly string[]): void {
    for (const key of keys) this.#cache.invalidate(key);
  }

  async #readEntry<Kind extends DirectoryKind>(
    kind: Kind,
    code: string,
    instant: number,
  ): Promise<Loaded<DirectoryEntry<Kind> | undefined>> {
    const at = asDate(instant);
    const [row] = await this.#database.query<Row>(ENTRY, [kind, at, code]);
    const until = row ? row.next_change : await this.#nextChange(NEXT_FOR_ENTRY, kind, code, at);
    const value = row && !row.deleted ? toEntry(kind, row) : undefined;
    return { value, ...(until && { until: fromDate(until) }) };
  }

  async #readChildren<Kind extends DirectoryKind>(kind: Kind, parent: string, instant: number): Promise<Loaded<DirectoryEntry<Kind>[]>> {
    const at = asDate(instant);
    const rows = await this.#database.query<Row>(CHILDREN, [kind, at, parent, kind === 'delegation' ? MOST_DELEGATIONS : MOST]);
    const planned = [...rows.map((row) => row.next_change), await this.#nextChange(NEXT_FOR_PARENT, kind, parent, at)].filter(
      (date) => date !== null,
    );
    const value = rows.filter((row) => !row.deleted && row.parent === parent).map((row) => toEntry(kind, row));
    return { value, ...(planned.length > 0 && { until: Math.min(...planned.map((date) => fromDate(date))) }) };
  }

  async #nextChange(sql: string, kind: DirectoryKind, of: string, at: Date): Promise<Date | null> {
    const [row] = await this.#database.query<{ next_change: Date | null }>(sql, [kind, of, at]);
    return row?.next_change ?? null;
  }
}

function toEntry<Kind extends DirectoryKind>(kind: Kind, row: Row): DirectoryEntry<Kind> {
  return { kind, code: row.code, revision: row.revision, validFrom: fromDate(row.valid_from), data: row.data as DirectoryData[Kind] };
}
