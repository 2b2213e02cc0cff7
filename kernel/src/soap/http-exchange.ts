import { Pool } from 'undici';
import type { Client } from 'undici';
import { LimitError, UnavailableError } from '../faults/index.ts';
import { withDeadline } from '../time/index.ts';
import type { Clock } from '../time/index.ts';
import type { CallFailure } from './evidence.ts';
import { ExchangeHandler } from './exchange-handler.ts';
import { failureOf } from './failure.ts';
import { guardedLookup, PrivateAddressError } from './guarded-lookup.ts';
import { isPrivateAddress } from './private-address.ts';
import { StationClient } from './station-client.ts';

/** PEM texts for TLS connections: authorities to trust in place of the system's, and the client's own certificate. */
export interface TlsOptions {
  readonly ca?: string | readonly string[];
  readonly certificate?: string;
  readonly key?: string;
}

/** Bounds of the connections towards stations; every one has a default. */
export interface ExchangeOptions {
  readonly clock: Clock;
  readonly tls?: TlsOptions;
  /** Whether hosts on loopback and private addresses may be called: development only. Default false. */
  readonly allowPrivateEndpoints?: boolean;
  /** Connections kept towards one origin. Default 32. */
  readonly connectionsPerOrigin?: number;
  /** Calls towards one origin, under way and waiting for a connection. Default 256; beyond it LimitError. */
  readonly callsPerOrigin?: number;
  /** Origins whose connections are kept; the one used longest ago gives way. Default 512. */
  readonly origins?: number;
  /** Bytes of an answer. Default 256 KiB. */
  readonly maxBytes?: number;
}

/** One HTTP call. */
export interface HttpCall {
  /** Absolute http or https URL. */
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Platform milliseconds for the whole call, from asking for a connection to the last byte. */
  readonly deadlineMs: number;
}

/** A complete HTTP answer, whatever its status; never a followed redirect, never decompressed. */
export interface HttpAnswer {
  readonly kind: 'ANSWER';
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  readonly elapsedMs: number;
  readonly attempts: number;
}

/** Calls to servers that are not ours, on bounded kept-alive connections. */
export interface HttpExchange extends AsyncDisposable {
  /** Never rejects for what the other side does: that is the failure's evidence. @throws LimitError, UnavailableError (once disposed), TypeError (the URL) */
  exchange(call: HttpCall): Promise<HttpAnswer | CallFailure>;
  /** Calls under way and connections kept, for gauges. */
  stats(): { readonly origins: number; readonly calls: number };
}

interface Origin {
  readonly pool: Pool;
  calls: number;
}

/** How long a connection may take; a call's own deadline is nearly always shorter. */
const connectTimeoutMs = 20_000;

/** Makes an {@link HttpExchange}; dispose it to close its connections. */
export function httpExchange(options: ExchangeOptions): HttpExchange {
  const { clock, connectionsPerOrigin = 32, callsPerOrigin = 256, origins: maximumOrigins = 512, maxBytes = 256 * 1024 } = options;
  const allowPrivate = options.allowPrivateEndpoints ?? false;
  const origins = new Map<string, Origin>();
  let disposed = false;

  function originOf(url: URL): Origin {
    const known = origins.get(url.origin);
    // Taken out and put back: a map keeps the order of insertion, so the first is the one used longest ago.
    if (known !== undefined) origins.delete(url.origin);
    else if (origins.size >= maximumOrigins) evictOldest();
    const origin = known ?? { pool: openPool(url.origin, connectionsPerOrigin, allowPrivate, options.tls), calls: 0 };
    origins.set(url.origin, origin);
    return origin;
  }

  function evictOldest(): void {
    const [oldest] = origins;
    if (oldest === undefined) return;
    origins.delete(oldest[0]);
    // Closing lets the calls under way finish; nobody waits for it.
    void oldest[1].pool.close().catch(() => undefined);
  }

  async function attempt(call: HttpCall, url: URL, watch: Watch, origin: Origin, pool: Pool): Promise<ExchangeHandler> {
    if (origin.calls >= callsPerOrigin) throw new LimitError(`too many calls towards ${url.origin} are under way`);
    const handler = new ExchangeHandler(maxBytes, () => {
      origin.calls -= 1;
    });
    origin.calls += 1;
    watch.handler = handler;
    watch.attempts += 1;
    // Undici's own timers are the second net: they end a request whose deadline was somehow not kept.
    const timeout = Math.ceil(clock.realDeadline(call.deadlineMs)) + 1000;
    pool.dispatch(
      {
        path: `${url.pathname}${url.search}`,
        method: call.method,
        headers: { ...call.headers, 'accept-encoding': 'identity' },
        body: call.body ?? null,
        headersTimeout: timeout,
        bodyTimeout: timeout,
      },
      handler,
    );
    await handler.done;
    return handler;
  }

  /** Once, on a connection of its own, after a kept one was found closed: nothing of an answer had come, so nothing is known yet. */
  async function attemptAfresh(call: HttpCall, url: URL, watch: Watch, origin: Origin): Promise<ExchangeHandler> {
    const pool = openPool(url.origin, 1, allowPrivate, options.tls);
    try {
      return await attempt(call, url, watch, origin, pool);
    } finally {
      void pool.destroy();
    }
  }

  async function answerTo(call: HttpCall, url: URL, watch: Watch): Promise<ExchangeHandler> {
    if (!allowPrivate && isPrivateAddress(url.hostname)) throw new PrivateAddressError('the endpoint is a private address');
    const origin = originOf(url);
    const handler = await attempt(call, url, watch, origin, origin.pool);
    const last = handler.metClosedConnection ? await attemptAfresh(call, url, watch, origin) : handler;
    if (last.error !== undefined) throw last.error;
    return last;
  }

  return {
    async exchange(call) {
      const url = checkedUrl(call.url);
      if (disposed) throw new UnavailableError('the call was not made because the platform is stopping');
      const watch: Watch = { attempts: 0 };
      const started = clock.monotonic();
      const measured = (): { elapsedMs: number; attempts: number } => ({
        elapsedMs: Math.round((clock.monotonic() - started) / clock.realDeadline(1)),
        attempts: watch.attempts,
      });
      try {
        const { status, headers, body } = await withDeadline(clock, call.deadlineMs, 'the call', () => answerTo(call, url, watch));
        return { kind: 'ANSWER', status, headers, body, ...measured() };
      } catch (error) {
        const phase = watch.handler?.phase ?? 'CONNECT';
        const { kind, detail } = failureOf(error, phase);
        watch.handler?.abandon(error as Error);
        return { kind, evidence: { phase, detail, ...statusOf(watch), ...measured() } };
      }
    },
    stats: () => ({ origins: origins.size, calls: [...origins.values()].reduce((sum, origin) => sum + origin.calls, 0) }),
    async [Symbol.asyncDispose]() {
      disposed = true;
      const pools = [...origins.values()].map((origin) => origin.pool.destroy());
      origins.clear();
      await Promise.all(pools);
    },
  };
}

/** What a call has come to so far, for when its deadline passes. */
interface Watch {
  handler?: ExchangeHandler;
  attempts: number;
}

function statusOf(watch: Watch): { httpStatus?: number } {
  const status = watch.handler?.status ?? 0;
  return status === 0 ? {} : { httpStatus: status };
}

function checkedUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.username !== '' || url.password !== '') {
    throw new TypeError('the endpoint is not an absolute http or https URL without credentials');
  }
  return url;
}

function openPool(origin: string, connections: number, allowPrivate: boolean, tls: TlsOptions = {}): Pool {
  const { ca, certificate: cert, key } = tls;
  const guard = allowPrivate ? {} : { lookup: guardedLookup };
  return new Pool(origin, {
    connections,
    pipelining: 1,
    allowH2: false,
    connect: { timeout: connectTimeoutMs, ca: ca === undefined || typeof ca === 'string' ? ca : [...ca], cert, key, ...guard },
    factory: (url, clientOptions) => new StationClient(url, clientOptions as Client.Options),
  });
}
