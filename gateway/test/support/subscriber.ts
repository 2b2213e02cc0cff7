/** A subscriber as a client has it: its events, its end, and the socket that it came over. */
import { type Client, createClient } from 'graphql-ws';
import type { FormattedExecutionResult } from 'graphql';
import { WebSocket } from 'ws';

export interface Subscriber {
  client: Client;
  events: FormattedExecutionResult[];
  /** Undefined while it runs; then the errors that ended it, the close event, or `complete`. */
  ended: () => unknown;
  socket: () => WebSocket | undefined;
  leave(): void;
}

export function subscribe(
  url: string,
  query: string,
  options: { token?: string; variables?: Record<string, unknown>; client?: Client; extensions?: Record<string, unknown> } = {},
): Subscriber {
  let socket: WebSocket | undefined;
  const client =
    options.client ??
    createClient({
      url,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: options.token ? { authorization: `Bearer ${options.token}` } : {},
      on: {
        opened: (opened) => {
          socket = opened as WebSocket;
        },
      },
    });
  const events: FormattedExecutionResult[] = [];
  let ended: unknown;
  const leave = client.subscribe(
    { query, variables: options.variables, extensions: options.extensions },
    {
      next: (event) => void events.push(event as FormattedExecutionResult),
      error: (error) => {
        ended = error;
      },
      complete: () => {
        ended = 'complete';
      },
    },
  );
  return { client, events, ended: () => ended, socket: () => socket, leave };
}

/** The value under the first root field of each event. */
export function payloads(subscriber: Subscriber): unknown[] {
  return subscriber.events.map(({ data, errors }) => (errors ? errors : Object.values(data ?? {})[0]));
}
