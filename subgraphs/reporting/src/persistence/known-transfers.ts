/** What the platform knows of the lines that somebody is about to send. */
import type { Database } from '@nodo-aperto/kernel/database';
import type { ReportedOutcome } from '@nodo-aperto/schema/events';
import { type KnownTransfers, lineKey } from '../domain/dry-run.ts';
import type { FlowLine } from '../domain/flow.ts';
import { firstFlowFor } from './partitions.ts';

/** Looks up transfers that a PSP booked for a creditor, and whether flows of other names report them. */
export async function knownTransfers(
  database: Pick<Database, 'query'>,
  flow: { pspCode: string; creditorFiscalCode: string; name: string },
  lines: readonly FlowLine[],
): Promise<KnownTransfers> {
  const rows = await database.query<{
    iur: string;
    id_transfer: number;
    iuv: string | null;
    amount: number | null;
    outcome: ReportedOutcome | null;
    reported: boolean;
  }>(
    `select wanted.iur, wanted.id_transfer, booked.iuv, booked.amount, booked.outcome, exists (
        select from flow_line as line join flow on flow.id = line.flow_id
        where line.flow_id >= ${firstFlowFor('booked.booked_at')} and line.iur = wanted.iur and line.id_transfer = wanted.id_transfer and flow.psp_code = $1 and flow.creditor_fiscal_code = $2
          and flow.name <> $3 and (flow.latest or flow.status <> 'PUBLISHED')) as reported
      from unnest($4::text[], $5::bigint[]) as wanted (iur, id_transfer)
      left join booked_transfer as booked on booked.iur = wanted.iur and booked.id_transfer = wanted.id_transfer
        and booked.psp_code = $1 and booked.creditor_fiscal_code = $2`,
    [flow.pspCode, flow.creditorFiscalCode, flow.name, lines.map((line) => line.iur), lines.map((line) => line.idTransfer)],
  );
  const booked = new Map<string, { iuv: string; amount: number; outcome: ReportedOutcome }>();
  const reported = new Set<string>();
  for (const { iur, id_transfer, iuv, amount, outcome, reported: isReported } of rows) {
    const key = lineKey({ iur, idTransfer: id_transfer });
    if (iuv !== null && amount !== null && outcome !== null) booked.set(key, { iuv, amount, outcome });
    if (isReported) reported.add(key);
  }
  return { booked, reported };
}
