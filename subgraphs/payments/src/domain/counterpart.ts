/**
 * Whom the payment is for: the creditor, the station that serves the notice, the station's broker; the checks in their order.
 * Source: Domain facts, Payments §2.3 (order 3: counterpart).
 */
import { Fault } from '@nodo-aperto/kernel/faults';
import type { NoticeNumber } from '@nodo-aperto/kernel/identifiers';
import { type NoticeRoute, routeOf } from './notice-routing.ts';

interface Known {
  readonly code: string;
  readonly enabled: boolean;
}

/** @returns the fault of an unknown or disabled creditor */
export function checkCreditor(fiscalCode: string, creditor: { readonly enabled: boolean } | undefined): Fault | undefined {
  if (!creditor) return new Fault('PPT_DOMINIO_SCONOSCIUTO', { description: `No creditor has the fiscal code ${fiscalCode}.` });
  return creditor.enabled ? undefined : new Fault('PPT_DOMINIO_DISABILITATO', { description: `The creditor ${fiscalCode} is disabled.` });
}

/** @returns the route of the notice, or the fault that none fits */
export function checkRoute<Route extends NoticeRoute>(
  noticeNumber: NoticeNumber,
  routes: readonly Route[],
): { route: Route } | { fault: Fault } {
  const route = routeOf(noticeNumber, routes);
  if (route) return { route };
  return {
    fault: new Fault('PPT_STAZIONE_INT_PA_SCONOSCIUTA', {
      description: 'No station of the creditor serves notices of this aux digit and code.',
    }),
  };
}

/** @returns the fault of the station or of its broker; the broker comes first */
export function checkStation(stationCode: string, station: Known | undefined, broker: Known | undefined): Fault | undefined {
  if (!station) return new Fault('PPT_STAZIONE_INT_PA_SCONOSCIUTA', { description: `No station has the code ${stationCode}.` });
  if (!broker) return new Fault('PPT_INTERMEDIARIO_PA_SCONOSCIUTO', { description: 'The broker of the station is not known.' });
  if (!broker.enabled) return new Fault('PPT_INTERMEDIARIO_PA_DISABILITATO', { description: `The broker ${broker.code} is disabled.` });
  return station.enabled
    ? undefined
    : new Fault('PPT_STAZIONE_INT_PA_DISABILITATA', { description: `The station ${stationCode} is disabled.` });
}
