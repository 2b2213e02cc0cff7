/** The caller on its way between services: sealed once at the edge, opened by each service, so that no one re-verifies a token. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { UnauthenticatedError } from '../faults/index.ts';
import type { Clock } from '../time/index.ts';
import { type Principal, ROLES } from './principal.ts';

/** The header that carries the sealed caller. */
export const PRINCIPAL_HEADER = 'x-nodo-principal';
const VALID_MS = 30_000;
const LONGEST = 4_096;

const sealedShape = z.object({
  sealedAt: z.number(),
  principal: z
    .object({
      subject: z.string(),
      role: z.enum(ROLES),
      tenant: z.string().optional(),
      fiscalCode: z.string().optional(),
      name: z.string().optional(),
      products: z.array(z.string()).optional(),
      functions: z.array(z.string()).optional(),
      expiresAt: z.number(),
    })
    .nullable(),
});

export interface PrincipalSealer {
  /** Seals the caller, or that there is none. */
  seal(principal: Principal | undefined): string;
  /**
   * Opens a seal.
   * @returns undefined for an anonymous caller
   * @throws UnauthenticatedError when the seal is absent, broken or older than 30 seconds
   */
  open(header: string | undefined): Principal | undefined;
}

/** @param options.secret at least 32 characters, the same for every service of a deployment */
export function principalSealer(options: { secret: string; clock: Clock }): PrincipalSealer {
  if (options.secret.length < 32) throw new Error('The sealing secret must have at least 32 characters.');
  const sign = (body: string) => createHmac('sha256', options.secret).update(body).digest();
  return {
    seal(principal) {
      const body = Buffer.from(JSON.stringify({ sealedAt: options.clock.now(), principal: principal ?? null })).toString('base64url');
      return `${body}.${sign(body).toString('base64url')}`;
    },
    open(header) {
      const [body = '', signature = ''] = header && header.length <= LONGEST ? header.split('.') : [];
      const expected = sign(body);
      const given = Buffer.from(signature, 'base64url');
      if (given.length !== expected.length || !timingSafeEqual(given, expected))
        throw new UnauthenticatedError('The sealed principal is absent or its seal is broken.');
      const parsed = sealedShape.safeParse(JSON.parse(Buffer.from(body, 'base64url').toString('utf8')));
      if (!parsed.success) throw new UnauthenticatedError('The sealed principal is not readable.');
      if (Math.abs(options.clock.now() - parsed.data.sealedAt) > VALID_MS)
        throw new UnauthenticatedError('The sealed principal is older than 30 seconds.');
      return parsed.data.principal ?? undefined;
    },
  };
}
