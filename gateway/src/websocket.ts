/** Websockets (graphql-transport-ws) at the graph's path: queries, mutations and subscriptions, with limits and an end at the token's end. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Context, handleProtocols, makeServer } from 'graphql-ws';
import { GraphQLError, type ExecutionArgs, type GraphQLSchema } from 'graphql';
import { WebSocket, WebSocketServer } from 'ws';
import type { Principal } from '@nodo-aperto/kernel/auth';
import { UnauthenticatedError } from '@nodo-aperto/kernel/faults';
import type { Logger } from '@nodo-aperto/kernel/logging';
import type { Metrics } from '@nodo-aperto/kernel/metrics';
import type { Clock } from '@nodo-aperto/kernel/time';
import { type Documents, selectOperation } from './documents.ts';
import { refusal } from './errors.ts';
import type { Gateway, GatewayRequest } from './surface.ts';
import type { Identity } from './identity.ts';
import { type RateLimit, tenantOf } from './limits/index.ts';
import { publicError } from './masking.ts';
import type { GatewayLimits } from './options.ts';
import type { Origins } from './origins.ts';
import type { PersistedDocuments } from './persisted-documents.ts';

export interface WebsocketParts {
  gateway: Pick<Gateway, 'execute' | 'subscribe'>;
  documents: Documents;
  persisted: PersistedDocuments;
  identity: Identity;
  limits: GatewayLimits;
  rate?: RateLimit | undefined;
  origins: Origins;
  /** Platform time: tokens expire by it. */
  clock: Clock;
  /** Real time: sockets are kept alive by it. */
  networkClock: Clock;
  log: Logger;
  metrics: Metrics;
  schema: GraphQLSchema;
}

export interface Websockets {
  /** How many sockets are open. */
  open(): number;
  close(): Promise<void>;
}

/** Codes with which a socket is closed beside those of the protocol. */
const FORBIDDEN = 4403;
const GOING_AWAY = 1001;
const TRY_AGAIN_LATER = 1013;
/** Real milliseconds that clients have to close their end when the gateway stops. */
const FAREWELL_MS = 1_000;

interface Connection {
  socket: WebSocket;
  request: IncomingMessage;
  principal?: Principal | undefined;
  expiry?: Disposable;
  answering: boolean;
}

export function attachWebsockets(server: Server, path: string, parts: WebsocketParts): Websockets {
  const { limits, log, networkClock } = parts;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.maxAnonymousBodyBytes,
    perMessageDeflate: false,
    handleProtocols,
  });
  const connections = new Map<WebSocket, Connection>();
  const protocol = makeServer<Record<string, unknown>, Connection>(handlers(parts, connections));
  parts.metrics.gauge('gateway_sockets', 'Websockets open', [], (gauge) => gauge.set(connections.size));

  const onUpgrade = (request: IncomingMessage, duplex: Duplex, head: Buffer): void => {
    if (request.url?.split('?')[0] !== path) {
      // Others may listen for upgrades at other paths; when nobody does, the socket must not be left open.
      if (server.listenerCount('upgrade') === 1) duplex.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
      return;
    }
    if (!parts.origins.mayConnect(request)) {
      duplex.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    if (connections.size >= limits.maxSockets) {
      duplex.end('HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, duplex, head, (socket) => accept(socket, request));
  };
  const accept = (socket: WebSocket, request: IncomingMessage): void => {
    const connection: Connection = { socket, request, answering: true };
    connections.set(socket, connection);
    // Pings and questions are answered as they come: who sends them without reading the answers would have them pile up here.
    const assertReading = (): void => {
      if (socket.bufferedAmount > limits.maxUnreadBytes) socket.terminate();
    };
    socket.on('message', assertReading).on('ping', assertReading);
    const closed = protocol.opened(toProtocol(socket, log), connection);
    socket.on('pong', () => {
      connection.answering = true;
    });
    // A message over the limit, or a broken frame: the socket closes itself with the right code.
    socket.on('error', (error) => log.debug({ err: error }, 'a websocket failed'));
    socket.once('close', (code, reason) => {
      connections.delete(socket);
      connection.expiry?.[Symbol.dispose]();
      closed(code, String(reason)).catch((error: unknown) => log.error({ err: error }, 'a websocket did not close cleanly'));
    });
  };
  const keepAlive = networkClock.every(
    limits.keepAliveMs,
    () => {
      for (const connection of connections.values()) {
        if (!connection.answering) connection.socket.terminate();
        connection.answering = false;
        if (connection.socket.readyState === WebSocket.OPEN) connection.socket.ping();
      }
    },
    (error) => log.error({ err: error }, 'websockets were not kept alive'),
  );
  server.on('upgrade', onUpgrade);

  return {
    open: () => connections.size,
    async close() {
      server.off('upgrade', onUpgrade);
      keepAlive[Symbol.dispose]();
      for (const socket of connections.keys()) socket.close(GOING_AWAY, 'The gateway stops');
      // Who does not answer the farewell is not waited for.
      const patience = networkClock.deadline(FAREWELL_MS, () => {
        for (const socket of sockets.clients) socket.terminate();
      });
      await new Promise<void>((resolve) => {
        sockets.close(() => resolve());
      });
      patience[Symbol.dispose]();
    },
  };
}

function handlers(
  parts: WebsocketParts,
  connections: ReadonlyMap<WebSocket, Connection>,
): Parameters<typeof makeServer<Record<string, unknown>, Connection>>[0] {
  const { gateway, identity, limits } = parts;
  return {
    connectionInitWaitTimeout: limits.connectionInitTimeoutMs,
    async onConnect({ extra, connectionParams }) {
      const authorization =
        connectionParams?.['authorization'] ?? connectionParams?.['Authorization'] ?? extra.request.headers.authorization;
      try {
        extra.principal = await identity.authenticate(authorization as string | undefined);
      } catch (error) {
        // Closed with the reason first: the protocol's own "Forbidden" after it has no effect.
        if (error instanceof UnauthenticatedError) extra.socket.close(FORBIDDEN, closeReason(error.message));
        else parts.log.error({ err: error }, 'a caller could not be verified');
        return false;
      }
      if (extra.principal && hasTooMany(extra.principal, connections, limits)) {
        extra.socket.close(TRY_AGAIN_LATER, `More than ${limits.maxSocketsPerCaller} connections`);
        return false;
      }
      closeAtExpiry(extra, parts.clock);
      return true;
    },
    onSubscribe(context, _id, payload) {
      const open = Object.keys(context.subscriptions).length;
      if (open > limits.maxOperationsPerSocket) {
        return [
          refusal('LIMIT_EXCEEDED', `There are ${limits.maxOperationsPerSocket} operations under way on this connection.`, {
            extensions: { limit: limits.maxOperationsPerSocket },
          }),
        ];
      }
      return prepare(parts, context, payload);
    },
    execute: ({ contextValue }) => gateway.execute(contextValue as GatewayRequest) as never,
    subscribe: ({ contextValue }) => gateway.subscribe(contextValue as GatewayRequest) as never,
    // Results and errors come masked and plain: they are sent as they are.
    onNext: (_context, _id, _payload, _args, result) => result as never,
    onError: (_context, _id, _payload, errors) => errors.map((error) => publicError(error)),
  };
}

/** What the protocol needs to know of an operation; the operation itself travels in the context. */
function prepare(
  parts: WebsocketParts,
  { extra }: Context<Record<string, unknown>, Connection>,
  payload: GatewayRequest,
): ExecutionArgs | GraphQLError[] {
  try {
    const address = extra.request.socket.remoteAddress;
    parts.rate?.request(tenantOf(extra.principal, address));
    const query = parts.persisted(payload);
    if (query === undefined) return [refusal('BAD_REQUEST', 'The operation has no document: query is empty.')];
    const prepared = parts.documents.prepare(query);
    if ('errors' in prepared) return [...prepared.errors];
    selectOperation(prepared.document, payload.operationName);
    const request = parts.identity.newRequest({ traceparent: extra.request.headers['traceparent'] });
    const contextValue: GatewayRequest = {
      query,
      variables: payload.variables,
      operationName: payload.operationName,
      principal: extra.principal,
      address,
      request,
    };
    return { schema: parts.schema, document: prepared.document, operationName: payload.operationName, contextValue };
  } catch (error) {
    if (error instanceof GraphQLError) return [error];
    throw error;
  }
}

function hasTooMany(principal: Principal, connections: ReadonlyMap<WebSocket, Connection>, limits: GatewayLimits): boolean {
  let same = 0;
  for (const { principal: other } of connections.values())
    if (other && other.subject === principal.subject && other.role === principal.role) same += 1;
  return same > limits.maxSocketsPerCaller;
}

/** A token that ends while its socket is open closes it: the client comes back with a new one. */
function closeAtExpiry(connection: Connection, clock: Clock): void {
  const { principal, socket } = connection;
  if (!principal) return;
  connection.expiry?.[Symbol.dispose]();
  connection.expiry = clock.schedule(principal.expiresAt - clock.now(), () => socket.close(FORBIDDEN, 'The access token has expired'));
}

/** The socket as the protocol's implementation wants it. */
function toProtocol(socket: WebSocket, log: Logger): Parameters<ReturnType<typeof makeServer>['opened']>[0] {
  return {
    protocol: socket.protocol,
    // Resolves when the bytes are on their way, so that who does not read is noticed by the queue in front of it.
    send: (data) =>
      new Promise((resolve, reject) => {
        if (socket.readyState !== WebSocket.OPEN) return resolve();
        socket.send(data, (error) => (error ? reject(error) : resolve()));
      }),
    close: (code, reason) => socket.close(code, reason),
    onMessage: (handle) =>
      socket.on('message', (data) => {
        handle(String(data)).catch((error: unknown) => {
          log.error({ err: error }, 'a websocket message was not handled');
          socket.close(4500, 'Internal server error');
        });
      }),
  };
}

/** A close frame has room for 123 bytes. */
function closeReason(text: string): string {
  return Buffer.byteLength(text) > 123 ? `${text.slice(0, 60)}…` : text;
}
