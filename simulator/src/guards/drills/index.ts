/** Short, aimed workloads: each does what one guard or a few of them are there for. Whatever is refused is refused; the invariants judge. */
import { moveClock } from '../../runner/operations.ts';
import { runJob } from './operations.ts';
import { reportDay } from './report-day.ts';
import type { DrillWorld } from './world.ts';

export type DrillName = keyof typeof DRILLS;

const AMOUNT = 12_345;
/** Longer than a token lives, as the platform is set by default (Domain facts, Payments §2.5). */
const TOKEN_EXPIRES_MINUTES = 31;
const MINUTE_MS = 60_000;
const RACES = 3;

export const DRILLS = {
  /** Two creditors are each paid by two PSPs. */
  async pay({ actor, creditors: { first, second }, psps }: DrillWorld): Promise<void> {
    for (const creditor of [first, second]) for (const psp of psps.slice(0, 2)) await actor.pay(psp, actor.issue(creditor, AMOUNT));
  },

  /** All PSPs want to pay the same notice in the same moment, and all who get a session pay. */
  async race({ actor, creditors: { first }, psps }: DrillWorld): Promise<void> {
    for (let race = 0; race < RACES; race++) {
      const notice = actor.issue(first, AMOUNT + race);
      const tokens = await Promise.all(psps.map(async (psp) => ({ psp, token: await actor.activate(psp, notice) })));
      for (const { psp, token } of tokens) if (token !== undefined) await actor.settle(psp, notice, token);
    }
  },

  /** A notice is paid twice, the second time while its creditor cannot say that it is paid. */
  async payAgain({ actor, fleet, creditors: { first }, psps: [one, other] }: DrillWorld): Promise<void> {
    const notice = actor.issue(first, AMOUNT);
    await actor.load(first, notice);
    await fleet.switchOff(first.stationCode);
    await actor.pay(one, notice);
    await actor.pay(other, notice);
    await fleet.switchOn(first.stationCode);
  },

  /** Everything under one key twice, and one key for two notices. */
  async repeat({ actor, creditors: { first }, psps: [psp] }: DrillWorld): Promise<void> {
    const notice = actor.issue(first, AMOUNT);
    const [key, outcomeKey] = [actor.newKey(psp), actor.newKey(psp)];
    const token = await actor.activate(psp, notice, key);
    await actor.activate(psp, notice, key);
    await actor.activate(psp, actor.issue(first, AMOUNT + 1), key);
    if (token === undefined) return;
    await actor.settle(psp, notice, token, 'OK', outcomeKey);
    await actor.settle(psp, notice, token, 'OK', outcomeKey);
  },

  /** A PSP pays, and says afterwards that it has not. */
  async contradict({ actor, creditors: { first }, psps: [psp] }: DrillWorld): Promise<void> {
    const notice = actor.issue(first, AMOUNT);
    const token = await actor.pay(psp, notice);
    if (token !== undefined) await actor.settle(psp, notice, token, 'KO');
  },

  /** A PSP declines for another one. */
  async stranger({ actor, creditors: { first }, psps: [owner, other] }: DrillWorld): Promise<void> {
    const notice = actor.issue(first, AMOUNT);
    const token = await actor.activate(owner, notice);
    if (token === undefined) return;
    await actor.settle(other, notice, token, 'KO');
    await actor.settle(owner, notice, token);
  },

  /** Tokens expire: one paid in time, one whose notice is paid by another PSP meanwhile, one paid late, one declined late, one left. */
  async late({ actor, client, clock, creditors: { first }, psps: [psp, other] }: DrillWorld): Promise<void> {
    await actor.pay(psp, actor.issue(first, AMOUNT));
    const [taken, late, declined, left] = [1, 2, 3, 4].map((more) => actor.issue(first, AMOUNT + more));
    if (!taken || !late || !declined || !left) return;
    const takenToken = await actor.activate(psp, taken);
    const lateToken = await actor.activate(psp, late);
    const declinedToken = await actor.activate(psp, declined);
    await actor.activate(psp, left);
    await moveClock(client, TOKEN_EXPIRES_MINUTES);
    clock.advance(TOKEN_EXPIRES_MINUTES * MINUTE_MS);
    await runJob(client, 'TOKEN_EXPIRY');
    await actor.pay(other, taken);
    if (takenToken !== undefined) await actor.settle(psp, taken, takenToken);
    if (lateToken !== undefined) await actor.settle(psp, late, lateToken);
    if (declinedToken !== undefined) await actor.settle(psp, declined, declinedToken, 'KO');
  },

  /** Two creditors are down: notices that may be paid in Stand-In, and such as may not. */
  async outage(world: DrillWorld): Promise<void> {
    const { actor, fleet, creditors, psps } = world;
    const { second, excluded } = creditors;
    const [agreed, optedOut, withdrawn] = [1, 2, 3].map((more) => actor.issue(second, AMOUNT + more));
    const never = actor.issue(excluded, AMOUNT);
    if (!agreed || !optedOut || !withdrawn) return;
    await actor.load(second, agreed);
    await actor.load(second, optedOut, { payStandIn: false });
    await actor.load(second, withdrawn);
    await actor.withdraw(second, withdrawn);
    await actor.load(excluded, never);
    for (const { stationCode } of [second, excluded]) await fleet.switchOff(stationCode);
    const [psp] = psps;
    for (const notice of [agreed, optedOut, withdrawn, never]) await actor.pay(psp, notice);
    for (const { stationCode } of [second, excluded]) await fleet.switchOn(stationCode);
  },

  /** A creditor answers with transfers that are a cent more than its amount. */
  async wrongSum({ actor, creditors: { wrong }, psps: [psp] }: DrillWorld): Promise<void> {
    await actor.pay(psp, actor.issue(wrong, AMOUNT));
  },

  /** PSPs report what they were paid. */
  report: reportDay,

  /** The subscriber is away while payments are made, and goes on where it was. */
  async resume({ actor, events, creditors: { first }, psps: [psp] }: DrillWorld): Promise<void> {
    await events.stop();
    for (let payment = 0; payment < RACES; payment++) await actor.pay(psp, actor.issue(first, AMOUNT + payment));
    events.start();
  },
} as const satisfies Record<string, (world: DrillWorld) => Promise<void>>;
