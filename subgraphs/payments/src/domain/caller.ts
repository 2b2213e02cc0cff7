/**
 * Who may call: the PSP, its broker, its channel, the channel's password, and that they belong together; the checks in their order.
 * An unknown PSP is checked apart, because idempotency keys are looked up as soon as the PSP is known.
 * Source: Domain facts, Payments §2.3 (order 2: caller); design, section 5.5.
 */
import { Fault } from '@nodo-aperto/kernel/faults';

/** The caller as the request names it. */
export interface CallerClaim {
  readonly idPSP: string;
  /** The channel's own broker when absent: only the official messages must name it. */
  readonly idBrokerPSP?: string;
  readonly idChannel: string;
}

export interface KnownPsp {
  readonly code: string;
  readonly enabled: boolean;
}

export interface KnownBroker {
  readonly code: string;
  readonly enabled: boolean;
}

export interface KnownChannel {
  readonly code: string;
  readonly broker: string;
  readonly psps: readonly string[];
  readonly enabled: boolean;
  readonly paymentModel: string;
}

/** What the directory knows of the caller. */
export interface CallerParties {
  readonly psp: KnownPsp;
  readonly broker: KnownBroker | undefined;
  readonly channel: KnownChannel | undefined;
}

/** The kind of channel that pays notices at a PSP's counter. */
const COUNTER_MODEL = 'ATTIVATO_PRESSO_PSP';

/** @returns PPT_PSP_SCONOSCIUTO */
export function pspUnknown(code: string): Fault {
  return new Fault('PPT_PSP_SCONOSCIUTO', { description: `No PSP has the code ${code}.` });
}

/**
 * @param passwordAccepted whether the channel's password is the given one; true when the caller was authenticated otherwise
 * @returns the fault of the first check that fails
 */
export function checkCaller(claim: CallerClaim, parties: CallerParties, passwordAccepted: boolean): Fault | undefined {
  const { psp, broker, channel } = parties;
  if (!psp.enabled) return new Fault('PPT_PSP_DISABILITATO', { description: `The PSP ${psp.code} is disabled.` });
  return checkBroker(brokerOf(claim, channel), broker) ?? checkChannel(claim, channel) ?? checkAuthority(claim, channel, passwordAccepted);
}

/** The code of the broker that is meant: the one named, else the channel's; undefined when the request names none and no known channel. */
export function brokerOf(claim: CallerClaim, channel: KnownChannel | undefined): string | undefined {
  return claim.idBrokerPSP ?? channel?.broker;
}

function checkBroker(code: string | undefined, broker: KnownBroker | undefined): Fault | undefined {
  // Then it is the channel that is not known, which is checked next.
  if (code === undefined) return undefined;
  if (!broker) return new Fault('PPT_INTERMEDIARIO_PSP_SCONOSCIUTO', { description: `No broker of PSPs has the code ${code}.` });
  return broker.enabled ? undefined : new Fault('PPT_INTERMEDIARIO_PSP_DISABILITATO', { description: `The broker ${code} is disabled.` });
}

function checkChannel(claim: CallerClaim, channel: KnownChannel | undefined): Fault | undefined {
  if (!channel) return new Fault('PPT_CANALE_SCONOSCIUTO', { description: `No channel has the code ${claim.idChannel}.` });
  return channel.enabled ? undefined : new Fault('PPT_CANALE_DISABILITATO', { description: `The channel ${channel.code} is disabled.` });
}

function checkAuthority(claim: CallerClaim, channel: KnownChannel | undefined, passwordAccepted: boolean): Fault | undefined {
  if (!passwordAccepted) return new Fault('PPT_AUTENTICAZIONE', { description: 'The password is not the one of the channel.' });
  const refused = (description: string): Fault => new Fault('PPT_AUTORIZZAZIONE', { description });
  if (claim.idBrokerPSP !== undefined && channel?.broker !== claim.idBrokerPSP)
    return refused('The channel does not belong to this broker.');
  if (!channel?.psps.includes(claim.idPSP)) return refused('The PSP does not use this channel.');
  if (channel.paymentModel !== COUNTER_MODEL) return refused(`The channel is not of the kind ${COUNTER_MODEL}.`);
  return undefined;
}
