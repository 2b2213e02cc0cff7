/** How tests look at refusals. */
import { Fault, type FaultCode } from '@nodo-aperto/kernel/faults';

/** The code of the fault that the work throws; undefined when it throws nothing. */
export function codeOf(work: () => unknown): FaultCode | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof Fault) return error.code;
    throw error;
  }
}
