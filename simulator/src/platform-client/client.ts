/** A small typed client of the platform's public graph: deadlines on everything, repeats only where a repeat does no harm. */
import type { Logger } from '@nodo-aperto/kernel/logging';
import type { RandomStream } from '@nodo-aperto/kernel/random';
import { AbortedError } from '@nodo-aperto/kernel/time';
import type { Clock } from '@nodo-aperto/kernel/time';
import type { Caller, TokenFor } from './caller.ts';
import { isPassing, PlatformRefusalError } from './errors.ts';
import { graphqlHttp } from './http.ts';
import type { Document } from './operations.ts';
import { subscribeAndResume } from './subscription.ts';
import type { ResumableSubscription } from './subscription.ts';
import { keepTokens } from './tokens.ts';

export interface PlatformClientOptions {
  /** Where the platform is, `http://127.0.0.1:4000` for instance. */
  readonly baseUrl: string;
  readonly tokenFor: TokenFor;
  readonly clock: Clock;
  readonly log: Logger;
  /** Spreads the repeats of failed calls. */
  readonly random: RandomStream;
  /** Platform milliseconds for one request. Default 15,000: what a PSP waits for the node (Domain facts, Payments §7.1). */
  readonly deadlineMs?: number;
  /** How often a repeatable operation is tried in all. Default 3. */
  readonly attempts?: number;
}

export interface PlatformClient extends AsyncDisposable {
  /**
   * Runs a query or mutation.
   * @throws PlatformUnreachableError, PlatformRefusalError, AbortedError
   */
  run<Data, Variables extends object>(
    document: Document<Data, Variables>,
    variables: Variables,
    caller: Caller,
    signal?: AbortSignal,
  ): Promise<Data>;
  /** Follows a stream of events through breaks of the connection and restarts of the platform. */
  subscribe<Data, Variables extends object>(subscription: ResumableSubscription<Data, Variables>): AsyncIterableIterator<Data>;
  close(): Promise<void>;
}

const FIRST_PAUSE_MS = 250;

/** @throws TypeError when baseUrl is no http or https URL */
export function platformClient(options: PlatformClientOptions): PlatformClient {
  const { clock, log, random, deadlineMs = 15_000, attempts = 3 } = options;
  const url = graphUrl(options.baseUrl);
  const http = graphqlHttp({ url, clock, deadlineMs });
  const tokens = keepTokens(options.tokenFor, clock);

  async function once<Data, Variables extends object>(
    document: Document<Data, Variables>,
    variables: Variables,
    caller: Caller,
    signal?: AbortSignal,
  ): Promise<Data> {
    const request = { operationName: document.name, query: document.text, variables };
    try {
      return await http.post<Data>(request, await tokens.for(caller), signal);
    } catch (error) {
      if (!(error instanceof PlatformRefusalError) || error.code !== 'UNAUTHENTICATED') throw error;
      // The token may have expired, or the platform may have another key since: one more try with a new one.
      tokens.refuse(caller);
      return http.post<Data>(request, await tokens.for(caller), signal);
    }
  }

  return {
    async run(document, variables, caller, signal) {
      const most = document.repeatable ? attempts : 1;
      for (let attempt = 1; ; attempt++) {
        if (signal?.aborted) throw new AbortedError(signal.reason);
        try {
          return await once(document, variables, caller, signal);
        } catch (error) {
          if (attempt >= most || !isPassing(error)) throw error;
          log.debug({ err: error, operation: document.name, attempt }, 'a call to the platform is repeated');
          await clock.sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1) * (0.5 + random.next()), signal);
        }
      }
    },
    subscribe: (subscription) => subscribeAndResume({ url: url.replace(/^http/, 'ws'), clock, log, random, tokens }, subscription),
    close: http.close,
    [Symbol.asyncDispose]: http.close,
  };
}

function graphUrl(baseUrl: string): string {
  const url = URL.parse(baseUrl);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new TypeError(`"${baseUrl}" is not the URL of a platform: expected http://host:port`);
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}/graphql`;
}
