/** What an access token says of its bearer. The page only reads it to show what fits; the platform is who checks it. */

export const ROLES = ['OPERATOR', 'EC', 'PSP', 'PARTNER', 'CITIZEN'] as const;
export type Role = (typeof ROLES)[number];

export interface Bearer {
  readonly token: string;
  readonly role: Role;
  /** The institution's code, or the citizen's tax code; empty for operators. */
  readonly code: string;
  readonly name: string;
  /** The functions that the token is limited to; undefined: not limited. */
  readonly functions: readonly string[] | undefined;
  /** Epoch milliseconds; Infinity when it does not say. */
  readonly expiresAt: number;
}

/** Reads a token, with or without "Bearer" before it; undefined when it is none. */
export function readToken(text: string): Bearer | undefined {
  const token = text.trim().replace(/^bearer\s+/i, '');
  const claims = claimsOf(token);
  const role = ROLES.find((each) => each === claims?.['role']);
  if (!claims || !role) return undefined;
  const word = (name: string): string => (typeof claims[name] === 'string' ? claims[name] : '');
  const { functions } = claims;
  const words = typeof functions === 'string' ? functions.split(' ') : functions;
  return {
    token,
    role,
    code: word('tenant') || word('fiscal_code'),
    name: word('name'),
    functions: Array.isArray(words) ? words.filter((each) => typeof each === 'string') : undefined,
    expiresAt: typeof claims['exp'] === 'number' ? claims['exp'] * 1_000 : Number.POSITIVE_INFINITY,
  };
}

function claimsOf(token: string): Readonly<Record<string, unknown>> | undefined {
  const [, payload, , ...more] = token.split('.');
  if (!payload || more.length > 0 || token.split('.').length !== 3) return undefined;
  try {
    const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof claims === 'object' && claims !== null ? (claims as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
