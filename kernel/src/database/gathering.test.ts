import { describe, expect, it } from 'vitest';
import { DatabaseUnavailableError } from './errors.ts';
import { type GatheringOptions, gathering } from './gathering.ts';

interface Item {
  readonly name: string;
  readonly key?: string;
}

/** A database whose runs end when the test says so. */
function runs(options: Partial<GatheringOptions<Item, string>> = {}) {
  const begun: { names: string[]; end(): void; fail(error: Error): void }[] = [];
  const hand = gathering<Item, string>({
    run: (items) =>
      new Promise((resolve, reject) =>
        begun.push({
          names: items.map(({ name }) => name),
          end: () => resolve(items.map(({ name }) => `${name} done`)),
          fail: reject,
        }),
      ),
    keys: ({ key }) => (key === undefined ? [] : [key]),
    most: 3,
    underWay: 1,
    waiting: 5,
    ...options,
  });
  const settled = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  };
  return { begun, hand, settled, names: () => begun.map(({ names }) => names) };
}

describe('gathering', () => {
  it('lets the first go alone, and what comes meanwhile together, up to the bound', async () => {
    const { begun, hand, names, settled } = runs();
    const results = ['a', 'b', 'c', 'd', 'e'].map((name) => hand({ name }));
    expect(names()).toEqual([['a']]);
    begun[0]?.end();
    await settled();
    expect(names()).toEqual([['a'], ['b', 'c', 'd']]);
    begun[1]?.end();
    await settled();
    begun[2]?.end();
    expect(await Promise.all(results)).toEqual(['a done', 'b done', 'c done', 'd done', 'e done']);
  });

  it('never has two items of one key under way, and keeps their order', async () => {
    const { begun, hand, names, settled } = runs({ underWay: 2 });
    void hand({ name: 'a1', key: 'a' });
    void hand({ name: 'a2', key: 'a' });
    void hand({ name: 'b', key: 'b' });
    void hand({ name: 'a3', key: 'a' });
    expect(names()).toEqual([['a1'], ['b']]);
    begun[1]?.end();
    await settled();
    expect(names()).toHaveLength(2);
    begun[0]?.end();
    await settled();
    expect(names()[2]).toEqual(['a2']);
    begun[2]?.end();
    await settled();
    expect(names()[3]).toEqual(['a3']);
  });

  it('hands the items of a run in the order of the locks', async () => {
    const { begun, hand, names, settled } = runs({ order: (left, right) => left.name.localeCompare(right.name) });
    const first = hand({ name: 'x' });
    for (const name of ['c', 'a', 'b']) void hand({ name });
    begun[0]?.end();
    await first;
    await settled();
    expect(names()[1]).toEqual(['a', 'b', 'c']);
  });

  it('does a refused run again item by item: only the one at fault fails', async () => {
    const { begun, hand, settled } = runs();
    void hand({ name: 'first' });
    const good = hand({ name: 'good' });
    const bad = hand({ name: 'bad' });
    const other = hand({ name: 'other' });
    const refused = expect(bad).rejects.toThrow('a check');
    begun[0]?.end();
    await settled();
    begun[1]?.fail(new Error('a check'));
    await settled();
    begun[2]?.end();
    await settled();
    begun[3]?.fail(new Error('a check'));
    await settled();
    begun[4]?.end();
    expect(await Promise.all([good, other])).toEqual(['good done', 'other done']);
    await refused;
  });

  it('does nothing again of which nobody knows whether it was carried out', async () => {
    const { begun, hand, settled, names } = runs();
    void hand({ name: 'first' });
    const both = [hand({ name: 'a' }), hand({ name: 'b' })].map((each) => expect(each).rejects.toThrow('went away'));
    begun[0]?.end();
    await settled();
    begun[1]?.fail(new DatabaseUnavailableError('PostgreSQL went away', { reason: 'LOST' }));
    await Promise.all(both);
    expect(names()).toEqual([['first'], ['a', 'b']]);
  });

  it('tries one that met a deadlock once more', async () => {
    const { begun, hand, settled } = runs();
    const only = hand({ name: 'only' });
    begun[0]?.fail(Object.assign(new Error('deadlock detected'), { code: '40P01' }));
    await settled();
    begun[1]?.end();
    expect(await only).toBe('only done');
  });

  it('refuses what finds too many waiting, and serves those that wait', async () => {
    const { begun, hand, settled } = runs({ waiting: 2 });
    const served = [hand({ name: 'a' }), hand({ name: 'b' }), hand({ name: 'c' })];
    await expect(hand({ name: 'd' })).rejects.toThrow('Too many requests wait');
    begun[0]?.end();
    await settled();
    begun[1]?.end();
    expect(await Promise.all(served)).toEqual(['a done', 'b done', 'c done']);
  });
});
