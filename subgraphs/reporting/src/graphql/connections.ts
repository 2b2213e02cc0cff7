import type { Connection } from '@nodo-aperto/kernel/graphql';

/** A connection with its nodes shown otherwise. */
export function mapped<From, To>({ edges, pageInfo }: Connection<From>, present: (node: From) => To): Connection<To> {
  return { edges: edges.map(({ cursor, node }) => ({ cursor, node: present(node) })), pageInfo };
}
