export type { Caller, TokenFor } from './caller.ts';
export { platformClient } from './client.ts';
export type { PlatformClient, PlatformClientOptions } from './client.ts';
export { isPassing, PlatformRefusalError, PlatformUnreachableError } from './errors.ts';
export {
  activatePaymentNotice,
  createDebtPosition,
  createPosition,
  documents,
  importDirectory,
  sendPaymentOutcome,
  verifyPaymentNotice,
} from './operations.ts';
export type { DirectoryIssue, OutcomeDetails, PlatformFault, PspInput } from './operations.ts';
export type { ResumableSubscription } from './subscription.ts';
