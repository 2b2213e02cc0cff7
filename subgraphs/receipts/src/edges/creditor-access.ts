/** Who may call the REST interfaces of creditors, and how often. */
import type { Database } from '@nodo-aperto/kernel/database';
import { type Directory, mayActFor as lets } from '@nodo-aperto/kernel/directory';
import { ForbiddenError, LimitError } from '@nodo-aperto/kernel/faults';
import { apiKeyOf } from '@nodo-aperto/kernel/http';
import { isCreditorFiscalCode } from '@nodo-aperto/kernel/identifiers';
import type { Clock } from '@nodo-aperto/kernel/time';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { spendFetch } from '../services/fetch-receipt.ts';

const REQUEST_ID = /^[\w-]{1,64}$/;

/**
 * Lets a request in: its key has to act for the creditor and to have calls left, which the answer's headers tell.
 * @throws UnauthenticatedError, ForbiddenError, LimitError
 */
export async function enter(
  options: { readonly directory: Directory; readonly database: Database; readonly clock: Clock },
  request: FastifyRequest,
  reply: FastifyReply,
  creditorFiscalCode: string,
): Promise<void> {
  const { directory } = options;
  const given = request.headers['x-request-id'];
  reply.header('X-Request-Id', typeof given === 'string' && REQUEST_ID.test(given) ? given : request.id);
  const { party, hash } = await apiKeyOf(request, directory, 'bizevents');
  if (!(await mayActFor(directory, party, creditorFiscalCode))) {
    throw new ForbiddenError('The key may not act for this organization.');
  }
  try {
    const { limit, remaining } = await spendFetch(options, hash);
    reply.header('X-RateLimit-Limit', limit).header('X-RateLimit-Remaining', remaining);
  } catch (error) {
    if (error instanceof LimitError && error.retryAfterSeconds !== undefined) reply.header('Retry-After', error.retryAfterSeconds);
    throw error;
  }
}

/** A creditor acts for itself, a broker for the creditors that one of its stations serves, as far as these let it. */
async function mayActFor(directory: Directory, party: string, creditor: string): Promise<boolean> {
  if (!isCreditorFiscalCode(creditor)) return false;
  if (party === creditor) return true;
  const stations = await Promise.all((await directory.routes(creditor)).map((route) => directory.station(route.station)));
  return stations.some((station) => station?.broker === party) && lets(directory, party, creditor, 'RECEIPTS_READ');
}
