/**
 * What a failed call to a creditor's station is to the PSP, and which of those faults count for Stand-In: unreachable, timeout and
 * service not active. A KO of the creditor, or an answer that is not valid, never does.
 * Source: Domain facts, Payments §2.3 and §3.1; design, "Creditor faults" of the wire primitives.
 */
import { Fault, type FaultCode } from '@nodo-aperto/kernel/faults';
import { type CallFailure, creditorFaultOf } from '@nodo-aperto/kernel/soap';

/** The faults that Stand-In monitors. */
const MONITORED_FAULTS = [
  'PPT_STAZIONE_INT_PA_IRRAGGIUNGIBILE',
  'PPT_STAZIONE_INT_PA_TIMEOUT',
  'PPT_STAZIONE_INT_PA_SERVIZIO_NON_ATTIVO',
] as const satisfies readonly FaultCode[];
export type MonitoredFault = (typeof MONITORED_FAULTS)[number];

/** Whether Stand-In counts a fault of this code, and serves the request from ACA instead. */
export function isMonitoredFault(code: FaultCode): code is MonitoredFault {
  return (MONITORED_FAULTS as readonly FaultCode[]).includes(code);
}

/** Whether a fault comes of calling the station (rather than of how it is configured, or of what the creditor decided). */
export function isStationFault(code: FaultCode): boolean {
  return isMonitoredFault(code) || code === 'PPT_STAZIONE_INT_PA_ERRORE_RESPONSE';
}

/** The fault of a failed call, with the evidence's own sentence. */
export function faultOfFailure(failure: CallFailure): Fault {
  return new Fault(creditorFaultOf[failure.kind], { description: failure.evidence.detail });
}
