import { describe, expect, it, vi } from 'vitest';
import type { Principal } from '@nodo-aperto/kernel/auth';
import { BoundedQueue } from './bounded-queue.ts';
import { SharedStream, type SharedStreamOptions } from './shared-stream.ts';

const principal = (subject: string, expiresAt: number): Principal => ({ subject, role: 'EC', expiresAt });
const turn = () => new Promise<void>((resolve) => queueMicrotask(resolve));

function stream(options: Partial<SharedStreamOptions<number>> = {}) {
  const released = vi.fn<() => void>();
  const source = new BoundedQueue<number>(10, released);
  const onClose = vi.fn<() => void>();
  const open = vi.fn<SharedStreamOptions<number>['open']>(async () => source);
  const shared = new SharedStream<number>({
    open,
    complete: async (event) => ({ data: { event } }),
    failure: (error) => error,
    queueLimit: 3,
    onSlowConsumer: () => {},
    onClose,
    ...options,
  });
  return { shared, source, released, onClose, open };
}

async function join(shared: SharedStream<number>, who?: Principal) {
  const joined = await shared.join(who);
  if (!(joined instanceof BoundedQueue)) throw new Error('The stream was refused.');
  return joined;
}

describe('a shared stream', () => {
  it('is opened once for those who come together, and closed when the last one leaves', async () => {
    const { shared, source, released, onClose, open } = stream();
    const [first, second] = await Promise.all([join(shared), join(shared)]);
    expect(open).toHaveBeenCalledTimes(1);
    source.push(1);
    expect([await first.next(), await second.next()]).toEqual([1, 1].map((event) => ({ done: false, value: { data: { event } } })));
    expect(shared.untouched).toBe(false);
    await first.return();
    expect(released).not.toHaveBeenCalled();
    await second.return();
    expect(released).toHaveBeenCalledTimes(1);
    expect(onClose).toHaveBeenCalledTimes(1);
  });

  it('acts for the subscriber whose token lasts longest', async () => {
    const { shared } = stream();
    const long = await join(shared, principal('long', 2_000));
    await join(shared, principal('short', 1_000));
    expect(shared.principal()?.subject).toBe('long');
    await long.return();
    expect(shared.principal()?.subject).toBe('short');
  });

  it('is closed again when it opens after all have left', async () => {
    let opened: (source: BoundedQueue<number>) => void = () => {};
    const { shared, source, released, onClose } = stream({
      open: () =>
        new Promise((resolve) => {
          opened = resolve;
        }),
    });
    const joining = shared.join(undefined);
    shared.stop(new Error('stopped'));
    opened(source);
    const queue = await joining;
    expect(released).toHaveBeenCalledTimes(1);
    expect(onClose).toHaveBeenCalledTimes(1);
    await expect((queue as BoundedQueue<unknown>).next()).rejects.toThrow('stopped');
  });

  it('gives a refusal to all who joined', async () => {
    const refused = { errors: [{ message: 'no' }] };
    const { shared, onClose } = stream({ open: async () => ({ refused }) });
    expect(await Promise.all([shared.join(undefined), shared.join(undefined)])).toEqual([refused, refused]);
    expect(onClose).toHaveBeenCalledTimes(1);
    expect(shared.closed).toBe(true);
  });

  it('rejects all who joined when it cannot be opened', async () => {
    const { shared, onClose } = stream({
      open: async () => {
        throw new Error('down');
      },
    });
    const joined = [shared.join(undefined), shared.join(undefined)];
    await expect(joined[0]).rejects.toThrow('down');
    await expect(joined[1]).rejects.toThrow('down');
    expect(onClose).toHaveBeenCalledTimes(1);
    expect(shared.subscribers).toBe(0);
  });

  it('gives what ended it to its subscribers, after what was delivered', async () => {
    const { shared, source } = stream();
    const queue = await join(shared);
    source.push(1);
    source.fail(new Error('lost'));
    expect(await queue.next()).toMatchObject({ value: { data: { event: 1 } } });
    await expect(queue.next()).rejects.toThrow('lost');
  });

  it('drops the subscriber that does not read, and only it', async () => {
    const onSlowConsumer = vi.fn<() => void>();
    const { shared, source } = stream({ onSlowConsumer });
    const [slow, reading] = [await join(shared), await join(shared)];
    for (let event = 0; event < 5; event += 1) {
      source.push(event);
      expect(await reading.next()).toMatchObject({ value: { data: { event } } });
      await turn();
    }
    await expect(slow.next()).rejects.toMatchObject({ extensions: { code: 'SLOW_CONSUMER' } });
    expect(onSlowConsumer).toHaveBeenCalledTimes(1);
    expect(shared.subscribers).toBe(1);
  });

  it('does not wait for a source that does not answer to return()', async () => {
    const { shared, onClose } = stream({
      open: async () => ({ next: () => new Promise(() => {}), return: () => new Promise(() => {}) }),
    });
    const queue = await join(shared);
    expect(await queue.return()).toEqual({ done: true, value: undefined });
    expect(onClose).toHaveBeenCalledTimes(1);
  });
});
