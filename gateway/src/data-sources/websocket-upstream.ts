/** The events of a subgraph behind HTTP: one websocket, opened by the first subscription and shared by all. */
import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { PrincipalSealer } from '@nodo-aperto/kernel/auth';
import type { Clock } from '@nodo-aperto/kernel/time';
import { interrupted, unavailable } from '../errors.ts';
import type { GatewayContext, GatewayLimits, HttpTransport } from '../options.ts';
import { BoundedQueue } from '../subscriptions/bounded-queue.ts';
import { hopHeaders } from './hop.ts';
import type { FetchRequest, FetchResponse } from './subgraph-client.ts';

export interface WebsocketUpstream {
  subscribe(request: FetchRequest, context: GatewayContext): Promise<AsyncIterator<FetchResponse>>;
  close(): Promise<void>;
}

// The socket outlives its last subscription for a moment, so that a reload of a page does not reconnect.
const LINGER_MS = 2_000;
const CONNECT_MS = 5_000;

export function websocketUpstream(options: {
  name: string;
  transport: HttpTransport;
  sealer: PrincipalSealer | undefined;
  limits: GatewayLimits;
  networkClock: Clock;
}): WebsocketUpstream {
  const { name, transport, limits, networkClock, sealer } = options;
  const open = new Set<BoundedQueue<FetchResponse>>();
  let connected = false;
  let stopped = false;
  let unanswered: Disposable | undefined;
  const settlePing = () => unanswered?.[Symbol.dispose]();

  const client: Client = createClient({
    url: transport.websocketUrl ?? transport.url.replace(/^http/, 'ws'),
    webSocketImpl: socketClass(limits.maxSubgraphResponseBytes, () => open.size === 0),
    connectionAckWaitTimeout: CONNECT_MS,
    lazyCloseTimeout: LINGER_MS,
    keepAlive: limits.keepAliveMs,
    // A client that subscribes again by itself hides the events that were lost in between. Here the subscribers are told.
    retryAttempts: 0,
    on: {
      connected: () => {
        connected = true;
      },
      ping: (received) => {
        if (received) return;
        settlePing();
        unanswered = networkClock.schedule(limits.keepAliveMs, () => client.terminate());
      },
      pong: (received) => {
        if (received) settlePing();
      },
      closed: (event) => {
        settlePing();
        const wasConnected = connected;
        connected = false;
        // A socket without subscriptions is closed by the client. Who subscribes while it closes gets a new one, and has lost nothing.
        if (closedIdle(event) && !stopped) return;
        for (const queue of open) queue.fail(wasConnected ? interrupted(event) : unavailable(reasonOf(event, name)));
      },
      error: (error) => {
        for (const queue of open) queue.fail(unavailable(error));
      },
    },
  });

  return {
    async subscribe(request, context) {
      let unsubscribe = (): void => {};
      const queue = new BoundedQueue<FetchResponse>(limits.streamQueue, () => {
        open.delete(queue);
        unsubscribe();
      });
      open.add(queue);
      const payload = {
        query: request.query,
        ...(request.variables && { variables: request.variables }),
        ...(request.operationName !== undefined && { operationName: request.operationName }),
        extensions: hopHeaders(context, sealer),
      };
      unsubscribe = client.subscribe<Record<string, unknown>>(payload, {
        next: (event) => {
          if (!queue.push(event as FetchResponse))
            queue.fail(interrupted(new Error(`More than ${limits.streamQueue} events of ${name} were waiting.`)));
        },
        // The subgraph refused the subscription (a list of errors), or there was no connection.
        error: (error) => (Array.isArray(error) ? refuse(queue, error) : queue.fail(unavailable(reasonOf(error, name)))),
        complete: () => queue.end(),
      });
      return queue;
    },
    async close() {
      stopped = true;
      for (const queue of open) queue.fail(interrupted(new Error('The gateway stops.')));
      settlePing();
      await client.dispose();
    },
  };
}

/** The socket class that the client makes its connections of: bounded, and aware of whether it was in use when its end began. */
function socketClass(maxPayload: number, isIdle: () => boolean) {
  return class UpstreamSocket extends WebSocket {
    closedIdle = false;

    constructor(url: string, protocol: string) {
      super(url, protocol, { maxPayload, handshakeTimeout: CONNECT_MS, perMessageDeflate: false });
    }

    // Called for both ends: by the client, and in answer to the subgraph's close frame.
    override close(code?: number, reason?: string): void {
      if (this.readyState === WebSocket.OPEN) this.closedIdle = isIdle();
      super.close(code, reason);
    }
  };
}

function closedIdle(event: unknown): boolean {
  return (event as { target?: { closedIdle?: boolean } }).target?.closedIdle === true;
}

/** The refusal is the stream's last event, so that it reaches the client with its code and message. */
function refuse(queue: BoundedQueue<FetchResponse>, errors: FetchResponse['errors']): void {
  queue.push({ data: null, errors });
  queue.end();
}

function reasonOf(event: unknown, name: string): Error {
  const { code, reason, message } = event as { code?: number; reason?: string; message?: string };
  return new Error(`The websocket of ${name} is not open: ${[code, reason || message].filter(Boolean).join(' ') || 'no reason given'}.`);
}
