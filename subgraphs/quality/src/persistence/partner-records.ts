/** What partner modules count: written from facts and by operators, read by partner, module and span. */
import type { Transaction } from '@nodo-aperto/kernel/database';
import { asDate, fromDate } from '@nodo-aperto/kernel/time';
import type { PartnerModule } from '../domain/partner/modules.ts';
import type { PartnerRecord, Shutdown } from '../domain/partner/shutdown.ts';
import type { Queries } from './queries.ts';

export interface PartnerFact extends PartnerRecord {
  partnerCode: string;
  module: PartnerModule;
}

const rowOf = (fact: PartnerFact) => ({
  partner_code: fact.partnerCode,
  module: fact.module,
  subject: fact.subject,
  from_at: asDate(fact.from),
  until_at: asDate(fact.until),
  part: fact.part,
  whole: fact.whole,
});

/** Adds to the records of the same span: for facts that come one by one, each once. */
export async function addPartnerFacts(transaction: Transaction, facts: readonly PartnerFact[]): Promise<void> {
  await transaction.query(
    `insert into partner_record as known (partner_code, module, subject, from_at, until_at, part, whole)
      select partner_code, module, subject, from_at, max(until_at), sum(part), sum(whole)
        from jsonb_populate_recordset(null::partner_record, $1::jsonb) as fact
        group by partner_code, module, subject, from_at order by partner_code, module, from_at, subject
      on conflict (partner_code, module, from_at, subject) do update set part = known.part + excluded.part, whole = known.whole + excluded.whole`,
    [JSON.stringify(facts.map(rowOf))],
    { name: 'quality_add_partner_facts' },
  );
}

/** Puts records in the place of those of the same span: for who records them, and may correct them. */
export async function putPartnerRecords(transaction: Transaction, facts: readonly PartnerFact[]): Promise<void> {
  await transaction.query(
    `insert into partner_record as known (partner_code, module, subject, from_at, until_at, part, whole)
      select partner_code, module, subject, from_at, until_at, part, whole from jsonb_populate_recordset(null::partner_record, $1::jsonb)
      on conflict (partner_code, module, from_at, subject) do update
        set until_at = excluded.until_at, part = excluded.part, whole = excluded.whole`,
    [JSON.stringify(facts.map(rowOf))],
  );
}

export interface Span {
  /** Epoch milliseconds, the end excluded. */
  from: number;
  until: number;
}

interface RecordRow {
  subject: string;
  from_at: Date;
  until_at: Date;
  part: number;
  whole: number;
}

const recordOf = (row: RecordRow): PartnerRecord => ({
  subject: row.subject,
  from: fromDate(row.from_at),
  until: fromDate(row.until_at),
  part: row.part,
  whole: row.whole,
});

/** In the order of time and subject. */
export async function partnerRecords(queries: Queries, partnerCode: string, module: PartnerModule, span: Span): Promise<PartnerRecord[]> {
  const rows = await queries.query<RecordRow>(
    `select subject, from_at, until_at, part, whole from partner_record
      where partner_code = $1 and module = $2 and from_at >= $3 and from_at < $4 order by from_at, subject`,
    [partnerCode, module, asDate(span.from), asDate(span.until)],
  );
  return rows.map(recordOf);
}

/**
 * The calls of a partner's stations, by quarter of an hour and method.
 * @param part what is counted of the calls: those that timed out, or the milliseconds of all
 */
export async function stationRecords(
  queries: Queries,
  partnerCode: string,
  part: 'timeouts' | 'total_ms',
  span: Span,
  binMs: number,
): Promise<PartnerRecord[]> {
  const rows = await queries.query<RecordRow>(
    `select station_code as subject, bin_start as from_at, bin_start + $4 * interval '1 millisecond' as until_at, ${part}::bigint as part, calls::bigint as whole
      from station_bin where broker_code = $1 and bin_start >= $2 and bin_start < $3 order by bin_start, station_code, method`,
    [partnerCode, asDate(span.from), asDate(span.until), binMs],
  );
  return rows.map(recordOf);
}

export interface RecordedShutdown extends Omit<Shutdown, 'planned'> {
  partnerCode: string;
  reason: string;
  recordedBy: string;
}

export async function putShutdown(transaction: Transaction, shutdown: RecordedShutdown): Promise<void> {
  await transaction.query(
    `insert into partner_shutdown (partner_code, station_code, from_at, until_at, reason, recorded_by) values ($1, $2, $3, $4, $5, $6)
      on conflict (partner_code, station_code, from_at) do update
        set until_at = excluded.until_at, reason = excluded.reason, recorded_by = excluded.recorded_by`,
    [shutdown.partnerCode, shutdown.station, asDate(shutdown.from), asDate(shutdown.until), shutdown.reason, shutdown.recordedBy],
  );
}

/** Unplanned stops that touch the span. */
export async function recordedShutdowns(queries: Queries, partnerCode: string, span: Span): Promise<Shutdown[]> {
  const rows = await queries.query<{ station_code: string; from_at: Date; until_at: Date }>(
    `select station_code, from_at, until_at from partner_shutdown where partner_code = $1 and until_at > $2 and from_at < $3
      order by from_at, station_code`,
    [partnerCode, asDate(span.from), asDate(span.until)],
  );
  return rows.map((row) => ({ station: row.station_code, from: fromDate(row.from_at), until: fromDate(row.until_at), planned: false }));
}
