/** A whole platform with a standby for reads (`DATABASE_REPLICA_URL`), which is then taken away. */
import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startStandby, until } from '@nodo-aperto/kernel/testing';
import { it } from 'vitest';
import { ask } from '../support/graphql-client.ts';
import { dataFolder, startPlatform } from '../support/platform-process.ts';
import { openWorld } from '../support/world.ts';

const MINE = 'query { myReceipts(first: 20) { edges { node { id } } } }';

it('a standby answers what citizens ask, with what was written a moment before; without it the primary does', {
  timeout: 300_000,
}, async () => {
  await using places = await dataFolder();
  await chmod(places.path, 0o755);
  const [live, data] = [join(places.path, 'live'), join(places.path, 'live', 'pg')];
  const environment = { WAL_ARCHIVE_FOLDER: join(places.path, 'archive') };
  const first = await startPlatform({ folder: live, environment });
  const { user, password, port } = JSON.parse(await readFile(`${data}.access.json`, 'utf8')) as Record<string, string>;
  const primary = { url: `postgres://${user}:${password}@127.0.0.1:${port}/nodo` };
  const standby = await startStandby({ primary, primaryFolder: data, folder: join(places.path, 'standby'), name: 'replica' });
  await first.stop();

  const platform = await startPlatform({
    folder: live,
    environment: { ...environment, DATABASE_REPLICA_URL: standby.url, REPLICA_WAIT_MS: '5000' },
  });
  const world = await openWorld(platform);
  try {
    const mine = async (): Promise<string[]> => {
      const { myReceipts } = await ask<{ myReceipts: { edges: { node: { id: string } }[] } }>(platform.graphqlUrl, MINE, {
        token: world.tokens.citizen,
      });
      return myReceipts.edges.map(({ node }) => node.id);
    };
    const byStandby = async (): Promise<number> => {
      const text = await (await fetch(`${platform.baseUrl}/metrics`)).text();
      const line = text.split('\n').find((each) => /^nodo_replica_reads_total\{(?=.*where="replica")(?=.*service="receipts")/.test(each));
      return Number(line?.split(' ').at(-1) ?? 0);
    };
    await world.pay();
    await until(async () => (await mine()).length === 1, { what: 'the receipt to be made', timeoutMs: 30_000 });
    await until(
      async () => {
        await mine();
        return (await byStandby()) > 0;
      },
      { what: 'the standby to answer', timeoutMs: 30_000 },
    );
    await standby.stop();
    await world.pay();
    await until(async () => (await mine()).length === 2, { what: 'the second receipt, by the primary', timeoutMs: 30_000 });
  } finally {
    await world[Symbol.asyncDispose]();
    await platform.stop();
    await standby.stop();
  }
});
