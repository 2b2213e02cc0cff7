/** What the resolvers of this subgraph work with, and how its look-ups are batched per request. */
import type { Principal } from '@nodo-aperto/kernel/auth';
import type { DirectoryKind } from '@nodo-aperto/kernel/directory';
import { invariant } from '@nodo-aperto/kernel/faults';
import type { SubgraphContext } from '@nodo-aperto/kernel/graphql';
import { ownsChannel, ownsCreditor, ownsStation } from '../domain/visibility.ts';
import type { Stored } from '../persistence/mappings.ts';
import type { OnboardingServices } from '../services/index.ts';
import type { BrokerView } from '../services/directory-queries.ts';

export type OnboardingContext = SubgraphContext<OnboardingServices>;

/** The caller; present wherever a field is open to roles. */
export function callerOf(context: OnboardingContext): Principal {
  invariant(context.principal !== undefined, 'a field that is open to roles has a caller');
  return context.principal;
}

/** One look-up for all objects of a kind that a request asks for. */
export function loadObject<Kind extends DirectoryKind>(context: OnboardingContext, kind: Kind, code: string): Promise<Stored<Kind> | null> {
  const loader = context.loaders.get<string, Stored<Kind>>(`directory ${kind}`, (codes) => context.services.queries.load(kind, codes), {
    key: (each) => each,
    value: (stored) => stored.code,
  });
  return loader.load(code);
}

export function loadBroker(context: OnboardingContext, code: string): Promise<BrokerView | null> {
  const loader = context.loaders.get<string, BrokerView>('brokers', (codes) => context.services.queries.brokers(codes), {
    key: (each) => each,
    value: (broker) => broker.code,
  });
  return loader.load(code);
}

/** Whether the caller may see how a station is configured. */
export async function mayConfigureStation(context: OnboardingContext, { code, object }: Stored<'station'>): Promise<boolean> {
  const principal = callerOf(context);
  if (principal.role !== 'EC' || principal.tenant === undefined) return ownsStation(principal, object, []);
  const { tenant } = principal;
  const routed = await loadCode(context, 'stations of the caller', code, (codes) =>
    context.services.queries.stationsRoutedFor(tenant, codes),
  );
  return ownsStation(principal, object, routed ? [tenant] : []);
}

/** Whether the caller may see how a creditor is configured. */
export async function mayConfigureCreditor(context: OnboardingContext, fiscalCode: string): Promise<boolean> {
  const principal = callerOf(context);
  if (principal.role === 'OPERATOR' || principal.tenant === undefined) return ownsCreditor(principal, fiscalCode, []);
  const { tenant } = principal;
  const connected = await loadCode(context, 'creditors of the caller', fiscalCode, (codes) =>
    context.services.queries.creditorsConnectedBy(tenant, codes),
  );
  return ownsCreditor(principal, fiscalCode, connected ? [tenant] : []);
}

export function mayConfigureChannel(context: OnboardingContext, { object }: Stored<'channel'>): boolean {
  return ownsChannel(callerOf(context), object);
}

/** Whether a code is among those that a look-up finds. */
async function loadCode(
  context: OnboardingContext,
  name: string,
  code: string,
  find: (codes: readonly string[]) => Promise<readonly string[]>,
): Promise<boolean> {
  const loader = context.loaders.get<string, string>(name, find, { key: (each) => each, value: (each) => each });
  return (await loader.load(code)) !== null;
}
