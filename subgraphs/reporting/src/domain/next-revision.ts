import { Fault } from '@nodo-aperto/kernel/faults';
import { toIso } from '@nodo-aperto/kernel/time';
import type { FlowRequest, FlowStatus } from './flow.ts';

/** The newest revision of a PSP's flow name. */
export interface LastRevision {
  revision: number;
  status: FlowStatus;
  /** Epoch milliseconds. */
  flowDate: number;
  creditorFiscalCode: string;
}

/**
 * The number of the revision that a new flow becomes: 1 for a new name, one more than the last published one otherwise. There is one
 * unpublished flow of a name at most; a new revision is dated strictly later than the last published one, and stays with its creditor.
 * Source: Domain facts, Reporting §1.4 (its trap (a), a revision that moves to another creditor, is closed here as on the SOAP side).
 * @throws Fault FDR_3002 for a draft, FDR_3003 for another creditor, FDR_3011 for the date
 */
export function nextRevision(last: LastRevision | undefined, request: Pick<FlowRequest, 'flowDate' | 'receiver'>): number {
  if (!last) return 1;
  if (last.status !== 'PUBLISHED') {
    throw new Fault('FDR_3002', {
      description: `Revision ${last.revision} of the flow is ${last.status}: publish or delete it before another is created.`,
    });
  }
  if (request.receiver.creditorFiscalCode !== last.creditorFiscalCode) {
    throw new Fault('FDR_3003', {
      description: `Revision ${last.revision} of the flow is addressed to creditor ${last.creditorFiscalCode}: a revision cannot go to another.`,
    });
  }
  if (request.flowDate <= last.flowDate) {
    throw new Fault('FDR_3011', {
      description: `The flow's date must be later than ${toIso(last.flowDate)}, the date of revision ${last.revision}.`,
    });
  }
  return last.revision + 1;
}
