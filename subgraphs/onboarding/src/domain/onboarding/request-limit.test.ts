import { describe, expect, it } from 'vitest';
import { mayAskForMore, MOST_OPEN_REQUESTS } from './request-limit.ts';

describe('requests that a person has under way', () => {
  it('are ten at most', () => {
    expect(MOST_OPEN_REQUESTS).toBe(10);
    expect([0, 9, 10, 11].map(mayAskForMore)).toEqual([true, true, false, false]);
  });
});
