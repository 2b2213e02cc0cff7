/** What this subgraph needs to know of creditors, from its replica of the directory. */
import type { Principal } from '@nodo-aperto/kernel/auth';
import type { Directory } from '@nodo-aperto/kernel/directory';
import { parseInstant } from '@nodo-aperto/kernel/time';
import type { CreditorAccount } from '../domain/creditor-iban.ts';
import type { NoticeRoute } from '../domain/generate-notice-number.ts';
import { allowed, type Outcome, refused } from '../domain/outcome.ts';

export interface Creditor {
  fiscalCode: string;
  name: string;
  enabled: boolean;
  accounts: readonly CreditorAccount[];
}

/** On whose behalf something is written: an operator's, a creditor's own, or a party's, which may be a creditor's broker as well. */
export type Actor = { readonly kind: 'OPERATOR' } | { readonly kind: 'CREDITOR' | 'PARTY'; readonly code: string };

export interface Creditors {
  find(fiscalCode: string): Promise<Creditor | undefined>;
  routes(fiscalCode: string): Promise<readonly NoticeRoute[]>;
  /** Whether the actor may write and read the creditor's positions: it is the creditor, or the broker of one of its stations. */
  mayActFor(actor: Actor, fiscalCode: string): Promise<boolean>;
}

export function creditorsOf(directory: Pick<Directory, 'creditorInstitution' | 'routes' | 'station'>): Creditors {
  const isBrokerOf = async (code: string, fiscalCode: string): Promise<boolean> => {
    for (const { station } of await directory.routes(fiscalCode)) {
      if ((await directory.station(station))?.broker === code) return true;
    }
    return false;
  };
  return {
    async find(fiscalCode) {
      const known = await directory.creditorInstitution(fiscalCode);
      if (!known) return undefined;
      const accounts = known.ibans.map(({ iban, labels, changedAt }) => ({
        iban,
        labels,
        changedAt: changedAt === undefined ? undefined : parseInstant(changedAt),
      }));
      return { fiscalCode, name: known.name, enabled: known.enabled, accounts };
    },
    routes: (fiscalCode) => directory.routes(fiscalCode),
    async mayActFor(actor, fiscalCode) {
      if (actor.kind === 'OPERATOR' || actor.code === fiscalCode) return true;
      return actor.kind === 'PARTY' && isBrokerOf(actor.code, fiscalCode);
    },
  };
}

/** Who acts when a caller of the graph writes; undefined for roles that write no positions. */
export function actorOf(principal: Principal): Actor | undefined {
  const { role, tenant } = principal;
  if (role === 'OPERATOR') return { kind: 'OPERATOR' };
  if (tenant === undefined) return undefined;
  if (role === 'EC') return { kind: 'CREDITOR', code: tenant };
  return role === 'PARTNER' ? { kind: 'PARTY', code: tenant } : undefined;
}

const OWN_CODE = 'the fiscal code of your own institution';

/** The creditor, when it is the actor's to write for, is known and works. */
export async function creditorToWriteFor(creditors: Creditors, actor: Actor, fiscalCode: string): Promise<Outcome<Creditor>> {
  const path = 'creditorFiscalCode';
  // Another party's code is refused before it is looked up: the answer tells nothing of it.
  if (!(await creditors.mayActFor(actor, fiscalCode)))
    return refused('FORBIDDEN', { path, message: 'is not yours to act for', expected: OWN_CODE });
  const creditor = await creditors.find(fiscalCode);
  if (!creditor)
    return refused('NOT_FOUND', {
      path,
      message: 'is of no known creditor institution',
      expected: 'the fiscal code of a creditor institution',
    });
  if (!creditor.enabled)
    return refused('UNPROCESSABLE', { path, message: 'is of a disabled creditor institution', expected: 'an enabled one' });
  return allowed(creditor);
}
