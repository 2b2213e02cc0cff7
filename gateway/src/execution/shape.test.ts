import { buildSchema, type FragmentDefinitionNode, Kind, type OperationDefinitionNode, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { compileShape, type Fit, MISFIT } from './shape.ts';

const schema = buildSchema(`
  scalar Instant
  enum Color { RED GREEN }
  interface Node { id: ID! }
  type Query { item(id: ID): Item items: [Item!]! node: Node text: String }
  type Item implements Node { id: ID! count: Int price: Float name: String! open: Boolean! color: Color at: Instant tags: [String]! self: Item }
`);

function shapeOf(text: string): Fit | undefined {
  const { definitions } = parse(text);
  const operation = definitions.find((each) => each.kind === Kind.OPERATION_DEFINITION) as OperationDefinitionNode;
  const fragments = definitions.filter((each) => each.kind === Kind.FRAGMENT_DEFINITION) as FragmentDefinitionNode[];
  return compileShape(schema, operation, Object.fromEntries(fragments.map((each) => [each.name.value, each])));
}

describe('an answer of the expected shape', () => {
  it('is copied in the order of the operation, without what was not asked for', () => {
    const fit = shapeOf(
      '{ item { b: count a: name ... on Node { id } ...More } } fragment More on Item { tags self { id } self { open } }',
    );
    const answer = { item: { __typename: 'Item', id: '1', a: 'x', b: 3, tags: ['t', null], self: { open: true, id: 's', extra: 1 } } };
    const fitted = fit?.(answer) as { item: object };
    expect(fitted).toEqual({ item: { b: 3, a: 'x', id: '1', tags: ['t', null], self: { id: 's', open: true } } });
    expect(Object.keys(fitted.item)).toEqual(['b', 'a', 'id', 'tags', 'self']);
    expect(fitted.item).not.toBe(answer.item);
  });

  it('knows the name of a type without being told', () => {
    expect(shapeOf('{ __typename item { __typename of: __typename } }')?.({ item: {} })).toEqual({
      __typename: 'Query',
      item: { __typename: 'Item', of: 'Item' },
    });
  });

  it('may have nulls where the schema allows them', () => {
    expect(shapeOf('{ item { count color self { id } } }')?.({ item: { count: null, color: null, self: null } })).toEqual({
      item: { count: null, color: null, self: null },
    });
  });
});

describe('an answer of another shape', () => {
  const fit = shapeOf('{ item { id count price name open color tags } items { id } }');
  const right = { id: '1', count: 1, price: 1.5, name: 'x', open: true, color: 'RED', tags: [] };
  it('is told from a right one', () => {
    expect(fit?.({ item: right, items: [{ id: 7 }] })).not.toBe(MISFIT);
  });
  it.each<[string, unknown]>([
    ['no data', null],
    ['a list for an object', { item: [], items: [] }],
    ['null for a name', { item: { ...right, name: null }, items: [] }],
    ['nothing for a nullable field', { item: { ...right, count: undefined }, items: [] }],
    ['a text for a count', { item: { ...right, count: '1' }, items: [] }],
    ['a count too large', { item: { ...right, count: 2 ** 31 }, items: [] }],
    ['a price that is no number', { item: { ...right, price: Number.NaN }, items: [] }],
    ['a number for a name', { item: { ...right, name: 1 }, items: [] }],
    ['a text for a flag', { item: { ...right, open: 'yes' }, items: [] }],
    ['a color that is none', { item: { ...right, color: 'BLUE' }, items: [] }],
    ['an object for an id', { item: { ...right, id: {} }, items: [] }],
    ['an object for a list', { item: right, items: {} }],
    ['a null in a list that has none', { item: right, items: [null] }],
    [
      'a method that every object has',
      { item: Object.assign(Object.create({ name: () => '' }), { ...right, name: undefined }), items: [] },
    ],
  ])('is not taken: %s', (_what, answer) => {
    expect(fit?.(answer)).toBe(MISFIT);
  });
  it('is not taken when a scalar of the subgraphs is a function', () => {
    expect(shapeOf('{ item { at } }')?.({ item: { at: () => 1 } })).toBe(MISFIT);
    expect(shapeOf('{ item { at } }')?.({ item: { at: { any: 1 } } })).toEqual({ item: { at: { any: 1 } } });
  });
});

describe('an operation whose answer has no fixed shape', () => {
  it.each([
    'query ($yes: Boolean!) { text @include(if: $yes) }',
    'query ($yes: Boolean!) { item { id } ... @skip(if: $yes) { text } }',
    '{ node { id } }',
    '{ __schema { queryType { name } } }',
    '{ __type(name: "Item") { name } }',
    '{ __proto__: text }',
  ])('is left to others: %s', (text) => {
    expect(shapeOf(text)).toBeUndefined();
  });
});
