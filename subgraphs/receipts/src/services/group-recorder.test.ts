import { manualClock } from '@nodo-aperto/kernel/time';
import { describe, expect, it } from 'vitest';
import { deferred } from './deferred.ts';
import { GroupRecorder } from './group-recorder.ts';

function recorder(write: () => Promise<void> = async () => undefined) {
  const clock = manualClock(0);
  const groups: (readonly number[])[] = [];
  const made = new GroupRecorder<number>(async (items) => {
    groups.push(items);
    await write();
  }, clock);
  return { clock, groups, recorder: made };
}
const range = (from: number, count: number): number[] => Array.from({ length: count }, (_unused, index) => from + index);

describe('a group recorder', () => {
  it('writes at once after a rest, and together what was added in one turn', async () => {
    const { groups, recorder: made } = recorder();
    await Promise.all([made.add(1), made.add(2)]);
    expect(groups).toEqual([[1, 2]]);
  });

  it('lets a few gather for a moment after a write', async () => {
    const { clock, groups, recorder: made } = recorder();
    await made.add(1);
    const later = [made.add(2), made.add(3)];
    await clock.advance(39);
    expect(groups).toEqual([[1]]);
    later.push(made.add(4));
    await clock.advance(1);
    await Promise.all(later);
    expect(groups).toEqual([[1], [2, 3, 4]]);
    expect(clock.pending()).toBe(0);
  });

  it('does not wait when many have gathered', async () => {
    const { clock, groups, recorder: made } = recorder();
    await made.add(0);
    const first = made.add(1);
    // A moment later the recorder gathers; the thirty-second ends that.
    await clock.advance(1);
    await Promise.all([first, ...range(2, 31).map((item) => made.add(item))]);
    expect(groups).toEqual([[0], range(1, 32)]);
  });

  it('does not wait when somebody waits for all to be written', async () => {
    const { groups, recorder: made } = recorder();
    await made.add(1);
    void made.add(2);
    await made.idle();
    expect(groups).toEqual([[1], [2]]);
    await made.idle();
  });

  it('takes what comes during a write into the next one, and says when too much waits', async () => {
    const gate = deferred();
    const { clock, groups, recorder: made } = recorder(() => gate.promise);
    const first = made.add(0);
    await clock.advance(1);
    const rest = range(1, 48).map((item) => made.add(item));
    expect(made.full).toBe(true);
    expect(groups).toEqual([[0]]);
    gate.resolve();
    await Promise.all([first, ...rest]);
    expect(groups).toEqual([[0], range(1, 48)]);
    expect(made.full).toBe(false);
  });

  it('tells everybody in a group that could not be written, and goes on', async () => {
    let fails = true;
    const {
      clock,
      groups,
      recorder: made,
    } = recorder(async () => {
      if (fails) throw new Error('away');
    });
    expect(await Promise.allSettled([made.add(1), made.add(2)])).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }]);
    fails = false;
    const next = made.add(3);
    await clock.advance(40);
    await next;
    expect(groups).toEqual([[1, 2], [3]]);
  });
});
