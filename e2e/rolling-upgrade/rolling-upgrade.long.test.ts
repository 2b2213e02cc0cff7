/**
 * Release N−1 and this one side by side on one database, as while a cluster is upgraded: the new one migrates while the old one serves, each reads
 * what the other states, and the old one goes. Skipped where the history is not there (a shallow clone).
 */
import { testDatabaseUrl, until } from '@nodo-aperto/kernel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { books } from '../crash-matrix/books.ts';
import { ask } from '../support/graphql-client.ts';
import { type Payers, payers } from '../support/payers.ts';
import { dataFolder } from '../support/platform-process.ts';
import { type Instance, runInstance } from '../support/shapes.ts';
import { CREDITOR, openWorld, type World } from '../support/world.ts';
import { checkOut, previousRelease } from './previous-release.ts';

const commit = previousRelease();
const PATIENCE = { timeoutMs: 120_000 };
const EVENTS =
  '($after: String) { paymentEventLog(after: $after, first: 100) { edges { node { name paymentToken } } pageInfo { hasNextPage endCursor } } }';

interface Page {
  paymentEventLog: {
    edges: { node: { name: string; paymentToken: string } }[];
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  };
}

describe.skipIf(commit === undefined)(`release N−1 (${commit?.slice(0, 7)}) beside this one`, () => {
  let stack: AsyncDisposableStack;
  let common: { folder: string; databaseUrl: string };
  let before: Instance;
  let after: Instance;
  let world: World;
  let newWorld: World;
  let old: Payers;
  let fresh: Payers;

  beforeAll(async () => {
    stack = new AsyncDisposableStack();
    const release = stack.use(await checkOut(commit!));
    const { path: folder } = stack.use(await dataFolder());
    common = { folder, databaseUrl: await testDatabaseUrl() };
    before = stack.use(await runInstance({ ...common, release }));
    world = stack.use(await openWorld(before));
  }, 400_000);
  afterAll(async () => {
    await Promise.all([old?.stop(), fresh?.stop()]);
    await stack.disposeAsync();
  }, 120_000);

  const tokensTold = async (instance: Instance): Promise<Set<string>> => {
    const told = new Set<string>();
    for (let cursor: string | null = null; ; ) {
      const { paymentEventLog: page }: Page = await ask<Page>(instance.graphqlUrl, `query ${EVENTS}`, {
        token: world.tokens.operator,
        variables: { after: cursor },
      });
      for (const { node } of page.edges) if (node.name === 'payment.booked') told.add(node.paymentToken);
      if (!page.pageInfo.hasNextPage) return told;
      cursor = page.pageInfo.endCursor;
    }
  };

  it('goes on serving while the new one migrates and starts: no payment fails', async () => {
    old = payers([world, world]);
    await until(() => old.paid.length >= 4, { what: 'payments to flow through the old release', ...PATIENCE });
    after = stack.use(await runInstance(common));
    const migrated = old.paid.length;
    await until(() => old.paid.length >= migrated + 6, { what: 'payments to go on through the old release', ...PATIENCE });
    expect(old.failures).toEqual([]);
  }, 400_000);

  it('both accept payments, and each reads what the other states', async () => {
    newWorld = await world.through(after.graphqlUrl);
    fresh = payers([newWorld]);
    const begun = old.paid.length;
    await until(() => fresh.paid.length >= 10 && old.paid.length >= begun + 10, { what: 'payments to flow through both', ...PATIENCE });
    // Begun at the one, ended at the other.
    for (const [one, other] of [
      [world, newWorld],
      [newWorld, world],
    ] as const) {
      const { paymentToken } = await one.activate(await one.issue());
      expect(await other.sendOutcome(paymentToken!)).toMatchObject({ outcome: 'OK' });
    }
    const paid = [...old.paid, ...fresh.paid];
    for (const instance of [before, after])
      await until(
        async () => {
          const told = await tokensTold(instance);
          return paid.every((token) => told.has(token));
        },
        { what: 'the payments of both to be told of', ...PATIENCE },
      );
    expect([...old.failures, ...fresh.failures]).toEqual([]);
  }, 400_000);

  it('the old one goes, and nothing is lost, booked twice or left over', async () => {
    await old.stop();
    await before[Symbol.asyncDispose]();
    const alone = fresh.paid.length;
    await until(() => fresh.paid.length >= alone + 6, { what: 'payments to go on through the new release', ...PATIENCE });
    await fresh.stop();
    expect([...old.failures, ...fresh.failures]).toEqual([]);
    const accepted = [...old.paid, ...fresh.paid];
    const record = books(after.databaseUrl, after.bases);
    await record.settled();
    expect({ lost: await record.lost(accepted), bookedTwice: await record.bookedTwice() }).toEqual({ lost: [], bookedTwice: 0 });
    const received = () => world.fleet.receipts(CREDITOR.stationCode).map(({ receipt }) => receipt.receiptId);
    await until(() => accepted.every((token) => received().includes(token)), { what: 'every receipt to be at the creditor', ...PATIENCE });
    expect(new Set(received()).size).toBe(received().length);
  }, 400_000);
});
