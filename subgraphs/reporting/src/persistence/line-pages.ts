/** Lines of flows, page by page, without going through the lines before the page. */
import type { Database } from '@nodo-aperto/kernel/database';
import type { ReportedOutcome } from '@nodo-aperto/schema/events';
import type { FlowLine } from '../domain/flow.ts';
import type { NumberedPage } from './flow-pages.ts';

/** Columns of a line. Instants come as epoch milliseconds: making dates of a million of them only to write them out again takes time. */
const LINE_COLUMNS = `line_index, iuv, iur, id_transfer, amount, outcome, round(date_part('epoch', pay_date) * 1000)::bigint as paid`;

interface LineColumns {
  line_index: number;
  iuv: string;
  iur: string;
  id_transfer: number;
  amount: number;
  outcome: ReportedOutcome;
  paid: number;
}

function lineOf(row: LineColumns): FlowLine {
  return {
    index: row.line_index,
    iuv: row.iuv,
    iur: row.iur,
    idTransfer: row.id_transfer,
    amount: row.amount,
    outcome: row.outcome,
    payDate: row.paid,
  };
}

/** The lines past an index, in order of index. */
export async function linesPast(database: Pick<Database, 'query'>, flowId: number, index: number, limit: number): Promise<FlowLine[]> {
  const rows = await database.query<LineColumns>(
    `select ${LINE_COLUMNS} from flow_line where flow_id = $1 and line_index > $2 order by line_index limit $3`,
    [flowId, index, limit],
    { name: 'flow_lines_past' },
  );
  return rows.map(lineOf);
}

/** How many places are remembered, and of how many lines each: some two megabytes. */
const PLACES = 10_000;

/**
 * Finds pages by number. In a flow whose indexes have no gaps a page begins at a known index. In any other the end of each page is remembered,
 * so that whoever reads on pays for his page only; a page out of order is looked for in the index, not in the lines.
 */
export class LinePages {
  readonly #database: Pick<Database, 'query'>;
  /** By flow, number of its change and lines before: the last index before. A flow that changes is another flow. */
  readonly #places = new Map<string, number>();

  constructor(database: Pick<Database, 'query'>) {
    this.#database = database;
  }

  /** @param flow with the number of its lines, and of the change that it is the state after */
  async page(flow: { id: number; computedPayments: number; changes: number }, { page, size }: NumberedPage): Promise<FlowLine[]> {
    const before = (page - 1) * size;
    if (before >= flow.computedPayments) return [];
    const lines = await linesPast(this.#database, flow.id, await this.#indexBefore(flow, before), size);
    const last = lines.at(-1);
    if (last) this.#remember(this.#key(flow, before + lines.length), last.index);
    return lines;
  }

  async #indexBefore(flow: { id: number; computedPayments: number; changes: number }, before: number): Promise<number> {
    if (before === 0) return 0;
    const known = this.#places.get(this.#key(flow, before));
    if (known !== undefined) return known;
    const [row] = await this.#database.query<{ index: number | null }>(
      `select case when (select max(line_index) from flow_line where flow_id = $1) = $2 then $3::bigint
        else (select line_index from flow_line where flow_id = $1 order by line_index offset $3::bigint - 1 limit 1) end as index`,
      [flow.id, flow.computedPayments, before],
      { name: 'flow_line_place' },
    );
    return row?.index ?? 0;
  }

  #key({ id, changes }: { id: number; changes: number }, before: number): string {
    return `${id}/${changes}/${before}`;
  }

  #remember(key: string, index: number): void {
    if (this.#places.size >= PLACES) {
      const [oldest] = this.#places.keys();
      if (oldest !== undefined) this.#places.delete(oldest);
    }
    this.#places.set(key, index);
  }
}

/** Indexes without a line, from the first to the last of them. */
export interface IndexRange {
  from: number;
  to: number;
}

/** The indexes that a flow of so many payments has no line for, past one of them: what an interrupted upload still has to send. */
export async function missingIndexes(
  database: Pick<Database, 'query'>,
  flow: { id: number; declaredPayments: number },
  { after, limit }: { after: number; limit: number },
): Promise<IndexRange[]> {
  const rows = await database.query<IndexRange>(
    `select line_index + 1 as "from", next - 1 as "to" from (
        select line_index, lead(line_index, 1, $3::bigint + 1) over (order by line_index) as next from (
          select $2::bigint as line_index union all
          select line_index from flow_line where flow_id = $1 and line_index > $2 and line_index <= $3) as indexes) as neighbours
      where next > line_index + 1 order by line_index limit $4`,
    [flow.id, after, flow.declaredPayments, limit],
  );
  return rows;
}
