import { describe, expect, it } from 'vitest';
import { seededStreams } from '../random/index.ts';
import { childTrace, currentTrace, isTraceparent, newTrace, runWithTrace } from './trace.ts';

const TRACE = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const random = seededStreams('trace').stream('ids');

describe('trace context', () => {
  it('follows asynchronous work and ends with it', async () => {
    expect(currentTrace()).toBeUndefined();
    const inside = await runWithTrace(TRACE, async () => {
      await Promise.resolve();
      return [currentTrace(), runWithTrace(undefined, currentTrace)];
    });
    expect(inside).toEqual([TRACE, undefined]);
    expect(currentTrace()).toBeUndefined();
  });

  it('counts what is no traceparent as none', () => {
    expect(runWithTrace('nonsense', currentTrace)).toBeUndefined();
    expect(isTraceparent(TRACE)).toBe(true);
    expect(isTraceparent(undefined)).toBe(false);
    expect(isTraceparent(TRACE.toUpperCase())).toBe(false);
    expect(isTraceparent(`ff${TRACE.slice(2)}`)).toBe(false);
    expect(isTraceparent('00-00000000000000000000000000000000-00f067aa0ba902b7-01')).toBe(false);
    expect(isTraceparent('00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01')).toBe(false);
  });

  it('makes new traces, and spans that stay in their trace', () => {
    const made = newTrace(random);
    expect(isTraceparent(made)).toBe(true);
    expect(newTrace(random)).not.toBe(made);
    const child = childTrace(TRACE, random);
    expect(child.slice(0, 36)).toBe(TRACE.slice(0, 36));
    expect(child).not.toBe(TRACE);
    expect(isTraceparent(childTrace(undefined, random))).toBe(true);
    const zero = { ...random, hex: (length: number) => '0'.repeat(length) };
    expect(isTraceparent(newTrace(zero))).toBe(true);
  });
});
