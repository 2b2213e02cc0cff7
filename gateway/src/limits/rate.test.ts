import type { GraphQLError } from 'graphql';
import { manualClock } from '@nodo-aperto/kernel/time';
import { describe, expect, it } from 'vitest';
import { createRateLimit, itemsIn, tenantOf } from './rate.ts';

const rate = () => {
  const clock = manualClock();
  return { clock, limit: createRateLimit({ requestsPerSecond: 2, objectsPerSecond: 100 }, clock) };
};

function refusalOf(work: () => void): GraphQLError['extensions'] | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return (error as GraphQLError).extensions;
  }
}

describe('the rate of a tenant', () => {
  it('lets five seconds’ worth of requests go at once, then as many as come back', async () => {
    const { clock, limit } = rate();
    for (let count = 0; count < 10; count += 1) limit.request('PSP 1');
    expect(refusalOf(() => limit.request('PSP 1'))).toMatchObject({
      code: 'LIMIT_EXCEEDED',
      limit: 2,
      retryAfterSeconds: 1,
      http: { status: 429 },
    });
    await clock.advance(500);
    limit.request('PSP 1');
    expect(refusalOf(() => limit.request('PSP 1'))).toBeDefined();
  });

  it('is nobody else’s', () => {
    const { limit } = rate();
    for (let count = 0; count < 10; count += 1) limit.request('PSP 1');
    expect(refusalOf(() => limit.request('PSP 2'))).toBeUndefined();
  });

  it('counts objects, and says when there is room for so many', async () => {
    const { clock, limit } = rate();
    limit.objects('EC 1', 450);
    expect(refusalOf(() => limit.objects('EC 1', 300))).toMatchObject({ limit: 100, retryAfterSeconds: 3 });
    // What was refused is not counted.
    limit.objects('EC 1', 50);
    await clock.advance(3_000);
    limit.objects('EC 1', 300);
  });

  it('lets what is larger than the bucket go when it is full, and has it paid off', async () => {
    const { clock, limit } = rate();
    limit.objects('EC 1', 1_500);
    expect(refusalOf(() => limit.objects('EC 1', 1))).toMatchObject({ retryAfterSeconds: 11 });
    await clock.advance(10_010);
    limit.objects('EC 1', 1);
  });

  it('keeps ten thousand tenants, and forgets who was away for the longest', () => {
    const { limit } = rate();
    for (let count = 0; count < 10; count += 1) limit.request('PSP first');
    for (let tenant = 1; tenant < 10_000; tenant += 1) limit.request(`PSP ${tenant}`);
    expect(refusalOf(() => limit.request('PSP first'))).toBeDefined();
    for (let tenant = 10_000; tenant < 20_000; tenant += 1) limit.request(`PSP ${tenant}`);
    expect(refusalOf(() => limit.request('PSP first'))).toBeUndefined();
  });

  it('belongs to the party, the citizen, the operator, or the address', () => {
    const caller = { subject: 's', expiresAt: 0 } as const;
    expect(tenantOf({ ...caller, role: 'PSP', tenant: '1', fiscalCode: 'X' }, '::1')).toBe('PSP 1');
    expect(tenantOf({ ...caller, role: 'EC', tenant: '1' }, '::1')).toBe('EC 1');
    expect(tenantOf({ ...caller, role: 'CITIZEN', fiscalCode: 'X' }, '::1')).toBe('CITIZEN X');
    expect(tenantOf({ ...caller, role: 'OPERATOR' }, '::1')).toBe('OPERATOR s');
    expect(tenantOf(undefined, '::1')).toBe('address ::1');
  });
});

describe('the items of a request', () => {
  it.each([
    [undefined, 0],
    [{ first: 10 }, 0],
    [{ items: [1, 2, 3] }, 3],
    [{ input: { positions: [{ transfers: [{}, {}] }, { transfers: [{}] }] } }, 5],
    [{ a: { b: { c: { d: { e: { f: { g: { h: [1, 2, 3] } } } } } } } }, 0],
  ])('%j: %i', (variables, items) => {
    expect(itemsIn(variables)).toBe(items);
  });
});
