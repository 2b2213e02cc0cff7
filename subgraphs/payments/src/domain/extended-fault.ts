/**
 * Who is told what a creditor said of its refusal: PSPs whose broker has the extended fault bean. For all others the code of the node, the
 * creditor's fiscal code as its id, and a description have to do. Source: Domain facts, Payments §2.3.
 */

/** The fault as a caller of this broker gets it. */
export function faultTold<Told extends { readonly original?: unknown }>(
  fault: Told,
  broker: { readonly extendedFaultBean: boolean } | undefined,
): Omit<Told, 'original'> & Partial<Pick<Told, 'original'>> {
  if (fault.original === undefined || broker?.extendedFaultBean === true) return fault;
  const { original: _original, ...rest } = fault;
  return rest;
}
