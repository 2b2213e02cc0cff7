/** What the resolvers of this subgraph work with, and how its look-ups are batched per request. */
import type { Principal } from '@nodo-aperto/kernel/auth';
import type { Stream } from '@nodo-aperto/kernel/events';
import { ForbiddenError, invariant } from '@nodo-aperto/kernel/faults';
import type { SubgraphContext } from '@nodo-aperto/kernel/graphql';
import type { FlowKey } from '../persistence/flow-reads.ts';
import type { FlowRow } from '../persistence/tables.ts';
import type { FlowReads, PlacedLine } from '../services/read-flows.ts';
import { maySee } from '../services/visibility.ts';
import type { Writing } from '../services/writing.ts';

export interface ReportingServices {
  readonly reads: FlowReads;
  readonly writing: Writing;
  readonly stream: Stream;
}
export type ReportingContext = SubgraphContext<ReportingServices>;

const keyText = ({ pspCode, name, revision }: FlowKey): string => `${pspCode}/${name}/${revision}`;

/** The flow, when there is one and the caller may see it. One look-up for all flows of a request. */
export async function loadFlow(context: ReportingContext, key: FlowKey): Promise<FlowRow | null> {
  const loader = context.loaders.get<FlowKey, FlowRow>('flows', (keys) => context.services.reads.flows(keys), {
    key: keyText,
    value: keyText,
  });
  const flow = await loader.load(key);
  return flow && maySee(context.principal, flow) ? flow : null;
}

/** The lines that report a payment, as far as the caller may see them. One look-up for all payments of a request. */
export async function loadLines(context: ReportingContext, iur: string): Promise<PlacedLine[]> {
  const { principal, services } = context;
  if (!principal) return [];
  const loader = context.loaders.get<string, { iur: string; lines: PlacedLine[] }>(
    'lines',
    async (iurs) => {
      const lines = await services.reads.linesOfPayments(principal, iurs);
      return iurs.map((each) => ({ iur: each, lines: lines.filter(({ line }) => line.iur === each) }));
    },
    { key: (each) => each, value: (each) => each.iur },
  );
  return (await loader.load(iur))?.lines ?? [];
}

/** The caller; present wherever a field is open to roles. */
export function callerOf(context: ReportingContext): Principal {
  invariant(context.principal !== undefined, 'a field that is open to roles has a caller');
  return context.principal;
}

/** The PSP that the caller writes for: itself. @throws ForbiddenError when it names another */
export function ownPsp(context: ReportingContext, psp: string | null | undefined): string {
  const { tenant } = callerOf(context);
  if (tenant === undefined) throw new ForbiddenError('The token names no PSP.');
  if (psp !== null && psp !== undefined && psp !== tenant) throw new ForbiddenError('The token may not act for that PSP.');
  return tenant;
}
