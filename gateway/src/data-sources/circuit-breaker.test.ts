import { describe, expect, it } from 'vitest';
import { manualClock } from '@nodo-aperto/kernel/time';
import { CircuitOpenError, circuitBreaker } from './circuit-breaker.ts';

describe('a circuit breaker', () => {
  const clock = manualClock();
  const breaker = () =>
    circuitBreaker({ name: 'notices', failures: 2, pauseMs: 1_000, clock, counts: (error) => (error as Error).message !== 'harmless' });
  const fail =
    (message = 'down') =>
    async () => {
      throw new Error(message);
    };
  const works = async () => 'ok';

  it('opens after so many failures in a row, and lets one call try after the pause', async () => {
    const { run } = breaker();
    await expect(run(fail())).rejects.toThrow('down');
    await expect(run(fail())).rejects.toThrow('down');
    await expect(run(works)).rejects.toThrow(CircuitOpenError);
    await clock.advance(1_000);
    let answer: (value: string) => void = () => {};
    const probe = run(() => new Promise<string>((resolve) => (answer = resolve)));
    await expect(run(works)).rejects.toThrow(CircuitOpenError);
    answer('back');
    expect(await probe).toBe('back');
    expect(await run(works)).toBe('ok');
  });

  it('stays open when the probe fails', async () => {
    const { run } = breaker();
    for (let count = 0; count < 2; count += 1) await expect(run(fail())).rejects.toThrow('down');
    await clock.advance(1_000);
    await expect(run(fail())).rejects.toThrow('down');
    await expect(run(works)).rejects.toThrow(CircuitOpenError);
    await clock.advance(1_000);
    expect(await run(works)).toBe('ok');
  });

  it('stays closed when failures are not in a row, or do not count', async () => {
    const { run } = breaker();
    for (let count = 0; count < 5; count += 1) {
      await expect(run(fail())).rejects.toThrow('down');
      await (count % 2 === 0 ? run(works) : expect(run(fail('harmless'))).rejects.toThrow('harmless'));
    }
    expect(await run(works)).toBe('ok');
  });
});
