/** What components share: readings that are repeated, the live room, the page's language. */
import { createContext, useCallback, useContext, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import paymentEvents from '../../../../schema/operations/control-room-payment-events.graphql?raw';
import receiptEvents from '../../../../schema/operations/control-room-receipt-events.graphql?raw';
import stationEvents from '../../../../schema/operations/control-room-station-events.graphql?raw';
import { after, every, instantOf, machineNow } from '../browser/time.ts';
import { backoff } from '../live/backoff.ts';
import { createRoom, type Room, type RoomView } from '../live/room.ts';
import { openStream, type Socket } from '../live/stream.ts';
import { GraphError } from '../platform/graph.ts';
import { maySee } from '../platform/panels.ts';
import type { Bearer } from '../platform/token.ts';
import { type Speech, speechOf } from '../text/index.ts';

export const SpeechContext = createContext<Speech>(speechOf('en'));
export const useSpeech = (): Speech => useContext(SpeechContext);

export interface Repeated<Value> {
  readonly value: Value | undefined;
  /** Why the latest reading failed; empty when it did not. */
  readonly error: string;
  /** Epoch milliseconds of this machine at the latest reading that succeeded. */
  readonly at: number;
  /** Reads again now. */
  readonly again: () => void;
}

/** Reads at once and then again and again while the page can be seen; the latest value stays when a reading fails. */
export function useRepeated<Value>(
  read: (() => Promise<Value>) | undefined,
  everyMs: number,
  onRefused: (reason: string) => void,
): Repeated<Value> {
  const [state, setState] = useState<{ value: Value | undefined; error: string; at: number }>({ value: undefined, error: '', at: 0 });
  const [wanted, setWanted] = useState(0);
  const again = useCallback(() => setWanted((count) => count + 1), []);
  useEffect(() => {
    if (!read) return;
    let current = true;
    let reading = false;
    const once = async (): Promise<void> => {
      if (reading || document.hidden) return;
      reading = true;
      try {
        const value = await read();
        if (current) setState({ value, error: '', at: machineNow() });
      } catch (error) {
        if (!current) return;
        const reason = error instanceof Error ? error.message : String(error);
        if (error instanceof GraphError && error.unauthenticated) onRefused(reason);
        else setState((before) => ({ ...before, error: reason }));
      } finally {
        reading = false;
      }
    };
    const onVisible = (): void => void once();
    void once();
    const end = every(everyMs, onVisible);
    document.addEventListener('visibilitychange', onVisible);
    return () => {
      current = false;
      end();
      document.removeEventListener('visibilitychange', onVisible);
    };
  }, [read, everyMs, onRefused, wanted]);
  return { ...state, again };
}

/** Milliseconds that platform time is ahead of this machine's. */
export const offsetOf = (platformNow: string, machine: number): number => instantOf(platformNow) - machine;

/** Opens the event streams that the bearer may see, for as long as the component is there. */
export function useRoom(bearer: Bearer, offset: number, onRefused: (reason: string) => void): RoomView {
  const offsetNow = useRef(offset);
  offsetNow.current = offset;
  const [room, setRoom] = useState<Room>(() => makeRoom(offsetNow));
  useEffect(() => {
    const made = makeRoom(offsetNow);
    setRoom(made);
    const feeds = [
      ...(maySee(bearer, 'payments') ? [made.feed('payments', 'paymentEvents', paymentEvents)] : []),
      ...(maySee(bearer, 'stationEvents') ? [made.feed('stations', 'stationEvents', stationEvents)] : []),
      ...(maySee(bearer, 'receiptEvents') ? [made.feed('receipts', 'receiptEvents', receiptEvents)] : []),
    ];
    const stream = openStream({
      open: () =>
        new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`, 'graphql-transport-ws') as Socket,
      token: bearer.token,
      feeds,
      onState: made.connection,
      onRefused,
      onGap: made.gap,
      after,
      pause: (failures) => backoff(failures, crypto.getRandomValues(new Uint8Array(1))[0]! / 255),
    });
    return () => stream.end();
  }, [bearer, onRefused]);
  return useSyncExternalStore(room.subscribe, room.view);
}

function makeRoom(offset: { readonly current: number }): Room {
  return createRoom({ now: () => machineNow() + offset.current, after, parseInstant: instantOf });
}

/** Draws again every so often, for what grows old by itself. @returns epoch milliseconds of this machine */
export function useTick(everyMs: number): number {
  const [now, setNow] = useState(machineNow);
  useEffect(() => every(everyMs, () => setNow(machineNow())), [everyMs]);
  return now;
}
