/**
 * Every service and the gateway twice, on one database, with either carrier of events: payments through both gateways while the broker is killed
 * and one instance dies, a subscriber that goes from one gateway to the other, jobs, and a station in Stand-In.
 */
import { findNatsServer, type NatsServer, startNats, testDatabaseUrl, until } from '@nodo-aperto/kernel/testing';
import { withDeadline, realClock } from '@nodo-aperto/kernel/time';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { books } from '../crash-matrix/books.ts';
import { ask, websocket } from '../support/graphql-client.ts';
import { payers } from '../support/payers.ts';
import { dataFolder } from '../support/platform-process.ts';
import { type Instance, runInstance } from '../support/shapes.ts';
import { CREDITOR, openWorld, type World } from '../support/world.ts';

const program = findNatsServer();
const PAYMENTS = 24;
/** Events of one subscription before the subscriber goes to the other gateway. */
const STAY = 7;
const PATIENCE = { timeoutMs: 120_000 };
const clock = realClock();
const SUBSCRIPTION = 'subscription ($after: String) { paymentEvents(after: $after) { cursor name paymentToken } }';
const LOG = `query ($after: String) {
  paymentEventLog(after: $after, first: 100) { edges { node { cursor } } pageInfo { hasNextPage endCursor } }
}`;

interface Seen {
  cursor: string;
  name: string;
  paymentToken: string;
}
interface LogPage {
  paymentEventLog: { edges: { node: { cursor: string } }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } };
}
interface Run {
  id: string;
  job: string;
  startedAt: string | null;
  finishedAt: string | null;
  state: string;
}

describe.each(['PostgreSQL', 'NATS JetStream'] as const)('two instances of everything, events carried by %s', (carrier) => {
  const withBroker = carrier === 'NATS JetStream';
  const isImpossible = withBroker && !program;
  let stack: AsyncDisposableStack;
  let nats: NatsServer | undefined;
  let instances: readonly Instance[];
  let worlds: readonly World[];

  beforeAll(async () => {
    stack = new AsyncDisposableStack();
    if (isImpossible) return;
    nats = withBroker ? stack.use(await startNats(program!)) : undefined;
    const { path: folder } = stack.use(await dataFolder());
    const common = { folder, databaseUrl: await testDatabaseUrl(), ...(nats && { environment: { BUS_URL: nats.url } }) };
    instances = [stack.use(await runInstance(common)), stack.use(await runInstance(common))];
    const world = stack.use(await openWorld(instances[0]!));
    worlds = [world, await world.through(instances[1]!.graphqlUrl)];
  }, 400_000);
  afterAll(() => stack.disposeAsync(), 120_000);

  const operator = <Data>(instance: number, query: string, variables: object = {}): Promise<Data> =>
    ask<Data>(instances[instance]!.graphqlUrl, query, { token: worlds[0]!.tokens.operator, variables });

  async function follow(instance: number, after: string | null, enough: (seen: readonly Seen[]) => boolean): Promise<Seen[]> {
    const client = websocket(instances[instance]!.graphqlUrl, worlds[0]!.tokens.operator);
    const seen: Seen[] = [];
    const iterator = client.iterate<{ paymentEvents: Seen }>({ query: SUBSCRIPTION, variables: { after } });
    const next = () =>
      withDeadline(clock, PATIENCE.timeoutMs, `the next event after ${seen.length} of this subscription`, () => iterator.next());
    try {
      for (let result = await next(); !result.done; result = await next()) {
        if (!result.value.data) throw new Error(JSON.stringify(result.value.errors));
        seen.push(result.value.data.paymentEvents);
        if (enough(seen)) break;
      }
    } finally {
      client.terminate();
    }
    return seen;
  }

  async function logAfter(instance: number, cursor: string | null): Promise<string[]> {
    const cursors: string[] = [];
    for (let after = cursor; ; ) {
      const { paymentEventLog: page } = await operator<LogPage>(instance, LOG, { after });
      cursors.push(...page.edges.map(({ node }) => node.cursor));
      if (!page.pageInfo.hasNextPage) return cursors;
      after = page.pageInfo.endCursor;
    }
  }

  const receiptsOf = (tokens: readonly string[]): string[] =>
    worlds[0]!.fleet
      .receipts(CREDITOR.stationCode)
      .map(({ receipt }) => receipt.receiptId)
      .filter((id) => tokens.includes(id));

  it.skipIf(isImpossible)(
    'accept payments at both gateways and tell of each once, in order, to who goes from one gateway to the other',
    async () => {
      // A place to begin after, at which the log can be compared: without one a subscription begins when its request has come to the service.
      await worlds[0]!.pay();
      const before = await until(async () => (await logAfter(0, null)).at(-1), { what: 'the first payment to be told of', ...PATIENCE });
      const paying = payers(worlds);
      const seen: Seen[] = [];
      const booked = (events: readonly Seen[]): number => events.filter(({ name }) => name === 'payment.booked').length;
      try {
        for (let turn = 0; booked(seen) < PAYMENTS; turn += 1) {
          if (turn === 2) await nats?.kill();
          if (turn === 5) await nats?.restart();
          seen.push(...(await follow(turn % 2, seen.at(-1)?.cursor ?? before, (events) => events.length >= STAY)));
        }
      } finally {
        await paying.stop();
      }
      expect(paying.failures).toEqual([]);
      for (const instance of [0, 1])
        expect((await logAfter(instance, before)).slice(0, seen.length)).toEqual(seen.map(({ cursor }) => cursor));
      await until(() => receiptsOf(paying.paid).length >= paying.paid.length, { what: 'every receipt to be at the creditor', ...PATIENCE });
      expect(receiptsOf(paying.paid).toSorted()).toEqual([...paying.paid].toSorted());
    },
    400_000,
  );

  it.skipIf(isImpossible)(
    'run each job in one of them at a time, whichever is asked',
    async () => {
      const RUN = 'mutation { runJob(job: RECEIPT_DELIVERY) { id state } }';
      const asked = await Promise.all([0, 1, 0, 1].map((instance) => operator<{ runJob: { id: string; state: string } }>(instance, RUN)));
      expect(asked.map(({ runJob }) => runJob.state)).toEqual(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED']);
      expect(new Set(asked.map(({ runJob }) => runJob.id)).size).toBe(4);
      const { jobRuns } = await operator<{ jobRuns: Run[] }>(1, '{ jobRuns(first: 100) { id job startedAt finishedAt state } }');
      for (const job of new Set(jobRuns.map((run) => run.job))) {
        const runs = jobRuns.filter((run) => run.job === job && run.startedAt !== null && run.finishedAt !== null);
        const inOrder = runs.toSorted((one, other) => one.startedAt!.localeCompare(other.startedAt!));
        for (const [place, run] of inOrder.slice(1).entries())
          expect(run.startedAt! >= inOrder[place]!.finishedAt!, `${job}: ${JSON.stringify([inOrder[place], run])}`).toBe(true);
      }
    },
    120_000,
  );

  it.skipIf(isImpossible)(
    'agree on a station in Stand-In',
    async () => {
      const STATIONS = '{ standInStations(first: 20) { edges { node { code } } } }';
      type Answer = { standInStations: { edges: { node: { code: string } }[] } };
      const isIn = async (instance: number): Promise<boolean> => {
        const { standInStations } = await operator<Answer>(instance, STATIONS);
        return standInStations.edges.some(({ node }) => node.code === CREDITOR.stationCode);
      };
      expect(await isIn(0)).toBe(false);
      await worlds[0]!.fleet.switchOff(CREDITOR.stationCode);
      // Who meets the failures is the one instance; the other learns of what they led to.
      await until(
        async () => {
          await worlds[0]!.activate(await worlds[0]!.issue());
          return isIn(0);
        },
        { what: 'the station to be in Stand-In', ...PATIENCE },
      );
      await until(() => isIn(1), { what: 'the other instance to say the same', ...PATIENCE });
      expect(await worlds[1]!.activate(await worlds[1]!.issue())).toMatchObject({ outcome: 'OK', standin: true });
      await worlds[0]!.fleet.switchOn(CREDITOR.stationCode);
    },
    200_000,
  );

  it.skipIf(isImpossible)(
    'lose nothing when one of them dies in the middle of payments',
    async () => {
      const paying = payers(worlds);
      const other = payers([worlds[1]!]);
      await until(() => paying.paid.length >= 8 && other.paid.length >= 4, { what: 'payments to flow', ...PATIENCE });
      await instances[0]!.kill();
      const atDeath = other.paid.length;
      await until(() => other.paid.length >= atDeath + 8, { what: 'payments to go on at the other gateway', ...PATIENCE });
      await Promise.all([paying.stop(), other.stop()]);
      expect(other.failures).toEqual([]);
      const record = books(instances[1]!.databaseUrl, instances[1]!.bases);
      await record.settled();
      const accepted = [...paying.paid, ...other.paid];
      expect({ lost: await record.lost(accepted), bookedTwice: await record.bookedTwice() }).toEqual({ lost: [], bookedTwice: 0 });
      await until(
        async () => {
          await operator(1, 'mutation { runJob(job: RECEIPT_DELIVERY) { state } }');
          return new Set(receiptsOf(accepted)).size >= accepted.length;
        },
        { what: 'every receipt to be at the creditor', timeoutMs: 200_000 },
      );
    },
    400_000,
  );
});
