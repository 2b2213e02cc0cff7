import { DeadlineExceededError } from '../time/index.ts';
import { ExposedError, InputError } from './errors.ts';
import type { InputIssue } from './errors.ts';
import { faultCodeEntry, wireCodeOf } from './fault-codes.ts';
import { Fault } from './fault.ts';

/** The body of an HTTP error (RFC 9457, `application/problem+json`). */
export interface Problem {
  status: number;
  title: string;
  detail: string;
  /** What went wrong as a URN; absent when the status says all there is to say. */
  type?: string;
  /** The id under which the log has the whole story. */
  reference: string;
  /** What is wrong with the input, place by place. */
  issues?: readonly InputIssue[];
}

/**
 * What a caller may know of an error. Errors that are not written for callers, our own invariants first of all, become one and
 * the same sentence with the reference to look them up by.
 */
export function problemOf(error: unknown, reference: string): Problem {
  if (error instanceof InputError) {
    return { status: error.status, title: error.title, detail: error.message, issues: error.issues, reference };
  }
  if (error instanceof ExposedError) return { status: error.status, title: error.title, detail: error.message, reference };
  if (error instanceof Fault) return problemOfFault(error, reference);
  if (error instanceof DeadlineExceededError) {
    return { status: 504, title: 'Timeout', detail: `The request took too long. Reference: ${reference}`, reference };
  }
  return { status: 500, title: 'Internal error', detail: `An internal error occurred. Reference: ${reference}`, reference };
}

function problemOfFault(fault: Fault, reference: string): Problem {
  const code = wireCodeOf(fault.code);
  return {
    // The families of the SOAP primitives have no status of their own: the request was understood and refused.
    status: faultCodeEntry(fault.code).httpStatus ?? 422,
    title: code,
    detail: fault.description ?? fault.faultString,
    type: `urn:nodo-aperto:fault:${code}`,
    reference,
  };
}
