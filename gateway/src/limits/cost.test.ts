import { buildSchema, Kind, parse, type FragmentDefinitionNode, type OperationDefinitionNode } from 'graphql';
import { describe, expect, it } from 'vitest';
import { compileCost } from './cost.ts';

const schema = buildSchema(`
  type Query { one: Item items(first: Int = 5, last: Int): [Item!]! page(first: Int): Page! tags: [String!]! node: Node }
  type Mutation { make: Item }
  type Page { edges: [Edge!]! nodes: [Item!]! total: Int! }
  type Edge { node: Item! }
  interface Node { id: ID! }
  type Item implements Node { id: ID! name: String page(first: Int): Page! friends: [Item!]! }
`);

function costOf(text: string, variables: Record<string, unknown> = {}): number {
  const document = parse(text);
  const operation = document.definitions[0] as OperationDefinitionNode;
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  return compileCost({ schema, operation, fragments, defaultListSize: 10 })(variables);
}

describe('the cost of an operation is the number of values that its answer can hold', () => {
  it.each<[string, number, Record<string, unknown>?]>([
    ['{ one { id name } }', 3],
    ['{ __typename one { __typename } }', 3],
    ['{ tags }', 1],
    ['{ items(first: 3) { id name } }', 1 + 3 * 2],
    ['{ items { id } }', 1 + 5],
    ['{ items(last: 7) { id } }', 1 + 7],
    ['{ items(first: 2, last: 9) { id } }', 1 + 9],
    ['{ one { friends { id } } }', 2 + 10],
    ['{ one { friends { friends { id } } } }', 2 + 10 * (1 + 10)],
    ['{ page(first: 4) { total edges { node { id } } nodes { id } } }', 1 + 1 + (1 + 4 * 2) + (1 + 4)],
    ['{ page { edges { node { id } } } }', 1 + 1 + 10 * 2],
    ['{ page(first: 4) { nodes { page(first: 3) { nodes { id } } } } }', 1 + 1 + 4 * (1 + 1 + 3)],
    ['query ($n: Int) { items(first: $n) { id } }', 1 + 8, { n: 8 }],
    ['query ($n: Int) { items(first: $n) { id } }', 1 + 5],
    ['query ($n: Int = 6) { items(first: $n) { id } }', 1 + 6],
    ['query ($n: Int = 6) { items(first: $n) { id } }', 1 + 2, { n: 2 }],
    ['query ($n: Int) { items(first: $n) { id } }', 1, { n: -5 }],
    ['query ($n: Int) { items(first: $n) { id } }', 1 + 5, { n: 'many' }],
    ['query ($n: Int) { page(first: $n) { edges { node { id } } } }', 1 + 1 + 7 * 2, { n: 7 }],
    ['query { ...F ... { one { id } } } fragment F on Query { items(first: 2) { ...I } } fragment I on Item { id name }', 1 + 2 * 2 + 2],
    ['{ node { id ... on Item { friends { id } } } }', 1 + 1 + 1 + 10],
    ['mutation { make { id } }', 11],
    ['{ __schema { types { name } } }', 1],
  ])('%s: %i', (text, expected, variables) => {
    expect(costOf(text, variables)).toBe(expected);
  });
});
