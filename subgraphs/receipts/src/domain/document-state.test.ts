import { DAY, MINUTE } from '@nodo-aperto/kernel/time';
import { describe, expect, it } from 'vitest';
import { GENERATION_PATIENCE_MS, isToBeMade } from './document-state.ts';

describe('printed copies', () => {
  it('are made once, and again after a failure or when one hangs', () => {
    expect(isToBeMade(undefined, 0)).toBe(true);
    expect(isToBeMade({ state: 'FAILED', requestedAt: 0 }, 0)).toBe(true);
    expect(isToBeMade({ state: 'READY', requestedAt: 0 }, DAY)).toBe(false);
    expect(isToBeMade({ state: 'GENERATING', requestedAt: 0 }, GENERATION_PATIENCE_MS)).toBe(false);
    expect(isToBeMade({ state: 'GENERATING', requestedAt: 0 }, GENERATION_PATIENCE_MS + MINUTE)).toBe(true);
    expect(isToBeMade({ state: 'GENERATING', requestedAt: DAY }, DAY + GENERATION_PATIENCE_MS)).toBe(false);
  });
});
