/**
 * Whether a station is called at all. It is not while its policy keeps it in Stand-In, while it is in Stand-In by policy or by hand, nor
 * during a maintenance scheduled with Stand-In; one that its policy keeps out is always called. What led there is the fault that a PSP gets
 * when ACA cannot answer. Source: design, sections 5.1 and 6 ("Stand-In miss").
 */
import { Fault } from '@nodo-aperto/kernel/faults';
import type { MonitoredFault } from './creditor-fault.ts';
import type { Maintenance } from './maintenance.ts';

/** A station's entry in the Stand-In list. */
export interface StandInEntry {
  readonly reason: string;
  /** The last monitored fault of the station; none when it was entered by hand before it ever failed. */
  readonly lastFault?: MonitoredFault;
}

export type StationMode = { readonly called: true } | { readonly called: false; readonly fault: Fault };

/** What decides, besides the policy, whether a station is called. */
export interface ModeQuestion {
  readonly forced: 'IN' | 'OUT' | undefined;
  readonly entry: StandInEntry | undefined;
  readonly maintenance: Maintenance | undefined;
}

export const FORCED_IN = 'The configuration of the station keeps it in Stand-In.';

export function stationMode({ forced, entry, maintenance }: ModeQuestion): StationMode {
  if (forced === 'OUT') return { called: true };
  if (forced === 'IN') return { called: false, fault: stationFault(entry?.lastFault, FORCED_IN) };
  if (entry) return { called: false, fault: stationFault(entry.lastFault, entry.reason) };
  if (maintenance?.standIn) return { called: false, fault: stationFault(undefined, 'The station is in a scheduled maintenance.') };
  return { called: true };
}

function stationFault(lastFault: MonitoredFault | undefined, description: string): Fault {
  return new Fault(lastFault ?? 'PPT_STAZIONE_INT_PA_SERVIZIO_NON_ATTIVO', { description });
}
