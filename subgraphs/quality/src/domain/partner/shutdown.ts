/**
 * Rule: where a module is configured so, records that lie entirely inside a stop of their station are left out; planned and unplanned stops
 * are configured apart. Source: domain facts, Reporting section 2.2.
 */
import type { ModuleConfiguration } from './configuration.ts';

/** Something observed of a partner in a span of time. Instants are epoch milliseconds, the end excluded. */
export interface PartnerRecord {
  from: number;
  until: number;
  /** The station or the creditor that it is about; empty when it is about the partner as a whole. */
  subject: string;
  part: number;
  whole: number;
}

/** A time in which a station did not work. */
export interface Shutdown {
  station: string;
  from: number;
  until: number;
  planned: boolean;
}

export function withoutShutdowns(
  records: readonly PartnerRecord[],
  shutdowns: readonly Shutdown[],
  configuration: Pick<ModuleConfiguration, 'excludePlannedShutdown' | 'excludeUnplannedShutdown'>,
): readonly PartnerRecord[] {
  const { excludePlannedShutdown, excludeUnplannedShutdown } = configuration;
  const counted = shutdowns.filter(({ planned }) => (planned ? excludePlannedShutdown : excludeUnplannedShutdown));
  if (counted.length === 0) return records;
  return records.filter(
    ({ subject, from, until }) => !counted.some((stop) => stop.station === subject && stop.from <= from && until <= stop.until),
  );
}
