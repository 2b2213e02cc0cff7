/** Looks up whoever calls, and has the domain judge it. */
import { type Channel, type Directory, passwordMatches, type Psp, type PspBroker } from '@nodo-aperto/kernel/directory';
import { type Fault, InvariantError } from '@nodo-aperto/kernel/faults';
import { brokerOf, checkCaller } from '../domain/caller.ts';
import type { CallerFields } from '../domain/request-syntax.ts';

/** A caller that passed every check. */
export interface Caller {
  readonly psp: Psp;
  readonly broker: PspBroker;
  readonly channel: Channel;
}

/** The checks of a caller whose PSP is known, in their order. */
export async function identifyCaller(
  directory: Directory,
  psp: Psp,
  request: CallerFields,
): Promise<{ caller: Caller } | { fault: Fault }> {
  const channel = await directory.channel(request.idChannel);
  const brokerCode = brokerOf(request, channel);
  const broker = brokerCode === undefined ? undefined : await directory.pspBroker(brokerCode);
  const fault = checkCaller(request, { psp, broker, channel }, passwordAccepted(request.password, channel));
  if (fault) return { fault };
  if (!broker || !channel) throw new InvariantError('a caller without broker or channel passed its checks');
  return { caller: { psp, broker, channel } };
}

/** A request without a password was authenticated otherwise: by an access token. An official message always has one. */
function passwordAccepted(given: string | undefined, channel: Channel | undefined): boolean {
  return given === undefined || channel === undefined || passwordMatches(channel, given);
}
