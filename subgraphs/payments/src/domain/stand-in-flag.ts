/**
 * Who is told that an answer comes from Stand-In: channels configured for the flag; for others the element is absent, not false.
 * Source: Domain facts, Payments §1.1 and §3.5; design, wire primitives.
 */

/** The flag as the answer carries it: undefined when the channel is not configured for it. */
export function standInFlag(channel: { readonly standInFlag: boolean }, standIn: boolean): boolean | undefined {
  return channel.standInFlag ? standIn : undefined;
}
