/** The modules by which partners are qualified: what each looks at and which rule decides. Source: domain facts, Reporting section 2.2, table. */
import { type ModuleConfiguration, PLAIN_CONFIGURATION } from './configuration.ts';

export const PARTNER_MODULES = ['A.1', 'A.2', 'B.1', 'B.2', 'B.3', 'B.4', 'B.5', 'B.6', 'B.7', 'B.8', 'B.9', 'C.1', 'C.2'] as const;
export type PartnerModule = (typeof PARTNER_MODULES)[number];

/** How a module decides (see decide.ts). */
export type ModuleRule =
  /** part of whole at most threshold and tolerance */
  | { kind: 'SHARE_AT_MOST'; decimals: 2 | 5; withoutData: 'OK' | 'KO' }
  /** part of whole at least 100 % less the tolerance */
  | { kind: 'SHARE_AT_LEAST'; withoutData: 'OK' | 'KO' }
  /** the share of records whose mean, part by whole, exceeds the time limit */
  | { kind: 'SLOW_SHARE_AT_MOST' }
  /** how many at most */
  | { kind: 'COUNT_AT_MOST' }
  /** enough creditors or enough transactions */
  | { kind: 'SIZE' }
  /** enough creditors each of which complies */
  | { kind: 'COMPLYING_CREDITORS' }
  /** enough creditors with any, and enough of all */
  | { kind: 'REACHED_CREDITORS' }
  /** nobody but a person decides */
  | { kind: 'MANUAL' };

export interface ModuleDefinition {
  title: string;
  rule: ModuleRule;
  /** What `part` and `whole` of its records are. */
  counts: string;
  /** Whether a record is a state that the next one of its subject takes the place of, rather than something to be added up. */
  states: boolean;
  /** Whether only the whole period is judged. */
  totalOnly: boolean;
  /** Where the records come from: facts of the platform, or whoever an operator records them for. */
  source: 'PLATFORM' | 'RECORDED';
  defaults: Partial<ModuleConfiguration>;
}

const share = (withoutData: 'OK' | 'KO', decimals: 2 | 5 = 5): ModuleRule => ({ kind: 'SHARE_AT_MOST', decimals, withoutData });
const added = { states: false, totalOnly: false } as const;

export const MODULES: Readonly<Record<PartnerModule, ModuleDefinition>> = {
  'A.1': {
    ...added,
    title: 'Availability',
    rule: share('OK'),
    counts: 'calls of a station that timed out, of all calls',
    source: 'PLATFORM',
    defaults: { evaluationType: 'MESE' },
  },
  'A.2': {
    ...added,
    title: 'Precise taxonomy',
    rule: share('OK'),
    counts: 'payments with a wrong taxonomy, of all payments',
    totalOnly: true,
    source: 'RECORDED',
    defaults: {},
  },
  'B.1': {
    ...added,
    title: 'Creditors or transactions',
    rule: { kind: 'SIZE' },
    counts: 'transactions of a creditor',
    source: 'PLATFORM',
    defaults: { institutionCount: 5, transactionCount: 250_000 },
  },
  'B.2': {
    ...added,
    title: 'Response time',
    rule: { kind: 'SLOW_SHARE_AT_MOST' },
    counts: 'milliseconds of the calls of a station in a quarter of an hour, and how many calls',
    source: 'PLATFORM',
    defaults: {},
  },
  'B.3': {
    ...added,
    title: 'Zero incident',
    rule: { kind: 'COUNT_AT_MOST' },
    counts: 'times that a station entered Stand-In',
    source: 'PLATFORM',
    defaults: {},
  },
  'B.4': {
    ...added,
    title: 'Integration with ACA',
    rule: share('KO'),
    counts: 'paCreatePosition calls, of all positions loaded',
    source: 'RECORDED',
    defaults: { tolerance: 1 },
  },
  'B.5': {
    ...added,
    title: 'Spontaneous payments',
    rule: share('OK'),
    counts: '1 for a station without them, of 1',
    states: true,
    source: 'RECORDED',
    defaults: {},
  },
  'B.6': {
    ...added,
    title: 'Payment options',
    rule: { kind: 'SHARE_AT_LEAST', withoutData: 'KO' },
    counts: '1 for an enabled station with them, of 1',
    states: true,
    // The directory says what stations are, not what they were.
    totalOnly: true,
    source: 'PLATFORM',
    defaults: {},
  },
  'B.7': { ...added, title: 'Alignment with SANP', rule: { kind: 'MANUAL' }, counts: 'nothing', source: 'RECORDED', defaults: {} },
  'B.8': {
    ...added,
    title: 'Formal requirements of asynchronous creditors',
    rule: share('OK', 2),
    counts: 'refused requests, of all requests',
    source: 'RECORDED',
    defaults: { eligibilityThreshold: 5, tolerance: 1 },
  },
  'B.9': {
    ...added,
    title: 'Receipts',
    rule: share('OK'),
    counts: 'paSendRT that were not taken, of all',
    source: 'PLATFORM',
    defaults: { eligibilityThreshold: 5 },
  },
  'C.1': {
    ...added,
    title: 'Integration with IO',
    rule: { kind: 'COMPLYING_CREDITORS' },
    counts: 'messages of a creditor, of its positions',
    source: 'RECORDED',
    defaults: { institutionTolerance: 50, notificationTolerance: 100, evaluationType: 'MESE' },
  },
  'C.2': {
    ...added,
    title: 'Integration with SEND',
    rule: { kind: 'REACHED_CREDITORS' },
    counts: 'notifications of a creditor, of its payments',
    source: 'RECORDED',
    defaults: {},
  },
};

export function isPartnerModule(text: string): text is PartnerModule {
  return (PARTNER_MODULES as readonly string[]).includes(text);
}

/** What holds for a module of an instance. */
export function configurationOf(module: PartnerModule, given: Partial<ModuleConfiguration> = {}): ModuleConfiguration {
  return { ...PLAIN_CONFIGURATION, ...MODULES[module].defaults, ...given };
}
