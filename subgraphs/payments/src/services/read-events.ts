/** Reads the subgraph's own stream: live, or as a list with the same cursors; each caller what it may see. */
import { audienceOf, type Principal } from '@nodo-aperto/kernel/auth';
import { decodeCursor, encodeCursor, type PlatformEvent, type Stream } from '@nodo-aperto/kernel/events';
import { pageSize } from '@nodo-aperto/kernel/graphql';

export interface EventSelection {
  readonly names: readonly string[];
  /** What besides being visible makes an event wanted. */
  matches(event: PlatformEvent): boolean;
}

export interface EventList {
  readonly events: readonly PlatformEvent[];
  readonly hasNextPage: boolean;
  /** Cursor of the last event looked at. */
  readonly endCursor: string | null;
}

/** Looks at so many pages of the log at most for one page of an answer. */
const MOST_READS = 20;

/** @throws InputError when the cursor is not one of this stream; CursorExpiredError */
export function followEvents(
  stream: Stream,
  principal: Principal,
  selection: EventSelection,
  after: string | null | undefined,
): AsyncIterableIterator<PlatformEvent> {
  const position = after == null ? undefined : decodeCursor('payments', after);
  return stream.subscribe({
    names: selection.names,
    audience: audienceOf(principal),
    filter: selection.matches,
    ...(position !== undefined && { after: position }),
  });
}

/** @throws InputError when the cursor is not one of this stream, or the page too large; CursorExpiredError */
export async function listEvents(
  stream: Stream,
  principal: Principal,
  selection: EventSelection,
  page: { after?: string | null; first?: number | null },
): Promise<EventList> {
  const size = pageSize(page.first);
  const begin = page.after == null ? await stream.oldest() : decodeCursor('payments', page.after);
  const events: PlatformEvent[] = [];
  let position = begin;
  let more = true;
  for (let reads = 0; reads < MOST_READS && more && events.length < size; reads += 1) {
    const found = await stream.read({
      after: position,
      first: size - events.length,
      names: selection.names,
      audience: audienceOf(principal),
    });
    events.push(...found.events.filter((event) => selection.matches(event)));
    position = found.lastPosition;
    more = found.hasMore;
  }
  return { events, hasNextPage: more, endCursor: position === begin && page.after == null ? null : encodeCursor('payments', position) };
}
