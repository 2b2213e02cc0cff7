/**
 * Rule: a station, a channel or a broker is proposed by its owner and reviewed by the platform's operators. What is new is TO_CHECK, or TO_FIX once a
 * reviewer asked for changes; an edit of what works already is TO_CHECK_UPDATE or TO_FIX_UPDATE, and the old configuration works on until the
 * edit is APPROVED. Source: domain facts, Onboarding section 5.6.
 */

export const DRAFT_STATES = ['TO_CHECK', 'TO_FIX', 'APPROVED', 'TO_CHECK_UPDATE', 'TO_FIX_UPDATE'] as const;
export type DraftState = (typeof DRAFT_STATES)[number];

/** PROPOSE: the owner creates or edits. ASK_CHANGES, APPROVE: the reviewer answers. */
export const DRAFT_EVENTS = ['PROPOSE', 'ASK_CHANGES', 'APPROVE'] as const;
export type DraftEvent = (typeof DRAFT_EVENTS)[number];

const TRANSITIONS: Readonly<Record<DraftState, Partial<Record<DraftEvent, DraftState>>>> = {
  TO_CHECK: { PROPOSE: 'TO_CHECK', ASK_CHANGES: 'TO_FIX', APPROVE: 'APPROVED' },
  TO_FIX: { PROPOSE: 'TO_CHECK' },
  APPROVED: { PROPOSE: 'TO_CHECK_UPDATE' },
  TO_CHECK_UPDATE: { PROPOSE: 'TO_CHECK_UPDATE', ASK_CHANGES: 'TO_FIX_UPDATE', APPROVE: 'APPROVED' },
  TO_FIX_UPDATE: { PROPOSE: 'TO_CHECK_UPDATE' },
};

/**
 * The state after an event; undefined when the event is not possible.
 * @param state undefined for what does not exist yet
 */
export function nextDraftState(state: DraftState | undefined, event: DraftEvent): DraftState | undefined {
  if (state === undefined) return event === 'PROPOSE' ? 'TO_CHECK' : undefined;
  return TRANSITIONS[state][event];
}

/** Whether somebody still has to do something: the reviewer, or the owner. */
export function isOpen(state: DraftState): boolean {
  return state !== 'APPROVED';
}
