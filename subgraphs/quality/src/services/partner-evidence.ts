/** Gathers what a module counts of a partner in a period: from facts, from the directory, from what was recorded. */
import { createHash } from 'node:crypto';
import type { Directory } from '@nodo-aperto/kernel/directory';
import { parseInstant } from '@nodo-aperto/kernel/time';
import type { PartnerModule } from '../domain/partner/modules.ts';
import type { PartnerRecord, Shutdown } from '../domain/partner/shutdown.ts';
import { BIN_MS } from '../persistence/note-calls.ts';
import { partnerRecords, recordedShutdowns, type Span, stationRecords } from '../persistence/partner-records.ts';
import type { Queries } from '../persistence/queries.ts';

export type PartnerDirectory = Pick<Directory, 'children' | 'maintenances' | 'creditorBroker' | 'station'>;

export async function recordsOf(
  queries: Queries,
  directory: PartnerDirectory,
  partnerCode: string,
  module: PartnerModule,
  span: Span,
): Promise<PartnerRecord[]> {
  switch (module) {
    case 'A.1':
      return stationRecords(queries, partnerCode, 'timeouts', span, BIN_MS);
    case 'B.2':
      return stationRecords(queries, partnerCode, 'total_ms', span, BIN_MS);
    case 'B.6':
      return stationStates(directory, partnerCode, span);
    default:
      return partnerRecords(queries, partnerCode, module, span);
  }
}

/** Whether each enabled station answers the payment options call, as the directory says now. */
async function stationStates(directory: PartnerDirectory, partnerCode: string, { until }: Span): Promise<PartnerRecord[]> {
  const stations = await directory.children('station', partnerCode);
  return stations
    .filter(({ data }) => data.enabled)
    .map(({ code, data }) => ({ subject: code, from: until - 1, until, part: data.paymentOptions ? 1 : 0, whole: 1 }));
}

/** Planned stops are the maintenances of the directory, unplanned ones were recorded. */
export async function shutdownsOf(queries: Queries, directory: PartnerDirectory, partnerCode: string, span: Span): Promise<Shutdown[]> {
  const shutdowns = await recordedShutdowns(queries, partnerCode, span);
  for (const { code } of await directory.children('station', partnerCode)) {
    for (const { start, end } of await directory.maintenances(code)) {
      const [from, until] = [parseInstant(start) ?? 0, parseInstant(end) ?? 0];
      if (until > span.from && from < span.until) shutdowns.push({ station: code, from, until, planned: true });
    }
  }
  return shutdowns;
}

/** SHA-256 of the records and stops that a module was judged on, in hexadecimal. */
export function partnerDigest(module: PartnerModule, records: readonly PartnerRecord[], shutdowns: readonly Shutdown[]): string {
  const hash = createHash('sha256').update(`${module}\n`);
  for (const { subject, from, until, part, whole } of records) hash.update(`${subject}\t${from}\t${until}\t${part}\t${whole}\n`);
  for (const { station, from, until, planned } of shutdowns) hash.update(`stop ${station}\t${from}\t${until}\t${planned ? 1 : 0}\n`);
  return hash.digest('hex');
}
