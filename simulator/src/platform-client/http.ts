/** One GraphQL request over HTTP. */
import { Pool } from 'undici';
import { AbortedError, DeadlineExceededError, withDeadline } from '@nodo-aperto/kernel/time';
import type { Clock } from '@nodo-aperto/kernel/time';
import { dataOf, notGraphql } from './answer.ts';
import { PlatformUnreachableError } from './errors.ts';

export interface GraphqlRequest {
  readonly operationName: string;
  readonly query: string;
  readonly variables: object;
}

export interface GraphqlHttp {
  /** @param signal breaks it off. @throws PlatformUnreachableError, PlatformRefusalError, AbortedError */
  post<Data>(request: GraphqlRequest, token: string, signal?: AbortSignal): Promise<Data>;
  /** Breaks what is under way. */
  close(): Promise<void>;
}

const CONNECTIONS = 64;
const LARGEST_ANSWER = 8 * 1024 * 1024;

/**
 * @param options.url address of the graph
 * @param options.deadlineMs platform milliseconds for a whole request
 */
export function graphqlHttp(options: { readonly url: string; readonly clock: Clock; readonly deadlineMs: number }): GraphqlHttp {
  const { clock, deadlineMs } = options;
  const url = new URL(options.url);
  const pool = new Pool(url.origin, { connections: CONNECTIONS, maxResponseSize: LARGEST_ANSWER });

  async function exchange(request: GraphqlRequest, token: string, signal: AbortSignal): Promise<string> {
    const { body } = await pool.request({
      method: 'POST',
      path: `${url.pathname}${url.search}`,
      headers: { 'content-type': 'application/json', accept: 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(request),
      signal,
    });
    return body.text();
  }

  async function textOf(request: GraphqlRequest, token: string, outer?: AbortSignal): Promise<string> {
    try {
      return await withDeadline(clock, deadlineMs, `the answer of ${url.origin}`, (signal) => exchange(request, token, signal), outer);
    } catch (error) {
      if (error instanceof AbortedError) throw error;
      throw unreachable(error, url.origin, deadlineMs);
    }
  }

  return {
    async post<Data>(request: GraphqlRequest, token: string, signal?: AbortSignal) {
      return dataOf<Data>(parsed(await textOf(request, token, signal), url.href), url.href);
    },
    close: () => pool.destroy(),
  };
}

function parsed(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw notGraphql(where);
  }
}

/** A failure of the network as a sentence that says which platform and why. */
function unreachable(error: unknown, origin: string, deadlineMs: number): PlatformUnreachableError {
  if (error instanceof DeadlineExceededError) {
    return new PlatformUnreachableError(`The platform at ${origin} does not answer within ${deadlineMs / 1000} seconds.`, 'TIMEOUT');
  }
  const { code, message } = error as NodeJS.ErrnoException;
  return new PlatformUnreachableError(`The platform at ${origin} cannot be reached (${code ?? message}). Is it running?`);
}
