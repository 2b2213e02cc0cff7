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
    ...(foundation.environment.DATABASE_REPLICA_URL !== undefined && {
      replica: { url: foundation.environment.DATABASE_REPLICA_URL, waitMs: foundation.environment.REPLICA_WAIT_MS },
    }),
    options: {
      ...(verifier && { verify: (token: string) => verifier.verify(token) }),
      yearsKept: foundation.environment.YEARS_KEPT,
      onboarding: await foundation.onboarding(),
      allowPrivateEndpoints: foundation.environment.NODE_ENV !== 'production',
      ...(foundation.stationTls && { stationTls: foundation.stationTls }),
    },
  };
}
