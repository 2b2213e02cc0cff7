/**
 * How much a caller may ask for in a time: one bucket of requests and one of objects for each tenant, filled steadily. Objects are the values
 * that an answer may hold (its cost) and the items that a request brings, so that one request for everything weighs what it is.
 *
 * Each gateway keeps its own buckets: with several of them behind a proxy a tenant gets as many times the rate.
 */
import type { HeaderMap } from '@apollo/server';
import type { GraphQLError } from 'graphql';
import type { Principal } from '@nodo-aperto/kernel/auth';
import { tokenBuckets } from '@nodo-aperto/kernel/rate';
import type { Clock } from '@nodo-aperto/kernel/time';
import { refusal } from '../errors.ts';

/** What one tenant may ask for, steadily; five seconds' worth of it at once. */
export interface RateAllowance {
  requestsPerSecond: number;
  objectsPerSecond: number;
}

export interface RateLimit {
  /** Counts a request, before its document is looked at. @throws GraphQLError with code LIMIT_EXCEEDED and `retryAfterSeconds` */
  request(tenant: string): void;
  /** Counts the objects of an operation, before anything is fetched. @throws as `request` does */
  objects(tenant: string, count: number): void;
}

/** How many seconds' worth may be asked for at once. */
const BURST_SECONDS = 5;
// Who comes after so many others begins anew, with full buckets.
const TENANTS_KEPT = 10_000;
/** Items of a request are counted so deep: no input of the graph nests lists further. */
const DEEPEST_INPUT = 6;

/** Whom a rate belongs to: the party, whichever of its tokens is used; the citizen; the operator; and without a token the address. */
export function tenantOf(principal: Principal | undefined, address: string | undefined): string {
  if (!principal) return `address ${address ?? ''}`;
  return `${principal.role} ${principal.tenant ?? principal.fiscalCode ?? principal.subject}`;
}

/** @param clock real time */
export function createRateLimit({ requestsPerSecond, objectsPerSecond }: RateAllowance, clock: Clock): RateLimit {
  const requests = bucketsOf(requestsPerSecond, 'requests', clock);
  const objects = bucketsOf(objectsPerSecond, 'objects', clock);
  return { request: (tenant) => requests(tenant, 1), objects };
}

function bucketsOf(perSecond: number, what: string, clock: Clock): (tenant: string, count: number) => void {
  const buckets = tokenBuckets({ perSecond, burstSeconds: BURST_SECONDS, callers: TENANTS_KEPT, clock });
  return (tenant, count) => {
    const seconds = buckets.take(tenant, count);
    if (seconds > 0) throw tooFast(what, perSecond, seconds);
  };
}

function tooFast(what: string, perSecond: number, seconds: number): GraphQLError {
  const retryAfterSeconds = Math.max(1, Math.ceil(seconds));
  return refusal('LIMIT_EXCEEDED', `More than ${perSecond} ${what} a second; try again in ${retryAfterSeconds} s.`, {
    status: 429,
    headers: new Map([['retry-after', String(retryAfterSeconds)]]) as HeaderMap,
    extensions: { limit: perSecond, retryAfterSeconds },
  });
}

/** How many items the lists of a request's variables have. */
export function itemsIn(value: unknown, depth = 0): number {
  if (typeof value !== 'object' || value === null || depth > DEEPEST_INPUT) return 0;
  let items = Array.isArray(value) ? value.length : 0;
  for (const each of Object.values(value)) items += itemsIn(each, depth + 1);
  return items;
}
