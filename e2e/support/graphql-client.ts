/** A client of the public graph, as a portal would write one: HTTP for queries, graphql-transport-ws for subscriptions. */
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

export interface GraphqlAnswer<Data> {
  status: number;
  data?: Data | null;
  errors?: { message: string; path?: (string | number)[]; extensions?: Record<string, unknown> }[];
}

/** Sends one operation. */
export async function send<Data = Record<string, never>>(
  url: string,
  query: string,
  options: { token?: string; variables?: object } = {},
): Promise<GraphqlAnswer<Data>> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      ...(options.token && { authorization: `Bearer ${options.token}` }),
    },
    body: JSON.stringify({ query, variables: options.variables }),
    signal: AbortSignal.timeout(30_000),
  });
  const body = (await response.json()) as Omit<GraphqlAnswer<Data>, 'status'>;
  return { status: response.status, ...body };
}

/** Sends one operation that must succeed, and gives its data. */
export async function ask<Data>(url: string, query: string, options: { token?: string; variables?: object } = {}): Promise<Data> {
  const answer = await send<Data>(url, query, options);
  if (answer.errors?.length || !answer.data)
    throw new Error(`The query failed with status ${answer.status}: ${JSON.stringify(answer.errors ?? answer)}`);
  return answer.data;
}

/** Opens a websocket client that does not reconnect by itself, so that tests see every break. */
export function websocket(url: string, token: string): Client {
  return createClient({
    url: url.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    lazy: true,
    connectionParams: { authorization: `Bearer ${token}` },
  });
}
