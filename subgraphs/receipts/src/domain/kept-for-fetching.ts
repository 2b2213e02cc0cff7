/**
 * Which receipts are not sent: those for stations of asynchronous creditors, which leave their positions to the platform and fetch what they
 * need. Such a receipt counts as delivered as soon as it can be fetched. Source: Domain facts, Payments §4.1 (asynchronous integration).
 */

export function isKeptForFetching(station: { readonly asynchronous?: boolean | undefined }): boolean {
  return station.asynchronous === true;
}
