import { seededStreams } from '@nodo-aperto/kernel/random';
import { describe, expect, it } from 'vitest';
import { ask, websocket } from '../support/graphql-client.ts';
import { onScene } from '../support/scene.ts';
import { type RunningPlatform, isMissing, SHAPES, WITH_BROKER } from '../support/shapes.ts';
import { type World } from '../support/world.ts';

const EVENTS = 1_000;
const PAYERS = 8;
const SUBSCRIPTION =
  'subscription ($after: String) { paymentEvents(after: $after) { cursor name paymentToken payment { notice { noticeNumber } } } }';

interface Seen {
  cursor: string;
  name: string;
  paymentToken: string;
}

for (const shape of [...SHAPES, WITH_BROKER] as const)
  describe.skipIf(isMissing(shape))(`a subscriber whose socket is killed again and again, ${shape}`, () => {
    let platform: RunningPlatform;
    let world: World;
    onScene(shape, (...scene) => ([platform, world] = scene));

    it(`misses none of ${EVENTS} events and sees none twice`, async () => {
      const chance = seededStreams('sockets').stream('kills');
      const seen: Seen[] = [];
      let kills = 0;
      const paying = payUntil(world, () => seen.length >= EVENTS);
      for (let after: string | null = (await head()) ?? null; seen.length < EVENTS; kills += 1) {
        // The socket lives for a random number of events, and is then cut without a word.
        const lifetime = chance.integer(1, 120);
        const { events } = await follow(after, lifetime);
        seen.push(...events);
        after = seen.at(-1)?.cursor ?? after;
      }
      await paying;
      expect(kills).toBeGreaterThan(5);

      const stated = await log(seen[0]!.cursor, seen.at(-1)!.cursor);
      expect(seen.map(({ cursor }) => cursor)).toEqual(stated);
      expect(new Set(seen.map(({ cursor }) => cursor)).size).toBe(seen.length);
    });

    async function follow(after: string | null, lifetime: number): Promise<{ events: Seen[] }> {
      const client = websocket(platform.graphqlUrl, world.tokens.operator);
      const events: Seen[] = [];
      const iterator = client.iterate<{ paymentEvents: Seen }>({ query: SUBSCRIPTION, variables: { after } });
      for (let result = await iterator.next(); !result.done; result = await iterator.next()) {
        if (!result.value.data) throw new Error(JSON.stringify(result.value.errors));
        events.push(result.value.data.paymentEvents);
        if (events.length >= lifetime) break;
      }
      client.terminate();
      return { events };
    }

    /** Cursor of the newest event. */
    async function head(): Promise<string | undefined> {
      let after: string | null = null;
      for (;;) {
        const { paymentEventLog: page }: Page = await ask<Page>(platform.graphqlUrl, PAGE, {
          token: world.tokens.operator,
          variables: { after },
        });
        after = page.pageInfo.endCursor;
        if (!page.pageInfo.hasNextPage) return after ?? undefined;
      }
    }

    /** Cursors of the log from one event to another, both included. */
    async function log(first: string, last: string): Promise<string[]> {
      const cursors: string[] = [];
      let after: string | null = null;
      while (cursors.at(-1) !== last) {
        const { paymentEventLog: page }: Page = await ask<Page>(platform.graphqlUrl, PAGE, {
          token: world.tokens.operator,
          variables: { after },
        });
        for (const { cursor } of page.edges) if (cursors.at(-1) !== last) cursors.push(cursor);
        after = page.pageInfo.endCursor;
        if (!page.pageInfo.hasNextPage && cursors.at(-1) !== last) throw new Error('The log ends before the last event that was seen.');
      }
      return cursors.slice(cursors.indexOf(first));
    }
  });

const PAGE =
  'query ($after: String) { paymentEventLog(after: $after, first: 100) { edges { cursor } pageInfo { hasNextPage endCursor } } }';
interface Page {
  paymentEventLog: { edges: { cursor: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } };
}

/** Several payers at once, each paying one notice after the other. */
async function payUntil(world: World, enough: () => boolean): Promise<void> {
  await Promise.all(
    Array.from({ length: PAYERS }, async () => {
      while (!enough()) await world.pay();
    }),
  );
}
