/** Hosts subgraphs in this process: their databases, one bus, one runner of jobs, and an orderly end. */
import { type Database, type Migration, openDatabase, openReplica } from '../database/index.ts';
import { directoryMigrations, withDelegations } from '../directory/index.ts';
import { type Bus, eventsMigrations, outboxRetention, postgresBus } from '../events/index.ts';
import { Loaders } from '../graphql/index.ts';
import { type Jobs, postgresJobs } from '../jobs/index.ts';
import type { Logger } from '../logging/index.ts';
import { createMetrics } from '../metrics/index.ts';
import type { RandomStream } from '../random/index.ts';
import { shareClock } from '../test-clock/index.ts';
import { type AdjustableClock, type Clock, realClock, type TestClock, withDeadline } from '../time/index.ts';
import type { HostedSubgraph, HostOptions, RunningSubgraph, SubgraphDefinition } from './definition.ts';

export interface HostSubgraphsOptions {
  databaseUrl: string;
  clock: Clock;
  /** The same clock when it can be moved: it then follows, and is followed by, those of all processes on this database. */
  testClock?: AdjustableClock;
  log: Logger;
  /** A named stream of chance. */
  random(name: string): RandomStream;
  options: HostOptions;
  /** Connections of each subgraph at most; the payment path gets twice as many. */
  poolSize?: number;
  /** `DATABASE_REPLICA_URL`: a standby that may answer reads, and how long they may wait for it, in milliseconds. */
  replica?: { url: string; waitMs: number };
  /** `BUS_URL`: a NATS JetStream that carries the events; without it PostgreSQL does. */
  busUrl?: string;
  /** False for commands that only read or write: no consumer, job or task runs. True by default. */
  work?: boolean;
}

export interface Hosting {
  readonly subgraphs: readonly HostedSubgraph[];
  readonly bus: Bus;
  readonly jobs: Jobs;
  /** Takes no new work, lets what runs finish, publishes what is committed, closes the databases. */
  stop(): Promise<void>;
}

const POOL_SIZE = 8;
/** The tables of streams are there by then: what is waited for is two statements of each. */
const STREAMS_MS = 30_000;

/** The kernel's own tables, which every schema has. */
const KERNEL_MIGRATIONS: readonly Migration[] = [...eventsMigrations, ...directoryMigrations];

/**
 * Hosts the subgraphs in the order given.
 * @throws DatabaseUnavailableError, MigrationError, DeadlineExceededError; whatever had been opened is closed again
 */
export async function hostSubgraphs(definitions: readonly SubgraphDefinition[], options: HostSubgraphsOptions): Promise<Hosting> {
  const { clock, log, random } = options;
  const closing = new AsyncDisposableStack();
  try {
    const testClock = options.testClock && closing.use(await shareClock({ url: options.databaseUrl, clock: options.testClock, log }));
    const databases = new Map<string, Database>();
    for (const definition of definitions) {
      const database = await openDatabase({
        url: options.databaseUrl,
        schema: definition.name,
        entities: definition.entities,
        migrations: [...KERNEL_MIGRATIONS, ...definition.migrations],
        log: log.child({ subgraph: definition.name }),
        clock,
        poolSize: (options.poolSize ?? POOL_SIZE) * (definition.name === 'payments' ? 2 : 1),
      });
      closing.defer(() => database.close());
      databases.set(definition.name, database);
    }
    const [first] = databases.values();
    if (!first) throw new Error('There is nothing to host.');
    // Closed last first: jobs and consumers end before the services that they use, and what they stated last is still published.
    const hosted: HostedSubgraph[] = [];
    const running: RunningSubgraph[] = [];
    closing.defer(async () => {
      for (const each of running.toReversed()) await each.stop?.();
    });
    const busMetrics = createMetrics('bus');
    const carrier = options.busUrl === undefined ? undefined : closing.use(await brokerOf(options.busUrl, first, log));
    const bus = postgresBus({ database: first, clock, log, metrics: busMetrics, random: random('events'), ...(carrier && { carrier }) });
    closing.defer(() => bus.stop());
    const jobs = await postgresJobs({ url: options.databaseUrl, clock, log, random: random('jobs'), metrics: busMetrics });
    closing.defer(() => jobs.stop());

    for (const definition of definitions) {
      const database = databases.get(definition.name)!;
      const started = await startOne(definition, { database, bus, jobs, testClock, closing }, options);
      running.push(started.running);
      hosted.push(started.hosted);
      if (options.work !== false) for (const consumer of started.running.consumers) bus.consume(database, consumer);
    }
    if (options.work !== false) {
      await jobs.start({
        jobs: [...running.flatMap((each) => each.jobs), ...[...databases.values()].map((database) => outboxRetention(database, clock))],
        tasks: running.flatMap((each) => each.tasks),
      });
    }
    const [firstHosted] = hosted;
    if (firstHosted) Object.assign(firstHosted, { metrics: [...firstHosted.metrics, busMetrics] });
    // Whoever subscribes from the first request on is told of all that is published from that moment.
    await withDeadline(realClock(), STREAMS_MS, 'finding the streams of events', async () => {
      await Promise.all(definitions.map(({ name }) => bus.stream(name).found));
    });
    const stack = closing.move();
    return { subgraphs: hosted, bus, jobs, stop: () => stack.disposeAsync() };
  } catch (error) {
    await closing.disposeAsync().catch((failure: unknown) => log.warn({ err: failure }, 'not everything could be closed'));
    throw error;
  }
}

/** Loaded only where there is a broker. */
async function brokerOf(url: string, database: Database, log: Logger) {
  const { jetStreamCarrier } = await import('../jetstream/index.ts');
  return jetStreamCarrier({ url, database, log });
}

interface Shared {
  readonly database: Database;
  readonly bus: Bus;
  readonly jobs: Jobs;
  readonly testClock: TestClock | undefined;
  readonly closing: AsyncDisposableStack;
}

async function startOne(
  definition: SubgraphDefinition,
  { database, bus, jobs, testClock, closing }: Shared,
  options: HostSubgraphsOptions,
) {
  const log = options.log.child({ subgraph: definition.name });
  const metrics = createMetrics(definition.name);
  const { schema } = await definition.graphql();
  const { entities, name: schemaName } = definition;
  const migrations = [...KERNEL_MIGRATIONS, ...definition.migrations];
  const reading = options.replica
    ? closing.use(openReplica({ ...options.replica, schema: schemaName, entities, migrations, primary: database, log, metrics }))
    : database;
  const running = await definition.start({
    database,
    reading,
    bus,
    outbox: bus.outbox(database),
    stream: bus.stream(definition.name),
    jobs,
    clock: options.clock,
    ...(testClock && { testClock }),
    log,
    metrics,
    random: (name) => options.random(`${definition.name}/${name}`),
    options: options.options,
  });
  const hosted: HostedSubgraph = {
    name: definition.name,
    schema,
    edges: running.edges,
    metrics: [metrics],
    scoped: (principal) => withDelegations(running.directory, principal),
    context: (principal, request) => ({ principal, request, services: running.services, log, loaders: new Loaders() }),
    ready: async () => void (await database.query('select 1')),
  };
  return { running, hosted };
}
