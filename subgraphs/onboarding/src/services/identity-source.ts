/** What the identity provider asks of the platform: for whom a person may act, and which software of institutions there is. */
import type { PlatformFunction, Role } from '@nodo-aperto/kernel/auth';
import type { Database } from '@nodo-aperto/kernel/database';
import { type Institution, isInstitutionRole } from '../domain/permissions/institution.ts';
import type { PartyRole } from '../domain/permissions/matrix.ts';
import { findClient, secretMatches } from '../persistence/credential-store.ts';
import { findMember, type InstitutionUser, membershipsOf } from '../persistence/user-store.ts';
import type { PermissionService } from './permissions.ts';

/** A person in an institution, as tokens tell of it (claims `organization` and `functions`). */
export interface Membership {
  readonly userId: string;
  readonly institution: Institution;
  /** Name of the institution; its code when the directory has none. */
  readonly institutionName: string;
  readonly partyRole: PartyRole;
  readonly functions: readonly PlatformFunction[];
  readonly email: string;
}

/** Software of an institution that may ask for tokens. */
export interface IdentityClient {
  readonly id: string;
  readonly role: Role;
  readonly tenant: string;
  readonly name: string;
  readonly functions?: readonly PlatformFunction[];
  /** Whether this is the client's secret. */
  hasSecret(given: string): boolean;
}

export interface IdentitySource {
  /** The institutions that a person may act for now. */
  memberships(fiscalCode: string): Promise<Membership[]>;
  /** The person in one institution; undefined when not (any more) an active user of it. */
  membership(fiscalCode: string, role: string, code: string): Promise<Membership | undefined>;
  /** undefined when unknown or revoked. */
  client(id: string): Promise<IdentityClient | undefined>;
}

const NAME = `select coalesce((select name from creditor_institution where fiscal_code = $1 and $2 = 'EC'), (select name from psp where code = $1 and $2 = 'PSP'),
  (select name from creditor_broker where code = $1), (select name from psp_broker where code = $1), $1) as name`;

export function identitySource({ database, permissions }: { database: Database; permissions: PermissionService }): IdentitySource {
  const present = async (user: InstitutionUser): Promise<Membership> => {
    const [row] = await database.query<{ name: string }>(NAME, [user.institution.code, user.institution.role]);
    return {
      userId: user.id,
      institution: user.institution,
      institutionName: row?.name ?? user.institution.code,
      partyRole: user.role,
      functions: await permissions.functionsOf(user),
      email: user.email,
    };
  };
  return {
    async memberships(fiscalCode) {
      const found: Membership[] = [];
      for (const user of await membershipsOf(database, fiscalCode)) found.push(await present(user));
      return found;
    },
    async membership(fiscalCode, role, code) {
      if (!isInstitutionRole(role)) return undefined;
      const user = await findMember(database, { role, code }, fiscalCode);
      return user?.state === 'ACTIVE' ? present(user) : undefined;
    },
    async client(id) {
      const client = await findClient(database, id);
      if (!client || client.revokedAt !== undefined) return undefined;
      const { institution, name, functions } = client;
      return {
        id,
        role: institution.role,
        tenant: institution.code,
        name,
        ...(functions && { functions }),
        hasSecret: (given) => secretMatches(client, given),
      };
    },
  };
}
