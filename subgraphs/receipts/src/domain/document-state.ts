/**
 * How far the printing of a copy has come: NONE → GENERATING → READY or FAILED. One that failed, or that hangs for longer than the patience
 * (its process ended), is made anew when it is asked for. Source: Receipts §3.3 (states of the document, asked for again after 30 minutes).
 */
import { MINUTE } from '@nodo-aperto/kernel/time';

export const DOCUMENT_STATES = ['GENERATING', 'READY', 'FAILED'] as const;
export type DocumentState = (typeof DOCUMENT_STATES)[number];

export const GENERATION_PATIENCE_MS = 30 * MINUTE;

/** Whether a copy has to be made; `known` undefined: nobody has asked for it yet. */
export function isToBeMade(known: { readonly state: DocumentState; readonly requestedAt: number } | undefined, now: number): boolean {
  if (known === undefined || known.state === 'FAILED') return true;
  return known.state === 'GENERATING' && now - known.requestedAt > GENERATION_PATIENCE_MS;
}
