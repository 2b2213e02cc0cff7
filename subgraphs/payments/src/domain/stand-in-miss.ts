/**
 * What the PSP is told when ACA could not answer in the creditor's place. A position that is expired, invalidated, paid, or ruled out by
 * another payment option speaks for itself, as the creditor would have; any other refusal is nobody's business but the operator's, and the
 * PSP gets the fault of the station that led there.
 * Source: design, "Stand-In miss" of the wire primitives; for options that were ruled out Domain facts, Payments §5.2.
 */
import { Fault, faultCodeEntry, faultOfCreditor } from '@nodo-aperto/kernel/faults';
import type { AcaRefusal } from './aca-guard.ts';

/** @param stationFault what the call ended with or, in station mode, the last monitored fault */
export function faultOfMiss(refusal: AcaRefusal, creditorFiscalCode: string, stationFault: Fault): Fault {
  if (!refusal.told) return stationFault;
  return faultOfCreditor(creditorFiscalCode, {
    code: refusal.code,
    string: faultCodeEntry(refusal.code).faultString,
    description: refusal.reason,
  });
}
