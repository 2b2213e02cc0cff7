/** Users of institutions: appointed, equipped with functions, suspended and removed. Source: domain facts, Onboarding section 5.4. */
import type { PlatformFunction, Principal } from '@nodo-aperto/kernel/auth';
import { type Database, isUniqueViolation, type Transaction } from '@nodo-aperto/kernel/database';
import { ConflictError, ForbiddenError, InputError, NotFoundError } from '@nodo-aperto/kernel/faults';
import { isPersonFiscalCode } from '@nodo-aperto/kernel/identifiers';
import type { RandomStream } from '@nodo-aperto/kernel/random';
import type { Clock } from '@nodo-aperto/kernel/time';
import { addressOf, type Institution } from '../domain/permissions/institution.ts';
import { allowance, type PartyRole } from '../domain/permissions/matrix.ts';
import type { Holder } from '../domain/permissions/permission.ts';
import { decidesOver, grantIssues } from '../domain/users/appointment.ts';
import { leavesNoManager, mayBecome, type UserState } from '../domain/users/user-state.ts';
import { recordAudit } from '../persistence/audit-log.ts';
import {
  countActiveManagers,
  findMember,
  findUser,
  type InstitutionUser,
  membershipsOf,
  saveUser,
  usersOf,
} from '../persistence/user-store.ts';
import { ownInstitution, type PermissionService } from './permissions.ts';
import { assertRevision } from './revision.ts';

/** A person who is to become a user. */
export interface Appointment {
  /** Absent: the caller's own. */
  readonly institution?: Institution | null;
  readonly fiscalCode: string;
  readonly name: string;
  readonly familyName: string;
  readonly email: string;
  readonly role: PartyRole;
  readonly functions?: readonly PlatformFunction[] | null;
}

export interface UserService {
  /** @throws InputError, ForbiddenError; ConflictError when the person is a user already */
  appoint(principal: Principal, appointment: Appointment): Promise<InstitutionUser>;
  /** @throws NotFoundError, ForbiddenError; ConflictError for another revision, or a state that cannot follow */
  setState(principal: Principal, id: string, next: UserState, revision: number): Promise<InstitutionUser>;
  /** Gives a user these functions beside those of its role, and no others. @throws as above; InputError naming each that cannot be given */
  setFunctions(principal: Principal, id: string, functions: readonly PlatformFunction[], revision: number): Promise<InstitutionUser>;
  list(
    principal: Principal,
    options: { institution?: Institution | null; state?: UserState; after?: { fiscalCode: string; id: string }; limit: number },
  ): Promise<InstitutionUser[]>;
  /** The institutions that a person may act for. */
  memberships(fiscalCode: string): Promise<InstitutionUser[]>;
}

const LONGEST_NAME = 100;
const EMAIL = /^[^\s@]{1,64}@[^\s@]{1,190}$/;

export function userService(parts: {
  database: Database;
  clock: Clock;
  random: RandomStream;
  permissions: PermissionService;
}): UserService {
  const { database, clock, random, permissions } = parts;

  /** Changes a user, alone: the institution's users are locked meanwhile, so that its last manager is not removed twice. */
  const change = (
    principal: Principal,
    id: string,
    revision: number,
    work: (user: InstitutionUser, context: { tx: Transaction; holder: Holder; now: number }) => Promise<Changed>,
  ): Promise<InstitutionUser> =>
    database.transaction(async (tx) => {
      const user = isUuid(id) ? await findUser(tx, id) : undefined;
      const own = ownInstitution(principal);
      // Of other institutions a caller learns nothing, not even that there is such a user.
      const foreign = user && own && addressOf(own) !== addressOf(user.institution);
      if (!user || foreign) throw new NotFoundError('There is no such user of your institution.');
      await lockUsers(tx, user.institution);
      const { holder } = await permissions.actingFor(principal, 'USERS', user.institution, tx);
      assertDecides(principal, holder, user);
      const present = (await findUser(tx, id)) ?? user;
      const { role, state, grants } = present;
      assertRevision('the user', revision, present, { role, state, functions: grants.map((each) => each.function) });
      const now = clock.now();
      const { changed, action, detail } = await work(present, { tx, holder, now });
      const saved = { ...changed, changedAt: now, revision: present.revision + 1 };
      await saveUser(tx, saved);
      await recordAudit(tx, principal, now, [noteOf(saved, action, detail)]);
      return saved;
    });

  return {
    appoint: (principal, appointment) =>
      database.transaction(async (tx) => {
        const { institution, holder } = await permissions.actingFor(principal, 'USERS', appointment.institution, tx);
        assertValid(appointment);
        const { fiscalCode, role, name, familyName, email } = appointment;
        assertDecides(principal, holder, { fiscalCode, role });
        const functions = [...new Set(appointment.functions)];
        assertGrants(holder, role, functions);
        await lockUsers(tx, institution);
        const present = await findMember(tx, institution, fiscalCode);
        if (present) throw new ConflictError(`The person is a user of the institution already: ${present.role}, ${present.state}.`);
        const now = clock.now();
        const user: InstitutionUser = {
          id: random.uuid(),
          institution: { role: institution.role, code: institution.code },
          fiscalCode,
          name: name.trim(),
          familyName: familyName.trim(),
          email,
          role,
          state: 'ACTIVE',
          appointedBy: principal.fiscalCode ?? principal.subject,
          appointedAt: now,
          changedAt: now,
          revision: 1,
          grants: functions.map((each) => ({ function: each, grantedBy: principal.fiscalCode ?? principal.subject, grantedAt: now })),
        };
        await saveUser(tx, user).catch((error: unknown) => {
          throw isUniqueViolation(error) ? new ConflictError('The person is a user of the institution already.') : error;
        });
        await recordAudit(tx, principal, now, [noteOf(user, 'APPOINTED', { role, functions })]);
        return user;
      }),
    setState: (principal, id, next, revision) =>
      change(principal, id, revision, async (user, { tx, holder }) => {
        if (!mayBecome(user.state, next)) throw new ConflictError(`The user is ${user.state} and cannot become ${next}.`);
        if (holder.as !== 'PLATFORM' && leavesNoManager(user, next, await countActiveManagers(tx, user.institution)))
          throw new ConflictError('The institution would be left without an active manager; appoint another one first.');
        return { changed: { ...user, state: next }, action: next, detail: { from: user.state } };
      }),
    setFunctions: (principal, id, functions, revision) =>
      change(principal, id, revision, async (user, { holder, now }) => {
        if (user.state === 'REMOVED') throw new ConflictError('The user is REMOVED and cannot be given functions.');
        const wanted = [...new Set(functions)];
        // What the user has already stays, also when who asks could not give it.
        const added = wanted.filter((each) => !user.grants.some((grant) => grant.function === each));
        assertGrants(holder, user.role, added);
        const kept = user.grants.filter((grant) => wanted.includes(grant.function) && allowance(user.role, grant.function) === 'ON_GRANT');
        const given = added.map((each) => ({ function: each, grantedBy: principal.fiscalCode ?? principal.subject, grantedAt: now }));
        const removed = user.grants.map((grant) => grant.function).filter((each) => !wanted.includes(each));
        return { changed: { ...user, grants: [...kept, ...given] }, action: 'FUNCTIONS_SET', detail: { added, removed } };
      }),
    async list(principal, { institution: given, state, after, limit }) {
      const { institution } = await permissions.actingFor(principal, 'USERS', given);
      return usersOf(database, institution, { limit, ...(state && { state }), ...(after && { after }) });
    },
    memberships: (fiscalCode) => membershipsOf(database, fiscalCode),
  };
}

interface Changed {
  readonly changed: InstitutionUser;
  readonly action: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

function noteOf(user: InstitutionUser, action: string, detail: Readonly<Record<string, unknown>>) {
  const address = addressOf(user.institution);
  const about = { person: user.fiscalCode, revision: user.revision, ...detail };
  return { action, objectKind: 'USER', objectCode: user.id, audience: [address], onBehalfOf: address, detail: about };
}

async function lockUsers(tx: Transaction, institution: Institution): Promise<void> {
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 1))', [`onboarding users of ${addressOf(institution)}`]);
}

function assertDecides(principal: Principal, holder: Holder, user: { fiscalCode: string; role: PartyRole }): void {
  if (principal.role !== 'OPERATOR' && principal.fiscalCode === user.fiscalCode)
    throw new ForbiddenError('Nobody changes their own role, state or functions.');
  if (!decidesOver(holder, user.role)) throw new ForbiddenError(`You do not decide over users of role ${user.role}.`);
}

function assertGrants(holder: Holder, role: PartyRole, functions: readonly PlatformFunction[]): void {
  const issues = grantIssues(holder, role, functions);
  if (issues.length === 0) return;
  throw new InputError(
    issues.map((issue) => ({ path: 'functions', message: `${issue.function} cannot be given`, expected: issue.expected })),
  );
}

function assertValid({ fiscalCode, name, familyName, email }: Appointment): void {
  const issues = [];
  if (!isPersonFiscalCode(fiscalCode)) issues.push({ path: 'fiscalCode', message: 'is not valid', expected: 'the tax code of a person' });
  for (const [path, text] of Object.entries({ name, familyName })) {
    const fits = text.trim() !== '' && text.length <= LONGEST_NAME;
    if (!fits) issues.push({ path, message: 'is not valid', expected: `1 to ${LONGEST_NAME} characters` });
  }
  if (!EMAIL.test(email)) issues.push({ path: 'email', message: 'is not valid', expected: 'an e-mail address' });
  if (issues.length > 0) throw new InputError(issues);
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** What is no id names nobody. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}
