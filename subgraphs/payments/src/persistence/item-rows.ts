/** Rows for statements that do the work of several requests at once. */

/**
 * The requests of one statement as the row set `item`, in their order as `place`; the statement begins with it.
 *
 * PostgreSQL expects a hundred rows of a function like this, and from that might conclude that reading whole tables pays; such a plan is kept
 * while the tables grow. The comparison lets it expect one row (it is true of all), so every row is looked up by its key, whatever the
 * tables were like when the plan was made.
 * @param parameter the place of the JSON text, e.g. "$1"
 * @param columns with their types, e.g. "claim_id uuid, wanted_from timestamptz"
 */
export function itemRows(parameter: string, columns: string): string {
  const names = columns.split(',').map((column) => column.trim().split(' ')[0]);
  return `item as materialized (
    select item.* from rows from (jsonb_to_recordset(${parameter}::jsonb) as (${columns})) with ordinality as item (${names.join(', ')}, place)
    where item.place = item.place + 0
  )`;
}

/** Encoded facts of several requests as one parameter: each is a JSON array (see the outbox's `encode`). */
export function joinedFacts(facts: readonly string[]): string {
  return `[${facts.map((fact) => fact.slice(1, -1)).join(',')}]`;
}
