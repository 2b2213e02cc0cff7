/** What an instance may set of each module. Shares are in percent. Source: domain facts, Reporting section 2.2 (configuration fields). */

/** MESE: a month that is KO makes the module KO. TOTALE: the figure of the whole period decides. */
const EVALUATION_TYPES = ['MESE', 'TOTALE'] as const;
export type EvaluationType = (typeof EVALUATION_TYPES)[number];

export interface ModuleConfiguration {
  excludePlannedShutdown: boolean;
  excludeUnplannedShutdown: boolean;
  /** The share that must not be exceeded, before tolerance. */
  eligibilityThreshold: number;
  tolerance: number;
  /** Milliseconds. */
  averageTimeLimit: number;
  evaluationType: EvaluationType;
  institutionCount: number;
  transactionCount: number;
  institutionTolerance: number;
  transactionTolerance: number;
  notificationTolerance: number;
}

/** What holds where neither the module nor the instance says otherwise. */
export const PLAIN_CONFIGURATION: ModuleConfiguration = {
  excludePlannedShutdown: false,
  excludeUnplannedShutdown: false,
  eligibilityThreshold: 0,
  tolerance: 0,
  averageTimeLimit: 2_000,
  evaluationType: 'TOTALE',
  institutionCount: 0,
  transactionCount: 0,
  institutionTolerance: 0,
  transactionTolerance: 0,
  notificationTolerance: 0,
};

type NumberField = {
  [Field in keyof ModuleConfiguration]: ModuleConfiguration[Field] extends number ? Field : never;
}[keyof ModuleConfiguration];

/** What each number may be. */
const LIMITS: Readonly<Record<NumberField, { most: number; whole: boolean }>> = {
  eligibilityThreshold: { most: 100, whole: false },
  tolerance: { most: 100, whole: false },
  averageTimeLimit: { most: 60_000, whole: true },
  institutionCount: { most: 100_000, whole: true },
  transactionCount: { most: 1_000_000_000, whole: true },
  institutionTolerance: { most: 100, whole: false },
  transactionTolerance: { most: 100, whole: false },
  notificationTolerance: { most: 100, whole: false },
};

/** What is wrong with a configuration: the field and what was expected of it. */
export function configurationIssues(given: Partial<ModuleConfiguration>): { field: string; expected: string }[] {
  return Object.entries(LIMITS).flatMap(([field, { most, whole }]) => {
    const value = given[field as NumberField];
    if (value === undefined) return [];
    const fits = value >= 0 && value <= most && (!whole || Number.isInteger(value));
    return fits ? [] : [{ field, expected: `a ${whole ? 'whole ' : ''}number from 0 to ${most}` }];
  });
}
