import { EventEmitter } from 'node:events';
import type { WorkerEvents } from 'graphile-worker';
import { describe, expect, it } from 'vitest';
import { HOUR, manualClock } from '../time/index.ts';
import { takenJobs } from './taken.ts';

const GRACE = 5_000;

function scene() {
  const clock = manualClock();
  const taken = takenJobs(clock);
  const events = new EventEmitter();
  taken.watch(events as WorkerEvents);
  const emit = (name: string, worker: object, id?: string) => events.emit(name, { worker, job: { id } });
  const unknown = (...marked: [id: string, ageMs: number][]) =>
    taken.unknown(
      marked.map(([id, ageMs]) => ({ id, ageMs })),
      clock.monotonic(),
      GRACE,
    );
  return { clock, emit, unknown };
}

describe('jobs that are marked as taken by this process', () => {
  const worker = {};

  it('are unknown when no worker has begun them', () => {
    expect(scene().unknown(['1', 6_000])).toEqual(['1']);
  });

  it('are known while they run, however long', async () => {
    const { clock, emit, unknown } = scene();
    emit('worker:getJob:start', worker);
    emit('job:start', worker, '1');
    await clock.advance(HOUR);
    expect(unknown(['1', HOUR], ['2', 6_000])).toEqual(['2']);
  });

  it('may be those that a worker still waits for', async () => {
    const { clock, emit, unknown } = scene();
    emit('worker:getJob:start', worker);
    await clock.advance(20_000);
    expect(unknown(['1', 20_000])).toEqual([]);
    expect(unknown(['1', 21_001])).toEqual(['1']);
    emit('worker:getJob:error', worker);
    expect(unknown(['1', 20_000])).toEqual(['1']);
    emit('worker:getJob:start', worker);
    emit('worker:getJob:empty', worker);
    expect(unknown(['1', 20_000])).toEqual(['1']);
  });

  it('are known for a while when they are done and the database could not be told', async () => {
    const { clock, emit, unknown } = scene();
    emit('job:start', worker, '1');
    await clock.advance(1_000);
    emit('job:complete', worker, '1');
    await clock.advance(60_000);
    expect(unknown(['1', 61_000])).toEqual([]);
    await clock.advance(HOUR);
    expect(unknown(['1', HOUR + 61_000])).toEqual(['1']);
  });

  it('are unknown when they were taken again after they had failed', async () => {
    const { clock, emit, unknown } = scene();
    emit('job:start', worker, '1');
    emit('job:complete', worker, '1');
    await clock.advance(30_000);
    expect(unknown(['1', 10_000])).toEqual(['1']);
  });

  it('are forgotten once the database knows that they are done', async () => {
    const { clock, emit, unknown } = scene();
    emit('job:start', worker, '1');
    emit('job:complete', worker, '1');
    await clock.advance(GRACE + 1);
    expect(unknown()).toEqual([]);
    // What has this mark now was not begun here: nothing is remembered of the run before.
    expect(unknown(['1', GRACE + 1])).toEqual(['1']);
  });
});
