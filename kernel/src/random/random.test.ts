import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvariantError } from '../faults/index.ts';
import { cryptographicStream, seededStreams } from './index.ts';
import type { RandomStream } from './index.ts';

const draws = (stream: RandomStream, count = 8): number[] => Array.from({ length: count }, () => stream.next());
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('seeded streams', () => {
  it('repeat themselves, whatever order they are made in', () => {
    const one = seededStreams(42);
    const arrivals = draws(one.stream('arrivals'));
    const faults = draws(one.stream('faults'));
    const other = seededStreams('42');
    expect(draws(other.stream('faults'))).toEqual(faults);
    expect(draws(other.stream('arrivals'))).toEqual(arrivals);
    expect(arrivals).not.toEqual(faults);
    expect(draws(seededStreams(43).stream('arrivals'))).not.toEqual(arrivals);
  });

  it('keep giving the sequence recorded when a scenario was saved', () => {
    const stream = seededStreams(1).stream('golden');
    expect([stream.integer(0, 999_999), stream.digits(6), stream.hex(8), stream.alphanumeric(6), stream.uuid()]).toEqual([
      595_367,
      '055094',
      'e84827c7',
      'EF4VXV',
      'a0662274-7d42-4b24-a57a-080058554911',
    ]);
  });

  it('fork by name, not by what was drawn before, and a path is not a name', () => {
    const parent = seededStreams(7).stream('creditors');
    const before = draws(parent.fork('station 1'));
    draws(parent, 100);
    expect(draws(parent.fork('station 1'))).toEqual(before);
    expect(draws(parent.fork('station 2'))).not.toEqual(before);
    const streams = seededStreams(7);
    expect(draws(streams.stream('a').fork('b'))).not.toEqual(draws(streams.stream('a","b')));
  });
});

describe.each([
  ['seeded', () => seededStreams(2026).stream('test')],
  ['cryptographic', () => cryptographicStream()],
])('a %s stream', (_name, make) => {
  it('draws evenly from 0 up to 1', () => {
    const values = draws(make(), 20_000);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    const tenths = Array.from({ length: 10 }, () => 0);
    for (const value of values) tenths[Math.floor(value * 10)]! += 1;
    // 2,000 expected, standard deviation 42: seven of them do not happen by chance.
    for (const count of tenths) expect(Math.abs(count - 2_000)).toBeLessThan(300);
  });

  it('draws whole numbers with both ends, and picks and weighs as told', () => {
    const stream = make();
    const seen = new Set(Array.from({ length: 500 }, () => stream.integer(-1, 1)));
    expect([...seen].toSorted((a, b) => a - b)).toEqual([-1, 0, 1]);
    expect(stream.integer(5, 5)).toBe(5);
    expect(stream.integer(0, Number.MAX_SAFE_INTEGER - 1)).toBeGreaterThanOrEqual(0);
    expect(['x', 'y']).toContain(stream.pick(['x', 'y']));
    const chosen = Array.from({ length: 10_000 }, () =>
      stream.weighted([
        { item: 'never', weight: 0 },
        { item: 'often', weight: 3 },
        { item: 'seldom', weight: 1 },
        { item: 'never', weight: 0 },
      ]),
    );
    expect(chosen).not.toContain('never');
    expect(Math.abs(chosen.filter((item) => item === 'often').length - 7_500)).toBeLessThan(350);
  });

  it('has the distributions it names', () => {
    const stream = make();
    const waits = Array.from({ length: 20_000 }, () => stream.exponential(10));
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(0);
    expect(Math.abs(mean(waits) - 10)).toBeLessThan(0.6);
    const delays = Array.from({ length: 20_001 }, () => stream.logNormal(200, 0.5)).toSorted((a, b) => a - b);
    expect(Math.abs((delays[10_000] ?? 0) - 200)).toBeLessThan(8);
    const logs = delays.map((delay) => Math.log(delay / 200) / 0.5);
    expect(Math.abs(mean(logs.map((value) => value * value)) - 1)).toBeLessThan(0.08);
    expect(stream.logNormal(200, 0)).toBe(200);
    expect(stream.exponential(0)).toBeCloseTo(0);
  });

  it('writes texts of the asked length and alphabet', () => {
    const stream = make();
    expect(stream.digits(18)).toMatch(/^\d{18}$/);
    expect(stream.alphanumeric(10)).toMatch(/^[A-Za-z0-9]{10}$/);
    expect(stream.hex(32)).toMatch(/^[0-9a-f]{32}$/);
    expect(stream.uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(stream.digits(0)).toBe('');
    expect(new Set(Array.from({ length: 1_000 }, () => stream.hex(32))).size).toBe(1_000);
  });

  it('shuffles into a new list, every order equally likely', () => {
    const stream = make();
    const items = [1, 2, 3];
    const orders = new Map<string, number>();
    for (let round = 0; round < 6_000; round++) {
      const order = stream.shuffle(items).join('');
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    expect(items).toEqual([1, 2, 3]);
    expect(orders.size).toBe(6);
    for (const count of orders.values()) expect(Math.abs(count - 1_000)).toBeLessThan(220);
    const sorted = (list: readonly number[]): number[] => list.toSorted((a, b) => a - b);
    fc.assert(
      fc.property(fc.array(fc.integer()), (list) => {
        expect(sorted(stream.shuffle(list))).toEqual(sorted(list));
      }),
    );
  });

  it('refuses what has no answer', () => {
    const stream = make();
    for (const impossible of [
      () => stream.pick([]),
      () => stream.weighted([]),
      () => stream.weighted([{ item: 1, weight: 0 }]),
      () => stream.weighted([{ item: 1, weight: -1 }]),
      () => stream.integer(2, 1),
      () => stream.integer(0.5, 1),
      () => stream.integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
      () => stream.digits(-1),
      () => stream.hex(1e9),
      () => stream.exponential(Number.NaN),
      () => stream.logNormal(-1, 1),
    ]) {
      expect(impossible).toThrow(InvariantError);
    }
  });
});

it('cryptographic streams differ from one another, forks included', () => {
  const stream = cryptographicStream();
  expect(new Set([stream.hex(32), stream.fork('a').hex(32), stream.fork('a').hex(32), cryptographicStream().hex(32)]).size).toBe(4);
});
