/** Tells a PSP whether, and why, answers on a channel carry the `standin` element. */
import { ownsTenant, type Principal } from '@nodo-aperto/kernel/auth';
import type { Directory } from '@nodo-aperto/kernel/directory';
import { type FlagVisibility, standInVisibility } from '../domain/stand-in-visibility.ts';

/** Undefined when there is no such channel, or the caller is neither one of its PSPs, nor its broker, nor an operator. */
export async function readVisibility(directory: Directory, principal: Principal, channelCode: string): Promise<FlagVisibility | undefined> {
  const channel = await directory.channel(channelCode);
  if (!channel) return undefined;
  const uses = ownsTenant(principal, channel.broker) || (principal.role === 'PSP' && channel.psps.includes(principal.tenant ?? ''));
  return uses ? standInVisibility(channel) : undefined;
}
