import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../src/database/index.ts';
import { type TestDatabase, until } from '../src/testing/index.ts';
import { appliedBy, readerDatabase, sourceDatabase, take, testBus } from './events-fixture.ts';
import { recordingConsumer } from './events-worker-parts.ts';

const WORKER = fileURLToPath(new URL('events-worker.ts', import.meta.url));
const children = new Set<ChildProcess>();
let source: TestDatabase;
let reader: Database;

beforeAll(async () => {
  source = await sourceDatabase();
  reader = await readerDatabase(source);
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await reader.close();
  await source.close();
});

/** Starts a process that states facts, and collects those that it was told are committed. */
function start(name: string, committed: string[]): ChildProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', WORKER, source.url, name], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.add(child);
  createInterface({ input: child.stdout! }).on('line', (line) => committed.push(line));
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'close');
  child.kill('SIGKILL');
  await gone;
  children.delete(child);
}

describe('processes killed in the middle of everything', () => {
  it('lose no fact that was committed, apply none twice, and keep the order', async () => {
    const committed: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      const pair = [start(`${round}a`, committed), start(`${round}b`, committed)];
      const before = committed.length;
      await until(() => committed.length >= before + 150, { what: 'both have stated facts', timeoutMs: 30_000 });
      await Promise.all(pair.map(kill));
    }
    const bus = testBus(source);
    bus.relay(source);
    bus.consume(reader, recordingConsumer);
    await bus.settled(30_000);
    const applied = await appliedBy(reader);
    const head = await bus.stream('payments').head();
    const events = await take(bus.stream('payments').subscribe({ after: 0n }), Number(head));
    await bus.stop();

    const facts = new Set(applied.map(({ counter, value }) => `${counter} ${value}`));
    expect(committed.filter((fact) => !facts.has(fact))).toEqual([]);
    expect(facts.size).toBe(applied.length);
    expect(applied.map((row) => row.position)).toEqual(events.map((event) => Number(event.position)));
    expect(events.map((event) => Number(event.position))).toEqual(events.map((_, index) => index + 1));
    for (const counter of new Set(applied.map((row) => row.counter))) {
      const values = applied.filter((row) => row.counter === counter).map((row) => row.value);
      expect(values).toEqual(values.toSorted((a, b) => a - b));
    }
  }, 120_000);
});
