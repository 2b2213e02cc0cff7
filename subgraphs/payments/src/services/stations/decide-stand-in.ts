/** Puts stations in Stand-In and takes them out: list, history and the stated fact in one transaction. */
import type { Database } from '@nodo-aperto/kernel/database';
import type { Directory } from '@nodo-aperto/kernel/directory';
import type { Outbox } from '@nodo-aperto/kernel/events';
import type { Logger } from '@nodo-aperto/kernel/logging';
import { type Clock, fromDate, toIso } from '@nodo-aperto/kernel/time';
import { standInEntered, standInLeft } from '@nodo-aperto/schema/events';
import type { JudgedSlot } from '../../domain/stand-in/profile.ts';
import { enterStation, leaveStation, type StandInRow } from '../../persistence/station-queries.ts';
import type { StandInList } from './stand-in-list.ts';
import { creditorsOf } from './station-creditors.ts';

export interface DecisionOptions {
  readonly database: Database;
  readonly directory: Directory;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly log: Logger;
  readonly list: StandInList;
}

export interface Decision {
  readonly stationCode: string;
  /** The figures, or what whoever decided says. */
  readonly reason: string;
  readonly decidedBy: 'POLICY' | 'HAND';
  readonly actor?: string;
  /** The profile that judged, and the slots that it judged by. */
  readonly profile?: string;
  readonly evidence?: readonly JudgedSlot[];
}

const LONGEST_REASON = 500;

/** @returns false when nothing changed: it is in Stand-In already, or the directory does not know it */
export async function enterStandIn(options: DecisionOptions, decision: Decision): Promise<boolean> {
  const { database, directory, clock, list, outbox, log } = options;
  const station = await directory.station(decision.stationCode);
  if (!station) return false;
  const creditors = await creditorsOf(directory, station.code);
  const entered = await database.transaction(async (transaction) => {
    const now = clock.date();
    const row = await enterStation(transaction, { ...decided(decision), brokerCode: station.broker, creditors, now });
    if (!row) return false;
    await outbox.append(transaction, standInEntered, factOf(row, decision, now));
    await list.changed(transaction, row.stationCode, row);
    return true;
  });
  if (entered) log.warn({ station: station.code, reason: decision.reason, decidedBy: decision.decidedBy }, 'a station entered Stand-In');
  return entered;
}

/** @returns false when nothing changed: it is not in Stand-In, or was put there by hand and the policy may not take it out */
export async function leaveStandIn(options: DecisionOptions, decision: Decision): Promise<boolean> {
  const { database, directory, clock, list, outbox, log } = options;
  const creditors = await creditorsOf(directory, decision.stationCode);
  const left = await database.transaction(async (transaction) => {
    const now = clock.date();
    // What broker it has is known from its entry.
    const row = await leaveStation(transaction, { ...decided(decision), brokerCode: '', creditors, now });
    if (!row) return false;
    await outbox.append(transaction, standInLeft, factOf(row, decision, now));
    await list.changed(transaction, row.stationCode, undefined);
    return true;
  });
  if (left) log.info({ station: decision.stationCode, reason: decision.reason, decidedBy: decision.decidedBy }, 'a station left Stand-In');
  return left;
}

function decided(decision: Decision): Decision {
  return { ...decision, reason: decision.reason.slice(0, LONGEST_REASON) };
}

function factOf(row: StandInRow, decision: Decision, now: Date) {
  const { stationCode, brokerCode, creditors, revision } = row;
  return { stationCode, brokerCode, creditors, reason: decided(decision).reason, at: toIso(fromDate(now)), revision };
}
