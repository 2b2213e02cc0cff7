/** The deliveries of this process to one station: in the order of payments, a few at a time, and no longer than it makes sense. */
import { InvariantError } from '@nodo-aperto/kernel/faults';
import { failuresTaken } from '../domain/station-patience.ts';
import type { Claim } from './delivery-attempt.ts';
import type { Slots } from './slots.ts';

/** Calls to one station at a time. */
export const CALLS_PER_STATION = 4;

/** What a lane does with its station; the work itself is elsewhere. */
export interface LaneWork {
  claim(options: { underWay: readonly number[]; evenInStandIn: boolean }): Promise<Claim | undefined>;
  /** Makes the call and records it. */
  deliver(claim: Claim): Promise<{ delivered: boolean; stationDown: boolean }>;
  /** Leaves what else is due for later. */
  postpone(): Promise<void>;
  /** Told of what makes the lane stop: the database is away. */
  onError(error: unknown): void;
  /** Told when nothing is left to do. */
  onIdle(): void;
}

export interface DrainOptions {
  /** The last place in the queue that the drain is about. */
  readonly through: number;
  /** Whether the station is tried although it is in Stand-In. */
  readonly evenInStandIn?: boolean;
}

export interface DrainTally {
  delivered: number;
  failed: number;
}

interface Drain {
  readonly through: number;
  readonly evenInStandIn: boolean;
  readonly tally: DrainTally;
  settling: boolean;
  resolve(tally: DrainTally): void;
  reject(error: unknown): void;
}

export class StationLane {
  readonly #work: LaneWork;
  readonly #slots: Slots;
  readonly #underWay = new Map<number, Promise<void>>();
  readonly #drains = new Set<Drain>();
  #turn: Promise<unknown> = Promise.resolve();
  #loops = 0;
  #news = 0;
  #failuresInARow = 0;
  #stopped = false;

  constructor(work: LaneWork, slots: Slots) {
    this.#work = work;
    this.#slots = slots;
  }

  /** Begins to deliver what is due, or sees to it that what runs looks once more. */
  wake(): void {
    this.#news += 1;
    if (this.#loops > 0 || this.#stopped) return;
    this.#failuresInARow = 0;
    this.#begin();
  }

  /** Resolves when everything that was due at the call, up to its place, has been tried or left for later. @throws what stopped the lane */
  drain({ through, evenInStandIn = false }: DrainOptions): Promise<DrainTally> {
    return new Promise((resolve, reject) => {
      this.#drains.add({ through, evenInStandIn, tally: { delivered: 0, failed: 0 }, settling: false, resolve, reject });
      this.wake();
      if (this.#stopped) this.#endDrains();
    });
  }

  /** Takes nothing new; resolves when the calls under way have ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.allSettled(this.#underWay.values());
  }

  get busy(): boolean {
    return this.#loops > 0 || this.#drains.size > 0;
  }

  #begin(): void {
    if (this.#stopped || this.#loops >= CALLS_PER_STATION) return;
    this.#loops += 1;
    void this.#loop();
  }

  async #loop(): Promise<void> {
    try {
      for (;;) {
        const seen = this.#news;
        const claim = await this.#claimInTurn();
        if (claim) await this.#underWay.get(claim.recipient.sequence);
        else if (seen === this.#news || this.#stopped) break;
      }
    } catch (error) {
      this.#work.onError(error);
      this.#endDrains(error);
    }
    this.#loops -= 1;
    if (this.#loops > 0) return;
    this.#endDrains();
    this.#work.onIdle();
  }

  /** One claim at a time: so every claim is further on in the queue than those before it. */
  #claimInTurn(): Promise<Claim | undefined> {
    const mine = this.#turn.then(() => this.#claim());
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #claim(): Promise<Claim | undefined> {
    await this.#slots.take();
    const claim = await this.#claimOrRelease();
    if (claim) {
      const { sequence } = claim.recipient;
      if (this.#underWay.has(sequence)) throw new InvariantError('a recipient was claimed twice');
      const work = this.#deliver(claim).finally(() => {
        this.#underWay.delete(sequence);
        this.#slots.release();
      });
      this.#underWay.set(sequence, work);
      work.catch(() => undefined); // The loop that claimed it hears of it.
      // One trial at a time for a station that is not supposed to be called.
      if (!claim.standIn) this.#begin();
    }
    this.#settleDrains(claim?.recipient.sequence);
    return claim;
  }

  async #claimOrRelease(): Promise<Claim | undefined> {
    try {
      const evenInStandIn = [...this.#drains].some((drain) => drain.evenInStandIn && !drain.settling);
      const claim = this.#stopped ? undefined : await this.#work.claim({ underWay: [...this.#underWay.keys()], evenInStandIn });
      if (!claim) this.#slots.release();
      return claim;
    } catch (error) {
      this.#slots.release();
      throw error;
    }
  }

  async #deliver(claim: Claim): Promise<void> {
    const { delivered, stationDown } = await this.#work.deliver(claim);
    for (const { tally, through } of this.#drains) {
      if (claim.recipient.sequence <= through) tally[delivered ? 'delivered' : 'failed'] += 1;
    }
    if (delivered) {
      this.#failuresInARow = 0;
      this.#begin();
    } else if (stationDown) {
      this.#failuresInARow += 1;
      if (this.#failuresInARow < failuresTaken(claim)) return;
      this.#failuresInARow = 0;
      await this.#work.postpone();
    }
  }

  /** A claim at or past a drain's end, or none at all, means that nothing of it is left but what is under way. */
  #settleDrains(claimed: number | undefined): void {
    for (const drain of this.#drains) {
      if (drain.settling || (claimed !== undefined && claimed < drain.through)) continue;
      drain.settling = true;
      void Promise.allSettled(this.#underWay.values()).then(() => {
        this.#drains.delete(drain);
        drain.resolve(drain.tally);
      });
    }
  }

  #endDrains(error?: unknown): void {
    for (const drain of this.#drains) {
      if (drain.settling && error === undefined) continue;
      this.#drains.delete(drain);
      if (error === undefined) drain.resolve(drain.tally);
      else drain.reject(error);
    }
  }
}
