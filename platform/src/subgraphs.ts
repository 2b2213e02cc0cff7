/** The six subgraphs of the platform and the ports at which each is found when it runs alone. */
import type { SubgraphDefinition } from '@nodo-aperto/kernel/subgraph';
import { notices } from '@nodo-aperto/notices';
import { onboarding } from '@nodo-aperto/onboarding';
import { payments } from '@nodo-aperto/payments';
import { quality } from '@nodo-aperto/quality';
import { receipts } from '@nodo-aperto/receipts';
import { reporting } from '@nodo-aperto/reporting';

/** In the order in which they start: who states facts that others need comes first. */
export const SUBGRAPHS: readonly SubgraphDefinition[] = [onboarding, notices, payments, receipts, reporting, quality];

/** Where each subgraph listens when nothing else is said; the supergraph carries these addresses. */
export const SUBGRAPH_PORTS: Readonly<Record<string, number>> = {
  onboarding: 4001,
  notices: 4002,
  payments: 4003,
  receipts: 4004,
  reporting: 4005,
  quality: 4006,
};

export function subgraphUrl(name: string): string {
  return `http://127.0.0.1:${SUBGRAPH_PORTS[name]}/graphql`;
}
