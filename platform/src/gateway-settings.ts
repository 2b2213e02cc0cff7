/** What the environment says about how the gateway treats its callers, in both shapes. */
import type { GatewayOptions } from '@nodo-aperto/gateway';
import type { Environment } from './environment.ts';

export function gatewaySettings(environment: Environment): Pick<GatewayOptions, 'rate' | 'allowedOrigins' | 'onlyPersisted'> {
  return {
    rate: {
      requestsPerSecond: environment.RATE_REQUESTS_PER_SECOND,
      objectsPerSecond: environment.RATE_OBJECTS_PER_SECOND,
    },
    allowedOrigins: environment.ALLOWED_ORIGINS,
    onlyPersisted: environment.PERSISTED_DOCUMENTS_ONLY === 'true',
  };
}
