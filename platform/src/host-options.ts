/** What every hosted subgraph gets from the foundation, in both shapes. */
import { cryptographicStream } from '@nodo-aperto/kernel/random';
import type { HostSubgraphsOptions } from '@nodo-aperto/kernel/subgraph';
import type { Foundation } from './foundation.ts';

/** @param identityUrl where the identity provider is; absent where only commands run */
export async function hostOptions(foundation: Foundation, identityUrl?: string): Promise<Omit<HostSubgraphsOptions, 'databaseUrl'>> {
  const verifier = identityUrl === undefined ? undefined : await foundation.verifier(identityUrl);
  return {
    clock: foundation.clock,
    ...(foundation.testClock && { testClock: foundation.testClock }),
    log: foundation.log,
    random: () => cryptographicStream(),
    ...(foundation.environment.BUS_URL !== undefined && { busUrl: foundation.environment.BUS_URL }),
    options: {
      ...(verifier && { verify: (token: string) => verifier.verify(token) }),
      onboarding: await foundation.onboarding(),
      allowPrivateEndpoints: foundation.environment.NODE_ENV !== 'production',
      ...(foundation.stationTls && { stationTls: foundation.stationTls }),
    },
  };
}
