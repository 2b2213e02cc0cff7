/** One subgraph as the gateway sees it, wherever it runs. */
import type { GraphQLFormattedError } from 'graphql';
import type { GatewayContext } from '../options.ts';

export interface FetchRequest {
  query: string;
  variables: Record<string, unknown> | undefined;
  operationName: string | undefined;
}

/** Data and errors as the subgraph answered them; objects are fresh, so that the plan's execution may merge into them. */
export interface FetchResponse {
  data?: Record<string, unknown> | null;
  errors?: readonly GraphQLFormattedError[];
}

export interface SubgraphClient {
  /** @throws GraphQLError with code SERVICE_UNAVAILABLE when the subgraph cannot be reached, is too slow, or answers nonsense */
  fetch(request: FetchRequest, context: GatewayContext): Promise<FetchResponse>;
  /**
   * Opens a stream of events. `context` is asked again for each event, since callers who share a stream come and go.
   * @returns the events, or the answer that refuses them
   */
  subscribe(request: FetchRequest, context: () => GatewayContext): Promise<AsyncIterator<FetchResponse> | FetchResponse>;
  /** Ends connections and streams. */
  close(): Promise<void>;
}
