/**
 * API keys of institutions: a primary and a secondary one for each product, renewed one at a time, so that software can change from one to the
 * other without a pause. A key is shown once, when it is made. Source: domain facts, Onboarding section 5.6 (API keys).
 */
import type { Principal } from '@nodo-aperto/kernel/auth';
import type { Database } from '@nodo-aperto/kernel/database';
import { apiKeyHash } from '@nodo-aperto/kernel/directory';
import { InputError, NotFoundError } from '@nodo-aperto/kernel/faults';
import type { RandomStream } from '@nodo-aperto/kernel/random';
import { toApiKey } from '../domain/objects/api-key.ts';
import { addressOf, type Institution } from '../domain/permissions/institution.ts';
import { type ApiProduct, mayUseProduct } from '../domain/product-side.ts';
import type { Change } from '../domain/directory-file/index.ts';
import { deleteKey, type KeySlot, keysOf, saveKey, type StoredKey } from '../persistence/credential-store.ts';
import type { DirectoryStore, DirectoryWriter } from '../persistence/directory-store.ts';
import type { PermissionService } from './permissions.ts';

/** Which key is meant. */
export interface KeyPlace {
  /** Absent: the caller's own. */
  readonly institution?: Institution | null;
  readonly product: ApiProduct;
  readonly slot: KeySlot;
}

/** A key that was just made, with the key itself: never to be had again. */
export interface IssuedKey extends StoredKey {
  readonly key: string;
}

export interface ApiKeyService {
  /**
   * Makes a key for a place; the one that was there opens nothing any more.
   * @throws InputError for a product of another side; ForbiddenError
   */
  regenerate(principal: Principal, place: KeyPlace): Promise<IssuedKey>;
  /** Takes a key away. @throws NotFoundError, ForbiddenError */
  remove(principal: Principal, place: KeyPlace): Promise<StoredKey>;
  list(principal: Principal, institution?: Institution | null): Promise<StoredKey[]>;
}

const KEY_LENGTH = 32;
const HINT_LENGTH = 4;

export function apiKeyService(parts: {
  database: Database;
  store: DirectoryStore;
  random: RandomStream;
  permissions: PermissionService;
}): ApiKeyService {
  const { database, store, random, permissions } = parts;
  const present = async (writer: DirectoryWriter, institution: Institution, place: KeyPlace) =>
    (await keysOf(writer, institution.code)).find(({ product, slot }) => product === place.product && slot === place.slot);
  return {
    regenerate: (principal, place) =>
      store.write(principal, async (writer) => {
        const { institution } = await permissions.actingFor(principal, 'CREDENTIALS', place.institution, writer);
        const { product, slot } = place;
        if (!mayUseProduct(await permissions.kindsOf(institution, writer), product))
          throw InputError.at('product', `is ${product}`, 'a product of the side on which the institution connects itself or others');
        const before = await present(writer, institution, place);
        if (before) await removeFromDirectory(writer, before);
        const key = random.alphanumeric(KEY_LENGTH);
        const object = toApiKey({ key, party: institution.code, products: [product] });
        await writer.save([{ kind: 'apiKey', code: object.hash, object, created: true } as Change]);
        const stored: StoredKey = {
          institution: institution.code,
          product,
          slot,
          hash: apiKeyHash(key),
          hint: key.slice(-HINT_LENGTH),
          changedAt: writer.nowMs,
          changedBy: principal.fiscalCode ?? principal.subject,
        };
        await saveKey(writer, stored);
        await writer.audit(noteOf(institution, stored, before ? 'REGENERATED' : 'CREATED'));
        return { ...stored, key };
      }),
    remove: (principal, place) =>
      store.write(principal, async (writer) => {
        const { institution } = await permissions.actingFor(principal, 'CREDENTIALS', place.institution, writer);
        const before = await present(writer, institution, place);
        if (!before) throw new NotFoundError('There is no such key.');
        await removeFromDirectory(writer, before);
        await deleteKey(writer, before);
        await writer.audit(noteOf(institution, before, 'REMOVED'));
        return before;
      }),
    async list(principal, given) {
      const { institution } = await permissions.actingFor(principal, 'CREDENTIALS', given);
      return keysOf(database, institution.code);
    },
  };
}

/** An operator may have removed it there by its digest already. */
async function removeFromDirectory(writer: DirectoryWriter, key: StoredKey): Promise<void> {
  const [stored] = await writer.load('apiKey', [key.hash]);
  if (stored) await writer.remove('apiKey', stored);
}

function noteOf(institution: Institution, { product, slot, hint }: StoredKey, action: string) {
  const address = addressOf(institution);
  return {
    action,
    objectKind: 'API_KEY_SLOT',
    objectCode: `${institution.code}/${product}/${slot}`,
    audience: [address],
    onBehalfOf: address,
    detail: { hint },
  };
}
