/** How planned maintenance of a station is written. Instants are kept in UTC. Source: domain facts, Onboarding section 5.6. */
import type { Maintenance } from '@nodo-aperto/kernel/directory';
import { parseStationCode } from '@nodo-aperto/kernel/identifiers';
import { parseInstant } from '@nodo-aperto/kernel/time';
import type { Path, Report } from '../finding.ts';
import type { Window } from '../maintenance-window.ts';
import { type Fields, required, withDefault } from '../rule.ts';
import { flag, instant, textBy } from '../scalars.ts';

export const maintenanceFields: Fields<Maintenance> = {
  station: required(textBy(parseStationCode)),
  start: required(instant),
  end: required(instant),
  standIn: withDefault(flag, true),
};

/** The time of a maintenance in epoch milliseconds. */
export function windowOf({ start, end }: Pick<Maintenance, 'start' | 'end'>): Window {
  return { start: Number(parseInstant(start)), end: Number(parseInstant(end)) };
}

/** Rule: it starts before it ends. */
export function checkOrder(maintenance: Maintenance, path: Path, report: Report): void {
  const { start, end } = windowOf(maintenance);
  if (start < end) return;
  report({ kind: 'INVALID', path: [...path, 'end'], found: maintenance.end, expected: `an instant after the start, ${maintenance.start}` });
}
