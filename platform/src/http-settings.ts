/** What the environment says about the HTTP server of a process, in both shapes. */
import type { EdgeLimits } from '@nodo-aperto/kernel/http';
import type { Environment } from './environment.ts';

export function httpSettings(environment: Environment): { edgeLimits: EdgeLimits; trustProxy: string[] | false } {
  const { TRUSTED_PROXIES: proxies } = environment;
  return {
    edgeLimits: {
      callsPerSecond: environment.EDGE_CALLS_PER_SECOND,
      callsPerSecondOfAddress: environment.EDGE_CALLS_PER_SECOND_OF_ADDRESS,
      connectionsOfAddress: environment.CONNECTIONS_OF_ADDRESS,
    },
    trustProxy: proxies.length > 0 && proxies,
  };
}
