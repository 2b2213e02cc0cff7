/** Pages of lists that are ordered by code. */
import { InputError } from '@nodo-aperto/kernel/faults';
import { type Connection, listCursor, pageSize, readListCursor, toConnection } from '@nodo-aperto/kernel/graphql';

/** What a page asks for. */
export interface PageArguments {
  first?: number | null;
  after?: string | null;
}

const LONGEST_SEARCH = 100;

/** Reads one object more than the page holds, to tell whether more follow. */
export async function pageByCode<Row extends { readonly code: string }, Node>(
  { first, after }: PageArguments,
  read: (options: { after?: string; limit: number }) => Promise<readonly Row[]>,
  node: (row: Row) => Node,
): Promise<Connection<Node>> {
  const size = pageSize(first);
  const [last] = readListCursor(after, 1) ?? [];
  const rows = await read({ ...(last !== undefined && { after: String(last) }), limit: size + 1 });
  return toConnection(rows, size, { cursor: (row) => listCursor(row.code), node });
}

/** A search text; absent when there is nothing in it. @throws InputError when it is too long */
export function searchText(search: string | null | undefined): string | undefined {
  const text = search?.trim() ?? '';
  if (text.length > LONGEST_SEARCH) throw InputError.at('search', `has ${text.length} characters`, `at most ${LONGEST_SEARCH} characters`);
  return text === '' ? undefined : text;
}
