/** Requests of institutions to take part: made, looked at, approved or rejected, signed for and completed. Source: domain facts, Onboarding section 5.2. */
import { isPersonOfInstitution, type Principal } from '@nodo-aperto/kernel/auth';
import { type Database, isUniqueViolation } from '@nodo-aperto/kernel/database';
import { ConflictError, ForbiddenError, InputError, LimitError, NotFoundError } from '@nodo-aperto/kernel/faults';
import type { JobSummary } from '@nodo-aperto/kernel/jobs';
import type { RandomStream } from '@nodo-aperto/kernel/random';
import type { Certificate } from '@nodo-aperto/kernel/signatures';
import { type Clock, toIso } from '@nodo-aperto/kernel/time';
import { checkSignedContract, CONTRACT_ERRORS, type ContractErrorCode } from '../../domain/contracts/contract-check.ts';
import type { RuleOptions } from '../../domain/kinds.ts';
import { institutionOf, isTaken, partiesOf } from '../../domain/onboarding/directory-parties.ts';
import { expiryFrom, isExpired } from '../../domain/onboarding/expiry.ts';
import { type InstitutionRegistry, registryIssues, type RegistryEntry } from '../../domain/onboarding/registry.ts';
import { mayAskForMore, MOST_OPEN_REQUESTS } from '../../domain/onboarding/request-limit.ts';
import { requestIssues } from '../../domain/onboarding/request-issues.ts';
import { nextState, type RequestEvent, type RequestState } from '../../domain/onboarding/request-state.ts';
import type { RequestContent } from '../../domain/onboarding/request.ts';
import { completionOf, workflowFor } from '../../domain/onboarding/workflow.ts';
import { addressOf } from '../../domain/permissions/institution.ts';
import { type Actor, actorName, type AuditNote, recordAudit } from '../../persistence/audit-log.ts';
import type { DirectoryStore, DirectoryWriter } from '../../persistence/directory-store.ts';
import {
  activateContract,
  contractFile,
  countOpenRequests,
  expiredRequests,
  findContract,
  findRequest,
  type OnboardingRequest,
  requests,
  saveContract,
  saveRequest,
  type StoredContract,
} from '../../persistence/request-store.ts';
import { ownInstitution } from '../permissions.ts';
import { assertRevision } from '../revision.ts';
import { isUuid } from '../users.ts';
import { complete, TAKEN } from './completion.ts';
import { drawUpContract } from './contract-document.ts';

/** What became of a signed contract that was handed in. */
export interface SignatureOutcome {
  readonly request: OnboardingRequest;
  /** Why it was refused; absent when it was accepted. */
  readonly refusal?: { readonly code: ContractErrorCode; readonly message: string; readonly expected: string };
}

export interface OnboardingRequestService {
  /**
   * @throws InputError naming every bad field; ForbiddenError for a person whom the request does not name; ConflictError; LimitError for a
   * person with too many requests under way
   */
  request(principal: Principal, content: RequestContent): Promise<OnboardingRequest>;
  /** @throws NotFoundError; ConflictError for another revision, or a state in which it cannot be approved */
  approve(principal: Principal, id: string, revision: number): Promise<OnboardingRequest>;
  /** @throws as above; InputError without a reason */
  reject(principal: Principal, id: string, revision: number, reason: string): Promise<OnboardingRequest>;
  /** @throws as above */
  withdraw(principal: Principal, id: string, revision: number): Promise<OnboardingRequest>;
  /** Completes a request that needs no contract, by the word of a manager. @throws as above; ForbiddenError for others */
  confirm(principal: Principal, id: string, revision: number): Promise<OnboardingRequest>;
  /** Completes a request when the signed contract is in order. @throws NotFoundError, ConflictError */
  sign(principal: Principal, id: string, document: Uint8Array): Promise<SignatureOutcome>;
  /** Undefined for what the caller may not see. */
  find(principal: Principal, id: string): Promise<OnboardingRequest | undefined>;
  list(
    principal: Principal,
    options: { state?: RequestState; after?: { createdAt: number; id: string }; limit: number },
  ): Promise<OnboardingRequest[]>;
  contract(requestId: string): Promise<StoredContract | undefined>;
  /** The file of a contract. @throws NotFoundError */
  contractFile(principal: Principal, id: string, signed: boolean): Promise<Uint8Array>;
  /** What the registries know of an institution. */
  registered(fiscalCode: string): readonly RegistryEntry[];
  /** Rejects the requests whose time is over. */
  expire(signal: AbortSignal): Promise<JobSummary>;
}

const EXPIRED = 'The time to complete the request is over.';
const LONGEST_REASON = 1_000;
const EXPIRY_BATCH = 100;

export interface RequestServiceParts {
  database: Database;
  store: DirectoryStore;
  clock: Clock;
  random: RandomStream;
  rules: RuleOptions;
  registry: InstitutionRegistry;
  anchors: readonly Certificate[];
  /** How long a request can be completed; 30 days when absent. */
  expiryDays?: number;
}

export function onboardingRequestService(parts: RequestServiceParts): OnboardingRequestService {
  const { database, store, clock, random, rules, registry, anchors, expiryDays } = parts;

  const visible = async (principal: Principal, id: string): Promise<OnboardingRequest> => {
    const request = isUuid(id) ? await findRequest(database, id) : undefined;
    if (!request || !maySee(principal, request)) throw new NotFoundError('There is no such request of yours.');
    return request;
  };

  /** The step after the present one, of a request that is still as the caller has seen it. */
  const next = (request: OnboardingRequest, event: RequestEvent, by: Actor, reason?: string): OnboardingRequest => {
    const now = clock.now();
    if (event !== 'EXPIRE' && isExpired(request, now)) throw new ConflictError(`The request expired on ${toIso(request.expiresAt)}.`);
    const state = nextState(request.workflow, request.state, event);
    if (state === undefined) throw new ConflictError(`The request is ${request.state}${wayOf(request)} and this cannot follow.`);
    return {
      ...request,
      state,
      ...(reason !== undefined && { reason }),
      changedAt: now,
      revision: request.revision + 1,
      steps: [...request.steps, { state, at: now, by: actorName(by) }],
      ...(event === 'APPROVE' && state === 'PENDING' && { expiresAt: expiryFrom(now, expiryDays) }),
    };
  };

  /** Ends or moves on a request, alone. With COMPLETED the institution becomes a party in the same transaction. */
  const change = (
    by: Actor,
    seen: { id: string; revision: number },
    event: RequestEvent,
    work: { reason?: string; before?(writer: DirectoryWriter, request: OnboardingRequest): Promise<void> } = {},
  ): Promise<OnboardingRequest> =>
    store.write(by, async (writer) => {
      const present = await findRequest(writer, seen.id);
      if (!present) throw new NotFoundError('There is no such request.');
      assertRevision('the request', seen.revision, present, { state: present.state, changedAt: toIso(present.changedAt) });
      let changed = next(present, event, by, work.reason);
      if (changed.state === 'COMPLETED') {
        const failure = await complete(writer, present, { by: byWhom(by), random, rules });
        if (failure !== undefined) changed = next(present, 'FAIL', by, failure);
      }
      if (changed.state !== 'FAILED') await work.before?.(writer, changed);
      await saveRequest(writer, changed);
      await writer.audit(noteOf(changed, event));
      return changed;
    });

  const assertOpenFor = (request: OnboardingRequest, event: RequestEvent, by: Actor): void => void next(request, event, by);

  return {
    async request(principal, given) {
      const content = normalised(given);
      const issues = requestIssues(content);
      if (issues.length > 0) throw new InputError([...issues]);
      const people = [...new Set(content.users.map(({ fiscalCode }) => fiscalCode))];
      if (principal.role !== 'OPERATOR' && !people.includes(principal.fiscalCode ?? ''))
        throw new ForbiddenError('You make requests only for institutions whose manager or delegate you are to be.');
      const differences = registryIssues(content, registry);
      if (differences.length > 0) throw new InputError([...differences]);
      const institution = institutionOf(content.institution);
      if (!institution) throw new InputError([{ path: 'institution.type', message: 'takes no part in the platform' }]);
      const now = clock.now();
      const written: OnboardingRequest = {
        id: random.uuid(),
        institution,
        workflow: workflowFor(content.institution),
        state: 'REQUEST',
        content,
        people,
        requestedBy: byWhom(principal),
        createdAt: now,
        changedAt: now,
        expiresAt: expiryFrom(now, expiryDays),
        revision: 0,
        steps: [{ state: 'REQUEST', at: now, by: actorName(principal) }],
      };
      const request = next(written, 'ACCEPT', principal);
      const drawn = await contractOf(request, now);
      return store.write(principal, async (writer) => {
        const entries = partiesOf(content.institution);
        const present = [];
        for (const entry of entries) if ((await writer.load(entry.kind, [entry.code])).length > 0) present.push(entry);
        if (isTaken(entries, present)) throw new ConflictError(TAKEN);
        if (principal.role !== 'OPERATOR' && !mayAskForMore(await countOpenRequests(writer, request.requestedBy)))
          throw new LimitError(`You have ${MOST_OPEN_REQUESTS} requests under way; complete or withdraw one before you make another.`);
        await saveRequest(writer, request).catch((error: unknown) => {
          throw isUniqueViolation(error) ? new ConflictError('There is an open request of the institution already.') : error;
        });
        if (drawn) await saveContract(writer, drawn.contract, drawn.document);
        await writer.audit(noteOf(request, 'REQUESTED'));
        return request;
      });
    },
    async approve(principal, id, revision) {
      const request = await visible(principal, id);
      const approved = next(request, 'APPROVE', principal);
      const drawn = await contractOf(approved, clock.now());
      return change(principal, { id, revision }, 'APPROVE', {
        before: async (writer) => drawn && saveContract(writer, drawn.contract, drawn.document),
      });
    },
    async reject(principal, id, revision, reason) {
      const said = reason.trim();
      if (said === '' || said.length > LONGEST_REASON || /[^\P{Cc}\n]/u.test(said))
        throw InputError.at('reason', 'is not valid', `a reason of 1 to ${LONGEST_REASON} characters`);
      await visible(principal, id);
      return change(principal, { id, revision }, 'REJECT', { reason: said });
    },
    async withdraw(principal, id, revision) {
      await visible(principal, id);
      return change(principal, { id, revision }, 'WITHDRAW');
    },
    async confirm(principal, id, revision) {
      const request = await visible(principal, id);
      const managers = managersOf(request);
      if (principal.role !== 'OPERATOR' && !managers.includes(principal.fiscalCode ?? ''))
        throw new ForbiddenError('Only a manager whom the request names confirms it.');
      return change(principal, { id, revision }, 'CONFIRM');
    },
    async sign(principal, id, document) {
      const request = await visible(principal, id);
      assertOpenFor(request, 'SIGN', principal);
      const contract = await findContract(database, id);
      if (!contract) throw new NotFoundError('There is no contract of this request.');
      const at = clock.now();
      const check = await checkSignedContract(document, { digest: contract.digest, managers: managersOf(request), anchors, at });
      if (!check.ok) {
        const { code, expected } = check;
        await database.transaction((tx) => recordAudit(tx, principal, at, [{ ...noteOf(request, 'CONTRACT_REFUSED'), detail: { code } }]));
        return { request, refusal: { code, message: CONTRACT_ERRORS[code], expected } };
      }
      const { signers } = check;
      const before = (writer: DirectoryWriter) => activateContract(writer, id, { document, signers, at });
      return { request: await change(principal, { id, revision: request.revision }, 'SIGN', { before }) };
    },
    async find(principal, id) {
      const request = isUuid(id) ? await findRequest(database, id) : undefined;
      return request && maySee(principal, request) ? request : undefined;
    },
    async list(principal, { state, after, limit }) {
      const own = ownInstitution(principal);
      if (principal.role !== 'OPERATOR' && own === undefined && principal.fiscalCode === undefined) return [];
      const whose =
        principal.role === 'OPERATOR' ? {} : own ? { institution: own } : { person: (principal.fiscalCode ?? '').toUpperCase() };
      return requests(database, { ...whose, ...(state && { state }) }, { limit, ...(after && { after }) });
    },
    contract: (requestId) => findContract(database, requestId),
    async contractFile(principal, id, signed) {
      await visible(principal, id);
      const file = await contractFile(database, id, signed);
      if (!file) throw new NotFoundError(signed ? 'The contract has not been signed.' : 'There is no contract of this request.');
      return file;
    },
    registered: (fiscalCode) => registry.entriesOf(fiscalCode),
    async expire(signal) {
      let processed = 0;
      while (!signal.aborted) {
        const ids = await expiredRequests(database, clock.now(), EXPIRY_BATCH);
        for (const id of ids) {
          const request = await findRequest(database, id);
          if (request) await change('onboarding expiry', { id, revision: request.revision }, 'EXPIRE', { reason: EXPIRED });
        }
        processed += ids.length;
        if (ids.length < EXPIRY_BATCH) break;
      }
      return { processed };
    },
  };
}

/** The contract of a request that waits for one. */
async function contractOf(request: OnboardingRequest, now: number): Promise<Awaited<ReturnType<typeof drawUpContract>> | undefined> {
  return request.state === 'PENDING' && completionOf(request.workflow) === 'CONTRACT' ? drawUpContract(request, now) : undefined;
}

/** Whom a request is shown to: operators, the people whom it names, and the institution that came of it. */
function maySee(principal: Principal, { institution, people }: OnboardingRequest): boolean {
  if (principal.role === 'OPERATOR') return true;
  const own = ownInstitution(principal);
  if (own) return addressOf(own) === addressOf(institution);
  return principal.fiscalCode !== undefined && people.includes(principal.fiscalCode.toUpperCase());
}

function managersOf({ content }: OnboardingRequest): readonly string[] {
  return [...new Set(content.users.filter(({ role }) => role === 'MANAGER').map(({ fiscalCode }) => fiscalCode))];
}

function wayOf({ workflow }: OnboardingRequest): string {
  return ` in the workflow ${workflow},`;
}

function byWhom(actor: Actor): string {
  if (typeof actor === 'string') return actor;
  return actor.fiscalCode !== undefined && !isPersonOfInstitution(actor) ? actor.fiscalCode : actor.subject;
}

function noteOf(request: OnboardingRequest, action: string): AuditNote {
  const { id, institution, state, revision, reason } = request;
  const address = addressOf(institution);
  const detail = { state, revision, ...(reason !== undefined && { reason }) };
  return { action, objectKind: 'ONBOARDING_REQUEST', objectCode: id, audience: [address], onBehalfOf: address, detail };
}

/** Codes in capitals, without blanks around: as they are compared afterwards. */
function normalised({ institution, users }: RequestContent): RequestContent {
  return {
    institution: { ...institution, name: institution.name.trim(), fiscalCode: institution.fiscalCode.trim() },
    users: users.map((user) => ({
      ...user,
      fiscalCode: user.fiscalCode.trim().toUpperCase(),
      name: user.name.trim(),
      familyName: user.familyName.trim(),
    })),
  };
}
