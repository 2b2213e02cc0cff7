/** The states of a qualification and what may be done in each. Source: domain facts, Reporting section 2.2 (instance states). */

export const INSTANCE_STATES = ['BOZZA', 'PIANIFICATA', 'IN_ESECUZIONE', 'ESEGUITA', 'ARCHIVIATA', 'ERRORE', 'CANCELLATA'] as const;
export type InstanceState = (typeof INSTANCE_STATES)[number];

export const INSTANCE_ACTIONS = ['EDIT', 'PLAN', 'RUN', 'FINISH', 'FAIL', 'DELETE', 'ARCHIVE', 'RESTORE', 'OVERRIDE'] as const;
export type InstanceAction = (typeof INSTANCE_ACTIONS)[number];

/** From which states an action leads to which. */
const TRANSITIONS: Readonly<Record<InstanceAction, Partial<Record<InstanceState, InstanceState>>>> = {
  EDIT: { BOZZA: 'BOZZA', PIANIFICATA: 'PIANIFICATA' },
  PLAN: { BOZZA: 'PIANIFICATA', ERRORE: 'PIANIFICATA' },
  RUN: { PIANIFICATA: 'IN_ESECUZIONE', IN_ESECUZIONE: 'IN_ESECUZIONE' },
  FINISH: { IN_ESECUZIONE: 'ESEGUITA' },
  FAIL: { IN_ESECUZIONE: 'ERRORE' },
  DELETE: { BOZZA: 'CANCELLATA', PIANIFICATA: 'CANCELLATA' },
  ARCHIVE: { ESEGUITA: 'ARCHIVIATA' },
  RESTORE: { ARCHIVIATA: 'ESEGUITA' },
  OVERRIDE: { ESEGUITA: 'ESEGUITA' },
};

/** The state that an action leads to; undefined when it may not be done in the state. */
export function stateAfter(state: InstanceState, action: InstanceAction): InstanceState | undefined {
  return TRANSITIONS[action][state];
}

/** The states in which an action may be done. */
export function statesFor(action: InstanceAction): InstanceState[] {
  return Object.keys(TRANSITIONS[action]) as InstanceState[];
}
