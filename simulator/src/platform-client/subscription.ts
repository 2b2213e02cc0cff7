/** A subscription that goes on where it was after a break: nothing missed, nothing twice. */
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Logger } from '@nodo-aperto/kernel/logging';
import type { RandomStream } from '@nodo-aperto/kernel/random';
import type { Clock } from '@nodo-aperto/kernel/time';
import { refusalOf } from './answer.ts';
import type { Caller } from './caller.ts';
import { isPassing, PlatformRefusalError, PlatformUnreachableError } from './errors.ts';
import type { Document } from './operations.ts';
import type { Tokens } from './tokens.ts';

export interface ResumableSubscription<Data, Variables extends object> {
  /** A subscription with a variable `after`. */
  readonly document: Document<Data, Variables & { after?: string | null }>;
  readonly variables: Variables;
  readonly caller: Caller;
  /** The cursor of an event. */
  readonly cursorOf: (data: Data) => string;
  /** Where to begin: after this event. Without it, what happens before the first event arrives can be missed in a break. */
  readonly after?: string;
  /** Ends the stream. */
  readonly signal?: AbortSignal;
  /** Events kept for a reader that is slower than the stream; beyond, the stream is left and later taken up again. Default 1,000. */
  readonly queueLimit?: number;
}

export interface SubscriptionContext {
  readonly url: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: RandomStream;
  readonly tokens: Tokens;
}

const PAUSE_MS = { first: 250, longest: 10_000 } as const;
const ACKNOWLEDGEMENT_MS = 10_000;
const KEEP_ALIVE_MS = 15_000;
/** A token may have expired; a second, new one that is refused too says that there is no right one. */
const MOST_REFUSED_TOKENS = 2;

/** How one connection ended: with an error that ends the stream, or with a reason to connect again. */
type Ending = { readonly final: boolean; readonly error?: unknown };

/**
 * The events as they come. Hand-written rather than a generator: `return()` of a generator waits behind a pending `next()`.
 * `next()` rejects with PlatformRefusalError when the platform refuses the subscription for good.
 */
export function subscribeAndResume<Data, Variables extends object>(
  context: SubscriptionContext,
  subscription: ResumableSubscription<Data, Variables>,
): AsyncIterableIterator<Data> {
  const { queueLimit = 1_000, signal } = subscription;
  const queue: Data[] = [];
  const ending = new AbortController();
  let cursor = subscription.after;
  let failure: unknown;
  let refusedTokens = 0;
  let wakeReaders: (() => void)[] = [];
  let room: () => void = () => undefined;

  function wake(): void {
    const readers = wakeReaders;
    wakeReaders = [];
    for (const reader of readers) reader();
  }

  function take(data: Data): boolean {
    cursor = subscription.cursorOf(data);
    refusedTokens = 0;
    queue.push(data);
    wake();
    return queue.length < queueLimit;
  }

  function end(error?: unknown): void {
    failure ??= error;
    ending.abort();
    room();
    wake();
  }

  async function follow(): Promise<void> {
    for (let failures = 0; !ending.signal.aborted; ) {
      while (queue.length >= queueLimit && !ending.signal.aborted) await new Promise<void>((resolve) => (room = resolve));
      const before = cursor;
      const { final, error } = await connection(context, subscription, { after: cursor, take, signal: ending.signal });
      if (isTokenRefused(error)) refusedTokens += 1;
      if (final || refusedTokens >= MOST_REFUSED_TOKENS) return end(error);
      if (ending.signal.aborted) return;
      failures = cursor === before && error !== undefined ? failures + 1 : 0;
      if (error === undefined) continue;
      context.log.debug({ err: error }, 'a subscription was broken and is taken up again');
      const pause = Math.min(PAUSE_MS.longest, PAUSE_MS.first * 2 ** Math.min(failures, 10)) * (0.5 + context.random.next());
      await context.clock.sleep(pause, ending.signal).catch(() => undefined);
    }
  }

  if (signal?.aborted) end();
  signal?.addEventListener('abort', () => end(), { once: true });
  follow().catch(end);

  const iterator: AsyncIterableIterator<Data> = {
    async next() {
      for (;;) {
        const value = queue.shift();
        if (value !== undefined) {
          // A while before the queue is empty, so that the reader need not wait for the new connection.
          if (queue.length <= queueLimit / 2) room();
          return { done: false, value };
        }
        if (failure !== undefined) throw failure;
        if (ending.signal.aborted) return { done: true, value: undefined };
        await new Promise<void>((resolve) => wakeReaders.push(resolve));
      }
    },
    async return() {
      queue.length = 0;
      end();
      return { done: true, value: undefined };
    },
    async throw(error: unknown) {
      await this.return?.();
      throw error;
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}

interface Hold<Data> {
  readonly after: string | undefined;
  /** Takes an event; false when no more are wanted on this connection. */
  readonly take: (data: Data) => boolean;
  readonly signal: AbortSignal;
}

/** One websocket with the subscription on it, until it ends. Never rejects. */
async function connection<Data, Variables extends object>(
  context: SubscriptionContext,
  { document, variables, caller }: ResumableSubscription<Data, Variables>,
  { after, take, signal }: Hold<Data>,
): Promise<Ending> {
  let token: string;
  try {
    token = await context.tokens.for(caller);
  } catch (error) {
    return { final: true, error };
  }
  const client = createClient({
    url: context.url,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionAckWaitTimeout: ACKNOWLEDGEMENT_MS,
    keepAlive: KEEP_ALIVE_MS,
    connectionParams: { authorization: `Bearer ${token}` },
  });
  using _watch = watchPongs(client, context.clock);
  return new Promise<Ending>((resolve) => {
    let stop: () => void = () => undefined;
    let finished = false;
    const finish = (how: Ending): void => {
      finished = true;
      signal.removeEventListener('abort', onAbort);
      resolve(how);
      stop();
      // While it is still connecting, dispose() waits for the connection, and fails when there is none.
      Promise.resolve(client.dispose()).catch(() => undefined);
    };
    const forget = (): void => context.tokens.refuse(caller);
    const onAbort = (): void => finish({ final: false });
    signal.addEventListener('abort', onAbort, { once: true });
    const payload = { operationName: document.name, query: document.text, variables: { ...variables, after: after ?? null } };
    stop = client.subscribe<Record<string, unknown>>(payload, {
      next: ({ data, errors }) => {
        // Events that were on their way already: they come again on the next connection.
        if (finished) return;
        if (errors !== undefined && errors.length > 0) return finish(endingOf(refusalOf(errors), forget));
        if (data && !take(data as Data)) finish({ final: false });
      },
      error: (error) => finish(endingOf(asError(error, context.url), forget)),
      complete: () => finish({ final: false, error: new PlatformUnreachableError('The platform ended the subscription.') }),
    });
    if (signal.aborted) onAbort();
  });
}

function isTokenRefused(error: unknown): boolean {
  return error instanceof PlatformRefusalError && error.code === 'UNAUTHENTICATED';
}

/** The events are too old to be read from where the reader was, a field does not exist, the role may not: no repeat mends that. */
function endingOf(error: unknown, onUnauthenticated: () => void): Ending {
  if (!(error instanceof PlatformRefusalError)) return { final: false, error };
  if (isTokenRefused(error)) onUnauthenticated();
  return { final: !isPassing(error) && !isTokenRefused(error) && error.code !== 'INTERNAL_SERVER_ERROR', error };
}

/** Close codes with which the platform says that the token is not, or no longer, good. */
const TOKEN_REFUSED: readonly number[] = [4401, 4403];

function asError(error: unknown, url: string): Error {
  if (Array.isArray(error)) return refusalOf(error);
  const { code, reason, message } = error as { code?: number | string; reason?: string; message?: string };
  if (typeof code === 'number' && TOKEN_REFUSED.includes(code)) {
    return new PlatformRefusalError(reason === undefined || reason === '' ? 'The platform did not take the token.' : reason, {
      code: 'UNAUTHENTICATED',
    });
  }
  return new PlatformUnreachableError(`The websocket to ${url} was closed (${code ?? message ?? 'no reason given'}).`);
}

/** A connection on which pings are no longer answered is given up: it would otherwise stay open for ever. */
function watchPongs(client: ReturnType<typeof createClient>, clock: Clock): Disposable {
  let timer: Disposable | undefined;
  const clear = (): void => {
    timer?.[Symbol.dispose]();
    timer = undefined;
  };
  client.on('ping', (received) => {
    if (received) return;
    clear();
    timer = clock.deadline(KEEP_ALIVE_MS, () => client.terminate());
  });
  client.on('pong', (received) => {
    if (received) clear();
  });
  client.on('closed', clear);
  return { [Symbol.dispose]: clear };
}
