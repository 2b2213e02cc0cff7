/** Users of institutions, and what they were granted. */
import type { PlatformFunction } from '@nodo-aperto/kernel/auth';
import type { Transaction } from '@nodo-aperto/kernel/database';
import { fromDate } from '@nodo-aperto/kernel/time';
import type { Institution, InstitutionRole } from '../domain/permissions/institution.ts';
import type { PartyRole } from '../domain/permissions/matrix.ts';
import type { FunctionGrant } from '../domain/permissions/permission.ts';
import type { UserState } from '../domain/users/user-state.ts';

/** Whatever can run a statement: a transaction, or the database outside of one. */
export type Queryable = Pick<Transaction, 'query'>;

/** A person in an institution. Instants are epoch milliseconds. */
export interface InstitutionUser {
  readonly id: string;
  readonly institution: Institution;
  readonly fiscalCode: string;
  readonly name: string;
  readonly familyName: string;
  readonly email: string;
  readonly role: PartyRole;
  readonly state: UserState;
  readonly appointedBy: string;
  readonly appointedAt: number;
  readonly changedAt: number;
  readonly revision: number;
  readonly grants: readonly FunctionGrant[];
}

interface UserRow {
  id: string;
  institution_role: InstitutionRole;
  institution: string;
  fiscal_code: string;
  name: string;
  family_name: string;
  email: string;
  role: PartyRole;
  state: UserState;
  appointed_by: string;
  appointed_at: Date;
  changed_at: Date;
  revision: number;
  grants: { function: PlatformFunction; granted_by: string; granted_at: number }[];
}

const USER = `select institution_user.*, coalesce((select jsonb_agg(jsonb_build_object('function', function, 'granted_by', granted_by,
    'granted_at', floor(extract(epoch from granted_at) * 1000)) order by function) from function_grant where user_id = institution_user.id), '[]') as grants
  from institution_user`;

/** The institutions that a person belongs to, most at once. */
const MOST_MEMBERSHIPS = 100;

export async function findUser(from: Queryable, id: string): Promise<InstitutionUser | undefined> {
  const [row] = await from.query<UserRow>(`${USER} where id = $1`, [id]);
  return row && userOf(row);
}

/** The person in an institution, unless removed. */
export async function findMember(from: Queryable, { role, code }: Institution, fiscalCode: string): Promise<InstitutionUser | undefined> {
  const [row] = await from.query<UserRow>(
    `${USER} where institution_role = $1 and institution = $2 and fiscal_code = $3 and state <> 'REMOVED'`,
    [role, code, fiscalCode],
  );
  return row && userOf(row);
}

/** What a person is to which institutions, active relationships only. */
export async function membershipsOf(from: Queryable, fiscalCode: string): Promise<InstitutionUser[]> {
  const rows = await from.query<UserRow>(
    `${USER} where fiscal_code = $1 and state = 'ACTIVE' order by institution_role, institution limit ${MOST_MEMBERSHIPS}`,
    [fiscalCode],
  );
  return rows.map(userOf);
}

/** Users of an institution, in the order of their tax codes and then of their appointment. */
export async function usersOf(
  from: Queryable,
  { role, code }: Institution,
  page: { after?: { fiscalCode: string; id: string }; limit: number; state?: UserState },
): Promise<InstitutionUser[]> {
  const rows = await from.query<UserRow>(
    `${USER} where institution_role = $1 and institution = $2 and ($3::text is null or (fiscal_code, id::text) > ($3, $4))
      and ($5::text is null or state = $5) order by fiscal_code, id::text limit $6`,
    [role, code, page.after?.fiscalCode ?? null, page.after?.id ?? null, page.state ?? null, page.limit],
  );
  return rows.map(userOf);
}

export async function countActiveManagers(from: Queryable, { role, code }: Institution): Promise<number> {
  const [row] = await from.query<{ count: number }>(
    `select count(*)::int as count from institution_user where institution_role = $1 and institution = $2 and role = 'MANAGER' and state = 'ACTIVE'`,
    [role, code],
  );
  return row?.count ?? 0;
}

/** Writes a user, a new one or a new revision of one, and exactly the grants given. */
export async function saveUser(to: Queryable, user: InstitutionUser): Promise<void> {
  const { institution, grants } = user;
  await to.query(
    `insert into institution_user (id, institution_role, institution, fiscal_code, name, family_name, email, role, state, appointed_by, appointed_at, changed_at, revision)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, to_timestamp($11 / 1000.0), to_timestamp($12 / 1000.0), $13)
      on conflict (id) do update set role = excluded.role, state = excluded.state, changed_at = excluded.changed_at, revision = excluded.revision`,
    [
      user.id,
      institution.role,
      institution.code,
      user.fiscalCode,
      user.name,
      user.familyName,
      user.email,
      user.role,
      user.state,
      user.appointedBy,
      user.appointedAt,
      user.changedAt,
      user.revision,
    ],
  );
  await to.query('delete from function_grant where user_id = $1', [user.id]);
  await to.query(
    `insert into function_grant (user_id, function, granted_by, granted_at)
      select $1, each.function, each.granted_by, to_timestamp(each.granted_at / 1000.0)
      from jsonb_to_recordset($2::jsonb) as each (function text, granted_by text, granted_at float8)`,
    [user.id, JSON.stringify(grants.map((each) => ({ function: each.function, granted_by: each.grantedBy, granted_at: each.grantedAt })))],
  );
}

function userOf(row: UserRow): InstitutionUser {
  return {
    id: row.id,
    institution: { role: row.institution_role, code: row.institution },
    fiscalCode: row.fiscal_code,
    name: row.name,
    familyName: row.family_name,
    email: row.email,
    role: row.role,
    state: row.state,
    appointedBy: row.appointed_by,
    appointedAt: fromDate(row.appointed_at),
    changedAt: fromDate(row.changed_at),
    revision: row.revision,
    grants: row.grants.map((each) => ({ function: each.function, grantedBy: each.granted_by, grantedAt: each.granted_at })),
  };
}
