import type { ChildProcess } from 'node:child_process';
import { UnavailableError } from '../faults/index.ts';
import { type Clock, withDeadline } from '../time/index.ts';

/** Characters of its output that are kept. */
const OUTPUT_KEPT = 1_000_000;
/** As many of them say in an error why it ended. */
const OUTPUT_TOLD = 4_000;
const READY_MS = 120_000;
/** One question whether it is ready. */
const ANSWER_MS = 5_000;
/** Between two questions. */
const ASK_AGAIN_MS = 20;

export interface ServerProcess {
  readonly baseUrl: string;
  readonly port: number;
  /** 0 when it could not be started. */
  readonly pid: number;
  /** The end of what it printed. */
  output(): string;
  ended(): boolean;
  /**
   * Waits until it answers that it is ready. When it throws, the process may run on: the caller stops it.
   * @throws UnavailableError with what it printed, when it ends first or takes more than two minutes
   * @throws AbortedError when the signal comes first
   */
  ready(signal?: AbortSignal): Promise<void>;
  /** Ends it with a signal, SIGTERM by default, and waits for its end. @returns the exit code, null after a kill */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

export interface WatchOptions {
  readonly port: number;
  readonly clock: Clock;
}

/** Watches a program that serves HTTP on 127.0.0.1. Called in the same turn as the spawn, it misses nothing of its output and errors. */
export function watchServer(child: ChildProcess, { port, clock }: WatchOptions): ServerProcess {
  const baseUrl = `http://127.0.0.1:${port}`;
  let output = '';
  let isEnded = child.exitCode !== null || child.signalCode !== null;
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-OUTPUT_KEPT);
  };
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', keep);
  const exit = new Promise<number | null>((resolve) => {
    const end = (code: number | null): void => {
      isEnded = true;
      resolve(code);
    };
    if (isEnded) resolve(child.exitCode);
    child.once('exit', end);
    child.once('error', (error) => {
      output += error.message;
      // An error of a program that runs is about a signal or a message to it; its exit tells of its end.
      if (child.pid === undefined) end(null);
    });
  });
  return {
    baseUrl,
    port,
    pid: child.pid ?? 0,
    output: () => output,
    ended: () => isEnded,
    async ready(signal) {
      const until = clock.monotonic() + READY_MS;
      while (!(await answersReady(baseUrl, clock, signal))) {
        if (isEnded || clock.monotonic() > until) {
          const why = isEnded ? 'ended before it was ready' : `was not ready after ${READY_MS / 1_000} seconds`;
          throw new UnavailableError(`The platform ${why}: ${output.slice(-OUTPUT_TOLD).trim()}`);
        }
        await clock.sleep(ASK_AGAIN_MS, signal);
      }
    },
    async stop(signal = 'SIGTERM') {
      if (!isEnded) child.kill(signal);
      return exit;
    },
  };
}

/** Whether a platform there says that it is ready. @throws AbortedError when the signal comes first */
export async function answersReady(baseUrl: string, clock: Clock, signal?: AbortSignal): Promise<boolean> {
  return withDeadline(
    clock,
    ANSWER_MS,
    'the platform to answer',
    async (deadline) => {
      const answer = await fetch(`${baseUrl}/health/ready`, { signal: deadline });
      await answer.body?.cancel();
      return answer.status === 200;
    },
    signal,
  ).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    return false;
  });
}
