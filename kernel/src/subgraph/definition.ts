/** What a subgraph is, to those who host it. Every subgraph exports one definition; nothing else of it is imported from outside. */
import type { FastifyInstance } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type { Principal } from '../auth/index.ts';
import type { Database, EntityInput, Migration, ReadDatabase } from '../database/index.ts';
import type { Delegated } from '../directory/index.ts';
import type { Bus, ConsumerDefinition, EventContract, Outbox, Stream, StreamName } from '../events/index.ts';
import type { RequestContext, SubgraphContext, SubgraphSchema } from '../graphql/index.ts';
import type { JobDefinition, Jobs, TaskDefinition } from '../jobs/index.ts';
import type { Logger } from '../logging/index.ts';
import type { Metrics } from '../metrics/index.ts';
import type { RandomStream } from '../random/index.ts';
import type { Clock, TestClock } from '../time/index.ts';

/** What the host gives a subgraph. */
export interface SubgraphHost {
  /** The subgraph's own schema of the database. */
  readonly database: Database;
  /** For lists and what citizens ask: a replica where there is one, with everything in it that was written before the question. */
  readonly reading: ReadDatabase;
  readonly bus: Bus;
  /** States facts, in the transaction of the rows that they are about. */
  readonly outbox: Outbox;
  /** The subgraph's own stream, for its logs and subscriptions. */
  readonly stream: Stream;
  readonly jobs: Jobs;
  readonly clock: Clock;
  /** Present only with `--test-clock`. */
  readonly testClock?: TestClock;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** A named stream of chance: tokens, ids, jitter. */
  random(name: string): RandomStream;
  readonly options: HostOptions;
}

/** Choices of the deployment that subgraphs need to know. */
export interface HostOptions {
  /** Tells whom an access token speaks for, to edges that are called with one. Absent where nothing is served. */
  verify?(token: string): Promise<Principal>;
  /** Whether endpoints on loopback and private addresses may be called: development only. */
  allowPrivateEndpoints: boolean;
  /** What requests of institutions to take part are checked with; each part has a default. */
  onboarding?: {
    /** The registry of institutions as JSON text; an embedded sample when absent. */
    registry?: string;
    /** The authorities of signatures under contracts, PEM; nobody is trusted when absent. */
    contractAnchors?: string;
    /** Days in which a request is to be completed. */
    expiryDays?: number;
  };
  /** Years that receipts and reporting flows are kept; ten when absent, which is also the least. */
  yearsKept?: number;
  /** PEM texts for the calls to creditors' stations: authorities to trust in place of the system's, and the client's own certificate. */
  stationTls?: { ca?: string; certificate?: string; key?: string };
}

/** A subgraph that runs. */
export interface RunningSubgraph {
  /** What resolvers find in `context.services`. */
  readonly services: object;
  /** The projections that it keeps of others' facts. */
  readonly consumers: readonly ConsumerDefinition[];
  /** Recurrent work, which operators can also start. */
  readonly jobs: readonly JobDefinition[];
  /** Work asked for one piece at a time. */
  readonly tasks: readonly TaskDefinition[];
  /** The wire primitives that it answers. */
  readonly edges: readonly Edge[];
  /** The directory, of a subgraph that shows partners what is creditors': its callers come with what was delegated to them. */
  readonly directory?: Delegated;
  /** Releases what it holds besides the database. */
  stop?(): Promise<void>;
}

/** A set of routes of the official interfaces. */
export interface Edge {
  name: string;
  register(app: FastifyInstance): Promise<void>;
}

export interface SubgraphDefinition {
  readonly name: StreamName;
  /** One sentence: what it owns. */
  readonly describes: string;
  readonly entities: readonly EntityInput[];
  /** Its tables; the kernel's own tables come before them. */
  readonly migrations: readonly Migration[];
  /** The facts that it states. */
  readonly publishes: readonly EventContract[];
  /** Its federated schema; needs neither database nor clock, so that it can be printed. */
  graphql(): Promise<SubgraphSchema>;
  start(host: SubgraphHost): Promise<RunningSubgraph>;
}

/** A hosted subgraph, as the gateway's in-process transport and the HTTP service see it. */
export interface HostedSubgraph {
  readonly name: StreamName;
  readonly schema: GraphQLSchema;
  readonly edges: readonly Edge[];
  readonly metrics: readonly Metrics[];
  context(principal: Principal | undefined, request: RequestContext): SubgraphContext;
  /** The caller as this subgraph sees it: a partner with what creditors delegated to it. To be asked before `context`. */
  scoped(principal: Principal | undefined): Promise<Principal | undefined>;
  /** Resolves when the subgraph can work: its database answers. */
  ready(): Promise<void>;
}
