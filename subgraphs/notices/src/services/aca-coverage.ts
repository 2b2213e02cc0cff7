/** How far a creditor does its duty to load its positions into ACA. */
import type { Database } from '@nodo-aperto/kernel/database';
import type { Directory } from '@nodo-aperto/kernel/directory';
import { InputError } from '@nodo-aperto/kernel/faults';
import { addDays, type Clock, daysBetween, type LocalDate, toLocalDate } from '@nodo-aperto/kernel/time';
import { type AcaDuty, acaDutyOf, costOutsideAca, coverageShare } from '../domain/aca-coverage.ts';
import { type CoverageTotals, readCoverage } from '../persistence/coverage.ts';

/** The longest interval that is summed. */
const LONGEST_DAYS = 366;
const DEFAULT_DAYS = 30;

export interface CoverageRouteView {
  readonly station: string;
  readonly auxDigit: number;
  readonly segregationCode?: string;
  readonly applicationCode?: string;
  /** Whether the creditor loads these notices. */
  readonly aca: boolean;
  readonly asynchronous: boolean;
}

export interface AcaCoverage extends CoverageTotals {
  readonly creditorFiscalCode: string;
  readonly duty: AcaDuty;
  /** Days in Italy; both belong to the interval. */
  readonly from: LocalDate;
  readonly to: LocalDate;
  /** 0 to 1; absent without payments. */
  readonly share?: number;
  /** What the payments outside ACA cost, in euro cents. */
  readonly cost: number;
  /** Routes that should be in ACA and are not. */
  readonly routes: readonly CoverageRouteView[];
}

export interface CoverageQuestion {
  creditorFiscalCode: string;
  from?: LocalDate;
  to?: LocalDate;
}

/** @throws InputError when the interval is too long or the wrong way round */
export async function acaCoverageOf(
  {
    database,
    directory,
    clock,
  }: { database: Database; directory: Pick<Directory, 'creditorInstitution' | 'routes' | 'station'>; clock: Clock },
  { creditorFiscalCode, ...asked }: CoverageQuestion,
): Promise<AcaCoverage> {
  const to = asked.to ?? toLocalDate(clock.now());
  const from = asked.from ?? addDays(to, 1 - DEFAULT_DAYS);
  const days = daysBetween(from, to) + 1;
  if (days < 1 || days > LONGEST_DAYS) throw InputError.at('to', `makes an interval of ${days} days`, `1 to ${LONGEST_DAYS} days`);
  const routes: CoverageRouteView[] = [];
  for (const { station, auxDigit, segregationCode, applicationCode, aca } of await directory.routes(creditorFiscalCode)) {
    const asynchronous = (await directory.station(station))?.asynchronous ?? false;
    const codes = { ...(segregationCode !== undefined && { segregationCode }), ...(applicationCode !== undefined && { applicationCode }) };
    routes.push({ station, auxDigit, ...codes, aca, asynchronous });
  }
  const { publicAdministration = true } = (await directory.creditorInstitution(creditorFiscalCode)) ?? {};
  const duty = acaDutyOf(routes, { publicAdministration });
  const counts = await readCoverage(database, { creditorFiscalCode, from, to });
  return { creditorFiscalCode, duty, from, to, ...counts, share: coverageShare(counts), cost: costOutsideAca(duty, counts), routes };
}
