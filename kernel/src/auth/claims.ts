/** What a token's claims say of the caller. An external issuer may name its claims otherwise, and its roles too. */
import { z } from 'zod';
import { isPlatformFunction } from './functions.ts';
import { type Principal, ROLES, type Role } from './principal.ts';

/** Under which names an issuer states what the platform needs to know. A name with dots is a path, e.g. `organization.fiscal_code`. */
export interface ClaimNames {
  readonly role: string;
  readonly tenant: string;
  readonly fiscalCode: string;
  readonly name: string;
  /** The functions that the token is for, a list of names or one text with blanks between them. */
  readonly functions: string;
  /** The issuer's words for the roles; a word that is not in it must be a role itself. */
  readonly roles?: Readonly<Record<string, Role>>;
  /** The role of who has no role claim, e.g. CITIZEN where persons log in with SPID or CIE. Absent: such a token is refused. */
  readonly defaultRole?: Role;
}

/** The names in the platform's own tokens. */
export const PLATFORM_CLAIMS: ClaimNames = {
  role: 'role',
  tenant: 'tenant',
  fiscalCode: 'fiscal_code',
  name: 'name',
  functions: 'functions',
};

const MOST_FUNCTIONS = 100;

const callerShape = z
  .object({
    sub: z.string().min(1).max(256),
    exp: z.number(),
    role: z.enum(ROLES),
    tenant: z.string().min(1).max(35).optional(),
    fiscalCode: z.string().min(2).max(16).optional(),
    name: z.string().max(140).optional(),
    functions: z.array(z.string().max(50)).max(MOST_FUNCTIONS).optional(),
  })
  .refine((caller) => caller.role !== 'CITIZEN' || caller.fiscalCode !== undefined, { path: ['fiscalCode'] })
  .refine((caller) => caller.role === 'CITIZEN' || caller.role === 'OPERATOR' || caller.tenant !== undefined, { path: ['tenant'] });

/**
 * The caller that the claims of a verified token speak of.
 * @throws ZodError naming the claims that are missing or not valid
 */
export function principalOf(payload: Readonly<Record<string, unknown>>, names: ClaimNames): Principal {
  const { sub, exp, role, tenant, fiscalCode, name, functions } = callerShape.parse({
    sub: payload['sub'],
    exp: payload['exp'],
    role: roleOf(claim(payload, names.role) ?? names.defaultRole, names),
    tenant: claim(payload, names.tenant),
    fiscalCode: personOf(claim(payload, names.fiscalCode)),
    name: claim(payload, names.name),
    functions: listOf(claim(payload, names.functions)),
  });
  return {
    subject: sub,
    role,
    expiresAt: exp * 1000,
    ...(tenant !== undefined && { tenant }),
    ...(fiscalCode !== undefined && { fiscalCode }),
    ...(name !== undefined && { name }),
    // Names that this version does not know open nothing here.
    ...(functions !== undefined && { functions: functions.filter(isPlatformFunction) }),
  };
}

function claim(payload: Readonly<Record<string, unknown>>, name: string): unknown {
  // A claim whose own name has dots, such as a URL, comes before a path.
  if (Object.hasOwn(payload, name)) return payload[name] ?? undefined;
  let value: unknown = payload;
  for (const step of name.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value ?? undefined;
}

/** Several roles in one claim: the first that means something here. */
function roleOf(value: unknown, { roles = {} }: ClaimNames): unknown {
  const words: unknown[] = Array.isArray(value) ? value : [value];
  const meant = words.map((word) => (typeof word === 'string' && Object.hasOwn(roles, word) ? roles[word] : word));
  return meant.find((word) => (ROLES as readonly unknown[]).includes(word)) ?? meant[0];
}

/** SPID and CIE write a tax code with the country before it: `TINIT-RSSMRA80A01H501U`. */
function personOf(value: unknown): unknown {
  return typeof value === 'string' ? value.replace(/^TINIT-/, '') : value;
}

function listOf(value: unknown): unknown {
  return typeof value === 'string' ? value.split(' ').filter((word) => word !== '') : value;
}
