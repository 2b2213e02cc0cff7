import { Fault, type FaultCode } from '@nodo-aperto/kernel/faults';

/** Whoever takes part in a flow, as the directory knows them; undefined who it does not know. */
export interface FlowParties {
  psp: { code: string; enabled: boolean } | undefined;
  broker: { code: string; enabled: boolean } | undefined;
  channel: { code: string; enabled: boolean; broker: string; psps: readonly string[] } | undefined;
  creditor: { fiscalCode: string; enabled: boolean } | undefined;
}

function known<Party extends { enabled: boolean }>(party: Party | undefined, unknown: FaultCode, disabled: FaultCode): Party {
  if (!party) throw new Fault(unknown);
  if (!party.enabled) throw new Fault(disabled);
  return party;
}

/** A PSP is known and enabled. @throws Fault FDR_2000, FDR_2001 */
export function checkPsp(psp: FlowParties['psp']): void {
  known(psp, 'FDR_2000', 'FDR_2001');
}

/** A creditor is known and enabled. @throws Fault FDR_2008, FDR_2009 */
export function checkCreditor(creditor: FlowParties['creditor']): void {
  known(creditor, 'FDR_2008', 'FDR_2009');
}

/**
 * Who sends a flow and who receives it are known and enabled; the channel belongs to the broker and serves the PSP. The first thing that is
 * wrong is told, in this order: PSP, broker, channel, creditor. Source: Domain facts, Reporting §1.4 (check order at create) and §1.5.
 * @throws Fault FDR_2000 to FDR_2009
 */
export function checkParties({ psp, broker, channel, creditor }: FlowParties): void {
  const knownPsp = known(psp, 'FDR_2000', 'FDR_2001');
  const knownBroker = known(broker, 'FDR_2002', 'FDR_2003');
  const knownChannel = known(channel, 'FDR_2004', 'FDR_2005');
  if (knownChannel.broker !== knownBroker.code) {
    throw new Fault('FDR_2006', { description: `Channel ${knownChannel.code} does not belong to broker ${knownBroker.code}.` });
  }
  if (!knownChannel.psps.includes(knownPsp.code)) {
    throw new Fault('FDR_2007', { description: `Channel ${knownChannel.code} does not serve PSP ${knownPsp.code}.` });
  }
  checkCreditor(creditor);
}
