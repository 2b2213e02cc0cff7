/**
 * Which stations are told that a payment was made in Stand-In: those configured for it. For all others the element `standIn` is absent,
 * not false. Source: Domain facts, Payments §1.1 and §3.5; design, wire primitives.
 */

/** The element as the receipt carries it; undefined: left out. */
export function standInElement(station: { readonly standInFlag: boolean }, standIn: boolean): boolean | undefined {
  return station.standInFlag ? standIn : undefined;
}
