/** Event logs and subscriptions of the graph: the same events, the same cursors, the same view of what a caller may see. */
import { audienceOf, type PlatformFunction, type Principal, withheldCreditors } from '../auth/index.ts';
import { decodeCursor, encodeCursor, type PlatformEvent, type Stream } from '../events/index.ts';
import { UnauthenticatedError } from '../faults/index.ts';
import { type Connection, pageSize } from './pagination.ts';

export interface EventView {
  /** Who looks: sees what is addressed to its tenant; an operator sees everything. */
  principal: Principal | undefined;
  /** Cursor of the last event seen; absent: from the beginning of what is kept (log), or from now on (subscription). */
  after?: string | null;
  /** Names of the events wanted; all of the stream when absent. */
  names?: readonly string[];
  /** Key of the one thing whose events are wanted. */
  subject?: string;
  /** A further condition of the caller's own filters. */
  filter?(event: PlatformEvent): boolean;
  /** A condition that may change while the stream is followed: asked for each event when it is handed out. */
  admits?(event: PlatformEvent): Promise<boolean>;
}

/** Lets a partner see the events of those creditors only that let it do something; undefined for callers whom nobody holds back. */
export function admittedBy({ delegations }: Principal, wanted: PlatformFunction): ((event: PlatformEvent) => Promise<boolean>) | undefined {
  if (!delegations) return undefined;
  return async ({ audience }) => {
    await delegations.refresh();
    return !withheldCreditors({ delegations }, wanted).some((creditor) => audience.includes(`EC:${creditor}`));
  };
}

function audienceFor(principal: Principal | undefined): readonly string[] | undefined {
  if (!principal) throw new UnauthenticatedError('Events are shown to authenticated callers only.');
  return audienceOf(principal);
}

/**
 * One page of a stream's log. When the filter matches little the page may be short or empty although more follows: read on from `endCursor`.
 * @throws InputError for a bad cursor or size, CursorExpiredError when events after the cursor are no longer kept
 */
export async function eventPage(stream: Stream, view: EventView & { first?: number | null }): Promise<Connection<PlatformEvent>> {
  const after = view.after === undefined || view.after === null ? 0n : decodeCursor(stream.source, view.after);
  const page = await stream.read({ after, first: pageSize(view.first), ...selectionOf(view) });
  const passed = view.filter ? page.events.filter((event) => view.filter?.(event)) : page.events;
  const admitted = await Promise.all(passed.map((event) => view.admits?.(event) ?? true));
  const events = passed.filter((_event, index) => admitted[index]);
  return {
    edges: events.map((event) => ({ cursor: eventCursor(stream, event), node: event })),
    pageInfo: { hasNextPage: page.hasMore, endCursor: encodeCursor(stream.source, page.lastPosition) },
  };
}

/** Follows a stream from a cursor, or from now on. */
export function eventSubscription(stream: Stream, view: EventView): AsyncIterableIterator<PlatformEvent> {
  const after = view.after === undefined || view.after === null ? undefined : decodeCursor(stream.source, view.after);
  const events = stream.subscribe({
    ...selectionOf(view),
    ...(after !== undefined && { after }),
    ...(view.filter && { filter: (event) => view.filter?.(event) ?? true }),
  });
  return view.admits ? onlyAdmitted(events, view.admits) : events;
}

/** No generator: its `return` would wait for the event that is being waited for. */
function onlyAdmitted(
  events: AsyncIterableIterator<PlatformEvent>,
  admits: (event: PlatformEvent) => Promise<boolean>,
): AsyncIterableIterator<PlatformEvent> {
  const admitted: AsyncIterableIterator<PlatformEvent> = {
    async next() {
      for (;;) {
        const event = await events.next();
        if (event.done || (await admits(event.value))) return event;
      }
    },
    return: async () => (await events.return?.()) ?? { done: true, value: undefined },
    throw: async (error) => {
      await events.return?.();
      throw error;
    },
    [Symbol.asyncIterator]: () => admitted,
  };
  return admitted;
}

/** The cursor of an event, as clients see it. */
export function eventCursor(stream: Pick<Stream, 'source'>, event: PlatformEvent): string {
  return encodeCursor(stream.source, event.position);
}

function selectionOf(view: EventView): { names?: readonly string[]; audience?: readonly string[]; subject?: string } {
  const audience = audienceFor(view.principal);
  return {
    ...(view.names && { names: view.names }),
    ...(audience && { audience }),
    ...(view.subject !== undefined && { subject: view.subject }),
  };
}
