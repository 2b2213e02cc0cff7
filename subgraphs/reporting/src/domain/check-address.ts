import { Fault } from '@nodo-aperto/kernel/faults';
import type { FlowRequest } from './flow.ts';

/** What a request says it is about, outside its body. */
export interface FlowAddress {
  pspCode: string;
  name: string;
}

/**
 * The body of a request names the PSP and the flow that its address names. Source: Domain facts, Reporting §1.2 and §1.4.
 * @throws Fault FDR_3004 for the PSP, FDR_3010 for the name
 */
export function checkAddress({ pspCode, name }: FlowAddress, request: Pick<FlowRequest, 'name' | 'sender'>): void {
  if (request.sender.pspCode !== pspCode) {
    throw new Fault('FDR_3004', { description: `The body names PSP ${request.sender.pspCode}, the address ${pspCode}.` });
  }
  if (request.name !== name) {
    throw new Fault('FDR_3010', { description: `The body names flow ${request.name}, the address ${name}.` });
  }
}
