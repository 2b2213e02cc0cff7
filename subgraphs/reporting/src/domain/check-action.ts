import { Fault } from '@nodo-aperto/kernel/faults';
import type { FlowStatus } from './flow.ts';

/** What a PSP does to a flow that it has created. */
export type FlowAction = 'ADD' | 'REMOVE' | 'PUBLISH' | 'DELETE';

const ALLOWED: Readonly<Record<FlowAction, readonly FlowStatus[]>> = {
  ADD: ['CREATED', 'INSERTED'],
  REMOVE: ['INSERTED'],
  PUBLISH: ['INSERTED'],
  DELETE: ['CREATED', 'INSERTED'],
};

/**
 * Lines are added to a draft, removed and published only when there are some; a draft can be deleted. A published flow is no draft: for
 * these actions it does not exist. Source: Domain facts, Reporting §1.4.
 * @param flow the draft; undefined when the PSP has none of the name
 * @throws Fault FDR_3001 without a draft, FDR_3003 when its state does not allow the action
 */
export function checkAction<Flow extends { status: FlowStatus }>(action: FlowAction, flow: Flow | undefined): asserts flow is Flow {
  if (!flow || flow.status === 'PUBLISHED') throw new Fault('FDR_3001', { description: 'There is no unpublished flow of this name.' });
  if (!ALLOWED[action].includes(flow.status)) {
    throw new Fault('FDR_3003', { description: `The flow is ${flow.status}: it must be ${ALLOWED[action].join(' or ')} for this.` });
  }
}
