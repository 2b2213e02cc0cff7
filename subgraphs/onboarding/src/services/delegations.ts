/** What creditors delegate to partners. Source: domain facts, Onboarding section 5.6 (delegations). */
import type { PlatformFunction, Principal } from '@nodo-aperto/kernel/auth';
import type { Database } from '@nodo-aperto/kernel/database';
import { ConflictError, ForbiddenError, InputError, NotFoundError } from '@nodo-aperto/kernel/faults';
import type { RandomStream } from '@nodo-aperto/kernel/random';
import type { Clock } from '@nodo-aperto/kernel/time';
import { addressOf, type Institution } from '../domain/permissions/institution.ts';
import { DELEGABLE_FUNCTIONS, isDelegable } from '../domain/permissions/partner-delegation.ts';
import { recordAudit } from '../persistence/audit-log.ts';
import { delegations, findDelegation, saveDelegation, type StoredDelegation } from '../persistence/user-store.ts';
import type { PermissionService } from './permissions.ts';

export interface DelegationRequest {
  /** Fiscal code of the creditor; absent: the caller's own. */
  readonly creditor?: string | null;
  /** Broker code of the partner. */
  readonly partner: string;
  /** What the partner may do for the creditor, from now on and nothing else. */
  readonly functions: readonly PlatformFunction[];
}

export interface DelegationService {
  /** Delegates, or changes what is delegated. @throws InputError, ForbiddenError */
  delegate(principal: Principal, request: DelegationRequest): Promise<StoredDelegation>;
  /** @throws NotFoundError, ForbiddenError; ConflictError for another revision */
  revoke(principal: Principal, request: { creditor?: string | null; partner: string; revision: number }): Promise<StoredDelegation>;
  /** Of the caller's institution: what it delegated as a creditor, what was delegated to it as a partner; operators: all. */
  list(principal: Principal, page: { after?: { creditor: string; partner: string }; limit: number }): Promise<StoredDelegation[]>;
}

const LOCK = 'select pg_advisory_xact_lock(hashtextextended($1, 2))';

export function delegationService(parts: {
  database: Database;
  clock: Clock;
  random: RandomStream;
  permissions: PermissionService;
}): DelegationService {
  const { database, clock, random, permissions } = parts;
  return {
    delegate: (principal, request) =>
      database.transaction(async (tx) => {
        const { institution } = await permissions.actingFor(principal, 'DELEGATIONS', creditorOf(request.creditor), tx);
        const creditor = codeOfCreditor(institution);
        const functions = [...new Set(request.functions)];
        assertDelegable(functions);
        const kinds = await permissions.kindsOf({ role: 'PARTNER', code: request.partner }, tx);
        if (!kinds.includes('PT_EC'))
          throw InputError.at('partner', 'is not known', 'the code of a broker of creditors that is registered');
        await tx.query(LOCK, [`onboarding delegation ${creditor} ${request.partner}`]);
        const present = await findDelegation(tx, creditor, request.partner);
        const now = clock.now();
        const delegation: StoredDelegation = {
          id: present?.id ?? random.uuid(),
          creditor,
          partner: request.partner,
          functions,
          grantedBy: principal.fiscalCode ?? principal.subject,
          grantedAt: now,
          revision: (present?.revision ?? 0) + 1,
        };
        await saveDelegation(tx, delegation);
        await recordAudit(tx, principal, now, [noteOf(delegation, 'DELEGATED')]);
        return delegation;
      }),
    revoke: (principal, { creditor: given, partner, revision }) =>
      database.transaction(async (tx) => {
        const { institution } = await permissions.actingFor(principal, 'DELEGATIONS', creditorOf(given), tx);
        const creditor = codeOfCreditor(institution);
        await tx.query(LOCK, [`onboarding delegation ${creditor} ${partner}`]);
        const present = await findDelegation(tx, creditor, partner);
        if (!present) throw new NotFoundError('There is no such delegation of yours.');
        if (present.revision !== revision)
          throw new ConflictError(`You have seen revision ${revision} of the delegation, which is now at revision ${present.revision}.`);
        const now = clock.now();
        const revoked = { ...present, revokedAt: now, revision: present.revision + 1 };
        await saveDelegation(tx, revoked);
        await recordAudit(tx, principal, now, [noteOf(revoked, 'REVOKED')]);
        return revoked;
      }),
    async list(principal, page) {
      if (principal.role === 'OPERATOR') return delegations(database, {}, page);
      if (principal.tenant === undefined) return [];
      return delegations(database, principal.role === 'PARTNER' ? { partner: principal.tenant } : { creditor: principal.tenant }, page);
    },
  };
}

function creditorOf(code: string | null | undefined): Institution | undefined {
  return code === null || code === undefined ? undefined : { role: 'EC', code };
}

function codeOfCreditor({ role, code }: Institution): string {
  if (role !== 'EC') throw new ForbiddenError('Only creditors delegate to partners.');
  return code;
}

function assertDelegable(functions: readonly PlatformFunction[]): void {
  if (functions.length === 0) throw InputError.at('functions', 'is empty', 'at least one function; to end a delegation revoke it');
  const issues = functions.filter((each) => !isDelegable(each));
  if (issues.length === 0) return;
  const expected = `one of ${DELEGABLE_FUNCTIONS.join(', ')}`;
  throw new InputError(issues.map((each) => ({ path: 'functions', message: `${each} cannot be delegated`, expected })));
}

function noteOf(delegation: StoredDelegation, action: string) {
  const { creditor, partner, functions, revision } = delegation;
  const address = addressOf({ role: 'EC', code: creditor });
  const audience = [address, addressOf({ role: 'PARTNER', code: partner })];
  return {
    action,
    objectKind: 'DELEGATION',
    objectCode: `${creditor}/${partner}`,
    audience,
    onBehalfOf: address,
    detail: { functions, revision },
  };
}
