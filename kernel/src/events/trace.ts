/** The trace that the current work belongs to (W3C Trace Context), carried through asynchronous calls. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { RandomStream } from '../random/index.ts';

const current = new AsyncLocalStorage<string | undefined>();
const FORM = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** Whether the text is a traceparent that may be passed on: known form, ids not all zero, version not ff. */
export function isTraceparent(text: string | undefined): text is string {
  const match = text === undefined ? null : FORM.exec(text);
  return match !== null && !text?.startsWith('ff') && !/^0+$/.test(match[1] ?? '') && !/^0+$/.test(match[2] ?? '');
}

/** Runs the work in a trace. A text that is no traceparent counts as none. */
export function runWithTrace<T>(traceparent: string | undefined, work: () => T): T {
  return current.run(isTraceparent(traceparent) ? traceparent : undefined, work);
}

/** The traceparent of the current work, undefined outside a trace. */
export function currentTrace(): string | undefined {
  return current.getStore();
}

/** The id of the trace of the current work, as it stands in the log lines of all services that had a part in it. */
export function currentTraceId(): string | undefined {
  return current.getStore()?.slice(3, 35);
}

/** A new, sampled trace. */
export function newTrace(random: RandomStream): string {
  return `00-${nonZero(random, 32)}-${nonZero(random, 16)}-01`;
}

/** The next span of a trace: same trace id and flags, new parent id. Starts a new trace when there is none to continue. */
export function childTrace(traceparent: string | undefined, random: RandomStream): string {
  const match = isTraceparent(traceparent) ? FORM.exec(traceparent) : null;
  return match === null ? newTrace(random) : `00-${match[1]}-${nonZero(random, 16)}-${match[3]}`;
}

function nonZero(random: RandomStream, length: number): string {
  const id = random.hex(length).toLowerCase();
  return /^0+$/.test(id) ? '1'.padStart(length, '0') : id;
}
