import type { PlatformEvent, StreamName } from './contract.ts';
import { SlowConsumerError } from './errors.ts';
import type { EventPage, ReadOptions } from './log.ts';
import type { BusMetrics } from './metrics.ts';
import { type SubscribeOptions, Subscription } from './subscription.ts';
import type { Tail } from './tail.ts';

/** The read side of one stream: lists of events and live subscriptions, with the same positions. */
export interface Stream {
  readonly source: StreamName;
  /**
   * A page of events, in order. At most 1000 events; when a filter matches little, a page looks at 10,000 events and may be empty:
   * read on from `lastPosition` while `hasMore`.
   * @throws CursorExpiredError when events past `after` are no longer kept (0n, the beginning, never expires); InputError when it is ahead
   */
  read(options: ReadOptions): Promise<EventPage>;
  /**
   * Follows the stream: every wanted event past `after`, once, in order. `next()` rejects once with what went wrong, then the iterator is done:
   * SlowConsumerError, CursorExpiredError, InputError, or what the filter threw. Ends when the signal aborts or the bus stops.
   */
  subscribe(options?: SubscribeOptions): AsyncIterableIterator<PlatformEvent>;
  /** Position of the newest event. */
  head(): Promise<bigint>;
  /** Position before the oldest event kept: reading after it gives everything there is. */
  oldest(): Promise<bigint>;
  /** Resolves when this process follows the stream: a subscription opened from then on begins at the very call. Rejects when the bus stops before. */
  readonly found: Promise<void>;
  /** Subscribers of this process. */
  readonly subscribers: number;
}

/** The stream that a tail reads. */
export function createStream(tail: Tail, metrics?: BusMetrics): Stream {
  const stream = tail.source;
  let subscribers = 0;
  return {
    source: stream,
    read: (options) => readOn(tail, options),
    subscribe(options = {}) {
      subscribers += 1;
      metrics?.subscribers.inc({ stream });
      return new Subscription(tail, options, ({ error }) => {
        subscribers -= 1;
        metrics?.subscribers.dec({ stream });
        if (error instanceof SlowConsumerError) metrics?.slowSubscribers.inc({ stream });
      });
    },
    head: async () => (await tail.log.bounds()).head,
    oldest: () => tail.log.oldest(),
    found: tail.ready,
    get subscribers() {
      return subscribers;
    },
  };
}

const LOOKED_AT = 10_000n;

/** Goes on over stretches in which nothing was wanted, up to a limit: a list should not make its reader ask for empty pages. */
async function readOn(tail: Tail, options: ReadOptions): Promise<EventPage> {
  const { after } = options;
  let page = await tail.log.page(options);
  while (page.events.length === 0 && page.hasMore && page.lastPosition - after < LOOKED_AT) {
    page = await tail.log.page({ ...options, after: page.lastPosition });
  }
  return page;
}
