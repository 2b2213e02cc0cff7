/** A toy subgraph behind HTTP and a websocket, as a hosted subgraph is: only sealed callers are let in. */
import type { AddressInfo } from 'node:net';
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { execute, type GraphQLSchema, parse } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { PRINCIPAL_HEADER, type PrincipalSealer } from '@nodo-aperto/kernel/auth';

export interface ToyHost {
  url: string;
  app: FastifyInstance;
  sockets: WebSocketServer;
  /** Headers of the fetches that came. */
  seen: Record<string, unknown>[];
  close(): Promise<void>;
}

export async function hostToy(schema: GraphQLSchema, sealer: PrincipalSealer): Promise<ToyHost> {
  const app = fastify({ forceCloseConnections: true });
  let closed = false;
  const seen: Record<string, unknown>[] = [];
  const contextOf = (values: Record<string, unknown>) => ({
    principal: sealer.open(values[PRINCIPAL_HEADER] as string | undefined),
    request: { id: String(values['x-request-id']), traceparent: values['traceparent'] },
  });
  const answer = async (request: FastifyRequest) => {
    seen.push(request.headers);
    const { query, variables, operationName } = request.body as {
      query: string;
      variables: Record<string, unknown>;
      operationName?: string;
    };
    return execute({ schema, document: parse(query), variableValues: variables, operationName, contextValue: contextOf(request.headers) });
  };
  app.route({ method: 'POST', url: '/graphql', handler: answer });
  const sockets = new WebSocketServer({ noServer: true });
  const disposable = useServer({ schema, context: (_context, _id, payload) => contextOf(payload.extensions ?? {}) }, sockets);
  app.server.on('upgrade', (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (client) => sockets.emit('connection', client, request));
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/graphql`,
    app,
    sockets,
    seen,
    async close() {
      if (closed) return;
      closed = true;
      for (const socket of sockets.clients) socket.terminate();
      await disposable.dispose();
      await app.close();
    },
  };
}
