/** The test clock shared by several processes: here two clocks on one database. */
import { testDatabaseUrl, testLogger, until } from '@nodo-aperto/kernel/testing';
import { shareClock } from '@nodo-aperto/kernel/test-clock';
import { adjustableClock, HOUR, MINUTE } from '@nodo-aperto/kernel/time';
import { expect, it } from 'vitest';

const log = testLogger();

it('carries jumps and speed to every process, and to one that starts later', async () => {
  const url = await testDatabaseUrl();
  const [first, second, third] = [adjustableClock(), adjustableClock(), adjustableClock()];
  await using one = await shareClock({ url, clock: first, log });
  await using other = await shareClock({ url, clock: second, log });
  await one.advance(2 * HOUR);
  await until(() => second.offset() >= 2 * HOUR, { what: 'the other to follow the jump' });
  await other.setSpeed(100);
  await until(() => first.speed() === 100, { what: 'the first to follow the speed' });
  await using late = await shareClock({ url, clock: third, log });
  expect([late.speed(), late.offset() >= 2 * HOUR]).toEqual([100, true]);
  await late.setSpeed(1);
  await until(() => first.speed() === 1 && second.speed() === 1, { what: 'both to run in real time again' });
  // What each gained while the word was on its way stays: never back.
  for (const clock of [first, second]) expect(Math.abs(clock.offset() - third.offset())).toBeLessThan(20 * MINUTE);
});
