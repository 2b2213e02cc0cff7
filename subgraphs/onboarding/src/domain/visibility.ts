/**
 * Rule: names, codes and whether a party is enabled are public among callers who have authenticated; how it is connected and configured
 * (endpoints, routes, accounts, maintenance) is for its owners: the party itself, the broker that connects it, operators. Digests of secrets
 * are for nobody. Source: design section 4; domain facts, Onboarding section 5.4.
 */
import type { Principal } from '@nodo-aperto/kernel/auth';

/** Who a caller acts for, as far as the creditors' side goes: a creditor or a broker. */
function creditorSideTenant(principal: Principal): string | undefined {
  return principal.role === 'EC' || principal.role === 'PARTNER' ? principal.tenant : undefined;
}

function pspSideTenant(principal: Principal): string | undefined {
  return principal.role === 'PSP' || principal.role === 'PARTNER' ? principal.tenant : undefined;
}

/**
 * A station is its broker's, who may be a creditor itself; the creditors whose notices are routed to it see it too.
 * @param creditors fiscal codes of the creditors that have a route to it
 */
export function ownsStation(principal: Principal, station: { broker: string }, creditors: readonly string[]): boolean {
  if (principal.role === 'OPERATOR') return true;
  const tenant = creditorSideTenant(principal);
  if (tenant === undefined) return false;
  return station.broker === tenant || (principal.role === 'EC' && creditors.includes(tenant));
}

/** @param brokers codes of the brokers of the stations that the creditor's notices are routed to */
export function ownsCreditor(principal: Principal, fiscalCode: string, brokers: readonly string[]): boolean {
  if (principal.role === 'OPERATOR') return true;
  const tenant = creditorSideTenant(principal);
  if (tenant === undefined) return false;
  return brokers.includes(tenant) || (principal.role === 'EC' && tenant === fiscalCode);
}

/** A channel is its broker's, who may be a PSP itself; the PSPs that it pays for see it too. */
export function ownsChannel(principal: Principal, channel: { broker: string; psps: readonly string[] }): boolean {
  if (principal.role === 'OPERATOR') return true;
  const tenant = pspSideTenant(principal);
  if (tenant === undefined) return false;
  return channel.broker === tenant || (principal.role === 'PSP' && channel.psps.includes(tenant));
}

/** A broker of either side may be a creditor or a PSP that connects itself. */
export function ownsBroker(principal: Principal, code: string): boolean {
  if (principal.role === 'OPERATOR') return true;
  return principal.role !== 'CITIZEN' && principal.tenant === code;
}
