/** What every hosted subgraph gets from the foundation, in both shapes. */
import { cryptographicStream } from '@nodo-aperto/kernel/random';
import type { HostSubgraphsOptions } from '@nodo-aperto/kernel/subgraph';
import type { Foundation } from './foundation.ts';

export function hostOptions(foundation: Foundation): Omit<HostSubgraphsOptions, 'databaseUrl'> {
  return {
    clock: foundation.clock,
    ...(foundation.testClock && { testClock: foundation.testClock }),
    log: foundation.log,
    random: () => cryptographicStream(),
    options: {
      allowPrivateEndpoints: foundation.environment.NODE_ENV !== 'production',
      ...(foundation.stationTls && { stationTls: foundation.stationTls }),
    },
  };
}
