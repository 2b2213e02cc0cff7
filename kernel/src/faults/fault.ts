import { faultCodeEntry, wireCodeOf } from './fault-codes.ts';
import type { FaultCode } from './fault-codes.ts';

/** The `id` of every fault the node raises itself (Domain facts, Payments §1.1 and §2.3). */
export const NODE_FAULT_ID = 'NodoDeiPagamentiSPC';

/** The fault of another party that led to ours; its code is whatever that party wrote. */
export interface OriginalFault {
  code: string;
  string?: string;
  description?: string;
}

export interface FaultDetails {
  /** Who raised it; the node when absent. */
  id?: string;
  description?: string;
  original?: OriginalFault;
}

/**
 * A business KO of the platform: data the caller gets as the answer, never a crash. Thrown only inside a subgraph, as the short
 * way out of a chain of checks, and turned into the answer at its border.
 */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly code: FaultCode;
  readonly id: string;
  readonly description: string | undefined;
  readonly original: OriginalFault | undefined;

  constructor(code: FaultCode, details: FaultDetails = {}) {
    const message = `${wireCodeOf(code)}: ${details.description ?? faultCodeEntry(code).faultString}`;
    // An answer, not a crash: where it was made tells nobody anything, and finding that out costs more than the rest of the refusal.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(message);
    Error.stackTraceLimit = stackTraceLimit;
    this.code = code;
    this.id = details.id ?? NODE_FAULT_ID;
    this.description = details.description;
    this.original = details.original;
  }

  /** The fixed sentence of the code. */
  get faultString(): string {
    return faultCodeEntry(this.code).faultString;
  }
}

/**
 * What a PSP gets when a creditor answered KO: the only fault whose `id` is the creditor's fiscal code
 * (Domain facts, Payments §2.3).
 */
export function faultOfCreditor(creditorFiscalCode: string, original: OriginalFault): Fault {
  return new Fault('PPT_ERRORE_EMESSO_DA_PAA', { id: creditorFiscalCode, description: original.description ?? original.string, original });
}

/** The fault as the official messages carry it, field by field in the order of their schema. */
export interface FaultBean {
  faultCode: string;
  faultString: string;
  id: string;
  description?: string;
  originalFaultCode?: string;
  originalFaultString?: string;
  originalDescription?: string;
}

/**
 * The official fault bean. The original fault is in it only for a broker with the extended fault bean switched on
 * (Domain facts, Payments §2.3).
 */
export function faultBeanOf(fault: Fault, options: { extended: boolean }): FaultBean {
  const { code, id, description, original } = fault;
  return {
    faultCode: wireCodeOf(code),
    faultString: fault.faultString,
    id,
    ...(description !== undefined && { description }),
    ...(options.extended && original !== undefined && originalFields(original)),
  };
}

function originalFields({ code, string, description }: OriginalFault): Partial<FaultBean> {
  return {
    originalFaultCode: code,
    ...(string !== undefined && { originalFaultString: string }),
    ...(description !== undefined && { originalDescription: description }),
  };
}
