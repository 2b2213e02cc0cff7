/** Credentials of institutions' software, and the audit. */
import type { PlatformFunction } from '@nodo-aperto/kernel/auth';
import { InputError } from '@nodo-aperto/kernel/faults';
import { Allow, type Connection, listCursor, pageSize, readListCursor, toConnection } from '@nodo-aperto/kernel/graphql';
import { Arg, Ctx, ID, Int, Mutation, Query, Resolver } from 'type-graphql';
import { addressOf } from '../domain/permissions/institution.ts';
import type { ApiProduct } from '../domain/product-side.ts';
import type { KeySlot, StoredKey, SystemClient } from '../persistence/credential-store.ts';
import type { IssuedClient } from '../services/system-clients.ts';
import { callerOf, type OnboardingContext } from './context.ts';
import { ProductEnum } from './enums.ts';
import { FunctionEnum, KeySlotEnum } from './identity-enums.ts';
import {
  ApiKeyPlaceType,
  AuditEntryConnection,
  AuditEntryType,
  AuditFilterInput,
  InstitutionInput,
  IssuedApiKeyType,
  IssuedSystemClientType,
  SystemClientConnection,
  SystemClientType,
} from './identity-types.ts';
import { Requires } from './requires.ts';

const FIRST = { nullable: true, description: 'How many, 1 to 100; 20 when absent.' };
const AFTER = { nullable: true, description: 'Cursor after which to read on.' };
const OWN = { nullable: true, description: 'The institution; the caller’s own when absent. Operators name one.' };
const PRODUCT = { description: 'The product.' };
const SLOT = { description: 'Which of the two keys.' };
const SEEN = { description: 'The revision that the caller has seen.' };
const CLIENT = { description: 'Its client_id.' };

@Resolver()
export class ApiKeys {
  @Allow('EC', 'PSP', 'PARTNER', 'OPERATOR')
  @Requires('CREDENTIALS')
  @Query(() => [ApiKeyPlaceType], {
    description: 'The API keys of an institution, at most two of each product; the keys themselves are not kept.',
  })
  async institutionApiKeys(
    @Arg('institution', () => InstitutionInput, OWN) institution: InstitutionInput | null,
    @Ctx() context: OnboardingContext,
  ): Promise<ApiKeyPlaceType[]> {
    return (await context.services.apiKeys.list(callerOf(context), institution)).map(presentKey);
  }

  @Allow('EC', 'PSP', 'PARTNER', 'OPERATOR')
  @Requires('CREDENTIALS')
  @Mutation(() => IssuedApiKeyType, {
    description:
      'Makes an API key, in place of the one that was there. It is shown this once; the other key of the product goes on working.',
  })
  async regenerateApiKey(
    @Arg('product', () => ProductEnum, PRODUCT) product: ApiProduct,
    @Arg('slot', () => KeySlotEnum, SLOT) slot: KeySlot,
    @Arg('institution', () => InstitutionInput, OWN) institution: InstitutionInput | null,
    @Ctx() context: OnboardingContext,
  ): Promise<IssuedApiKeyType> {
    const issued = await context.services.apiKeys.regenerate(callerOf(context), { institution, product, slot });
    const { product: opened, slot: place, hint, changedAt, changedBy, key } = issued;
    return { product: opened, slot: place, hint, changedAt, changedBy, key };
  }

  @Allow('EC', 'PSP', 'PARTNER', 'OPERATOR')
  @Requires('CREDENTIALS')
  @Mutation(() => ApiKeyPlaceType, { description: 'Takes an API key away.' })
  async removeApiKey(
    @Arg('product', () => ProductEnum, PRODUCT) product: ApiProduct,
    @Arg('slot', () => KeySlotEnum, SLOT) slot: KeySlot,
    @Arg('institution', () => InstitutionInput, OWN) institution: InstitutionInput | null,
    @Ctx() context: OnboardingContext,
  ): Promise<ApiKeyPlaceType> {
    return presentKey(await context.services.apiKeys.remove(callerOf(context), { institution, product, slot }));
  }
}

@Resolver()
export class SystemClients {
  @Allow('EC', 'PSP', 'PARTNER', 'OPERATOR')
  @Requires('CREDENTIALS')
  @Query(() => SystemClientConnection, { description: 'Software of an institution that may ask for tokens, in the order of the ids.' })
  async systemClients(
    @Arg('institution', () => InstitutionInput, OWN) institution: InstitutionInput | null,
    @Arg('first', () => Int, FIRST) first: number | null,
    @Arg('after', () => String, AFTER) after: string | null,
    @Ctx() context: OnboardingContext,
  ): Promise<Connection<SystemClientType>> {
    const size = pageSize(first);
    const [last] = readListCursor(after, 1) ?? [];
    const clients = await context.services.systemClients.list(callerOf(context), {
      institution,
      limit: size + 1,
      ...(last !== undefined && { after: String(last) }),
    });
    return toConnection(clients, size, { cursor: ({ id }) => listCursor(id), node: presentClient });
  }

  @Allow('EC', 'PSP', 'PARTNER', 'OPERATOR')
  @Requires('CREDENTIALS')
  @Mutation(() => IssuedSystemClientType, { description: 'Registers software of an institution. The secret is shown this once.' })
  async createSystemClient(
    @Arg('name', () => String, { description: 'What it is to be called.' }) name: string,
    @Arg('functions', () => [FunctionEnum], { nullable: true, description: 'What its tokens are for; all when absent.' })
    functions: PlatformFunction[] | null,
    @Arg('institution', () => InstitutionInput, OWN) institution: InstitutionInput | null,
    @Ctx() context: OnboardingContext,
  ): Promise<IssuedSystemClientType> {
    return presentIssued(await context.services.systemClients.create(callerOf(context), { institution, name, functions }));
  }

  @Allow('EC', 'PSP', 'PARTNER', 'OPERATOR')
  @Requires('CREDENTIALS')
  @Mutation(() => IssuedSystemClientType, { description: 'Makes a new secret in place of the old one. It is shown this once.' })
  async regenerateSystemClientSecret(
    @Arg('id', () => ID, CLIENT) id: string,
    @Arg('revision', () => Int, SEEN) revision: number,
    @Ctx() context: OnboardingContext,
  ): Promise<IssuedSystemClientType> {
    return presentIssued(await context.services.systemClients.regenerateSecret(callerOf(context), id, revision));
  }

  @Allow('EC', 'PSP', 'PARTNER', 'OPERATOR')
  @Requires('CREDENTIALS')
  @Mutation(() => SystemClientType, { description: 'Ends a client: it gets no more tokens.' })
  async revokeSystemClient(
    @Arg('id', () => ID, CLIENT) id: string,
    @Arg('revision', () => Int, SEEN) revision: number,
    @Ctx() context: OnboardingContext,
  ): Promise<SystemClientType> {
    return presentClient(await context.services.systemClients.revoke(callerOf(context), id, revision));
  }
}

@Resolver()
export class Audit {
  @Allow('EC', 'PSP', 'PARTNER', 'OPERATOR')
  @Requires('AUDIT')
  @Query(() => AuditEntryConnection, { description: 'Who changed what, when, on whose behalf; newest first. Operators see everything.' })
  async auditLog(
    @Arg('filter', () => AuditFilterInput, { nullable: true, description: 'Which entries.' }) filter: AuditFilterInput | null,
    @Arg('first', () => Int, FIRST) first: number | null,
    @Arg('after', () => String, AFTER) after: string | null,
    @Ctx() context: OnboardingContext,
  ): Promise<Connection<AuditEntryType>> {
    const size = pageSize(first);
    const { institution, ...rest } = filter ?? {};
    const entries = await context.services.audit.list(
      callerOf(context),
      { ...rest, ...(institution && { audience: addressOf(institution) }) },
      { limit: size + 1, ...(after !== null && after !== undefined && { before: placeOf(after) }) },
    );
    return toConnection(entries, size, { cursor: ({ id }) => listCursor(id), node: (entry) => entry });
  }
}

function placeOf(cursor: string): string {
  const place = String(readListCursor(cursor, 1)?.[0]);
  if (!/^\d{1,18}$/.test(place)) throw InputError.at('after', 'the cursor is not one of this list', 'a cursor of an earlier page');
  return place;
}

function presentKey({ product, slot, hint, changedAt, changedBy }: StoredKey): ApiKeyPlaceType {
  return { product, slot, hint, changedAt, changedBy };
}

function presentClient({
  id,
  institution,
  name,
  functions,
  createdAt,
  secretChangedAt,
  revokedAt,
  revision,
}: SystemClient): SystemClientType {
  const optional = { ...(functions && { functions: [...functions] }), ...(revokedAt !== undefined && { revokedAt }) };
  return { id, institution: { ...institution }, name, createdAt, secretChangedAt, revision, ...optional };
}

function presentIssued({ secret, ...client }: IssuedClient): IssuedSystemClientType {
  return { client: presentClient(client), secret };
}
