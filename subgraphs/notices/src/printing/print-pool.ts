/** A few threads that draw notices, so that the process goes on answering while a thousand are printed. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { InvariantError, LimitError, UnavailableError } from '@nodo-aperto/kernel/faults';
import { type Clock, realClock, SECOND } from '@nodo-aperto/kernel/time';
import type { PrintAnswer, PrintOrder } from './print-worker.ts';

export interface PrintPool {
  /**
   * Draws a notice. Urgent ones, for which somebody waits, come before those of massive requests.
   * @throws LimitError when too many wait; UnavailableError when the thread ended or took too long; InvariantError when the notice cannot be drawn
   */
  print(order: PrintOrder, options?: { urgent?: boolean }): Promise<Uint8Array>;
  /** Threads in use or idle. */
  threads(): number;
  /** Ends the threads; what waits is refused. */
  close(): Promise<void>;
}

export interface PrintPoolOptions {
  /** Threads at most; one less than the machine has cores, 4 at most, when absent. */
  threads?: number;
  /** Notices that may wait. */
  queueLimit?: number;
  /** Real milliseconds that one notice may take. */
  deadlineMs?: number;
  /** Real milliseconds after which an idle thread ends. */
  idleMs?: number;
  waits?: Clock;
}

const MOST_THREADS = 4;
const MEMORY_MB = 256;

interface Waiting {
  order: PrintOrder;
  resolve(bytes: Uint8Array): void;
  reject(error: Error): void;
}

interface Thread {
  worker: Worker;
  current?: Waiting & { deadline: Disposable };
  idle?: Disposable;
}

export function printPool(options: PrintPoolOptions = {}): PrintPool {
  const { queueLimit = 200, deadlineMs = 30 * SECOND, idleMs = 60 * SECOND, waits = realClock() } = options;
  const most = options.threads ?? Math.min(MOST_THREADS, Math.max(1, availableParallelism() - 1));
  const threads = new Set<Thread>();
  const queue: Waiting[] = [];
  let closed = false;

  const end = (thread: Thread, error: Error): void => {
    if (!threads.delete(thread)) return;
    thread.idle?.[Symbol.dispose]();
    thread.current?.deadline[Symbol.dispose]();
    thread.current?.reject(error);
    void thread.worker.terminate();
    work();
  };

  const start = (): Thread => {
    const worker = new Worker(new URL('./print-worker.ts', import.meta.url), {
      name: 'print',
      execArgv: ['--enable-source-maps', '--disable-warning=ExperimentalWarning'],
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
    });
    const thread: Thread = { worker };
    threads.add(thread);
    worker.on('message', (answer: PrintAnswer) => answered(thread, answer));
    worker.on('error', (error: unknown) => end(thread, new UnavailableError('A notice could not be printed.', { cause: error } as never)));
    worker.on('exit', () => end(thread, new UnavailableError('A notice could not be printed: the thread ended.')));
    return thread;
  };

  const answered = (thread: Thread, answer: PrintAnswer): void => {
    const { current } = thread;
    delete thread.current;
    current?.deadline[Symbol.dispose]();
    if (answer.ok) current?.resolve(answer.bytes);
    else current?.reject(new InvariantError(`A notice could not be drawn: ${answer.error}`));
    // An idle thread keeps neither the process nor, for long, its memory.
    thread.worker.unref();
    thread.idle = waits.schedule(idleMs, () => end(thread, new UnavailableError('The thread ended.')));
    work();
  };

  const work = (): void => {
    if (closed) return;
    while (queue.length > 0) {
      const free = [...threads].find((thread) => !thread.current) ?? (threads.size < most ? start() : undefined);
      const next = free && queue.shift();
      if (!free || !next) return;
      free.idle?.[Symbol.dispose]();
      free.worker.ref();
      const late = () => end(free, new UnavailableError('A notice took too long to print.'));
      free.current = { ...next, deadline: waits.schedule(deadlineMs, late) };
      free.worker.postMessage(next.order, []);
    }
  };

  return {
    print(order, { urgent = false } = {}) {
      if (closed) return Promise.reject(new UnavailableError('The printer is closed.'));
      if (queue.length >= queueLimit) return Promise.reject(new LimitError('Too many notices wait to be printed; try again later.', 5));
      return new Promise<Uint8Array>((resolve, reject) => {
        queue[urgent ? 'unshift' : 'push']({ order, resolve, reject });
        work();
      });
    },
    threads: () => threads.size,
    async close() {
      closed = true;
      const error = new UnavailableError('The printer is closed.');
      for (const { reject } of queue.splice(0)) reject(error);
      const ending = [...threads].map((thread) => {
        end(thread, error);
        return thread.worker.terminate();
      });
      await Promise.all(ending);
    },
  };
}
