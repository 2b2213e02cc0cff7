/**
 * What partners may do for creditors, decided in one place for every service. A partner acts for the creditors whose notices go through its
 * stations; once a creditor has delegated something to it, that is the whole of what it may do for this creditor.
 */
import type { PartnerScope, PlatformFunction, Principal } from '../auth/index.ts';
import type { Directory, DirectoryEntry } from './directory.ts';
import { delegationCodeOf } from './shapes.ts';

/** What is asked of the directory. */
export type Delegated = Pick<Directory, 'entry' | 'children'>;

/** Whether a creditor lets a partner do something; a party is never held back from what is its own. */
export async function mayActFor(
  directory: Pick<Delegated, 'entry'>,
  partner: string,
  creditor: string,
  wanted: PlatformFunction,
): Promise<boolean> {
  if (partner === creditor) return true;
  const delegation = await directory.entry('delegation', delegationCodeOf({ creditorInstitution: creditor, partner }));
  return delegation?.data.functions.includes(wanted) ?? true;
}

/** The caller with what creditors delegated to its partner; every other caller as it is. */
export async function withDelegations(
  directory: Pick<Delegated, 'children'> | undefined,
  principal: Principal | undefined,
): Promise<Principal | undefined> {
  if (!directory || principal?.role !== 'PARTNER' || principal.tenant === undefined) return principal;
  const scope = new Scope(directory, principal.tenant);
  await scope.refresh();
  return { ...principal, delegations: scope };
}

class Scope implements PartnerScope {
  readonly #directory: Pick<Delegated, 'children'>;
  readonly #partner: string;
  #delegations: readonly DirectoryEntry<'delegation'>[] = [];

  constructor(directory: Pick<Delegated, 'children'>, partner: string) {
    this.#directory = directory;
    this.#partner = partner;
  }

  async refresh(): Promise<void> {
    this.#delegations = await this.#directory.children('delegation', this.#partner);
  }

  withheld(wanted: PlatformFunction): readonly string[] {
    return this.#delegations
      .filter(({ data }) => data.creditorInstitution !== this.#partner && !data.functions.includes(wanted))
      .map(({ data }) => data.creditorInstitution);
  }
}
