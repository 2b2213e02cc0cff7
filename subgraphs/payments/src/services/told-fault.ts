/** Looks up whether a caller's broker is told what a creditor said of its refusal, and has the domain decide what the caller gets. */
import { brokerOf, type CallerClaim } from '../domain/caller.ts';
import { faultTold } from '../domain/extended-fault.ts';
import type { FaultData, PaymentsDependencies } from './dependencies.ts';

/** The fault of an answer as whoever sent the request may see it. What is remembered under idempotency keys is the whole. */
export async function toldFault(
  { directory }: Pick<PaymentsDependencies, 'directory'>,
  request: CallerClaim,
  fault: FaultData,
): Promise<FaultData> {
  if (fault.original === undefined) return fault;
  const code = brokerOf(request, await directory.channel(request.idChannel));
  return faultTold(fault, code === undefined ? undefined : await directory.pspBroker(code));
}
