import type { PlatformEvent } from './contract.ts';
import { type EventSelection, wants } from './log.ts';

/** A subscriber that has seen everything and waits for the next event it wants. */
export interface Waiter extends EventSelection {
  /** The subscriber's own condition, on top of the selection. */
  accepts(event: PlatformEvent): boolean;
  /** Called once, with the event, or with what its condition threw. */
  take(event: PlatformEvent): void;
  fail(error: unknown): void;
}

/**
 * The waiting subscribers of a stream, filed by what they select: an event costs those who may want it, not all who wait. Everybody of one
 * tenant, or everybody who follows one thing, is found by one look-up.
 */
export class Waiters {
  readonly #bySubject = new Map<string, Set<Waiter>>();
  readonly #byTenant = new Map<string, Set<Waiter>>();
  readonly #unfiled = new Set<Waiter>();
  readonly #all = new Set<Waiter>();

  get size(): number {
    return this.#all.size;
  }

  add(waiter: Waiter): void {
    this.#all.add(waiter);
    if (waiter.subject !== undefined) file(this.#bySubject, waiter.subject, waiter);
    else if (waiter.audience === undefined) this.#unfiled.add(waiter);
    else for (const tenant of waiter.audience) file(this.#byTenant, tenant, waiter);
  }

  /** Does nothing when it no longer waits. */
  remove(waiter: Waiter): void {
    if (!this.#all.delete(waiter)) return;
    if (waiter.subject !== undefined) unfile(this.#bySubject, waiter.subject, waiter);
    else if (waiter.audience === undefined) this.#unfiled.delete(waiter);
    else for (const tenant of waiter.audience) unfile(this.#byTenant, tenant, waiter);
  }

  /** Hands an event to all who want it; each of them stops waiting. */
  deliver(event: PlatformEvent): void {
    if (this.#all.size === 0) return;
    for (const waiter of this.#candidates(event)) {
      try {
        if (!wants(waiter, event) || !waiter.accepts(event)) continue;
      } catch (error) {
        this.remove(waiter);
        waiter.fail(error);
        continue;
      }
      this.remove(waiter);
      waiter.take(event);
    }
  }

  #candidates(event: PlatformEvent): Set<Waiter> {
    const found = new Set(this.#bySubject.get(event.subject));
    for (const tenant of event.audience) for (const waiter of this.#byTenant.get(tenant) ?? []) found.add(waiter);
    for (const waiter of this.#unfiled) found.add(waiter);
    return found;
  }
}

function file(index: Map<string, Set<Waiter>>, key: string, waiter: Waiter): void {
  const filed = index.get(key);
  if (filed) filed.add(waiter);
  else index.set(key, new Set([waiter]));
}

function unfile(index: Map<string, Set<Waiter>>, key: string, waiter: Waiter): void {
  const filed = index.get(key);
  filed?.delete(waiter);
  if (filed?.size === 0) index.delete(key);
}
