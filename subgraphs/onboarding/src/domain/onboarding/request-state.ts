/**
 * The states of a request and what may happen in each. A request that is written is accepted at once, into the approval or straight to the
 * contract; only the approval of partners completes a request without one. FAILED is the end of a completion that could not be carried out.
 * Source: domain facts, Onboarding section 5.2.
 */
import { completionOf, needsApproval, type Workflow } from './workflow.ts';

export const REQUEST_STATES = ['REQUEST', 'TOBEVALIDATED', 'PENDING', 'COMPLETED', 'FAILED', 'REJECTED', 'DELETED'] as const;
export type RequestState = (typeof REQUEST_STATES)[number];

/** What happens to a request. */
export const REQUEST_EVENTS = ['ACCEPT', 'APPROVE', 'REJECT', 'SIGN', 'CONFIRM', 'EXPIRE', 'WITHDRAW', 'FAIL'] as const;
export type RequestEvent = (typeof REQUEST_EVENTS)[number];

/** The states in which a request can still become something. */
export const OPEN_STATES: readonly RequestState[] = ['REQUEST', 'TOBEVALIDATED', 'PENDING'];

/** The state that follows; undefined when the event cannot happen in this state of this workflow. */
export function nextState(workflow: Workflow, state: RequestState, event: RequestEvent): RequestState | undefined {
  switch (event) {
    case 'ACCEPT':
      return state === 'REQUEST' ? (needsApproval(workflow) ? 'TOBEVALIDATED' : 'PENDING') : undefined;
    case 'APPROVE':
      if (state !== 'TOBEVALIDATED') return undefined;
      return completionOf(workflow) === 'APPROVAL' ? 'COMPLETED' : 'PENDING';
    case 'SIGN':
      return state === 'PENDING' && completionOf(workflow) === 'CONTRACT' ? 'COMPLETED' : undefined;
    case 'CONFIRM':
      return state === 'PENDING' && completionOf(workflow) === 'CONFIRMATION' ? 'COMPLETED' : undefined;
    case 'REJECT':
      return OPEN_STATES.includes(state) ? 'REJECTED' : undefined;
    case 'EXPIRE':
      return state === 'REQUEST' || state === 'PENDING' ? 'REJECTED' : undefined;
    case 'WITHDRAW':
      return OPEN_STATES.includes(state) ? 'DELETED' : undefined;
    case 'FAIL':
      return OPEN_STATES.includes(state) ? 'FAILED' : undefined;
  }
}
