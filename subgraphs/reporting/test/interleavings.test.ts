/** Random sequences and interleavings of what a PSP does to one flow name, against a model of a few lines. */
import { toIso } from '@nodo-aperto/kernel/time';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fixture, PSP, startFixture } from './fixture.ts';
import { line, operations } from './flow-operations.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.stop());
const psp = operations(() => fixture);

const AMOUNT = 100;
type Operation =
  | { kind: 'create'; declared: number; date: number }
  | { kind: 'add'; indexes: number[] }
  | { kind: 'remove'; indexes: number[] }
  | { kind: 'publish' }
  | { kind: 'delete' };

interface Model {
  published: number;
  publishedDate: number;
  draft: { declared: number; date: number; indexes: ReadonlySet<number> } | undefined;
  /** The lines of the last published revision. */
  last: ReadonlySet<number>;
}
const EMPTY: Model = { published: 0, publishedDate: 0, draft: undefined, last: new Set() };

/** What a flow service does: the next state and "OK", or the same state and the code of the refusal. */
function step(model: Model, operation: Operation): [Model, string] {
  const { draft } = model;
  if (operation.kind === 'create') {
    if (draft) return [model, 'FDR_3002'];
    if (operation.date <= model.publishedDate) return [model, 'FDR_3011'];
    return [{ ...model, draft: { declared: operation.declared, date: operation.date, indexes: new Set() } }, 'OK'];
  }
  if (!draft)
    return [model, operation.kind === 'add' || operation.kind === 'remove' ? (wrongRequest(operation.indexes) ?? 'FDR_3001') : 'FDR_3001'];
  if (operation.kind === 'delete') return [{ ...model, draft: undefined }, 'OK'];
  if (operation.kind === 'publish') {
    if (draft.indexes.size === 0) return [model, 'FDR_3003'];
    if (draft.indexes.size !== draft.declared) return [model, 'FDR_4001'];
    return [{ published: model.published + 1, publishedDate: draft.date, draft: undefined, last: draft.indexes }, 'OK'];
  }
  const wrong = wrongRequest(operation.indexes);
  if (wrong) return [model, wrong];
  const known = operation.indexes.filter((index) => draft.indexes.has(index)).length;
  if (operation.kind === 'add') {
    if (known > 0) return [model, 'FDR_3006'];
    return [{ ...model, draft: { ...draft, indexes: new Set([...draft.indexes, ...operation.indexes]) } }, 'OK'];
  }
  if (draft.indexes.size === 0) return [model, 'FDR_3003'];
  if (known < operation.indexes.length) return [model, 'FDR_3007'];
  return [
    { ...model, draft: { ...draft, indexes: new Set([...draft.indexes].filter((index) => !operation.indexes.includes(index))) } },
    'OK',
  ];
}
const wrongRequest = (indexes: readonly number[]): string | undefined => (new Set(indexes).size < indexes.length ? 'FDR_3005' : undefined);

const indexes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 });
/** Adding comes most often, so that flows get full; dates only ever grow with the place in the sequence. */
const operation = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('create' as const), declared: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('add' as const), indexes }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('remove' as const), indexes }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('publish' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const) }) },
);
const dated = (list: readonly (Operation | { kind: 'create'; declared: number })[]): Operation[] =>
  list.map((each, place) => (each.kind === 'create' ? { ...each, date: place + 1 } : each));

async function perform(name: string, each: Operation): Promise<string> {
  const result = await request(name, each);
  return result.fault?.code ?? result.outcome;
}
function request(name: string, each: Operation) {
  switch (each.kind) {
    case 'create': {
      const flowDate = toIso(Date.UTC(2026, 2, 3) + each.date * 1_000);
      return psp.create(name, { totalPayments: each.declared, totalAmount: each.declared * AMOUNT, flowDate });
    }
    case 'add':
      return psp.add(
        name,
        each.indexes.map((index) => line(index, { amount: AMOUNT })),
      );
    case 'remove':
      return psp.remove(name, each.indexes);
    case 'publish':
      return psp.publish(name);
    case 'delete':
      return psp.drop(name);
  }
}

/** What the database holds of a name, in the model's terms; and that its totals are those of its lines. */
async function stateOf(name: string): Promise<object> {
  const rows = await fixture.database.query<{
    revision: number;
    status: string;
    latest: boolean;
    declared_payments: number;
    payments: number;
    amount: number;
    indexes: number[];
  }>(
    `select revision, status, latest, declared_payments, computed_payments as payments, computed_amount as amount,
        array(select line_index from flow_line where flow_id = flow.id order by line_index) as indexes
      from flow where name = $1 order by revision`,
    [name],
  );
  for (const row of rows) {
    expect([row.payments, row.amount]).toEqual([row.indexes.length, row.indexes.length * AMOUNT]);
    expect(row.status === 'PUBLISHED' || (row.status === 'INSERTED') === row.indexes.length > 0).toBe(true);
  }
  const published = rows.filter(({ status }) => status === 'PUBLISHED');
  expect(rows.map(({ revision }) => revision)).toEqual(rows.map((_row, place) => place + 1));
  expect(published.filter(({ latest }) => latest).map(({ revision }) => revision)).toEqual(published.length > 0 ? [published.length] : []);
  const draft = rows.find(({ status }) => status !== 'PUBLISHED');
  return {
    published: published.length,
    last: published.at(-1)?.indexes ?? [],
    draft: draft ? { declared: draft.declared_payments, indexes: draft.indexes } : null,
  };
}
const sorted = (indexes: ReadonlySet<number>): number[] => [...indexes].sort((left, right) => left - right);
const shown = ({ published, last, draft }: Model): object => ({
  published,
  last: sorted(last),
  draft: draft ? { declared: draft.declared, indexes: sorted(draft.indexes) } : null,
});

function* permutations<Item>(items: readonly Item[]): Generator<Item[]> {
  if (items.length === 0) yield [];
  for (const [place, item] of items.entries()) for (const rest of permutations(items.toSpliced(place, 1))) yield [item, ...rest];
}

describe('a flow', () => {
  let names = 0;
  const nextName = () => `2026-03-02${PSP}-p${++names}`;

  it('goes through any sequence of requests as the model does, with the same refusals', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { minLength: 1, maxLength: 30 }), async (list) => {
        const name = nextName();
        let model = EMPTY;
        for (const each of dated([{ kind: 'create', declared: 1 }, ...list])) {
          const [next, result] = step(model, each);
          expect([each, await perform(name, each)]).toEqual([each, result]);
          model = next;
        }
        expect(await stateOf(name)).toEqual(shown(model));
      }),
      { numRuns: 25, seed: 7 },
    );
  });

  it('is after requests that came together as if they had come in some order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(operation, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 }), async (batches) => {
        const name = nextName();
        let model = EMPTY;
        let place = 0;
        for (const batch of [[{ kind: 'create' as const, declared: 2 }], ...batches]) {
          // Dates grow from batch to batch, and within one.
          const together: Operation[] = batch.map((each) => (each.kind === 'create' ? { ...each, date: ++place } : each));
          const results = await Promise.all(together.map((each) => perform(name, each)));
          const state = await stateOf(name);
          const order = [...permutations(together.map((each, at) => ({ each, accepted: results[at] === 'OK' })))]
            .map((attempt) => {
              let reached: Model | undefined = model;
              for (const { each, accepted } of attempt) {
                const [next, result]: [Model, string] = step(reached, each);
                // Which refusal it is may depend on the moment at which each rule is looked at.
                if ((result === 'OK') !== accepted) return undefined;
                reached = next;
              }
              return reached;
            })
            .find((reached) => reached && JSON.stringify(shown(reached)) === JSON.stringify(state));
          expect({ together, results, state, explained: order !== undefined }).toMatchObject({ explained: true });
          model = order as Model;
        }
      }),
      { numRuns: 30, seed: 11 },
    );
  });

  it('that is dropped by another request before the answer is made is an answer without the flow, not an error', async () => {
    const dropSoon = async (name: string): Promise<string> => {
      let result = 'FDR_3001';
      for (let attempt = 0; result === 'FDR_3001' && attempt < 1_000; attempt += 1) result = await perform(name, { kind: 'delete' });
      return result;
    };
    for (let round = 0; round < 40; round += 1) {
      const name = nextName();
      const [dropped, created] = await Promise.all([dropSoon(name), perform(name, { kind: 'create', declared: 1, date: 1 })]);
      expect({ dropped, created }).toEqual({ dropped: 'OK', created: 'OK' });
    }
  });
});
