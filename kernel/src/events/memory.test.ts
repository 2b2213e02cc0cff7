/** What a tail keeps in memory: the ring of events, the waiting subscribers, the turnstile before the log. */
import { describe, expect, it } from 'vitest';
import { LimitError } from '../faults/index.ts';
import type { PlatformEvent } from './contract.ts';
import { EventRing } from './ring.ts';
import { createTurnstile } from './turnstile.ts';
import { type Waiter, Waiters } from './waiters.ts';

const event = (position: number, more: Partial<PlatformEvent> = {}): PlatformEvent =>
  ({ position: BigInt(position), name: 'n', subject: 's', audience: [], ...more }) as PlatformEvent;
const positions = (events: readonly PlatformEvent[]): number[] => events.map((item) => Number(item.position));
const any = (): boolean => true;

describe('ring', () => {
  it('covers the newest events, and knows from where', () => {
    const ring = new EventRing(3, 10n);
    expect(ring.find(10n, any)).toBeUndefined();
    for (const position of [11, 13, 14, 20, 21]) ring.push(event(position));
    expect(ring.floor).toBe(13n);
    expect(ring.size).toBe(3);
    expect(positions(ring.collect(13n, 10, any))).toEqual([14, 20, 21]);
    expect(positions(ring.collect(14n, 1, any))).toEqual([20]);
    expect(positions(ring.collect(15n, 10, (item) => item.position > 20n))).toEqual([21]);
    expect(ring.find(14n, any)?.position).toBe(20n);
    expect(ring.find(21n, any)).toBeUndefined();
  });
});

describe('waiters', () => {
  const waiter = (selection: Partial<Waiter>, log: string[], name: string): Waiter => ({
    accepts: any,
    take: (item) => log.push(`${name} took ${item.position}`),
    fail: (error) => log.push(`${name} failed: ${(error as Error).message}`),
    ...selection,
  });

  it('get the first event that they want, once', () => {
    const log: string[] = [];
    const waiters = new Waiters();
    waiters.add(waiter({}, log, 'all'));
    waiters.add(waiter({ audience: ['EC:1', 'EC:2'] }, log, 'tenant'));
    waiters.add(waiter({ audience: [] }, log, 'nobody'));
    waiters.add(waiter({ subject: 'x', audience: ['EC:1'] }, log, 'subject'));
    waiters.add(waiter({ names: ['other'] }, log, 'name'));
    waiters.deliver(event(1, { audience: ['EC:3'] }));
    waiters.deliver(event(2, { audience: ['EC:1', 'EC:2'], subject: 'x' }));
    waiters.deliver(event(3, { audience: ['EC:1'], subject: 'x', name: 'other' }));
    expect(log).toEqual(['all took 1', 'subject took 2', 'tenant took 2', 'name took 3']);
    expect(waiters.size).toBe(1);
  });

  it('that throw are told, and hold up no other', () => {
    const log: string[] = [];
    const waiters = new Waiters();
    const bad = waiter(
      {
        subject: 's',
        accepts: () => {
          throw new Error('bad');
        },
      },
      log,
      'bad',
    );
    waiters.add(bad);
    waiters.add(waiter({}, log, 'good'));
    waiters.deliver(event(1));
    expect(log).toEqual(['bad failed: bad', 'good took 1']);
    waiters.remove(bad);
    expect(waiters.size).toBe(0);
  });

  it('leave no trace when they go away', () => {
    const log: string[] = [];
    const waiters = new Waiters();
    for (const selection of [{}, { audience: ['EC:1'] }, { subject: 's' }]) {
      const leaving = waiter(selection, log, 'leaving');
      waiters.add(leaving);
      waiters.remove(leaving);
    }
    waiters.deliver(event(1, { audience: ['EC:1'] }));
    expect(log).toEqual([]);
  });
});

describe('turnstile', () => {
  it('lets so many in at once, the others in their order, and refuses when too many wait', async () => {
    const enter = createTurnstile(2, 2);
    const began: number[] = [];
    const ends: (() => void)[] = [];
    const work = (number: number) => () => {
      began.push(number);
      return new Promise<number>((resolve) => ends.push(() => resolve(number)));
    };
    const all = [1, 2, 3, 4].map((number) => enter(work(number)));
    await expect(enter(work(5))).rejects.toThrow(LimitError);
    expect(began).toEqual([1, 2]);
    ends[0]?.();
    await all[0];
    await Promise.resolve();
    expect(began).toEqual([1, 2, 3]);
    ends[1]?.();
    await all[1];
    await Promise.resolve();
    ends[2]?.();
    ends[3]?.();
    expect(await Promise.all(all)).toEqual([1, 2, 3, 4]);
    const failing = enter(() => Promise.reject(new Error('broken')));
    await expect(failing).rejects.toThrow('broken');
    const free = enter(work(6));
    ends[4]?.();
    expect(await free).toBe(6);
  });
});
