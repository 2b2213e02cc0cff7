/**
 * Why a PSP sees, or does not see, the `standin` element in answers on a channel: it is emitted only on channels configured for it, and only
 * there can it be true. Source: Domain facts, Payments §1.1 and §3.5 (an integrator saw it missing until it was configured by hand).
 */

export interface FlagVisibility {
  /** Whether answers on the channel carry the element. */
  readonly shown: boolean;
  readonly reason: string;
}

export function standInVisibility(channel: {
  readonly code: string;
  readonly enabled: boolean;
  readonly standInFlag: boolean;
}): FlagVisibility {
  if (!channel.enabled) return { shown: false, reason: `The channel ${channel.code} is disabled: no request on it is answered.` };
  if (!channel.standInFlag)
    return {
      shown: false,
      reason: `The channel ${channel.code} is not configured for the flag (standInFlag is false): answers on it have no standin element, whether the payment is in Stand-In or not.`,
    };
  return {
    shown: true,
    reason: `The channel ${channel.code} is configured for the flag: answers of verifyPaymentNotice and activatePaymentNotice carry standin, true in Stand-In and false otherwise.`,
  };
}
