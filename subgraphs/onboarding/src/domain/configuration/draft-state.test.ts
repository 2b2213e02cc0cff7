import { describe, expect, it } from 'vitest';
import { DRAFT_EVENTS, DRAFT_STATES, type DraftEvent, type DraftState, isOpen, nextDraftState } from './draft-state.ts';

describe('the states of a draft', () => {
  it.each<[DraftState | undefined, DraftEvent, DraftState | undefined]>([
    [undefined, 'PROPOSE', 'TO_CHECK'],
    [undefined, 'ASK_CHANGES', undefined],
    [undefined, 'APPROVE', undefined],
    ['TO_CHECK', 'PROPOSE', 'TO_CHECK'],
    ['TO_CHECK', 'ASK_CHANGES', 'TO_FIX'],
    ['TO_CHECK', 'APPROVE', 'APPROVED'],
    ['TO_FIX', 'PROPOSE', 'TO_CHECK'],
    ['TO_FIX', 'ASK_CHANGES', undefined],
    ['TO_FIX', 'APPROVE', undefined],
    ['APPROVED', 'PROPOSE', 'TO_CHECK_UPDATE'],
    ['APPROVED', 'ASK_CHANGES', undefined],
    ['APPROVED', 'APPROVE', undefined],
    ['TO_CHECK_UPDATE', 'PROPOSE', 'TO_CHECK_UPDATE'],
    ['TO_CHECK_UPDATE', 'ASK_CHANGES', 'TO_FIX_UPDATE'],
    ['TO_CHECK_UPDATE', 'APPROVE', 'APPROVED'],
    ['TO_FIX_UPDATE', 'PROPOSE', 'TO_CHECK_UPDATE'],
    ['TO_FIX_UPDATE', 'ASK_CHANGES', undefined],
    ['TO_FIX_UPDATE', 'APPROVE', undefined],
  ])('%s, %s: %s', (state, event, next) => {
    expect(nextDraftState(state, event)).toBe(next);
  });

  it('never come back to "new" once approved', () => {
    const reached = new Set<DraftState>(['APPROVED']);
    for (let round = 0; round < DRAFT_STATES.length; round += 1)
      for (const state of reached)
        for (const event of DRAFT_EVENTS) {
          const next = nextDraftState(state, event);
          if (next) reached.add(next);
        }
    expect([...reached].toSorted()).toEqual(['APPROVED', 'TO_CHECK_UPDATE', 'TO_FIX_UPDATE']);
  });

  it('are open until approved', () => {
    expect(DRAFT_STATES.filter(isOpen)).toEqual(['TO_CHECK', 'TO_FIX', 'TO_CHECK_UPDATE', 'TO_FIX_UPDATE']);
  });
});
