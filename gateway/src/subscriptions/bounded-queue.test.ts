import { describe, expect, it, vi } from 'vitest';
import { BoundedQueue } from './bounded-queue.ts';

const DONE = { done: true, value: undefined };

describe('a bounded queue', () => {
  it('hands values over in order, to those who wait and to those who come', async () => {
    const queue = new BoundedQueue<number>(2);
    const waiting = [queue.next(), queue.next()];
    for (const value of [1, 2, 3, 4]) expect(queue.push(value)).toBe(true);
    expect(queue.push(5)).toBe(false);
    expect(await Promise.all([...waiting, queue.next(), queue.next()])).toEqual([1, 2, 3, 4].map((value) => ({ done: false, value })));
  });

  it('is read to its end after end() and fail(); the error comes once', async () => {
    const ended = new BoundedQueue<number>(2);
    ended.push(1);
    ended.end();
    expect(ended.push(2)).toBe(true);
    expect([await ended.next(), await ended.next()]).toEqual([{ done: false, value: 1 }, DONE]);
    const failed = new BoundedQueue<number>(2);
    failed.push(1);
    failed.fail(new Error('broken'));
    failed.end();
    expect(await failed.next()).toEqual({ done: false, value: 1 });
    await expect(failed.next()).rejects.toThrow('broken');
    expect(await failed.next()).toEqual(DONE);
  });

  it('forgets what waits on abort()', async () => {
    const queue = new BoundedQueue<number>(2);
    queue.push(1);
    queue.abort(new Error('too slow'));
    expect(queue.length).toBe(0);
    await expect(queue.next()).rejects.toThrow('too slow');
  });

  it('answers return() at once, also to a next() that waits', async () => {
    const onClose = vi.fn<() => void>();
    const queue = new BoundedQueue<number>(2, onClose);
    const waiting = queue.next();
    expect(await queue.return()).toEqual(DONE);
    expect(await waiting).toEqual(DONE);
    expect(queue.closed).toBe(true);
    await queue.return();
    expect(onClose).toHaveBeenCalledTimes(1);
  });

  it('forgets its error when the reader leaves', async () => {
    const queue = new BoundedQueue<number>(2);
    queue.push(1);
    queue.fail(new Error('broken'));
    await queue.return();
    expect(await queue.next()).toEqual(DONE);
    await expect(queue.throw(new Error('mine'))).rejects.toThrow('mine');
  });

  it('rejects those who wait when it fails', async () => {
    const queue = new BoundedQueue<number>(2);
    const waiting = queue.next();
    queue.fail(new Error('broken'));
    await expect(waiting).rejects.toThrow('broken');
  });
});
