/** Faults as data from outside: a scenario's, the control graph's, the command line's. One shape for all of them. */
import { z } from 'zod';
import { FAULT_CODES, fromZod } from '@nodo-aperto/kernel/faults';
import { checkFault, MALFORMED_FORMS } from './station-fault.ts';
import type { CreditorFaultCode, FaultKind, StationFault } from './station-fault.ts';

const CREDITOR_CODES = Object.keys(FAULT_CODES).filter((code): code is CreditorFaultCode => code.startsWith('PAA_'));
const code = z.enum(CREDITOR_CODES as [CreditorFaultCode, ...CreditorFaultCode[]]).optional();

/** A kind with its own details; a detail of another kind is refused. */
export const faultShape = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('off') }),
  z.strictObject({ kind: z.literal('timeout') }),
  z.strictObject({ kind: z.literal('slow'), medianMs: z.number().optional(), sigma: z.number().optional() }),
  z.strictObject({ kind: z.literal('reset') }),
  z.strictObject({ kind: z.literal('httpError'), status: z.int().optional() }),
  z.strictObject({ kind: z.literal('malformed'), form: z.enum(MALFORMED_FORMS).optional() }),
  z.strictObject({ kind: z.literal('businessKo'), code }),
  z.strictObject({ kind: z.literal('receiptsRefused'), code }),
  z.strictObject({ kind: z.literal('wrongAmount'), percent: z.number().optional() }),
  z.strictObject({ kind: z.literal('flapping'), everyMs: z.number().optional() }),
  z.strictObject({ kind: z.literal('halfOpen') }),
]);

/** @throws InputError naming the detail that is wrong, or that this kind has not */
export function faultOf(kind: FaultKind, details: Readonly<Record<string, unknown>>): StationFault {
  const parsed = faultShape.safeParse({ ...details, kind });
  if (!parsed.success) throw fromZod(parsed.error);
  // Zod leaves absent details out, which is what the type without `undefined` says.
  const fault = parsed.data as StationFault;
  checkFault(fault);
  return fault;
}
