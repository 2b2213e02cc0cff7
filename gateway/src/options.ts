/** What a gateway is made of, and how much it lets one caller ask for. */
import type { GraphQLSchema } from 'graphql';
import type { Principal, PrincipalSealer } from '@nodo-aperto/kernel/auth';
import type { RequestContext } from '@nodo-aperto/kernel/graphql';
import type { Logger } from '@nodo-aperto/kernel/logging';
import type { Metrics } from '@nodo-aperto/kernel/metrics';
import type { Clock } from '@nodo-aperto/kernel/time';
import type { RateAllowance } from './limits/rate.ts';

export type { RequestContext };

/** A subgraph in this process: its schema, and what makes the context of its resolvers. The factory is called once per fetch and once per event. */
export interface InProcessTransport {
  kind: 'in-process';
  schema: GraphQLSchema;
  context(principal: Principal | undefined, request: RequestContext): Promise<object> | object;
}

/** A subgraph behind HTTP, and behind one websocket for its subscriptions. */
export interface HttpTransport {
  kind: 'http';
  /** `http://host:port/graphql` */
  url: string;
  /** `ws://host:port/graphql`; by default `url` with the scheme changed. */
  websocketUrl?: string;
}

export type SubgraphTransport = InProcessTransport | HttpTransport;

export interface GatewayOptions {
  /** The composed supergraph. */
  supergraphSdl: string;
  /** The supergraph was composed and checked together with this gateway: a start does not validate it again. False by default. */
  trustedSupergraph?: boolean;
  /** How a subgraph is reached, by its name and the routing URL that is written in the supergraph. */
  transports: (name: string, routingUrl: string | undefined) => SubgraphTransport;
  /** Turns an access token into the caller; rejects with UnauthenticatedError. With `no-auth` nobody is known and no role is asked for. */
  verify: ((token: string) => Promise<Principal>) | 'no-auth';
  /** Seals the caller for subgraphs behind HTTP. */
  sealer?: PrincipalSealer;
  clock: Clock;
  log: Logger;
  metrics: Metrics;
  limits?: Partial<GatewayLimits>;
  /** How fast one tenant may go; absent: as fast as it likes. */
  rate?: RateAllowance;
  /** Origins of other sites whose pages may use the graph, such as `https://portal.example.it`; none by default. */
  allowedOrigins?: readonly string[];
  /** Known documents by the sha256 of their text, in lower-case hexadecimal. */
  persistedDocuments?: ReadonlyMap<string, string>;
  /** Refuses documents that are not among the persisted ones. */
  onlyPersisted?: boolean;
  introspection: boolean;
  graphiql: boolean;
  /** What GraphiQL shows to a first-time visitor. */
  graphiqlDefaultQuery?: string;
}

/** Nothing that a caller sends, and nothing that waits for one, is without a limit. */
export interface GatewayLimits {
  /** Lexical tokens of a document. */
  maxTokens: number;
  /** Levels of fields below the operation. */
  maxDepth: number;
  /** Fields under another name, fragments counted where they are used. */
  maxAliases: number;
  /** Fields of Query, Mutation or Subscription in one operation. */
  maxRootFields: number;
  /** Fields of an operation with its fragments unfolded. */
  maxFields: number;
  /** Values that an answer may hold: fields multiplied by the sizes of the lists above them. */
  maxCost: number;
  /** What a list without `first` counts for. */
  defaultListSize: number;
  /** Bytes of a request body of a caller who is known: a bulk write of 1,000 positions fits. */
  maxBodyBytes: number;
  /** Bytes of a request body of a caller who is not known, and of any websocket message. */
  maxAnonymousBodyBytes: number;
  /** Real milliseconds that a subgraph has for one fetch. */
  subgraphTimeoutMs: number;
  /** Bytes of a subgraph's answer, and of one of its events. */
  maxSubgraphResponseBytes: number;
  /** Connections to one subgraph. */
  subgraphConnections: number;
  /** Failed fetches in a row after which a subgraph is left alone for a moment. */
  breakerFailures: number;
  /** Real milliseconds of that moment. */
  breakerPauseMs: number;
  /** Characters of the documents kept parsed and validated. */
  cachedDocumentCharacters: number;
  /** Real milliseconds that a new websocket has to say who it is. */
  connectionInitTimeoutMs: number;
  /** Real milliseconds between pings; a socket that has not answered the last one is closed. */
  keepAliveMs: number;
  /** Websockets open at once. */
  maxSockets: number;
  /** Websockets of one caller. */
  maxSocketsPerCaller: number;
  /** Bytes on their way to a websocket whose client does not read; one more message of its own and it is closed. */
  maxUnreadBytes: number;
  /** Operations under way on one websocket. */
  maxOperationsPerSocket: number;
  /** Different event streams open towards the subgraphs. */
  maxStreams: number;
  /** Events waiting for one subscriber; one more and it is dropped as too slow. */
  subscriberQueue: number;
  /** Events of one stream waiting to be completed from other subgraphs. */
  streamQueue: number;
}

export const DEFAULT_LIMITS: Readonly<GatewayLimits> = {
  maxTokens: 2_000,
  maxDepth: 20,
  maxAliases: 50,
  maxRootFields: 20,
  maxFields: 1_000,
  maxCost: 50_000,
  defaultListSize: 20,
  maxBodyBytes: 1024 * 1024,
  maxAnonymousBodyBytes: 256 * 1024,
  subgraphTimeoutMs: 30_000,
  maxSubgraphResponseBytes: 16 * 1024 * 1024,
  subgraphConnections: 32,
  breakerFailures: 5,
  breakerPauseMs: 1_000,
  cachedDocumentCharacters: 4 * 1024 * 1024,
  connectionInitTimeoutMs: 3_000,
  keepAliveMs: 12_000,
  maxSockets: 10_000,
  maxSocketsPerCaller: 1_000,
  maxUnreadBytes: 4 * 1024 * 1024,
  maxOperationsPerSocket: 100,
  maxStreams: 10_000,
  subscriberQueue: 1_000,
  streamQueue: 1_000,
};

/** What travels with a request through the gateway to its data sources. */
export interface GatewayContext {
  principal: Principal | undefined;
  request: RequestContext;
  /** Where the request came from, for who is not known. */
  address?: string | undefined;
}
