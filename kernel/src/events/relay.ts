/** Gives committed events their place in the stream and tells readers. The SQL that does it, and why its order holds, is in migrations.ts. */
import type { Database } from '../database/index.ts';
import type { Logger } from '../logging/index.ts';
import type { Clock } from '../time/index.ts';
import type { BusMetrics } from './metrics.ts';
import { startPump } from './pump.ts';

const BATCH = 1_000;
const POLL_MS = 500;
/** Commits of a few milliseconds get their places together: one advisory lock and one notification for all of them. */
const GATHER_MS = 4;
const LONGEST_GATHER_MS = 25;
const RELAY = 'select relay_outbox($1::integer, $2::timestamptz) as published';

export interface Relay {
  readonly schema: string;
  /** Asks for a run; called after a commit that wrote events. */
  wake(): void;
  /** Publishes what is committed now, and resolves when that is done. */
  flush(): Promise<void>;
  /** How many committed events wait for their place. */
  waiting(): Promise<number>;
  /** Publishes what is committed, then ends. */
  stop(): Promise<void>;
}

export interface RelayOptions {
  database: Database;
  clock: Clock;
  /** Real time. */
  waits: Clock;
  log: Logger;
  metrics?: BusMetrics;
  /** Called when events got their positions. */
  onPublished?(): void;
}

/** Starts the relay of a schema. Several processes may run one for the same schema: they take turns. */
export function startRelay({ database, clock, waits, log, metrics, onPublished }: RelayOptions): Relay {
  const run = async (): Promise<boolean> => {
    const [row] = await database.query<{ published: number }>(RELAY, [BATCH, clock.date()], { name: 'events_relay' });
    const published = row?.published ?? 0;
    if (published > 0) metrics?.published.inc({ stream: database.schema }, published);
    if (published > 0) onPublished?.();
    return published === BATCH;
  };
  const flush = async (): Promise<void> => {
    while (await run()); // Each round publishes a full batch; the last one says that nothing is left.
  };
  const waiting = async (): Promise<number> => {
    const [row] = await database.query<{ waiting: number }>('select count(*)::integer as waiting from outbox where position is null');
    return row?.waiting ?? 0;
  };
  const pump = startPump({
    step: run,
    pollMs: POLL_MS,
    gatherMs: GATHER_MS,
    longestGatherMs: LONGEST_GATHER_MS,
    waits,
    onError: (error, failures) =>
      log.warn({ err: error, stream: database.schema, failures }, 'events could not be published; trying again'),
  });
  pump.wake();
  return {
    schema: database.schema,
    wake: pump.wake,
    flush,
    waiting,
    async stop() {
      await pump.stop();
      // What this misses (the database being away) is published by the next relay that starts.
      await flush().catch((error: unknown) =>
        log.warn({ err: error, stream: database.schema }, 'the last events are left to the next start'),
      );
    },
  };
}
