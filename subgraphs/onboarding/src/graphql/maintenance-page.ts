/** A page of the maintenance windows of a station: those that have not ended, in the order of time. */
import { type Connection, listCursor, pageSize, readListCursor, toConnection } from '@nodo-aperto/kernel/graphql';
import type { MaintenanceState } from '../domain/maintenance-quota.ts';
import type { OnboardingServices } from '../services/index.ts';
import type { PageArguments } from './pages.ts';
import type { MaintenanceType } from './party-types.ts';
import { presentMaintenance } from './present.ts';

export async function readWindowPage(
  services: OnboardingServices,
  station: string,
  { first, after, state }: PageArguments & { state?: MaintenanceState | null },
): Promise<Connection<MaintenanceType>> {
  const size = pageSize(first);
  const [last] = readListCursor(after, 1) ?? [];
  const rows = await services.maintenances.list(station, {
    endingAfter: services.operations.state().now,
    state: state ?? null,
    ...(typeof last === 'number' && { after: last }),
    limit: size + 1,
  });
  const nodes = rows.map(presentMaintenance);
  return toConnection(nodes, size, { cursor: (node) => listCursor(node.start), node: (node) => node });
}
