/** What this subgraph needs to know of creditors, from its replica of the directory. */
import type { Principal } from '@nodo-aperto/kernel/auth';
import { type Directory, mayActFor } from '@nodo-aperto/kernel/directory';
import { parseInstant } from '@nodo-aperto/kernel/time';
import { type Coverage, noticePrefixOf } from '../domain/covered-notices.ts';
import type { CreditorAccount } from '../domain/creditor-iban.ts';
import type { NoticeRoute } from '../domain/generate-notice-number.ts';
import { allowed, type Outcome, refused } from '../domain/outcome.ts';

export interface Creditor {
  fiscalCode: string;
  name: string;
  enabled: boolean;
  accounts: readonly CreditorAccount[];
}

/** A creditor that the actor may write for, and which of its notices. */
export interface WritableCreditor extends Creditor {
  coverage: Coverage;
  routes: readonly NoticeRoute[];
}

/** On whose behalf something is written: an operator's, a creditor's own, or a party's, which may be a creditor's broker as well. */
export type Actor = { readonly kind: 'OPERATOR' } | { readonly kind: 'CREDITOR' | 'PARTY'; readonly code: string };

/** What is done with positions. */
export type PositionFunction = 'POSITIONS_READ' | 'POSITIONS_WRITE';

export interface Creditors {
  find(fiscalCode: string): Promise<Creditor | undefined>;
  routes(fiscalCode: string): Promise<readonly NoticeRoute[]>;
  /**
   * Whether the actor may read or write positions of the creditor: it is the creditor, or the broker of one of its stations, from whom the
   * creditor does not withhold it.
   */
  mayActFor(actor: Actor, fiscalCode: string, wanted: PositionFunction): Promise<boolean>;
  /** Which of the creditor's notices are the actor's to read, or to write; empty when it may not act for it. */
  coverage(actor: Actor, fiscalCode: string, wanted: PositionFunction): Promise<Coverage>;
}

export function creditorsOf(directory: Pick<Directory, 'creditorInstitution' | 'entry' | 'routes' | 'station'>): Creditors {
  const coverage = async (actor: Actor, fiscalCode: string, wanted: PositionFunction): Promise<Coverage> => {
    if (actor.kind === 'OPERATOR' || actor.code === fiscalCode) return 'ALL';
    if (actor.kind === 'CREDITOR' || !(await mayActFor(directory, actor.code, fiscalCode, wanted))) return [];
    const prefixes: string[] = [];
    for (const route of await directory.routes(fiscalCode)) {
      if ((await directory.station(route.station))?.broker === actor.code) prefixes.push(noticePrefixOf(route));
    }
    return [...new Set(prefixes)];
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
    mayActFor: async (actor, fiscalCode, wanted) => (await coverage(actor, fiscalCode, wanted)).length > 0,
    coverage,
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
export async function creditorToWriteFor(creditors: Creditors, actor: Actor, fiscalCode: string): Promise<Outcome<WritableCreditor>> {
  const path = 'creditorFiscalCode';
  // Another party's code is refused before it is looked up: the answer tells nothing of it.
  const coverage = await creditors.coverage(actor, fiscalCode, 'POSITIONS_WRITE');
  if (coverage.length === 0) return refused('FORBIDDEN', { path, message: 'is not yours to act for', expected: OWN_CODE });
  const creditor = await creditors.find(fiscalCode);
  if (!creditor)
    return refused('NOT_FOUND', {
      path,
      message: 'is of no known creditor institution',
      expected: 'the fiscal code of a creditor institution',
    });
  if (!creditor.enabled)
    return refused('UNPROCESSABLE', { path, message: 'is of a disabled creditor institution', expected: 'an enabled one' });
  return allowed({ ...creditor, coverage, routes: await creditors.routes(fiscalCode) });
}
