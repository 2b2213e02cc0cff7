/** Who calls a REST edge: the party of the key that the request carries. */
import type { FastifyRequest } from 'fastify';
import type { ApiKey, Directory } from '../directory/index.ts';
import { countCall } from './edge-limits.ts';
import { ForbiddenError, UnauthenticatedError } from '../faults/index.ts';

/** The header that carries the key, as in the official interfaces; `subscription-key` in the query does as well. */
export const API_KEY_HEADER = 'ocp-apim-subscription-key';
const LONGEST_KEY = 256;

/**
 * The key that a request came with, when it is known and opens one of the products.
 * @throws UnauthenticatedError without a known key, ForbiddenError when the key opens other products only, TooManyCallsError
 */
export async function apiKeyOf(
  request: Pick<FastifyRequest, 'headers' | 'query'>,
  directory: Pick<Directory, 'apiKey'>,
  ...products: readonly [string, ...string[]]
): Promise<ApiKey> {
  const header = request.headers[API_KEY_HEADER];
  const text = header ?? (request.query as Record<string, unknown> | undefined)?.['subscription-key'];
  const known = typeof text === 'string' && text.length <= LONGEST_KEY ? await directory.apiKey(text) : undefined;
  if (!known) throw new UnauthenticatedError('The request needs a valid key in the header Ocp-Apim-Subscription-Key.');
  if (!products.some((product) => known.products.includes(product))) {
    throw new ForbiddenError(`The key does not open this interface: it needs the product ${products.join(' or ')}.`);
  }
  countCall(request, known.party);
  return known;
}
