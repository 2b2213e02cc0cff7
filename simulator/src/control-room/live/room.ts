/** What the room knows from events: gathered as they come, handed to whoever draws a few times a second at most. */
import { type LiveEvent, readEvent, type Source } from './events.ts';
import { countEvents, NO_RATES, type Rates } from './rates.ts';
import type { Connection, Feed } from './stream.ts';
import { addToTail } from './tail.ts';

export interface RoomView {
  readonly connection: Connection;
  /** Tries to connect that failed in a row. */
  readonly failures: number;
  readonly tail: readonly LiveEvent[];
  readonly rates: Rates;
  /** The newest event about a station's Stand-In. */
  readonly stationNews: LiveEvent | undefined;
  /** What could not be read again after a break. */
  readonly gap: { readonly field: string; readonly reason: string } | undefined;
}

export interface RoomOptions {
  /** Epoch milliseconds of platform time. */
  now(): number;
  after(milliseconds: number, action: () => void): () => void;
  parseInstant(text: string): number;
}

export interface Room {
  view(): RoomView;
  /** Calls back after changes. @returns what ends it */
  subscribe(onChange: () => void): () => void;
  feed(source: Source, field: string, document: string): Feed;
  connection(state: Connection, failures: number): void;
  gap(field: string, reason: string): void;
}

/** Milliseconds between two drawings. */
const DRAW_MS = 250;

export function createRoom(options: RoomOptions): Room {
  let view: RoomView = {
    connection: 'connecting',
    failures: 0,
    tail: [],
    rates: NO_RATES,
    stationNews: undefined,
    gap: undefined,
  };
  let gathered: LiveEvent[] = [];
  let planned = false;
  const listeners = new Set<() => void>();

  const change = (part: Partial<RoomView>): void => {
    view = { ...view, ...part };
    for (const listener of listeners) listener();
  };
  const draw = (): void => {
    planned = false;
    const events = gathered;
    gathered = [];
    const news = events.findLast(({ name }) => name.startsWith('station.stand-in'));
    change({
      tail: addToTail(view.tail, events),
      rates: countEvents(view.rates, events, options.now()),
      ...(news && { stationNews: news }),
    });
  };
  const gather = (event: LiveEvent): void => {
    gathered.push(event);
    if (planned) return;
    planned = true;
    options.after(DRAW_MS, draw);
  };

  return {
    view: () => view,
    subscribe(onChange) {
      listeners.add(onChange);
      return () => listeners.delete(onChange);
    },
    feed: (source, field, document) => ({
      field,
      document,
      onEvent: (node) => gather(readEvent(source, node, options.parseInstant)),
    }),
    connection: (connection, failures) => change({ connection, failures }),
    gap: (field, reason) => change({ gap: { field, reason } }),
  };
}
