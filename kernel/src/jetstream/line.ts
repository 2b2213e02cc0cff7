/** Asking the broker: with a deadline, and not a moment longer than the connection lasts. */
import type { NatsConnection } from '@nats-io/transport-node';
import { AbortedError, type Clock, SECOND, withDeadline } from '../time/index.ts';

/** The connection to the broker is broken, or broke while an answer was waited for; it is being restored. */
export class BrokerAwayError extends Error {
  override readonly name = 'BrokerAwayError';

  constructor() {
    super('The connection to the broker is broken');
  }
}

export interface Line {
  /**
   * Runs work that needs an answer of the broker. The client itself would wait for an answer that went down with the connection.
   * @param what the work, for the error
   * @throws BrokerAwayError; DeadlineExceededError when the broker does not answer in time
   */
  ask<T>(what: string, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

/** Longest time for one answer. */
export const REQUEST_MS = 5 * SECOND;

/** Watches the connection for as long as it is not closed. @param waits real time */
export function lineOf(connection: NatsConnection, waits: Clock): Line {
  let lasts = new AbortController();
  const watch = async (): Promise<void> => {
    for await (const { type } of connection.status()) {
      if (type === 'disconnect' || type === 'close') lasts.abort();
      if (type === 'reconnect') lasts = new AbortController();
    }
    lasts.abort();
  };
  void watch();
  return {
    async ask(what, work) {
      const { signal } = lasts;
      try {
        return await withDeadline(waits, REQUEST_MS, what, work, signal);
      } catch (error) {
        throw signal.aborted && error instanceof AbortedError ? new BrokerAwayError() : error;
      }
    },
  };
}
