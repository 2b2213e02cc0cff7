export { Fault, faultBeanOf, faultOfCreditor, NODE_FAULT_ID } from './fault.ts';
export type { FaultBean, FaultDetails, OriginalFault } from './fault.ts';
export { FAULT_CODES, faultCodeEntry, isFaultCode, looksLikeFaultCode, parseFaultCode, wireCodeOf } from './fault-codes.ts';
export type { FaultCodeEntry, FaultFamily } from './fault-code-entry.ts';
export type { FaultCode } from './fault-codes.ts';
export {
  ConflictError,
  ExposedError,
  ForbiddenError,
  InputError,
  invariant,
  InvariantError,
  LimitError,
  NotFoundError,
  UnauthenticatedError,
  UnavailableError,
} from './errors.ts';
export type { ExposedCode, InputIssue } from './errors.ts';
export { accepted, refused, valueOf } from './parsed.ts';
export type { Parsed } from './parsed.ts';
export { problemOf } from './problem.ts';
export type { Problem } from './problem.ts';
export { fromZod, zodOf } from './zod.ts';
