/**
 * Accounts of creditors as these change them: announced, deleted, given labels. What is in force is in the creditor's own entry of the
 * directory, so that everybody follows it; what waits for its day is kept here. Source: domain facts, Onboarding section 5.6 (IBAN).
 */
import type { Principal } from '@nodo-aperto/kernel/auth';
import type { Database } from '@nodo-aperto/kernel/database';
import type { CreditorInstitution } from '@nodo-aperto/kernel/directory';
import { ConflictError, ForbiddenError, InputError, type InputIssue, NotFoundError } from '@nodo-aperto/kernel/faults';
import type { JobSummary } from '@nodo-aperto/kernel/jobs';
import type { RandomStream } from '@nodo-aperto/kernel/random';
import { type Clock, toLocalDate } from '@nodo-aperto/kernel/time';
import { type AccountChangeState, mayPass } from '../domain/accounts/account-change.ts';
import { type AccountOutcome, type AccountRequest, carryOut, decideAccounts } from '../domain/accounts/plan-changes.ts';
import { withChangeTimes } from '../domain/objects/creditor-institution.ts';
import { addressOf } from '../domain/permissions/institution.ts';
import {
  type AccountChange,
  creditorsWithDueChanges,
  findAccountChange,
  listAccountChanges,
  pendingChanges,
  saveAccountChange,
} from '../persistence/account-change-store.ts';
import { actorName } from '../persistence/audit-log.ts';
import type { DirectoryStore, DirectoryWriter } from '../persistence/directory-store.ts';
import type { Stored } from '../persistence/mappings.ts';
import { apply, checkRevision, existing } from './objects.ts';
import type { PermissionService } from './permissions.ts';
import { assertRevision } from './revision.ts';
import { isUuid } from './users.ts';

export interface AccountResult {
  readonly iban: string;
  readonly outcome: AccountOutcome;
  readonly issues: readonly InputIssue[];
  /** What waits for its day. */
  readonly change?: AccountChange;
}

export interface AccountService {
  /**
   * Carries out what is asked for each account; what is refused does not hold up the rest.
   * @param revision of the creditor's registration that the caller has seen
   * @throws InputError for no or too many requests; ForbiddenError; ConflictError with both versions
   */
  change(
    principal: Principal,
    requests: readonly AccountRequest[],
    options: { creditor?: string | null; revision: number },
  ): Promise<{ creditor: Stored<'creditorInstitution'>; results: AccountResult[] }>;
  /** Takes a change back that waits for its day. @throws NotFoundError; ConflictError when it waits no longer, or for another revision */
  cancel(principal: Principal, id: string, revision: number): Promise<AccountChange>;
  list(
    principal: Principal,
    options: { creditor?: string | null; state?: AccountChangeState | null; after?: string; limit: number },
  ): Promise<AccountChange[]>;
  /** Makes hold what is due today, and ends accounts whose last day is past. */
  carryOutDue(signal: AbortSignal): Promise<JobSummary>;
}

const MOST_REQUESTS = 100;
const CREDITORS_AT_ONCE = 500;

export function accountService(parts: {
  database: Database;
  store: DirectoryStore;
  clock: Clock;
  random: RandomStream;
  permissions: PermissionService;
}): AccountService {
  const { database, store, clock, random, permissions } = parts;
  const creditorFor = async (principal: Principal, given: string | null | undefined): Promise<string> => {
    const { institution } = await permissions.actingFor(principal, 'IBANS', given ? { role: 'EC', code: given } : undefined);
    if (institution.role !== 'EC') throw new ForbiddenError('Only creditors have accounts.');
    return institution.code;
  };
  return {
    async change(principal, requests, { creditor, revision }) {
      if (requests.length < 1 || requests.length > MOST_REQUESTS)
        throw InputError.at('items', `has ${requests.length} items`, `1 to ${MOST_REQUESTS} items`);
      const code = await creditorFor(principal, creditor);
      return store.write(principal, async (writer) => {
        const stored = await existing(writer, 'creditorInstitution', code);
        await checkRevision(writer, { kind: 'creditorInstitution', code }, stored, revision);
        const pending = new Set((await pendingChanges(writer, code)).map(({ iban }) => iban));
        const circumstances = { today: toLocalDate(writer.nowMs), operator: principal.role === 'OPERATOR', pending };
        const { creditor: after, decisions } = decideAccounts(stored.object, requests, circumstances);
        const results: AccountResult[] = [];
        for (const { iban, outcome, issues, planned } of decisions) {
          const change: AccountChange | undefined = planned && {
            ...planned,
            id: random.uuid(),
            creditorInstitution: code,
            state: 'PENDING',
            requestedBy: actorName(principal),
            requestedAt: writer.nowMs,
            changedAt: writer.nowMs,
            revision: 1,
          };
          if (change) await record(writer, change);
          results.push({ iban, outcome, issues, ...(change && { change }) });
        }
        const { revision: now } = await save(writer, stored, after);
        return { creditor: { code, object: after, revision: now }, results };
      });
    },
    cancel: (principal, id, revision) =>
      store.write(principal, async (writer) => {
        const change = isUuid(id) ? await findAccountChange(writer, id) : undefined;
        if (!change) throw new NotFoundError('There is no such change of an account.');
        await creditorFor(principal, change.creditorInstitution);
        assertRevision('the change', revision, change, { state: change.state });
        if (!mayPass(change.state, 'CANCELED')) throw new ConflictError(`The change is ${change.state} and can no longer be taken back.`);
        return pass(writer, change, 'CANCELED');
      }),
    async list(principal, { creditor, state, after, limit }) {
      return listAccountChanges(database, await creditorFor(principal, creditor), { state: state ?? undefined, after, limit });
    },
    async carryOutDue(signal) {
      const today = toLocalDate(clock.now());
      const creditors = await creditorsWithDueChanges(database, today, CREDITORS_AT_ONCE);
      let processed = 0;
      for (const code of creditors) {
        if (signal.aborted) break;
        processed += await store.write('platform', (writer) => carryOutOf(writer, code, today));
      }
      return { processed, detail: `${creditors.length} creditors` };
    },
  };
}

async function carryOutOf(writer: DirectoryWriter, code: string, today: string): Promise<number> {
  const stored = await existing(writer, 'creditorInstitution', code);
  const due = (await pendingChanges(writer, code)).filter(({ effectiveOn }) => effectiveOn <= today);
  const { creditor, reasons } = carryOut(stored.object, due, today);
  for (const [index, change] of due.entries()) {
    const reason = reasons[index];
    await pass(writer, change, reason === undefined ? 'COMPLETED' : 'FAILED', reason);
  }
  await save(writer, stored, creditor);
  return Math.max(due.length, stored.object.ibans.length - creditor.ibans.length);
}

function save(writer: DirectoryWriter, stored: Stored<'creditorInstitution'>, after: CreditorInstitution) {
  const object = withChangeTimes(after, stored.object, writer.now);
  return apply(writer, { kind: 'creditorInstitution', code: stored.code, object, created: false }, stored);
}

async function pass(writer: DirectoryWriter, change: AccountChange, state: AccountChangeState, reason?: string): Promise<AccountChange> {
  const passed = { ...change, state, changedAt: writer.nowMs, revision: change.revision + 1, ...(reason !== undefined && { reason }) };
  await record(writer, passed);
  return passed;
}

async function record(writer: DirectoryWriter, change: AccountChange): Promise<void> {
  await saveAccountChange(writer, change);
  const { id, creditorInstitution, kind, state, effectiveOn, reason } = change;
  const address = addressOf({ role: 'EC', code: creditorInstitution });
  await writer.audit({
    action: state,
    objectKind: 'ACCOUNT_CHANGE',
    objectCode: id,
    audience: [address],
    onBehalfOf: address,
    detail: { kind, effectiveOn, ...(reason !== undefined && { reason }) },
  });
}
