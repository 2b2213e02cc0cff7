/** Stand-In by hand: an operator, or whoever owns the station, puts it in or takes it out, with a reason. */
import { ownsTenant, type Principal } from '@nodo-aperto/kernel/auth';
import type { Station } from '@nodo-aperto/kernel/directory';
import { ConflictError, InputError, NotFoundError } from '@nodo-aperto/kernel/faults';
import { mayEnter } from '../domain/stand-in/policy.ts';
import { type DecisionOptions, enterStandIn, leaveStandIn } from './stations/decide-stand-in.ts';
import { creditorsOf } from './stations/station-creditors.ts';

const LONGEST_REASON = 300;

/** @throws NotFoundError when the caller has no such station; ConflictError when it is in Stand-In by hand already, or may not be; InputError */
export async function enterByHand(options: DecisionOptions, principal: Principal, stationCode: string, reason: string): Promise<void> {
  const station = await ownStation(options, principal, stationCode);
  const decision = { stationCode: station.code, reason: checkedReason(reason), decidedBy: 'HAND' as const, actor: actorOf(principal) };
  if (!mayEnter(station)) throw new ConflictError(`The station ${stationCode} is configured to be never in Stand-In.`);
  if (!(await enterStandIn(options, decision))) throw new ConflictError(`The station ${stationCode} is in Stand-In by hand already.`);
}

/** @throws NotFoundError when the caller has no such station; ConflictError when it is not in Stand-In; InputError */
export async function leaveByHand(options: DecisionOptions, principal: Principal, stationCode: string, reason: string): Promise<void> {
  const station = await ownStation(options, principal, stationCode);
  const decision = { stationCode: station.code, reason: checkedReason(reason), decidedBy: 'HAND' as const, actor: actorOf(principal) };
  if (!(await leaveStandIn(options, decision))) throw new ConflictError(`The station ${stationCode} is not in Stand-In.`);
}

/** A station is its broker's, or that of the only creditor that it serves; an operator may decide about all. */
async function ownStation({ directory }: DecisionOptions, principal: Principal, stationCode: string): Promise<Station> {
  const station = await directory.station(stationCode);
  const absent = new NotFoundError(`There is no station ${stationCode.slice(0, 35)}.`);
  if (!station) throw absent;
  if (ownsTenant(principal, station.broker)) return station;
  const creditors = principal.role === 'EC' ? await creditorsOf(directory, station.code) : [];
  if (creditors.length === 1 && creditors[0] === principal.tenant) return station;
  throw absent;
}

function checkedReason(reason: string): string {
  const text = reason.trim();
  if (text.length >= 1 && text.length <= LONGEST_REASON) return text;
  throw InputError.at('reason', 'is empty or too long', `1 to ${LONGEST_REASON} characters`);
}

function actorOf(principal: Principal): string {
  return `${principal.role}${principal.tenant === undefined ? '' : ` ${principal.tenant}`} (${principal.subject})`.slice(0, 300);
}
