/** Short numbers of whom and what calls count for. */
import type { Transaction } from '@nodo-aperto/kernel/database';
import type { Subject } from '../../domain/service-level/subject.ts';
import type { Series } from '../../domain/service-level/sum-up.ts';
import type { Queries } from '../queries.ts';

/** The most numbers that are kept in memory; beyond, all are forgotten and read again. */
const MOST_KNOWN = 200_000;
const nameOf = ({ kind, code, method }: Series): string => `${kind} ${code} ${method}`;

/** Stands for a subject as a whole. */
export const wholeOf = ({ kind, code }: Subject): Series => ({ kind, code, method: '' });

export class SeriesNumbers {
  readonly #known = new Map<string, number>();

  /** The numbers of series, made where they are missing. @returns a look-up */
  async of(transaction: Transaction, wanted: readonly Series[]): Promise<(series: Series) => number> {
    const missing = new Map(wanted.filter((series) => !this.#known.has(nameOf(series))).map((series) => [nameOf(series), series]));
    const found = new Map<string, number>();
    if (missing.size > 0) {
      const json = JSON.stringify([...missing.values()]);
      const read = async () => {
        const rows = await transaction.query<Series & { id: number }>(
          `select id, kind, code, method from level_series join jsonb_to_recordset($1::jsonb) as wanted (kind text, code text, method text)
            using (kind, code, method)`,
          [json],
        );
        for (const row of rows) found.set(nameOf(row), row.id);
      };
      await read();
      if (found.size < missing.size) {
        await transaction.query(
          `insert into level_series (kind, code, method)
            select kind, code, method from jsonb_to_recordset($1::jsonb) as wanted (kind text, code text, method text)
              order by kind, code, method on conflict do nothing`,
          [JSON.stringify([...missing.values()].filter((series) => !found.has(nameOf(series))))],
        );
        await read();
      }
      transaction.afterCommit(() => this.#remember(found));
    }
    const known = new Map(wanted.map((series) => [nameOf(series), this.#known.get(nameOf(series))]));
    return (series) => (found.get(nameOf(series)) ?? known.get(nameOf(series))) as number;
  }

  #remember(found: ReadonlyMap<string, number>): void {
    if (this.#known.size + found.size > MOST_KNOWN) this.#known.clear();
    for (const [name, id] of found) this.#known.set(name, id);
  }
}

/** The methods of a subject with their numbers, the subject as a whole under the empty name. */
export async function seriesOf(queries: Queries, { kind, code }: Subject): Promise<Map<string, number>> {
  const rows = await queries.query<{ method: string; id: number }>(
    'select method, id from level_series where kind = $1 and code = $2 order by method',
    [kind, code],
  );
  return new Map(rows.map(({ method, id }) => [method, id]));
}
