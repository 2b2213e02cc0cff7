/** The subgraph as a process hosts it, on a database of its own, and who calls it. */
import type { Principal } from '@nodo-aperto/kernel/auth';
import { type Database, openDatabase } from '@nodo-aperto/kernel/database';
import { type Directory, directoryMigrations, directoryReplica } from '@nodo-aperto/kernel/directory';
import { type EventContract, eventsMigrations } from '@nodo-aperto/kernel/events';
import { type Hosting, hostSubgraphs, type SubgraphDefinition } from '@nodo-aperto/kernel/subgraph';
import { seededStreams } from '@nodo-aperto/kernel/random';
import { testDatabaseUrl, testLogger } from '@nodo-aperto/kernel/testing';
import { type AdjustableClock, adjustableClock, type Clock } from '@nodo-aperto/kernel/time';
import { type ExecutionResult, type GraphQLSchema, graphql, parse, subscribe } from 'graphql';
import { onboarding, type OnboardingServices } from '../src/index.ts';

export interface Hosted {
  readonly hosting: Hosting;
  readonly services: OnboardingServices;
  readonly schema: GraphQLSchema;
  readonly clock: AdjustableClock;
  readonly url: string;
  /** Executes an operation; throws when there are errors. */
  run<Data = Record<string, unknown>>(principal: Principal | undefined, source: string, variables?: Record<string, unknown>): Promise<Data>;
  /** Executes an operation and gives whatever comes. */
  execute<Data = Record<string, unknown>>(
    principal: Principal | undefined,
    source: string,
    variables?: Record<string, unknown>,
  ): Promise<ExecutionResult<Data>>;
  /** States facts in the place of another subgraph, and waits until they were dealt with. */
  state<Data>(contract: EventContract<string, Data>, ...facts: Data[]): Promise<void>;
  /** The directory as another subgraph keeps it. */
  replica(): Directory;
  follow(principal: Principal | undefined, source: string): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult>;
}

/** A connection, as operations answer one. */
export interface Page<Node> {
  edges: { cursor: string; node: Node }[];
  pageInfo: { hasNextPage: boolean; endCursor: string };
}

export const nodesOf = <Node>(page: Page<Node>): Node[] => page.edges.map(({ node }) => node);
export const codesOf = (page: Page<{ code: string }>): string[] => nodesOf(page).map(({ code }) => code);

/** The code of an answer's first error. */
export const errorCode = ({ errors }: ExecutionResult): unknown => errors?.[0]?.extensions.code;

export interface HostSettings {
  url?: string;
  testClock?: boolean;
  allowPrivateEndpoints?: boolean;
  /** Whom the edges take a token for; without it there are no edges. */
  verify?: (token: string) => Promise<Principal>;
  /** What is hosted in place of the subgraph: it, and something more. */
  definition?: SubgraphDefinition;
}

/** The streams of the subgraphs whose facts are read here. */
async function openSources(url: string, clock: Clock): Promise<Map<string, Database>> {
  const sources = new Map<string, Database>();
  for (const schema of ['notices', 'reporting']) {
    const options = {
      url,
      schema,
      entities: [],
      migrations: [...eventsMigrations, ...directoryMigrations],
      log: testLogger(),
      clock,
      poolSize: 2,
    };
    sources.set(schema, await openDatabase(options));
  }
  return sources;
}

export async function host(settings: HostSettings = {}): Promise<Hosted> {
  const { url: given, testClock = true, allowPrivateEndpoints = true, definition = onboarding, verify } = settings;
  const url = given ?? (await testDatabaseUrl());
  const clock = adjustableClock();
  const streams = seededStreams(url);
  const sources = await openSources(url, clock);
  const subgraphs = await hostSubgraphs([definition], {
    databaseUrl: url,
    clock,
    ...(testClock && { testClock: clock }),
    log: testLogger(),
    random: (name) => streams.stream(name),
    options: { allowPrivateEndpoints, ...(verify && { verify }) },
    poolSize: 5,
  });
  const stop = async (): Promise<void> => {
    await subgraphs.stop();
    for (const source of sources.values()) await source.close();
  };
  const hosting: Hosting = { ...subgraphs, stop };
  const [subgraph] = hosting.subgraphs;
  if (!subgraph) throw new Error('nothing is hosted');
  const { schema } = subgraph;
  const context = (principal: Principal | undefined) => subgraph.context(principal, { id: 'test' });
  const execute = async <Data>(principal: Principal | undefined, source: string, variableValues?: Record<string, unknown>) =>
    (await graphql({ schema, source, contextValue: context(principal), variableValues })) as ExecutionResult<Data>;
  return {
    hosting,
    services: context(undefined).services as OnboardingServices,
    schema,
    clock,
    url,
    execute,
    replica() {
      const database = sources.get('notices')!;
      const directory = directoryReplica({ database, clock, log: testLogger() });
      hosting.bus.consume(database, directory.consumer);
      return directory;
    },
    async state(contract, ...facts) {
      const source = sources.get(contract.source);
      if (!source) throw new Error(`nothing is stated in the place of ${contract.source}`);
      await source.transaction((transaction) => hosting.bus.outbox(source).appendMany(transaction, contract, facts));
      await hosting.bus.settled(20_000);
    },
    async run<Data>(principal: Principal | undefined, source: string, variables?: Record<string, unknown>) {
      const { data, errors } = await execute(principal, source, variables);
      if (errors) throw new Error(errors.map((error) => `${error.message} ${JSON.stringify(error.extensions)}`).join('\n'));
      return data as Data;
    },
    follow: async (principal, source) =>
      subscribe({ schema, document: parse(source), contextValue: context(principal) }) as Promise<AsyncIterableIterator<ExecutionResult>>,
  };
}

const FOR_EVER = Number.MAX_SAFE_INTEGER;
const caller = (role: Principal['role'], rest: Partial<Principal> = {}): Principal => ({
  subject: `test ${role}`,
  role,
  expiresAt: FOR_EVER,
  ...rest,
});
export const operator = caller('OPERATOR');
export const creditor = (tenant: string): Principal => caller('EC', { tenant });
export const psp = (tenant: string): Principal => caller('PSP', { tenant });
export const partner = (tenant: string): Principal => caller('PARTNER', { tenant });
export const citizen = (fiscalCode: string): Principal => caller('CITIZEN', { fiscalCode });
