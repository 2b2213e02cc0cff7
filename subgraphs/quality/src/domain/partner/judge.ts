/**
 * What the figures of months and of the whole period make of a module, and modules of an instance. MESE: a month that is KO makes the module
 * KO. TOTALE: the whole period decides. The instance waits until no module is on STANDBY, and is KO when any is; a manual outcome takes the
 * place of the automatic one. Source: domain facts, Reporting section 2.2.
 */
import { type Month, monthOf } from '../month.ts';
import type { ModuleConfiguration } from './configuration.ts';
import { decide, type ModuleFigure } from './decide.ts';
import { MODULES, type PartnerModule } from './modules.ts';
import { type PartnerRecord, type Shutdown, withoutShutdowns } from './shutdown.ts';

/** The whole period, among the months. */
export const TOTAL = 'TOTALE';

export interface PeriodFigure extends ModuleFigure {
  /** A month, YYYY-MM, or TOTALE. Months carry their year, so that those of two years never meet. */
  period: string;
}

export interface ModuleJudgement {
  module: PartnerModule;
  periods: readonly PeriodFigure[];
  /** STANDBY: only a person decides. */
  outcome: 'OK' | 'KO' | 'STANDBY';
}

/** @param months of the instance, in their order */
export function judgeModule(
  module: PartnerModule,
  evidence: { records: readonly PartnerRecord[]; shutdowns: readonly Shutdown[] },
  months: readonly Month[],
  configuration: ModuleConfiguration,
): ModuleJudgement {
  const records = withoutShutdowns(evidence.records, evidence.shutdowns, configuration);
  const total = decide(module, records, configuration);
  if (!total) return { module, periods: [], outcome: 'STANDBY' };
  const monthly = MODULES[module].totalOnly
    ? []
    : months.map((month): PeriodFigure => {
        const ofMonth = records.filter(({ from }) => monthOf(from) === month);
        return { period: month, ...(decide(module, ofMonth, configuration) as ModuleFigure) };
      });
  const byMonth = configuration.evaluationType === 'MESE' && monthly.length > 0;
  const outcome = byMonth ? (monthly.some((each) => each.outcome === 'KO') ? 'KO' : 'OK') : total.outcome;
  return { module, periods: [...monthly, { period: TOTAL, ...total }], outcome };
}

export type ModuleOutcome = 'OK' | 'KO' | 'RUNNING' | 'STANDBY';

/** @param modules of the active modules: what was found, and what a person said instead */
export function outcomeOfInstance(
  modules: readonly { outcome: ModuleOutcome; manualOutcome: 'OK' | 'KO' | null }[],
  manualOutcome: 'OK' | 'KO' | null,
): 'OK' | 'KO' | 'STANDBY' {
  if (manualOutcome !== null) return manualOutcome;
  const outcomes = modules.map((module) => module.manualOutcome ?? module.outcome);
  if (outcomes.some((outcome) => outcome === 'STANDBY' || outcome === 'RUNNING')) return 'STANDBY';
  return outcomes.includes('KO') ? 'KO' : 'OK';
}
