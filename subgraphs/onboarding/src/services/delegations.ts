/** What creditors delegate to partners. Source: domain facts, Onboarding section 5.6 (delegations). */
import type { PlatformFunction, Principal } from '@nodo-aperto/kernel/auth';
import type { Database } from '@nodo-aperto/kernel/database';
import { type Delegation, delegationCodeOf } from '@nodo-aperto/kernel/directory';
import { ForbiddenError, InputError, InvariantError, NotFoundError } from '@nodo-aperto/kernel/faults';
import { addressOf, type Institution } from '../domain/permissions/institution.ts';
import { DELEGABLE_FUNCTIONS, isDelegable } from '../domain/permissions/partner-delegation.ts';
import { delegations, findDelegation, saveGrantor, type StoredDelegation } from '../persistence/delegation-store.ts';
import type { DirectoryStore, DirectoryWriter } from '../persistence/directory-store.ts';
import { apply } from './objects.ts';
import type { PermissionService } from './permissions.ts';
import { assertRevision } from './revision.ts';

export interface DelegationRequest {
  /** Fiscal code of the creditor; absent: the caller's own. */
  readonly creditor?: string | null;
  /** Broker code of the partner. */
  readonly partner: string;
  /** What the partner may do for the creditor, from now on and nothing else. */
  readonly functions: readonly PlatformFunction[];
  /** The revision that the caller has seen, of a delegation that holds. */
  readonly revision?: number | null;
}

export interface DelegationService {
  /** Delegates, or changes what is delegated. @throws InputError, ForbiddenError; ConflictError with both versions */
  delegate(principal: Principal, request: DelegationRequest): Promise<StoredDelegation>;
  /** @throws NotFoundError, ForbiddenError; ConflictError for another revision */
  revoke(principal: Principal, request: { creditor?: string | null; partner: string; revision: number }): Promise<StoredDelegation>;
  /** Of the caller's institution: what it delegated as a creditor, what was delegated to it as a partner; operators: all. */
  list(principal: Principal, page: { after?: { creditor: string; partner: string }; limit: number }): Promise<StoredDelegation[]>;
}

export function delegationService(parts: { database: Database; store: DirectoryStore; permissions: PermissionService }): DelegationService {
  const { database, store, permissions } = parts;

  /** Writes what holds from now on; the directory's own event tells every service. */
  const state = async (writer: DirectoryWriter, principal: Principal, object: Delegation, action: string): Promise<StoredDelegation> => {
    const { creditorInstitution, partner } = object;
    const code = delegationCodeOf(object);
    const [stored] = await writer.load('delegation', [code]);
    await apply(writer, { kind: 'delegation', code, object, created: stored === undefined }, stored);
    await saveGrantor(writer, code, principal.fiscalCode ?? principal.subject);
    const delegation = await findDelegation(writer, creditorInstitution, partner);
    if (!delegation) throw new InvariantError('a delegation that was just written is there');
    await writer.audit(noteOf(delegation, action));
    return delegation;
  };

  const creditorFor = async (principal: Principal, given: string | null | undefined, writer: DirectoryWriter): Promise<string> =>
    codeOfCreditor((await permissions.actingFor(principal, 'DELEGATIONS', creditorOf(given), writer)).institution);

  return {
    delegate: (principal, request) =>
      store.write(principal, async (writer) => {
        const creditor = await creditorFor(principal, request.creditor, writer);
        const functions = [...new Set(request.functions)];
        assertDelegable(functions);
        const kinds = await permissions.kindsOf({ role: 'PARTNER', code: request.partner }, writer);
        if (!kinds.includes('PT_EC'))
          throw InputError.at('partner', 'is not known', 'the code of a broker of creditors that is registered');
        if ((await writer.load('creditorInstitution', [creditor])).length === 0)
          throw InputError.at('creditor', 'is not known', 'the fiscal code of a creditor that is registered');
        const present = await findDelegation(writer, creditor, request.partner);
        if (present && present.revokedAt === undefined) assertSeen(present, request.revision);
        return state(writer, principal, { creditorInstitution: creditor, partner: request.partner, functions }, 'DELEGATED');
      }),
    revoke: (principal, { creditor: given, partner, revision }) =>
      store.write(principal, async (writer) => {
        const creditor = await creditorFor(principal, given, writer);
        const present = await findDelegation(writer, creditor, partner);
        if (!present || present.revokedAt !== undefined) throw new NotFoundError('There is no such delegation of yours.');
        assertSeen(present, revision);
        return state(writer, principal, { creditorInstitution: creditor, partner, functions: [] }, 'REVOKED');
      }),
    async list(principal, page) {
      if (principal.role === 'OPERATOR') return delegations(database, {}, page);
      if (principal.tenant === undefined) return [];
      return delegations(database, principal.role === 'PARTNER' ? { partner: principal.tenant } : { creditor: principal.tenant }, page);
    },
  };
}

function assertSeen(present: StoredDelegation, revision: number | null | undefined): void {
  const { functions, grantedBy } = present;
  assertRevision('the delegation', revision ?? 0, present, { functions, grantedBy });
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
    objectKind: 'PARTNER_DELEGATION',
    objectCode: `${creditor}/${partner}`,
    audience,
    onBehalfOf: address,
    detail: { functions, revision },
  };
}
