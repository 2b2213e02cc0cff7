/** What a gateway can do, for those who host it and for its ways in. */
import type { FastifyInstance } from 'fastify';
import type { FormattedExecutionResult } from 'graphql';
import type { Principal } from '@nodo-aperto/kernel/auth';
import type { RequestContext } from './options.ts';

/** One operation, as a client sends it. */
export interface GatewayRequest {
  query?: string | undefined;
  variables?: Record<string, unknown> | null | undefined;
  operationName?: string | null | undefined;
  extensions?: Record<string, unknown> | null | undefined;
  principal?: Principal | undefined;
  /** Where it came from, for who is not known. */
  address?: string | undefined;
  /** Id and trace of the request; made when absent. */
  request?: RequestContext | undefined;
}

/** What is open at the moment. */
export interface GatewayActivity {
  sockets: number;
  streams: number;
  subscribers: number;
}

export interface Gateway {
  /**
   * Serves the graph: POST and GET at the path, GraphiQL for browsers, and websockets (graphql-transport-ws) at the same path.
   * @param path by default `/graphql`
   */
  register(app: FastifyInstance, path?: string): Promise<void>;
  /** Runs a query or mutation. Errors are in the result, masked as for any client. */
  execute(request: GatewayRequest): Promise<FormattedExecutionResult>;
  /** Opens a subscription; a refusal is an ordinary result. */
  subscribe(request: GatewayRequest): Promise<AsyncIterableIterator<FormattedExecutionResult> | FormattedExecutionResult>;
  activity(): GatewayActivity;
  /** Ends subscriptions, closes sockets and connections to subgraphs. */
  stop(): Promise<void>;
}
