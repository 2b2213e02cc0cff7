/** Which partitions a table has, as PostgreSQL's catalogue tells. */
import type { Database, Transaction } from '../database/index.ts';

export interface Partition {
  readonly name: string;
  /** Numbers from here on; -Infinity in the first one. */
  readonly from: number;
  /** Numbers below; Infinity without an end. */
  readonly before: number;
}

interface Row {
  name: string;
  bound: string;
}

/** FOR VALUES FROM ('1') TO ('2'), as PostgreSQL writes it. */
const BOUND = /^FOR VALUES FROM \((?:'(\d+)'|MINVALUE)\) TO \((?:'(\d+)'|MAXVALUE)\)$/;

/** The partitions in order of their numbers; the default partition is none of them. */
export async function partitionsOf(executor: Pick<Database | Transaction, 'query'>, table: string): Promise<Partition[]> {
  const rows = await executor.query<Row>(
    `select child.relname as name, pg_get_expr(child.relpartbound, child.oid) as bound
      from pg_inherits join pg_class as child on child.oid = inhrelid where inhparent = to_regclass($1)`,
    [table],
  );
  const partitions: Partition[] = [];
  for (const { name, bound } of rows) {
    const match = BOUND.exec(bound);
    if (match) partitions.push({ name, from: numberOr(match[1], -Infinity), before: numberOr(match[2], Infinity) });
  }
  return partitions.toSorted((left, right) => left.from - right.from);
}

function numberOr(text: string | undefined, otherwise: number): number {
  return text === undefined ? otherwise : Number(text);
}
