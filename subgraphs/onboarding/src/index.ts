/** The onboarding subgraph: who takes part in the platform, through what, and under which settings. */
import type { JobDefinition } from '@nodo-aperto/kernel/jobs';
import { stationConnector } from '@nodo-aperto/kernel/soap';
import type { Edge, SubgraphDefinition } from '@nodo-aperto/kernel/subgraph';
import { MINUTE, realClock } from '@nodo-aperto/kernel/time';
import { directoryEntryChanged } from '@nodo-aperto/schema/events';
import { adoptionConsumers } from './events/adoption-consumers.ts';
import type { Verify } from './edges/caller.ts';
import { contractEdge } from './edges/contract-edge.ts';
import { exportEdge } from './edges/export-edge.ts';
import { onboardingSchema } from './graphql/schema.ts';
import { migrations } from './persistence/migrations.ts';
import { tables } from './persistence/tables.ts';
import { type OnboardingServices, onboardingServices } from './services/index.ts';
import { requestExpiry } from './services/onboarding/expiry-job.ts';

export type {
  DirectoryFileService,
  IdentityClient,
  IdentitySource,
  ImportResult,
  Membership,
  OnboardingServices,
} from './services/index.ts';

export const onboarding: SubgraphDefinition = {
  name: 'onboarding',
  describes:
    'Creditors, PSPs, their brokers, stations, channels and routes, API keys, maintenance, settings, and the roadmap of initiatives.',
  entities: tables,
  migrations,
  publishes: [directoryEntryChanged],
  graphql: onboardingSchema,
  async start(host) {
    const { clock, options } = host;
    const tls = options.stationTls && { tls: options.stationTls };
    const connector = stationConnector({ clock, allowPrivateEndpoints: options.allowPrivateEndpoints, ...tls });
    const services = onboardingServices(host, connector);
    await services.settings.establish();
    const accountChanges: JobDefinition = {
      name: 'ACCOUNT_CHANGES',
      everyMs: 15 * MINUTE,
      run: ({ signal }) => services.accounts.carryOutDue(signal),
    };
    const stop = async (): Promise<void> => connector[Symbol.asyncDispose]();
    return {
      services,
      consumers: adoptionConsumers,
      jobs: [requestExpiry(services.onboarding), accountChanges],
      tasks: [],
      edges: options.verify ? edgesOf(services, options.verify) : [],
      stop,
    };
  },
};

function edgesOf({ onboarding: requests, permissions, exports }: OnboardingServices, verify: Verify): Edge[] {
  return [contractEdge({ onboarding: requests, permissions, verify }), exportEdge({ exports, verify, waits: realClock() })];
}
