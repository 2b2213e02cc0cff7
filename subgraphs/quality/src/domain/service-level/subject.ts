/**
 * Rule: a call of a PSP counts for the PSP, and tells how the node served it; a call of the node to a creditor counts for the creditor and for
 * its station, and tells how they served the node. Probes are no requests of anybody: they count for availability only.
 * Source: domain facts, Payments section 7.1; Reporting section 2.3.
 */
import type { ObservedCall } from '@nodo-aperto/schema/events';

/** What has service levels. */
const SUBJECT_KINDS = ['PSP', 'CREDITOR', 'STATION'] as const;
export type SubjectKind = (typeof SUBJECT_KINDS)[number];

export interface Subject {
  kind: SubjectKind;
  /** Code of the PSP, fiscal code of the creditor, or code of the station. */
  code: string;
}

export type SubjectFields = Pick<ObservedCall, 'direction' | 'psp' | 'creditor' | 'station'>;

/** Whom a call counts for: none, when it names nobody. */
export function subjectsOf({ direction, psp, creditor, station }: SubjectFields): Subject[] {
  if (direction === 'PSP_TO_NODE') return psp === undefined ? [] : [{ kind: 'PSP', code: psp }];
  const subjects: Subject[] = [];
  if (creditor !== undefined) subjects.push({ kind: 'CREDITOR', code: creditor });
  if (station !== undefined) subjects.push({ kind: 'STATION', code: station });
  return subjects;
}
