/** The onboarding subgraph: who takes part in the platform, through what, and under which settings. */
import type { SubgraphDefinition } from '@nodo-aperto/kernel/subgraph';
import { directoryEntryChanged } from '@nodo-aperto/schema/events';
import { onboardingSchema } from './graphql/schema.ts';
import { migrations } from './persistence/migrations.ts';
import { tables } from './persistence/tables.ts';
import { onboardingServices } from './services/index.ts';

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
    const services = onboardingServices(host);
    await services.settings.establish();
    return { services, consumers: [], jobs: [], tasks: [], edges: [] };
  },
};
