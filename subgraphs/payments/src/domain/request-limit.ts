/**
 * How many requests of one PSP are answered at once. More are refused at once, so that a PSP that floods the node, or waits for many
 * creditors that hang, does not take the others' share. Source: Domain facts, Payments §2.3 (PPT_SUPERAMENTOSOGLIA); the figure is ours.
 */
import { Fault } from '@nodo-aperto/kernel/faults';

/** Requests under way of one PSP, in one process. */
export const MOST_REQUESTS_OF_PSP = 1_000;

export function tooManyRequests(): Fault {
  return new Fault('PPT_SUPERAMENTOSOGLIA', { description: `At most ${MOST_REQUESTS_OF_PSP} requests of a PSP are answered at once.` });
}
