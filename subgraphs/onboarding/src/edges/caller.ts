/** Who calls: the caller of an access token, as in the graph. */
import { bearerToken, type Principal, requireRole, type Role } from '@nodo-aperto/kernel/auth';
import { UnauthenticatedError } from '@nodo-aperto/kernel/faults';
import type { FastifyRequest } from 'fastify';

/** The prefix of this subgraph's files. */
export const BACK_OFFICE_PATH = '/back-office/v1';

/** Tells whom an access token speaks for. */
export type Verify = (token: string) => Promise<Principal>;

/** @throws UnauthenticatedError without a valid token; ForbiddenError for another role */
export async function callerOf(request: FastifyRequest, verify: Verify, ...roles: readonly Role[]): Promise<Principal> {
  const token = bearerToken(request.headers.authorization);
  if (token === undefined) throw new UnauthenticatedError('The request needs the header Authorization: Bearer, with an access token.');
  return requireRole(await verify(token), ...roles);
}
