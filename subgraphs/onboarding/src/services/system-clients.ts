/**
 * Clients of the identity provider for the software of institutions (client credentials). The secret is shown once, when it is made; a new one
 * takes the place of the old at once. Source: domain facts, Onboarding section 5.5.
 */
import { isPlatformFunction, type PlatformFunction, type Principal } from '@nodo-aperto/kernel/auth';
import type { Database } from '@nodo-aperto/kernel/database';
import { InputError, LimitError, NotFoundError } from '@nodo-aperto/kernel/faults';
import type { RandomStream } from '@nodo-aperto/kernel/random';
import { type Clock, toIso } from '@nodo-aperto/kernel/time';
import { addressOf, type Institution } from '../domain/permissions/institution.ts';
import { permissionFor } from '../domain/permissions/permission.ts';
import { recordAudit } from '../persistence/audit-log.ts';
import { clientsOf, countClients, findClient, saveClient, secretDigest, type SystemClient } from '../persistence/credential-store.ts';
import type { PermissionService } from './permissions.ts';
import { assertRevision } from './revision.ts';

/** A client that was just made or got a new secret, with the secret itself: never to be had again. */
export interface IssuedClient extends SystemClient {
  readonly secret: string;
}

export interface SystemClientService {
  /** @throws InputError, ForbiddenError; LimitError when the institution has too many */
  create(
    principal: Principal,
    request: { institution?: Institution | null; name: string; functions?: readonly PlatformFunction[] | null },
  ): Promise<IssuedClient>;
  /** @throws NotFoundError, ForbiddenError; ConflictError for another revision */
  regenerateSecret(principal: Principal, id: string, revision: number): Promise<IssuedClient>;
  /** Its tokens end when they expire; it gets no new ones. @throws as above */
  revoke(principal: Principal, id: string, revision: number): Promise<SystemClient>;
  list(principal: Principal, options: { institution?: Institution | null; after?: string; limit: number }): Promise<SystemClient[]>;
}

const SECRET_LENGTH = 43;
const LONGEST_NAME = 100;
/** Enough for every system of a large institution, few enough to be looked through. */
const MOST_CLIENTS = 100;

export function systemClientService(parts: {
  database: Database;
  clock: Clock;
  random: RandomStream;
  permissions: PermissionService;
}): SystemClientService {
  const { database, clock, random, permissions } = parts;
  const change = (principal: Principal, id: string, revision: number, action: string, edit: (client: SystemClient) => SystemClient) =>
    database.transaction(async (tx) => {
      const client = id.length <= 100 ? await findClient(tx, id, true) : undefined;
      if (!client || client.revokedAt !== undefined) throw new NotFoundError('There is no such client of your institution.');
      if (principal.role !== 'OPERATOR' && (principal.role !== client.institution.role || principal.tenant !== client.institution.code))
        throw new NotFoundError('There is no such client of your institution.');
      await permissions.actingFor(principal, 'CREDENTIALS', client.institution, tx);
      const { name, functions, secretChangedAt } = client;
      assertRevision('the client', revision, client, { name, functions, secretChangedAt: toIso(secretChangedAt) });
      const changed = { ...edit(client), revision: client.revision + 1 };
      await saveClient(tx, changed);
      await recordAudit(tx, principal, clock.now(), [noteOf(changed, action)]);
      return changed;
    });
  return {
    create: (principal, { institution: given, name, functions }) =>
      database.transaction(async (tx) => {
        const { institution } = await permissions.actingFor(principal, 'CREDENTIALS', given, tx);
        if (name.trim() === '' || name.length > LONGEST_NAME)
          throw InputError.at('name', 'is not valid', `1 to ${LONGEST_NAME} characters`);
        const wanted = functions ? [...new Set(functions)] : undefined;
        if (wanted) await assertOfSoftware(permissions, institution, wanted);
        await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 3))', [`onboarding clients of ${addressOf(institution)}`]);
        if ((await countClients(tx, institution)) >= MOST_CLIENTS)
          throw new LimitError(`The institution has ${MOST_CLIENTS} clients; revoke one that is no longer used.`);
        const now = clock.now();
        const id = `${institution.role.toLowerCase()}-${institution.code}-${random.hex(8)}`;
        const secret = random.alphanumeric(SECRET_LENGTH);
        const client: SystemClient = {
          id,
          institution: { role: institution.role, code: institution.code },
          name: name.trim(),
          ...(wanted && { functions: wanted }),
          secretDigest: secretDigest(id, secret),
          createdAt: now,
          secretChangedAt: now,
          revision: 1,
        };
        await saveClient(tx, client);
        await recordAudit(tx, principal, now, [noteOf(client, 'CREATED')]);
        return { ...client, secret };
      }),
    async regenerateSecret(principal, id, revision) {
      const secret = random.alphanumeric(SECRET_LENGTH);
      const client = await change(principal, id, revision, 'SECRET_REGENERATED', (present) => ({
        ...present,
        secretDigest: secretDigest(id, secret),
        secretChangedAt: clock.now(),
      }));
      return { ...client, secret };
    },
    revoke: (principal, id, revision) => change(principal, id, revision, 'REVOKED', (present) => ({ ...present, revokedAt: clock.now() })),
    async list(principal, { institution: given, after, limit }) {
      const { institution } = await permissions.actingFor(principal, 'CREDENTIALS', given);
      return clientsOf(database, institution, { limit, ...(after !== undefined && { after }) });
    },
  };
}

async function assertOfSoftware(
  permissions: PermissionService,
  institution: Institution,
  functions: readonly PlatformFunction[],
): Promise<void> {
  const kinds = await permissions.kindsOf(institution);
  const issues = functions.filter((each) => !isPlatformFunction(each) || !permissionFor({ as: 'SYSTEM', kinds }, each));
  if (issues.length === 0) return;
  const expected = 'a function that the software of the institution may have';
  throw new InputError(issues.map((each) => ({ path: 'functions', message: `${each} cannot be given`, expected })));
}

function noteOf(client: SystemClient, action: string) {
  const address = addressOf(client.institution);
  const { id, name, functions, revision } = client;
  const detail = { name, revision, ...(functions && { functions }) };
  return { action, objectKind: 'SYSTEM_CLIENT', objectCode: id, audience: [address], onBehalfOf: address, detail };
}
