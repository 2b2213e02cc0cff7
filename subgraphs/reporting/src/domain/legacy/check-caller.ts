import { Fault, type FaultCode } from '@nodo-aperto/kernel/faults';

interface Party {
  enabled: boolean;
}

function known<Known extends Party>(party: Known | undefined, unknown: FaultCode, disabled: FaultCode): Known {
  if (!party) throw new Fault(unknown);
  if (!party.enabled) throw new Fault(disabled);
  return party;
}

/** Who sends a flow, as the directory knows them. */
export interface LegacySender {
  psp: (Party & { code: string }) | undefined;
  broker: (Party & { code: string }) | undefined;
  channel: (Party & { code: string; broker: string; psps: readonly string[] }) | undefined;
  /** Whether the password is the channel's. */
  authenticated: boolean;
  creditor: Party | undefined;
}

/**
 * Who sends a flow over the legacy primitive: PSP, broker, channel and its password, the creditor, and that the channel is the broker's and
 * serves the PSP. The first thing that is wrong is told. Source: Domain facts, Reporting §1.6.
 * @throws Fault PPT_PSP_…, PPT_INTERMEDIARIO_PSP_…, PPT_CANALE_…, PPT_AUTENTICAZIONE, PPT_DOMINIO_…, PPT_AUTORIZZAZIONE
 */
export function checkLegacySender({ psp, broker, channel, authenticated, creditor }: LegacySender): void {
  const { code: pspCode } = known(psp, 'PPT_PSP_SCONOSCIUTO', 'PPT_PSP_DISABILITATO');
  const { code: brokerCode } = known(broker, 'PPT_INTERMEDIARIO_PSP_SCONOSCIUTO', 'PPT_INTERMEDIARIO_PSP_DISABILITATO');
  const { broker: owner, psps } = known(channel, 'PPT_CANALE_SCONOSCIUTO', 'PPT_CANALE_DISABILITATO');
  if (!authenticated) throw new Fault('PPT_AUTENTICAZIONE');
  known(creditor, 'PPT_DOMINIO_SCONOSCIUTO', 'PPT_DOMINIO_DISABILITATO');
  if (owner !== brokerCode) throw new Fault('PPT_AUTORIZZAZIONE', { description: 'The channel does not belong to the broker.' });
  if (!psps.includes(pspCode)) throw new Fault('PPT_AUTORIZZAZIONE', { description: 'The channel does not serve the PSP.' });
}

/** Who asks for flows, as the directory knows them. */
export interface LegacyReader {
  broker: (Party & { code: string }) | undefined;
  station: (Party & { code: string; broker: string }) | undefined;
  /** Whether the password is the station's. */
  authenticated: boolean;
  /** The creditor asked about; absent when the request names none. */
  creditor?: { party: Party | undefined; servedByStation: boolean };
  /** The PSP asked about; absent when the request names none. */
  psp?: { party: Party | undefined };
}

/**
 * Who asks for flows over the legacy primitives: broker, station and its password, the creditor and the PSP when they are named, that the
 * station is the broker's and serves the creditor. Source: Domain facts, Reporting §1.6.
 * @throws Fault PPT_INTERMEDIARIO_PA_…, PPT_STAZIONE_INT_PA_…, PPT_AUTENTICAZIONE, PPT_DOMINIO_…, PPT_PSP_…, PPT_AUTORIZZAZIONE
 */
export function checkLegacyReader({ broker, station, authenticated, creditor, psp }: LegacyReader): void {
  const { code: brokerCode } = known(broker, 'PPT_INTERMEDIARIO_PA_SCONOSCIUTO', 'PPT_INTERMEDIARIO_PA_DISABILITATO');
  const { broker: owner } = known(station, 'PPT_STAZIONE_INT_PA_SCONOSCIUTA', 'PPT_STAZIONE_INT_PA_DISABILITATA');
  if (!authenticated) throw new Fault('PPT_AUTENTICAZIONE');
  if (creditor) known(creditor.party, 'PPT_DOMINIO_SCONOSCIUTO', 'PPT_DOMINIO_DISABILITATO');
  if (psp) known(psp.party, 'PPT_PSP_SCONOSCIUTO', 'PPT_PSP_DISABILITATO');
  if (owner !== brokerCode) throw new Fault('PPT_AUTORIZZAZIONE', { description: 'The station does not belong to the broker.' });
  if (creditor && !creditor.servedByStation) {
    throw new Fault('PPT_AUTORIZZAZIONE', { description: 'The station does not serve the creditor.' });
  }
}

/**
 * The legacy primitives serve a creditor until the day that is set for it. Source: the circolare announces their end, without one date for all.
 * @param offFrom the first day without them; undefined while none is set
 * @throws Fault PPT_AUTORIZZAZIONE
 */
export function checkStillServed(offFrom: string | undefined, today: string): void {
  if (offFrom === undefined || today < offFrom) return;
  throw new Fault('PPT_AUTORIZZAZIONE', {
    description: `The legacy primitives of reporting no longer serve the creditor since ${offFrom}: use the REST interface.`,
  });
}
