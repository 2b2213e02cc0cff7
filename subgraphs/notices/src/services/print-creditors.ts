/** What a creditor's notices show of it: the directory has its codes and its postal account, the profile the rest. */
import type { Directory } from '@nodo-aperto/kernel/directory';
import type { Database } from '@nodo-aperto/kernel/database';
import type { PrintCreditor } from '../domain/printing/print-item.ts';
import { readProfile } from '../persistence/print-profiles.ts';

export interface PresentedCreditor {
  readonly creditor: PrintCreditor;
  readonly logo?: Uint8Array | undefined;
}

/** @returns undefined for a creditor that is unknown or disabled */
export async function presentedCreditor(
  { directory, database }: { directory: Pick<Directory, 'creditorInstitution'>; database: Database },
  fiscalCode: string,
): Promise<PresentedCreditor | undefined> {
  const known = await directory.creditorInstitution(fiscalCode);
  if (!known?.enabled) return undefined;
  const { logo, ...profile } = await readProfile(database, fiscalCode);
  const { cbill, postalAccount, postalHolder, postalAuthorization } = known.print ?? {};
  // The Data Matrix has room for digits only; an account that has none cannot be printed.
  const account = postalAccount?.replaceAll(/\D/g, '');
  const postal =
    account && postalAuthorization ? { account, holder: postalHolder ?? known.name, authorization: postalAuthorization } : undefined;
  return { creditor: { fiscalCode, name: known.name, ...profile, ...(cbill && { cbill }), ...(postal && { postal }) }, logo };
}
