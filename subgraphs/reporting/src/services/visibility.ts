/** Who may see a flow: the PSP that sends it, from its creation on; the creditor that receives it, once it is published; operators. */
import type { Principal } from '@nodo-aperto/kernel/auth';
import type { FlowFilter } from '../persistence/flow-reads.ts';
import type { FlowRow } from '../persistence/tables.ts';

export function maySee(principal: Principal | undefined, flow: Pick<FlowRow, 'pspCode' | 'creditorFiscalCode' | 'status'>): boolean {
  switch (principal?.role) {
    case 'OPERATOR':
      return true;
    case 'PSP':
      return principal.tenant === flow.pspCode;
    case 'EC':
      return principal.tenant === flow.creditorFiscalCode && flow.status === 'PUBLISHED';
    default:
      return false;
  }
}

/** The filter narrowed to what the caller may see; undefined when that is nothing. */
export function narrowed(principal: Principal, filter: FlowFilter): FlowFilter | undefined {
  const { role, tenant } = principal;
  if (role === 'OPERATOR') return filter;
  if (tenant === undefined) return undefined;
  if (role === 'PSP') return filter.pspCode === undefined || filter.pspCode === tenant ? { ...filter, pspCode: tenant } : undefined;
  const own = filter.creditorFiscalCode === undefined || filter.creditorFiscalCode === tenant;
  if (role !== 'EC' || !own || filter.published === false) return undefined;
  return { ...filter, creditorFiscalCode: tenant, published: true };
}
