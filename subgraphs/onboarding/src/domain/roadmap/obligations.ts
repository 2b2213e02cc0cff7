/**
 * Rules of what an institution must do of the roadmap, and by when. An initiative concerns the subjects that its table names. It is mandatory
 * when the table says so and nothing contradicts; where the circolare contradicts itself, or it is not sure what a table belongs to, the
 * requirement is uncertain. ACA is not required of creditors whose stations are all asynchronous. An obligation of a quarter is due on its
 * last day. Source: domain facts, Onboarding section 6; circolare, chapters Stand In and ACA.
 */
import type { Initiative } from '../initiatives.ts';
import { type Adoption, adoptionOf, type InstitutionFacts } from './adoption.ts';

export const REQUIREMENTS = ['MANDATORY', 'UNCERTAIN', 'OPTIONAL', 'NOT_REQUIRED'] as const;
export type Requirement = (typeof REQUIREMENTS)[number];
/** OVERDUE: mandatory, not adopted, and the day is past. */
export const OBLIGATION_STATES = ['DONE', 'OPEN', 'OVERDUE'] as const;
export type ObligationState = (typeof OBLIGATION_STATES)[number];
/** COMPUTED from what the platform sees, DECLARED by the institution, UNKNOWN when neither. */
export const ADOPTION_SOURCES = ['COMPUTED', 'DECLARED', 'UNKNOWN'] as const;
export type AdoptionSource = (typeof ADOPTION_SOURCES)[number];

/** What an institution has to do of one initiative. */
export interface Obligation {
  readonly initiative: Initiative;
  readonly requirement: Requirement;
  /** Why it is so, where that is not plain. */
  readonly reason?: string;
  /** The last day on which it is in time, a local date; absent where no quarter is set. */
  readonly dueDate?: string;
  readonly state: ObligationState;
  readonly source: AdoptionSource;
  readonly adoption: Adoption;
}

/** The last day of a quarter: `2024-Q1` ends on 2024-03-31. */
export function lastDayOf(quarter: string): string {
  const [year = '', number = ''] = quarter.split('-Q');
  return `${year}-${{ '1': '03-31', '2': '06-30', '3': '09-30' }[number] ?? '12-31'}`;
}

export function requirementOf(initiative: Initiative, facts: InstitutionFacts): { requirement: Requirement; reason?: string } {
  const { id, type, confidence, note } = initiative;
  if (type === 'OPTIONAL') return { requirement: 'OPTIONAL' };
  if (confidence !== 'HIGH') return { requirement: 'UNCERTAIN', ...(note !== undefined && { reason: note }) };
  if (id === 'ACA' && facts.stations.length > 0 && facts.stations.every(({ asynchronous }) => asynchronous))
    return { requirement: 'NOT_REQUIRED', reason: 'All its stations are asynchronous: the platform has its positions already.' };
  return { requirement: 'MANDATORY' };
}

/**
 * The obligation of one institution towards one initiative that concerns it.
 * @param declared what the institution says, where the platform does not see it for itself
 * @param today local date
 */
export function obligationOf(
  initiative: Initiative,
  facts: InstitutionFacts,
  { declared, today }: { declared?: Adoption; today: string },
): Obligation {
  const computed = adoptionOf(initiative.id, facts);
  const adoption = computed ?? declared ?? { adopted: false, evidence: 'The platform cannot see it, and nothing was declared.' };
  const { obligationQuarter } = initiative;
  const dueDate = obligationQuarter === undefined ? undefined : lastDayOf(obligationQuarter);
  const { requirement, reason } = requirementOf(initiative, facts);
  const late = requirement === 'MANDATORY' && dueDate !== undefined && dueDate < today;
  return {
    initiative,
    requirement,
    ...(reason !== undefined && { reason }),
    ...(dueDate !== undefined && { dueDate }),
    state: adoption.adopted ? 'DONE' : late ? 'OVERDUE' : 'OPEN',
    source: computed ? 'COMPUTED' : declared ? 'DECLARED' : 'UNKNOWN',
    adoption,
  };
}

/** What must still be done, first: by requirement, then by day; what has no day comes last. Otherwise the order of the tables. */
export function inOrder(obligations: readonly Obligation[]): readonly Obligation[] {
  const rank = ({ state, requirement, dueDate }: Obligation): string =>
    [state === 'DONE' ? 1 : 0, REQUIREMENTS.indexOf(requirement), dueDate ?? '9999'].join('/');
  return obligations.toSorted((one, other) => (rank(one) < rank(other) ? -1 : rank(one) > rank(other) ? 1 : 0));
}

/** What an institution must still do. */
export function isToDo({ state, requirement }: Obligation): boolean {
  return state !== 'DONE' && (requirement === 'MANDATORY' || requirement === 'UNCERTAIN');
}
