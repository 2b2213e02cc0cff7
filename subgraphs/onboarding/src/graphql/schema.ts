/** The federated schema of this subgraph. */
import { buildSubgraph, type ReferenceResolver, type SubgraphSchema } from '@nodo-aperto/kernel/graphql';
import { Accounts } from './accounts.ts';
import { ChannelDraftFields, ConfigurationDrafts, StationDraftFields } from './configuration-drafts.ts';
import { ApiKeys, Audit, SystemClients } from './credentials.ts';
import { loadBroker, loadObject, type OnboardingContext } from './context.ts';
import { DirectoryEvents } from './directory-events.ts';
import { DirectoryEntryFields } from './entry-fields.ts';
import { Exports } from './exports.ts';
import { Initiatives } from './initiatives.ts';
import { MaintenanceOperations } from './maintenance.ts';
import { OnboardingRequests } from './onboarding-requests.ts';
import { Obligations } from './obligations.ts';
import { Operations } from './operations.ts';
import * as fields from './party-fields.ts';
import { PartyQueries } from './party-queries.ts';
import { presentBroker, presentChannel, presentCreditor, presentPsp, presentStation } from './present.ts';
import { Registration } from './registration.ts';
import { Routes } from './routes.ts';
import { Delegations, Permissions, Users } from './users.ts';

export function onboardingSchema(): Promise<SubgraphSchema> {
  return buildSubgraph({
    resolvers: [
      PartyQueries,
      ...Object.values(fields),
      DirectoryEntryFields,
      DirectoryEvents,
      Registration,
      Operations,
      MaintenanceOperations,
      Initiatives,
      Permissions,
      Users,
      Delegations,
      ApiKeys,
      SystemClients,
      Audit,
      OnboardingRequests,
      ConfigurationDrafts,
      StationDraftFields,
      ChannelDraftFields,
      Routes,
      Accounts,
      Exports,
      Obligations,
    ] as never,
    references: {
      CreditorInstitution: reference('fiscalCode', async (context, code) =>
        present(await loadObject(context, 'creditorInstitution', code), presentCreditor),
      ),
      Psp: reference('code', async (context, code) => present(await loadObject(context, 'psp', code), presentPsp)),
      Broker: reference('code', async (context, code) => present(await loadBroker(context, code), presentBroker)),
      Station: reference('code', async (context, code) => present(await loadObject(context, 'station', code), presentStation)),
      Channel: reference('code', async (context, code) => present(await loadObject(context, 'channel', code), presentChannel)),
    },
  });
}

/** Parties are known to authenticated callers only. */
function reference(key: string, find: (context: OnboardingContext, code: string) => Promise<object | null>): ReferenceResolver {
  return (representation, context) => {
    const code = representation[key];
    const asked = context as unknown as OnboardingContext;
    return asked.principal && typeof code === 'string' ? find(asked, code) : null;
  };
}

function present<Row, Node>(row: Row | null, node: (row: Row) => Node): Node | null {
  return row && node(row);
}
