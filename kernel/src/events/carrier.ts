/** What takes published events from the process that states them to those that read them. */
import type { Database } from '../database/index.ts';
import type { StreamName } from './contract.ts';
import { eventLog, type EventLog } from './log.ts';

/** Sends a stream on to where its readers find it, when that is not the database itself. */
export interface Forwarder {
  /** Events got their positions. */
  wake(): void;
  /** Ends after the step in progress; what it missed is sent on by the next one. */
  stop(): Promise<void>;
}

/** The border at which another broker can take PostgreSQL's place. Positions are PostgreSQL's with every carrier. */
export interface Carrier {
  /** The stream as readers of this process find it. */
  log(source: StreamName): EventLog;
  /** Calls back when there may be new events. Calls may be lost: readers look now and then by themselves. */
  listen(source: StreamName, wake: () => void): Promise<AsyncDisposable>;
  /** Begins to send on the stream of a schema; undefined when readers read it where it is. */
  forward(database: Database): Forwarder | undefined;
}

/** PostgreSQL itself: readers read the outbox table, and LISTEN wakes them. */
export function postgresCarrier(database: Database): Carrier {
  return {
    log: (source) => eventLog(database, source),
    listen: (source, wake) => database.listen(`stream_${source}`, wake),
    forward: () => undefined,
  };
}
