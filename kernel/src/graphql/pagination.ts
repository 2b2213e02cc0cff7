/** Lists are cursor connections in a stable order; a page has a hard upper limit. */
import { type ClassType, Directive, Field, ObjectType } from 'type-graphql';
import { InputError } from '../faults/index.ts';

/** The most items that one page may ask for. */
const LARGEST_PAGE = 100;
const DEFAULT_PAGE = 20;

@Directive('@shareable')
@ObjectType({ description: 'Where a page stands in its list.' })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether more items follow.' })
  hasNextPage!: boolean;

  @Field(() => String, { nullable: true, description: 'Cursor of the last item of this page: pass it as `after` to read on.' })
  endCursor!: string | null;
}

export interface Edge<Node> {
  cursor: string;
  node: Node;
}

export interface Connection<Node> {
  edges: Edge<Node>[];
  pageInfo: PageInfo;
}

/** Makes the connection and edge types of a node type, e.g. `PaymentConnection` and `PaymentEdge`. */
export function connectionOf<Node extends object>(name: string, node: () => ClassType<Node>): ClassType<Connection<Node>> {
  @ObjectType(`${name}Edge`, { description: `One item of a list of ${name} and its cursor.` })
  class EdgeType {
    @Field(() => String, { description: 'Cursor of this item.' })
    cursor!: string;

    @Field(() => node(), { description: 'The item.' })
    node!: Node;
  }

  @ObjectType(`${name}Connection`, { description: `A page of a list of ${name}, in a stable order.` })
  class ConnectionType {
    @Field(() => [EdgeType], { description: 'The items of this page with their cursors.' })
    edges!: EdgeType[];

    @Field(() => PageInfo, { description: 'Where this page stands.' })
    pageInfo!: PageInfo;
  }
  return ConnectionType as ClassType<Connection<Node>>;
}

/**
 * How many items a page asks for.
 * @throws InputError when `first` is not between 1 and the limit
 */
export function pageSize(first: number | null | undefined, most = LARGEST_PAGE): number {
  if (first === null || first === undefined) return Math.min(DEFAULT_PAGE, most);
  if (!Number.isInteger(first) || first < 1 || first > most) {
    throw new InputError([{ path: 'first', message: `first is ${first}`, expected: `a whole number from 1 to ${most}` }]);
  }
  return first;
}

/** Writes the values that a list is sorted by as an opaque cursor. */
export function listCursor(...values: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/**
 * Reads a cursor of `listCursor` back.
 * @throws InputError when it is not one, or has another number of values
 */
export function readListCursor(cursor: string | null | undefined, size: number): (string | number)[] | undefined {
  if (cursor === null || cursor === undefined) return undefined;
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(values) && values.length === size && values.every((value) => typeof value === 'string' || typeof value === 'number'))
      return values;
  } catch {
    // Falls through: whatever is wrong with it, the caller is told the same.
  }
  throw new InputError([
    { path: 'after', message: 'the cursor is not one of this list', expected: 'the endCursor or an edge cursor of an earlier page' },
  ]);
}

/**
 * Cuts a page out of rows fetched with one more than the page's size: the one too many only says that more follow.
 * @param fetched up to `size + 1` rows in the list's order
 */
export function toConnection<Row, Node>(
  fetched: readonly Row[],
  size: number,
  options: { cursor(row: Row): string; node(row: Row): Node },
): Connection<Node> {
  const edges = fetched.slice(0, size).map((row) => ({ cursor: options.cursor(row), node: options.node(row) }));
  return { edges, pageInfo: { hasNextPage: fetched.length > size, endCursor: edges.at(-1)?.cursor ?? null } };
}
