/** A subgraph behind HTTP: a pool of kept-alive connections, a deadline, a limit on what is read, and a circuit breaker. */
import { errors, Pool } from 'undici';
import type { PrincipalSealer } from '@nodo-aperto/kernel/auth';
import { type Clock, withDeadline } from '@nodo-aperto/kernel/time';
import { unavailable } from '../errors.ts';
import type { GatewayContext, GatewayLimits, HttpTransport } from '../options.ts';
import { CircuitOpenError, circuitBreaker } from './circuit-breaker.ts';
import { hopHeaders } from './hop.ts';
import type { FetchRequest, FetchResponse, SubgraphClient } from './subgraph-client.ts';
import { websocketUpstream } from './websocket-upstream.ts';

export interface HttpClientOptions {
  name: string;
  transport: HttpTransport;
  sealer: PrincipalSealer | undefined;
  limits: GatewayLimits;
  networkClock: Clock;
}

/** The subgraph answered, but not with a GraphQL response. */
class BadAnswerError extends Error {
  override readonly name = 'BadAnswerError';
}

/** @throws TypeError when the transport's URL is not one */
export function httpClient(options: HttpClientOptions): SubgraphClient {
  const { name, transport, limits, networkClock } = options;
  const url = new URL(transport.url);
  const path = url.pathname + url.search;
  const pool = new Pool(url.origin, {
    connections: limits.subgraphConnections,
    connectTimeout: Math.min(5_000, limits.subgraphTimeoutMs),
    headersTimeout: limits.subgraphTimeoutMs,
    bodyTimeout: limits.subgraphTimeoutMs,
    keepAliveTimeout: 10_000,
  });
  const breaker = circuitBreaker({
    name,
    failures: limits.breakerFailures,
    pauseMs: limits.breakerPauseMs,
    clock: networkClock,
    counts: (error) => !(error instanceof CircuitOpenError),
  });
  const upstream = websocketUpstream(options);

  const send = async (request: FetchRequest, context: GatewayContext, signal: AbortSignal): Promise<FetchResponse> => {
    const { statusCode, headers, body } = await pool.request({
      method: 'POST',
      path,
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json',
        ...hopHeaders(context, options.sealer),
      },
      body: JSON.stringify(request),
      signal,
    });
    const text = await readWithin(body, limits.maxSubgraphResponseBytes);
    return toResponse(statusCode, String(headers['content-type']), text);
  };

  return {
    async fetch(request, context) {
      const attempt = () =>
        withDeadline(networkClock, limits.subgraphTimeoutMs, `the subgraph ${name}`, (signal) => send(request, context, signal));
      try {
        return await breaker.run(() =>
          attempt().catch((error: unknown) => {
            // A kept connection may close under the request. What only reads is simply asked again.
            if (error instanceof errors.SocketError && !request.query.startsWith('mutation')) return attempt();
            throw error;
          }),
        );
      } catch (error) {
        throw unavailable(error);
      }
    },
    subscribe: (request, context) => upstream.subscribe(request, context()),
    async close() {
      await upstream.close();
      await pool.destroy();
    },
  };
}

async function readWithin(body: AsyncIterable<Uint8Array> & { destroy(): unknown }, limit: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > limit) {
      body.destroy();
      throw new BadAnswerError(`The answer is longer than ${limit} bytes.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size).toString('utf8');
}

function toResponse(status: number, contentType: string, text: string): FetchResponse {
  if (!/^application\/(graphql-response\+)?json\b/.test(contentType))
    throw new BadAnswerError(`The answer has status ${status} and is ${contentType}, not JSON.`);
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch (cause) {
    throw new BadAnswerError(`The answer has status ${status} and is not valid JSON.`, { cause });
  }
  const { data, errors: failures } = (answer ?? {}) as { data?: unknown; errors?: unknown };
  const hasErrors = Array.isArray(failures);
  if (typeof data !== 'object' || (data === undefined && !hasErrors) || Array.isArray(data)) {
    if (!(data === undefined && hasErrors)) throw new BadAnswerError(`The answer has status ${status} and is not a GraphQL response.`);
  }
  return answer as FetchResponse;
}
