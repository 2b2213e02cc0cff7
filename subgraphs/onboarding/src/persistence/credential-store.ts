/** Credentials of an institution's software: API keys by product and slot, and clients of the identity provider. Only digests are kept. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { PlatformFunction } from '@nodo-aperto/kernel/auth';
import { fromDate } from '@nodo-aperto/kernel/time';
import type { Institution, InstitutionRole } from '../domain/permissions/institution.ts';
import type { ApiProduct } from '../domain/product-side.ts';
import type { Queryable } from './user-store.ts';

export const KEY_SLOTS = ['PRIMARY', 'SECONDARY'] as const;
export type KeySlot = (typeof KEY_SLOTS)[number];

/** A key of a product, without the key. */
export interface StoredKey {
  readonly institution: string;
  readonly product: ApiProduct;
  readonly slot: KeySlot;
  /** The digest, which names the key in the directory. */
  readonly hash: string;
  /** Its last characters, for people to tell keys apart. */
  readonly hint: string;
  /** Epoch milliseconds. */
  readonly changedAt: number;
  readonly changedBy: string;
}

/** Software of an institution, as the identity provider knows it. Instants are epoch milliseconds. */
export interface SystemClient {
  readonly id: string;
  readonly institution: Institution;
  readonly name: string;
  /** What its tokens are for; absent: all that the software of the institution may do. */
  readonly functions?: readonly PlatformFunction[];
  readonly secretDigest: string;
  readonly createdAt: number;
  readonly secretChangedAt: number;
  readonly revokedAt?: number;
  readonly revision: number;
}

interface KeyRow {
  institution: string;
  product: ApiProduct;
  slot: KeySlot;
  hash: string;
  hint: string;
  changed_at: Date;
  changed_by: string;
}

interface ClientRow {
  id: string;
  institution_role: InstitutionRole;
  institution: string;
  name: string;
  functions: PlatformFunction[] | null;
  secret_digest: string;
  created_at: Date;
  secret_changed_at: Date;
  revoked_at: Date | null;
  revision: number;
}

/** All keys of an institution: at most two of each product. */
export async function keysOf(from: Queryable, institution: string): Promise<StoredKey[]> {
  const rows = await from.query<KeyRow>('select * from api_key_slot where institution = $1 order by product, slot', [institution]);
  return rows.map((row) => ({
    institution: row.institution,
    product: row.product,
    slot: row.slot,
    hash: row.hash,
    hint: row.hint,
    changedAt: fromDate(row.changed_at),
    changedBy: row.changed_by,
  }));
}

export async function saveKey(to: Queryable, key: StoredKey): Promise<void> {
  await to.query(
    `insert into api_key_slot (institution, product, slot, hash, hint, changed_at, changed_by)
      values ($1, $2, $3, $4, $5, to_timestamp($6 / 1000.0), $7)
      on conflict (institution, product, slot) do update
        set hash = excluded.hash, hint = excluded.hint, changed_at = excluded.changed_at, changed_by = excluded.changed_by`,
    [key.institution, key.product, key.slot, key.hash, key.hint, key.changedAt, key.changedBy],
  );
}

export async function deleteKey(to: Queryable, key: StoredKey): Promise<void> {
  await to.query('delete from api_key_slot where institution = $1 and product = $2 and slot = $3', [
    key.institution,
    key.product,
    key.slot,
  ]);
}

export async function findClient(from: Queryable, id: string, lock = false): Promise<SystemClient | undefined> {
  const [row] = await from.query<ClientRow>(`select * from system_client where id = $1${lock ? ' for update' : ''}`, [id]);
  return row && clientOf(row);
}

/** Clients of an institution that are not revoked, in the order of their ids. */
export async function clientsOf(
  from: Queryable,
  { role, code }: Institution,
  page: { after?: string; limit: number },
): Promise<SystemClient[]> {
  const rows = await from.query<ClientRow>(
    `select * from system_client where institution_role = $1 and institution = $2 and revoked_at is null
      and ($3::text is null or id > $3) order by id limit $4`,
    [role, code, page.after ?? null, page.limit],
  );
  return rows.map(clientOf);
}

export async function countClients(from: Queryable, { role, code }: Institution): Promise<number> {
  const [row] = await from.query<{ count: number }>(
    'select count(*)::int as count from system_client where institution_role = $1 and institution = $2 and revoked_at is null',
    [role, code],
  );
  return row?.count ?? 0;
}

export async function saveClient(to: Queryable, client: SystemClient): Promise<void> {
  await to.query(
    `insert into system_client (id, institution_role, institution, name, functions, secret_digest, created_at, secret_changed_at, revoked_at, revision)
      values ($1, $2, $3, $4, $5::text[], $6, to_timestamp($7 / 1000.0), to_timestamp($8 / 1000.0), to_timestamp($9::float8 / 1000.0), $10)
      on conflict (id) do update set secret_digest = excluded.secret_digest, secret_changed_at = excluded.secret_changed_at,
        revoked_at = excluded.revoked_at, revision = excluded.revision`,
    [
      client.id,
      client.institution.role,
      client.institution.code,
      client.name,
      client.functions ? [...client.functions] : null,
      client.secretDigest,
      client.createdAt,
      client.secretChangedAt,
      client.revokedAt ?? null,
      client.revision,
    ],
  );
}

/** What is kept of a secret; secrets are long and by chance, so that a plain digest tells nothing of them. */
export function secretDigest(clientId: string, secret: string): string {
  return createHash('sha256').update(`${clientId}:${secret}`, 'utf8').digest('hex');
}

/** Whether a secret is a client's. Takes the same time for right and wrong ones. */
export function secretMatches(client: Pick<SystemClient, 'id' | 'secretDigest'>, given: string): boolean {
  return timingSafeEqual(Buffer.from(client.secretDigest, 'hex'), Buffer.from(secretDigest(client.id, given), 'hex'));
}

function clientOf(row: ClientRow): SystemClient {
  return {
    id: row.id,
    institution: { role: row.institution_role, code: row.institution },
    name: row.name,
    ...(row.functions && { functions: row.functions }),
    secretDigest: row.secret_digest,
    createdAt: fromDate(row.created_at),
    secretChangedAt: fromDate(row.secret_changed_at),
    ...(row.revoked_at && { revokedAt: fromDate(row.revoked_at) }),
    revision: row.revision,
  };
}
