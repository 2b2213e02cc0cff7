/** The lines of flows in partitions, by the flow: whatever reads or writes the lines of a flow looks at one of them. */
import type { Migration } from '@nodo-aperto/kernel/database';
import { growingTable, splitTable } from '@nodo-aperto/kernel/partitions';

const FLOWS_SMALLEST = 50_000;

export const LINES = growingTable({
  table: 'flow_line',
  column: 'flow_id',
  head: 'select max(id) as head from flow',
  // A draft is kept, however old.
  young: `select 1 from flow where id >= $1 and id < $2 and (status <> 'PUBLISHED' or published_at >= $3) limit 1`,
  smallest: FLOWS_SMALLEST,
});

export const splitLines: readonly Migration[] = [
  ...splitTable('reporting-0007-lines-in-partitions', {
    table: 'flow_line',
    column: 'flow_id',
    key: 'flow_id, line_index',
    indexes: { flow_line_by_iur: '(iur, id_transfer)' },
    room: FLOWS_SMALLEST,
    identity: false,
  }),
  // On a large table better made beforehand with `concurrently`: docs/scale.md.
  { name: 'reporting-0008-flows-by-creation', up: ['create index if not exists flow_by_creation on flow (created_at)'] },
];

/** Days before a payment was booked, from which on flows are looked through for it: a draft may have been begun before. */
const DAYS_BEFORE = 100;

/**
 * The first flow that may report what was booked at an instant or later, as SQL: lines are looked for in it and those after it, so that the
 * partitions of past years are not.
 * @param instant SQL of an instant
 */
export function firstFlowFor(instant: string): string {
  return `coalesce((select first.id from flow as first where first.created_at >= ${instant} - interval '${DAYS_BEFORE} days'
    order by first.created_at limit 1), 0)`;
}
