/** The creditors that a station serves. */
import type { Directory } from '@nodo-aperto/kernel/directory';

/** Creditors that one fact about a station can name. */
const MOST_CREDITORS = 1_000;
const PAGE = 1_000;

/** Fiscal codes, in order, at most a thousand. Reads all routes: for decisions about stations, which are rare, not for requests. */
export async function creditorsOf(directory: Directory, stationCode: string): Promise<string[]> {
  const creditors = new Set<string>();
  let after: string | undefined;
  do {
    const routes = await directory.list('route', { first: PAGE, ...(after !== undefined && { after }) });
    for (const { data } of routes)
      if (data.station === stationCode && creditors.size < MOST_CREDITORS) creditors.add(data.creditorInstitution);
    after = routes.length === PAGE ? routes.at(-1)?.code : undefined;
  } while (after !== undefined);
  return [...creditors].sort();
}
