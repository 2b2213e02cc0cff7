import type { Principal } from '@nodo-aperto/kernel/auth';
import type { Database } from '@nodo-aperto/kernel/database';
import { InputError } from '@nodo-aperto/kernel/faults';
import { type Connection, listCursor, readListCursor, toConnection } from '@nodo-aperto/kernel/graphql';
import { isLocalDate } from '@nodo-aperto/kernel/time';
import { listMissing, type MissingCursor, type MissingFilter, type MissingReport } from '../persistence/deadlines.ts';
import type { Page } from './read-flows.ts';
import { narrowed } from './visibility.ts';

/** What was missing at deadlines, as far as it concerns the caller; newest day first. */
export async function missingReports(
  database: Database,
  principal: Principal,
  filter: MissingFilter,
  { size, after }: Page,
): Promise<Connection<MissingReport>> {
  const wanted = narrowed(principal, { ...filter, replaced: false });
  const rows = wanted ? await listMissing(database, wanted, { limit: size + 1, after: cursorOf(after) }) : [];
  return toConnection(rows, size, {
    cursor: ({ operativeDay, pspCode, creditorFiscalCode }) => listCursor(operativeDay, pspCode, creditorFiscalCode),
    node: (row) => row,
  });
}

function cursorOf(after: string | null | undefined): MissingCursor | undefined {
  const values = readListCursor(after, 3);
  if (!values) return undefined;
  const [operativeDay, pspCode, creditorFiscalCode] = values;
  if (
    typeof operativeDay !== 'string' ||
    !isLocalDate(operativeDay) ||
    typeof pspCode !== 'string' ||
    typeof creditorFiscalCode !== 'string'
  )
    throw InputError.at('after', 'the cursor is not one of this list', 'the endCursor or an edge cursor of an earlier page');
  return { operativeDay, pspCode, creditorFiscalCode };
}
