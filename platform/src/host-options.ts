/** What every hosted subgraph gets from the foundation, in both shapes. */
import { cryptographicStream } from '@nodo-aperto/kernel/random';
import type { HostSubgraphsOptions } from '@nodo-aperto/kernel/subgraph';
import type { Foundation } from './foundation.ts';

export async function hostOptions(foundation: Foundation): Promise<Omit<HostSubgraphsOptions, 'databaseUrl'>> {
  return {
    clock: foundation.clock,
    ...(foundation.testClock && { testClock: foundation.testClock }),
    log: foundation.log,
    random: () => cryptographicStream(),
    options: {
      onboarding: await foundation.onboarding(),
      allowPrivateEndpoints: foundation.environment.NODE_ENV !== 'production',
      ...(foundation.stationTls && { stationTls: foundation.stationTls }),
    },
  };
}
