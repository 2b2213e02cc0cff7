import { ExposedError } from '../faults/index.ts';
import type { StreamName } from './contract.ts';

/** A subscriber took events so slowly that it fell behind its limit. `position` is that of the last event it got: it can resume there. */
export class SlowConsumerError extends ExposedError {
  override readonly name = 'SlowConsumerError';
  override readonly code = 'LIMIT_EXCEEDED';
  override readonly status = 429;
  override readonly title = 'Too slow';
  readonly position: bigint;

  constructor(behind: bigint, limit: number, position: bigint) {
    super(`The subscriber is ${behind} events behind, more than its limit of ${limit}; resume from the last cursor received`);
    this.position = position;
  }
}

/** A cursor points at events that are no longer kept. The reader has to start anew from what the queries answer. */
export class CursorExpiredError extends ExposedError {
  override readonly name = 'CursorExpiredError';
  override readonly code = 'NOT_FOUND';
  override readonly status = 410;
  override readonly title = 'Cursor expired';

  constructor(stream: StreamName) {
    super(
      `The cursor is older than the events that the stream "${stream}" still keeps; read the present state by query and follow from now`,
    );
  }
}
