/** The deliveries of this process to one station: in the order of payments, a few at a time, and no longer than it makes sense. */
import { InvariantError } from '@nodo-aperto/kernel/faults';
import { realClock } from '@nodo-aperto/kernel/time';
import { claimsAfter } from '../domain/claims-ahead.ts';
import { failuresTaken } from '../domain/station-patience.ts';
import { deferred, type Deferred } from './deferred.ts';
import type { Claim, Ended, SendingResult } from './delivery-attempt.ts';
import { GroupRecorder } from './group-recorder.ts';
import type { Slots } from './slots.ts';

/** Calls to one station at a time. */
export const CALLS_PER_STATION = 4;

/** From so many claims at once on, the next ones are claimed before the last of them is called. */
const EARLY_REFILL = 8;

/** What a lane does with its station; the work itself is elsewhere. */
export interface LaneWork {
  claim(options: { underWay: readonly number[]; evenInStandIn: boolean; most: number }): Promise<readonly Claim[]>;
  /** Makes the call. */
  send(claim: Claim): Promise<SendingResult>;
  /** Writes down how attempts ended. */
  record(ended: readonly Ended[]): Promise<void>;
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
  readonly #recorder: GroupRecorder<Ended>;
  /** What is claimed and not recorded yet, by its place in the queue. */
  readonly #underWay = new Map<number, Deferred<void>>();
  readonly #drains = new Set<Drain>();
  /** Claimed, and not called yet. */
  #ahead: Claim[] = [];
  #claimsAhead = 1;
  #refilling: Promise<void> | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #loops = 0;
  #news = 0;
  #failuresInARow = 0;
  #stopped = false;

  constructor(work: LaneWork, slots: Slots) {
    this.#work = work;
    this.#slots = slots;
    this.#recorder = new GroupRecorder((ended) => work.record(ended), realClock());
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

  /** Claims nothing new; resolves when what is claimed has been tried and recorded. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#nothingUnderWay();
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
        await this.#slots.take();
        const claim = await this.#nextInTurn();
        if (claim) {
          await this.#deliver(claim);
          continue;
        }
        // The last word of a call may make others due.
        await this.#recorder.idle();
        if (seen === this.#news || this.#stopped) break;
      }
    } catch (error) {
      this.#giveUp(error);
    }
    this.#loops -= 1;
    if (this.#loops > 0) return;
    this.#endDrains();
    this.#work.onIdle();
  }

  /** One after the other takes the next claim: so calls begin in the order of the queue. Without a claim the slot is given back. */
  #nextInTurn(): Promise<Claim | undefined> {
    const mine = this.#turn.then(async () => {
      try {
        if (this.#ahead.length === 0) await this.#refill();
        const next = this.#ahead.shift();
        if (!next) this.#slots.release();
        else if (this.#ahead.length < this.#claimsAhead / 2 && this.#claimsAhead >= EARLY_REFILL) this.#refillEarly();
        return next;
      } catch (error) {
        this.#slots.release();
        throw error;
      }
    });
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  /** Claims the next ones while those claimed before are being called. */
  #refillEarly(): void {
    if (!this.#refilling) this.#refill().catch((error: unknown) => this.#giveUp(error));
  }

  /** One claim at a time: so every claim is further on than those before it. */
  #refill(): Promise<void> {
    this.#refilling ??= this.#claim().finally(() => {
      this.#refilling = undefined;
    });
    return this.#refilling;
  }

  async #claim(): Promise<void> {
    const evenInStandIn = [...this.#drains].some((drain) => drain.evenInStandIn && !drain.settling);
    const options = { underWay: [...this.#underWay.keys()], evenInStandIn, most: this.#claimsAhead };
    const claims = this.#stopped ? [] : await this.#work.claim(options);
    for (const { recipient } of claims) {
      if (this.#underWay.has(recipient.sequence)) throw new InvariantError('a recipient was claimed twice');
      const work = deferred();
      work.promise.catch(() => undefined); // The loop that delivers it hears of it.
      this.#underWay.set(recipient.sequence, work);
    }
    this.#ahead.push(...claims);
    // One trial at a time for a station that is not supposed to be called.
    if (claims[0] && !claims[0].standIn) this.#begin();
    this.#settleDrains(claims.at(-1)?.recipient.sequence);
  }

  /** The call, in the place that the loop has taken; the place is free again while the end is recorded. */
  async #deliver(claim: Claim): Promise<void> {
    let result: SendingResult;
    try {
      result = await this.#work.send(claim);
    } finally {
      this.#slots.release();
    }
    if (result.call) {
      const end = { delivered: result.delivered, elapsedMs: result.call.elapsedMs };
      this.#claimsAhead = claimsAfter(this.#claimsAhead, end, CALLS_PER_STATION);
    }
    const recorded = this.#recordEnd(claim, result);
    if (!result.delivered || this.#recorder.full) await recorded;
    else recorded.catch((error: unknown) => this.#giveUp(error));
    if (result.delivered) {
      this.#failuresInARow = 0;
    } else if (result.failure.stationDown) {
      await this.#stationFailed(claim, result);
    }
  }

  async #stationFailed(claim: Claim, result: SendingResult & { delivered: false }): Promise<void> {
    this.#failuresInARow += 1;
    if (this.#failuresInARow < failuresTaken(claim)) return;
    this.#failuresInARow = 0;
    const { code, detail } = result.failure;
    const failure = { ...result.failure, detail: `not sent, since the station does not answer (${code}: ${detail})`.slice(0, 300) };
    const spared = this.#ahead.splice(0);
    await Promise.all(spared.map((each) => this.#recordEnd(each, { delivered: false, failure, skipped: true })));
    await this.#work.postpone();
  }

  async #recordEnd(claim: Claim, result: SendingResult): Promise<void> {
    const { sequence } = claim.recipient;
    const work = this.#underWay.get(sequence);
    try {
      await this.#recorder.add({ claim, result });
      for (const { tally, through } of this.#drains) {
        if (sequence <= through) tally[result.delivered ? 'delivered' : 'failed'] += 1;
      }
      work?.resolve();
      if (result.delivered) {
        this.#news += 1;
        this.#begin();
      }
    } catch (error) {
      work?.reject(error);
      throw error;
    } finally {
      this.#underWay.delete(sequence);
    }
  }

  /** The database is away: what was claimed ahead runs out by itself. */
  #giveUp(error: unknown): void {
    for (const { recipient } of this.#ahead.splice(0)) {
      this.#underWay.get(recipient.sequence)?.reject(error);
      this.#underWay.delete(recipient.sequence);
    }
    this.#work.onError(error);
    this.#endDrains(error);
  }

  async #nothingUnderWay(): Promise<void> {
    await Promise.allSettled([...this.#underWay.values()].map(({ promise }) => promise));
  }

  /** A claim at or past a drain's end, or none at all, means that nothing of it is left but what is under way. */
  #settleDrains(claimed: number | undefined): void {
    for (const drain of this.#drains) {
      if (drain.settling || (claimed !== undefined && claimed < drain.through)) continue;
      drain.settling = true;
      void this.#nothingUnderWay().then(() => {
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
