/**
 * Rule: the type of an institution, its origin and whether it acts for others as an aggregator choose the way of its request: which of
 * approval, contract and confirmation it passes. Partners are looked at first, then aggregators. The platform has one product, so the ways
 * of other products do not occur: PRV needs approval. Source: domain facts, Onboarding section 5.2; the order of GPU after the approval is
 * not in the source and is taken to be that of FOR_APPROVE.
 */
import type { InstitutionType, Origin } from './institution-type.ts';

export const WORKFLOWS = [
  'FOR_APPROVE_PT',
  'CONTRACT_REGISTRATION_AGGREGATOR',
  'CONTRACT_REGISTRATION',
  'CONFIRMATION',
  'FOR_APPROVE_GPU',
  'FOR_APPROVE',
] as const;
export type Workflow = (typeof WORKFLOWS)[number];

/** What completes a request: a signed contract, the word of a manager, or the approval itself. */
export type Completion = 'CONTRACT' | 'CONFIRMATION' | 'APPROVAL';

const REGISTERED_TYPES: readonly InstitutionType[] = ['PA', 'SA', 'AS', 'PRV_PF'];

export function workflowFor(institution: { type: InstitutionType; origin: Origin; aggregator: boolean }): Workflow {
  const { type, origin, aggregator } = institution;
  if (type === 'PT') return 'FOR_APPROVE_PT';
  if (aggregator) return 'CONTRACT_REGISTRATION_AGGREGATOR';
  if (REGISTERED_TYPES.includes(type) || (type === 'GSP' && origin === 'IPA')) return 'CONTRACT_REGISTRATION';
  if (type === 'PG') return 'CONFIRMATION';
  return type === 'GPU' ? 'FOR_APPROVE_GPU' : 'FOR_APPROVE';
}

/** Whether an operator looks at the request before anything else. */
export function needsApproval(workflow: Workflow): boolean {
  return workflow.startsWith('FOR_APPROVE');
}

export function completionOf(workflow: Workflow): Completion {
  if (workflow === 'FOR_APPROVE_PT') return 'APPROVAL';
  return workflow === 'CONFIRMATION' ? 'CONFIRMATION' : 'CONTRACT';
}
