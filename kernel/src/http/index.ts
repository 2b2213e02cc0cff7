/** The HTTP side of a process. */
export { API_KEY_HEADER, apiKeyOf } from './api-key.ts';
export { countCall, type EdgeLimits, TooManyCallsError } from './edge-limits.ts';
export { measureRequests } from './latency.ts';
export {
  AddressInUseError,
  assertPortFree,
  createHttpService,
  type HealthCheck,
  type HttpService,
  LARGEST_BODY,
  LONG_BODY,
  traceparentOf,
} from './service.ts';
