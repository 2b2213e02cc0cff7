/** Servers for the connector's tests: they count what they see and can be told to misbehave. */
import { createServer as createHttpServer } from 'node:http';
import type { RequestListener, Server as HttpServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:https';
import type { ServerOptions } from 'node:https';

/** A server on a free port of 127.0.0.1. */
export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Connections open now, and ever opened. */
  readonly sockets: ReadonlySet<Socket>;
  readonly connections: () => number;
  /** The most connections that were open at once. */
  readonly most: () => number;
}

/** Answers requests. */
export function httpServer(listener: RequestListener): Promise<TestServer> {
  return started(createHttpServer({ keepAliveTimeout: 60_000 }, listener), 'http');
}

/** Answers requests over TLS. */
export function httpsServer(options: ServerOptions, listener: RequestListener): Promise<TestServer> {
  return started(createTlsServer(options, listener), 'https');
}

/** Does whatever it likes with a connection, from its first bytes on; `number` counts the requests of that connection. */
export function rawServer(onRequest: (socket: Socket, number: number) => void): Promise<TestServer> {
  return started(
    createTcpServer((socket) => {
      let number = 0;
      socket.on('data', () => {
        number += 1;
        onRequest(socket, number);
      });
    }),
    'http',
  );
}

async function started(server: Server | HttpServer, protocol: string): Promise<TestServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  let most = 0;
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    most = Math.max(most, sockets.size);
    // A client that goes away is nothing to a test server.
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${protocol}://127.0.0.1:${port}/pa-for-node?x=1`,
    port,
    sockets,
    connections: () => connections,
    most: () => most,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
