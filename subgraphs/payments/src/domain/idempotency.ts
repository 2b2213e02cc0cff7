/**
 * What an idempotency key remembers, and how long: the same key with the same request gets the same answer and no second effect, with
 * another request PPT_ERRORE_IDEMPOTENZA; an expired key is new. Source: Domain facts, Payments §2.4.
 */
import { createHash } from 'node:crypto';
import { Fault, type FaultCode } from '@nodo-aperto/kernel/faults';
import { DAY, MINUTE } from '@nodo-aperto/kernel/time';
import { isStationFault } from './creditor-fault.ts';

/** The form of a key: the PSP's fiscal code, an underscore, ten letters or digits. */
const KEY = /^[a-zA-Z0-9]{2,18}_[a-zA-Z0-9]{10}$/;

/** How long the answer to a refused activation is remembered: one day. */
export const REFUSED_ACTIVATION_MS = DAY;
/** How long the answer to an outcome is remembered: two days. */
export const OUTCOME_MS = 2 * DAY;

/** @returns PPT_SINTASSI_EXTRAXSD when the key does not have the form of one */
export function idempotencyKeySyntax(key: string | undefined): Fault | undefined {
  if (key === undefined || KEY.test(key)) return undefined;
  return new Fault('PPT_SINTASSI_EXTRAXSD', {
    description: 'idempotencyKey: expected 2 to 18 letters or digits, "_", and 10 letters or digits.',
  });
}

/** How long the answer to an accepted activation is remembered: as the configuration says, but never longer than its token lives. */
export function activationKeyMs(keyMinutes: number, tokenMs: number): number {
  return Math.min(keyMinutes * MINUTE, tokenMs);
}

/**
 * Whether a KO is remembered under the key. Syntax faults and an unknown PSP never are: nothing was begun. A station fault is not
 * either, because the same request may succeed when the station is back. Everything else is, configuration faults included.
 */
export function isRemembered(code: FaultCode): boolean {
  return code !== 'PPT_SINTASSI_EXTRAXSD' && code !== 'PPT_PSP_SCONOSCIUTO' && code !== 'PPT_ERRORE_IDEMPOTENZA' && !isPassing(code);
}

/** Faults that say nothing about the request itself, only about the moment it came in. */
function isPassing(code: FaultCode): boolean {
  return isStationFault(code) || code === 'PPT_SYSTEM_ERROR' || code === 'PPT_SUPERAMENTOSOGLIA' || code === 'PPT_ATTIVAZIONE_IN_CORSO';
}

/** The answer to a key that was used for another request. */
export function otherRequest(): Fault {
  return new Fault('PPT_ERRORE_IDEMPOTENZA', { description: 'This idempotency key was used for another request.' });
}

/** The digest of a request: equal for equal content, whatever the order of its fields. Fields that are undefined do not count. */
export function requestHash(request: object): string {
  return createHash('sha256').update(canonical(request)).digest('hex');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const fields = Object.entries(value).filter(([, item]) => item !== undefined);
  return `{${fields
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, item]) => `${JSON.stringify(name)}:${canonical(item)}`)
    .join(',')}}`;
}
