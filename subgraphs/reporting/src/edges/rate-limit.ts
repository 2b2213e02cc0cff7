/**
 * How often a key may change the payments of flows: so many calls a second and a minute, as the official gateway limits them in kind. Its
 * figures, fifty a second and six hundred a minute, would let through ten thousand payments a second at most; both are larger here.
 * Source: Domain facts, Reporting §1.5.
 */
import { API_KEY_HEADER } from '@nodo-aperto/kernel/http';
import { LimitError } from '@nodo-aperto/kernel/faults';
import { type Clock, MINUTE, SECOND } from '@nodo-aperto/kernel/time';
import type { FastifyReply, FastifyRequest } from 'fastify';

const WINDOWS = [
  { milliseconds: SECOND, calls: 100 },
  { milliseconds: MINUTE, calls: 6_000 },
] as const;
/** Keys remembered at a time; the one that was begun first is forgotten first. */
const MOST_KEYS = 10_000;
const REMAINING_CALLS_HEADER = 'ratelimit-remaining';

interface Counted {
  began: number;
  calls: number;
}

/** Counts the calls of each key in windows that begin with its first call. */
export class RateLimit {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #keys = new Map<string, Counted[]>();

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /**
   * Counts a call.
   * @returns how many more are left
   * @throws LimitError with the seconds to wait
   */
  count(key: string): number {
    const now = this.#clock.monotonic();
    const windows = this.#windowsOf(key);
    const left = WINDOWS.map(({ milliseconds, calls }, place) => {
      const window = windows[place] as Counted;
      if (now - window.began >= milliseconds) Object.assign(window, { began: now, calls: 0 });
      if (window.calls >= calls) {
        const wait = Math.ceil((window.began + milliseconds - now) / SECOND);
        throw new LimitError(`More than ${calls} calls in ${milliseconds / SECOND} s: wait ${wait} s.`, wait);
      }
      return calls - window.calls - 1;
    });
    for (const window of windows) window.calls += 1;
    return Math.min(...left);
  }

  /** Counts the call of a request whose key has been found good, and tells how many are left. @throws LimitError */
  admit(request: FastifyRequest, reply: FastifyReply): void {
    const header = request.headers[API_KEY_HEADER] ?? (request.query as Record<string, unknown> | undefined)?.['subscription-key'];
    reply.header(REMAINING_CALLS_HEADER, this.count(String(header)));
  }

  #windowsOf(key: string): Counted[] {
    const known = this.#keys.get(key);
    if (known) return known;
    if (this.#keys.size >= MOST_KEYS) {
      const [first] = this.#keys.keys();
      if (first !== undefined) this.#keys.delete(first);
    }
    const windows = WINDOWS.map(() => ({ began: Number.NEGATIVE_INFINITY, calls: 0 }));
    this.#keys.set(key, windows);
    return windows;
  }
}
