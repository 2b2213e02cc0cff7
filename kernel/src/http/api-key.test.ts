import { describe, expect, it } from 'vitest';
import type { ApiKey } from '../directory/index.ts';
import { ForbiddenError, UnauthenticatedError } from '../faults/index.ts';
import { apiKeyOf } from './api-key.ts';

const key: ApiKey = { hash: '0'.repeat(64), party: '66666666666', products: ['aca', 'gpd'] };
const directory = { apiKey: async (text: string) => (text === 'right' ? key : undefined) };
const ask = (request: { headers?: Record<string, string>; query?: unknown }, ...products: [string, ...string[]]) =>
  apiKeyOf({ headers: {}, query: {}, ...request }, directory, ...products);

describe('apiKeyOf', () => {
  it('finds the key in the header or in the query', async () => {
    await expect(ask({ headers: { 'ocp-apim-subscription-key': 'right' } }, 'aca')).resolves.toBe(key);
    await expect(ask({ query: { 'subscription-key': 'right' } }, 'fdr', 'gpd')).resolves.toBe(key);
  });

  it.each([
    [{}],
    [{ query: undefined }],
    [{ headers: { 'ocp-apim-subscription-key': 'wrong' } }],
    [{ query: { 'subscription-key': ['right', 'right'] } }],
    [{ headers: { 'ocp-apim-subscription-key': 'x'.repeat(257) } }],
  ])('refuses a request without a known key: %j', async (request) => {
    await expect(ask(request, 'aca')).rejects.toThrow(UnauthenticatedError);
  });

  it('refuses a key of other products, naming what it needs', async () => {
    const asked = ask({ headers: { 'ocp-apim-subscription-key': 'right' } }, 'fdrpsp');
    await expect(asked).rejects.toThrow(ForbiddenError);
    await expect(asked).rejects.toThrow(/fdrpsp/);
  });
});
