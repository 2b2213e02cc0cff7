/** Makes partitions ahead of the numbers that are given, so that no write ever waits for one. */
import type { Database, Transaction } from '../database/index.ts';
import { type Clock, DAY, HOUR, parseInstant, toIso } from '../time/index.ts';
import { type Partition, partitionsOf } from './catalogue.ts';
import type { GrowingTable } from './growing-table.ts';

export interface AddedPartitions {
  readonly made: number;
  /** Rows that were in the default partition and are now where they belong. */
  readonly moved: number;
}

/** Whoever waits for a table makes all others wait behind it: better to try again later. */
export const LOCK_PATIENCE_MS = 2_000;
const GROWTH_MS = 30 * DAY;
/** What is said about the growth of shorter times is chance. */
const SHORTEST_MS = HOUR;
const MOST_AT_ONCE = 10;
const MOST_MOVED = 500_000;

/** What a partition remembers of the time when it was made, as its comment: how fast numbers grow is seen from it. */
interface Remembered {
  readonly at: string;
  readonly head: number;
}

/** Sees to it that there is room for the growth of a month, at the pace seen since the last partition was made. */
export async function addPartitions(database: Database, table: GrowingTable, clock: Clock): Promise<AddedPartitions> {
  const head = await headOf(database, table);
  let [made, moved] = [0, 0];
  for (; made < MOST_AT_ONCE; made += 1) {
    const last = lastReady(await partitionsOf(database, table.table));
    if (last === undefined) break;
    const month = Math.max(table.smallest, await growthOf(database, last, head, clock.now()));
    if (last.before - head >= month) break;
    moved += await addOne(database, table, { from: last.before, before: last.before + month }, { at: toIso(clock.now()), head });
  }
  return { made, moved };
}

/** The last one with an end: behind it is the rest, where rows land that no partition is ready for. */
export function lastReady(partitions: readonly Partition[]): Partition | undefined {
  return partitions.findLast(({ before }) => before !== Infinity);
}

export async function headOf(database: Pick<Database, 'query'>, table: GrowingTable): Promise<number> {
  const [row] = await database.query<Record<string, number | null>>(table.head);
  return Object.values(row ?? {})[0] ?? 0;
}

/** How many numbers are given in a month, rounded to two digits so that borders are readable; 0 while too little is known. */
async function growthOf(database: Database, { name }: Partition, head: number, now: number): Promise<number> {
  const [row] = await database.query<{ comment: string | null }>(`select obj_description(to_regclass($1), 'pg_class') as comment`, [name]);
  const remembered = rememberedIn(row?.comment);
  const since = remembered && parseInstant(remembered.at);
  if (remembered === undefined || since === undefined || now - since < SHORTEST_MS) return 0;
  const growth = ((head - remembered.head) / (now - since)) * GROWTH_MS;
  return growth <= 0 ? 0 : Math.ceil(Number(growth.toPrecision(2)));
}

/** What was noted; nothing where somebody has put a comment of their own in its place. */
function rememberedIn(comment: string | null | undefined): Remembered | undefined {
  try {
    const note = JSON.parse(comment ?? 'null') as Partial<Remembered> | null;
    return typeof note?.at === 'string' && typeof note.head === 'number' ? { at: note.at, head: note.head } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Adds one partition in front of the rest (`…_rest`: a last partition without an end rather than a default one, which would keep the planner
 * from reading partitions in their order). Rows that landed in the rest are moved in the same transaction, at most half a million: the
 * partition then ends with them. Nobody can use the table meanwhile; without them it is a matter of milliseconds.
 * @returns how many rows were moved
 */
function addOne(
  database: Database,
  table: GrowingTable,
  border: { from: number; before: number },
  remembered: Remembered,
): Promise<number> {
  return database.transaction(async (transaction) => {
    const rest = `${table.table}_rest`;
    await transaction.query(`set local lock_timeout = ${LOCK_PATIENCE_MS}`);
    await transaction.query(`alter table ${table.table} detach partition ${rest}`);
    const before = await borderOf(transaction, table, rest, border);
    const name = `${table.table}_p${border.from}`;
    await transaction.query(`create table ${name} (like ${table.table} including defaults including constraints including indexes)`);
    const [row] = await transaction.query<{ moved: number }>(
      `with moved as (delete from ${rest} where ${table.column} < $1 returning *), kept as (
        insert into ${name} overriding system value select * from moved returning 1)
        select count(*) as moved from kept`,
      [before],
    );
    await transaction.query(`alter table ${table.table} attach partition ${name} for values from (${border.from}) to (${before})`);
    await transaction.query(`alter table ${table.table} attach partition ${rest} for values from (${before}) to (maxvalue)`);
    await transaction.query(`comment on table ${name} is '${JSON.stringify(remembered)}'`);
    return row?.moved ?? 0;
  });
}

async function borderOf(
  transaction: Transaction,
  { column }: GrowingTable,
  rest: string,
  border: { from: number; before: number },
): Promise<number> {
  const [row] = await transaction.query<{ next: number }>(
    `select ${column} as next from ${rest} where ${column} >= $1 and ${column} < $2 order by ${column} offset ${MOST_MOVED} limit 1`,
    [border.from, border.before],
  );
  // Numbers may repeat: a border in the middle of equal ones would be no border.
  return row && row.next > border.from ? row.next : border.before;
}
