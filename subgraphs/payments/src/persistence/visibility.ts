/**
 * Which payments a caller may see: a PSP those it makes, a creditor those that pay it, a broker those that pass through it unless the creditor
 * withholds them, a citizen
 * those it owes or pays, an operator all. What it may not see is not found.
 */
import type { FilterQuery } from '@mikro-orm/postgresql';
import { type Principal, withheldCreditors } from '@nodo-aperto/kernel/auth';
import type { PaymentRow } from './tables.ts';

/**
 * @param purpose a creditor's list holds the payments of its own notices; one by one it also sees those that pay it a part
 * @returns undefined when the caller may see none
 */
export function visiblePayments(principal: Principal | undefined, purpose: 'LIST' | 'ONE'): FilterQuery<PaymentRow> | undefined {
  if (!principal) return undefined;
  const { role, tenant, fiscalCode } = principal;
  switch (role) {
    case 'OPERATOR':
      return {};
    case 'CITIZEN':
      return fiscalCode === undefined ? undefined : { $or: [{ debtorFiscalCode: fiscalCode }, { payerFiscalCode: fiscalCode }] };
    case 'PSP':
      return tenant === undefined ? undefined : { pspCode: tenant };
    case 'PARTNER':
      return tenant === undefined ? undefined : { $or: [connected(principal, tenant), { pspBrokerCode: tenant }] };
    case 'EC':
      if (tenant === undefined) return undefined;
      return purpose === 'LIST' ? { creditorFiscalCode: tenant } : { creditors: { $contains: [tenant] } };
  }
}

/** Through the broker's stations, of the creditors that let it see their payments. */
function connected(principal: Principal, broker: string): FilterQuery<PaymentRow> {
  const withheld = withheldCreditors(principal, 'PAYMENTS_READ');
  return { creditorBrokerCode: broker, ...(withheld.length > 0 && { creditorFiscalCode: { $nin: [...withheld] } }) };
}
