/**
 * Every service and the gateway twice, on one database and one NATS JetStream: payments through both gateways while the broker is killed and one
 * deployment ends, a subscriber that goes from one gateway to the other, and receipts. Skipped where there is no `nats-server`.
 */
import { findNatsServer, type NatsServer, startNats, until } from '@nodo-aperto/kernel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, websocket } from '../support/graphql-client.ts';
import { runInstances, type RunningPlatform } from '../support/shapes.ts';
import { CREDITOR, openWorld, type World } from '../support/world.ts';

const program = findNatsServer();
const PAYMENTS = 40;
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

describe.skipIf(!program)('two instances of everything', () => {
  let nats: NatsServer;
  let instances: readonly RunningPlatform[] & AsyncDisposable;
  let world: World;
  beforeAll(async () => {
    nats = await startNats(program!);
    instances = await runInstances(2, { BUS_URL: nats.url });
    world = await openWorld(instances[0]!);
  }, 300_000);
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]();
    await instances?.[Symbol.asyncDispose]();
    await nats?.[Symbol.asyncDispose]();
  }, 120_000);

  const gatewayOf = (turn: number): string => instances[turn % instances.length]!.graphqlUrl;
  const worldAt = (turn: number): World => world.through(gatewayOf(turn));

  async function follow(turn: number, after: string | null, lifetime: number): Promise<Seen[]> {
    const client = websocket(gatewayOf(turn), world.tokens.operator);
    const seen: Seen[] = [];
    const iterator = client.iterate<{ paymentEvents: Seen }>({ query: SUBSCRIPTION, variables: { after } });
    for (let result = await iterator.next(); !result.done; result = await iterator.next()) {
      if (!result.value.data) throw new Error(JSON.stringify(result.value.errors));
      seen.push(result.value.data.paymentEvents);
      if (seen.length >= lifetime) break;
    }
    client.terminate();
    return seen;
  }

  async function logAfter(cursor: string | null): Promise<string[]> {
    const cursors: string[] = [];
    for (let after = cursor; ; ) {
      const { paymentEventLog: page }: LogPage = await ask<LogPage>(gatewayOf(0), LOG, {
        token: world.tokens.operator,
        variables: { after },
      });
      cursors.push(...page.edges.map(({ node }) => node.cursor));
      if (!page.pageInfo.hasNextPage) return cursors;
      after = page.pageInfo.endCursor;
    }
  }

  it('pay, tell of it once and in order on whichever gateway, and deliver each receipt once, also over a broker that was killed', async () => {
    const before = (await logAfter(null)).at(-1) ?? null;
    const paid: string[] = [];
    const paying = (async () => {
      for (let turn = 0; turn < PAYMENTS; turn += 1) {
        if (turn === 10) await nats.kill();
        if (turn === 20) await nats.restart();
        paid.push(await worldAt(turn).pay());
      }
    })();
    const seen: Seen[] = [];
    for (
      let turn = 0;
      new Set(seen.filter(({ name }) => name === 'payment.booked').map(({ paymentToken }) => paymentToken)).size < PAYMENTS;
      turn += 1
    )
      seen.push(...(await follow(turn, seen.at(-1)?.cursor ?? before, 7)));
    await paying;
    const stated = await logAfter(before);
    expect(seen.map(({ cursor }) => cursor)).toEqual(stated.slice(0, seen.length));
    await until(() => world.fleet.receipts(CREDITOR.stationCode).length >= PAYMENTS, {
      what: 'every receipt at the creditor',
      timeoutMs: 120_000,
    });
    const tokens = world.fleet.receipts(CREDITOR.stationCode).map(({ receipt }) => receipt.receiptId);
    expect(tokens.toSorted()).toEqual(paid.toSorted());
  }, 400_000);

  it('go on when one of them ends', async () => {
    await instances[0]![Symbol.asyncDispose]();
    const tokens = [await worldAt(1).pay(), await worldAt(1).pay()];
    await until(
      () => tokens.every((token) => world.fleet.receipts(CREDITOR.stationCode).some(({ receipt }) => receipt.receiptId === token)),
      {
        what: 'their receipts',
        timeoutMs: 60_000,
      },
    );
  }, 120_000);
});
