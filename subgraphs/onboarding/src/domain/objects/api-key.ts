/** How API keys (subscription keys) of the REST edges are written: which party uses one, for which products. */
import type { ApiKey } from '@nodo-aperto/kernel/directory';
import { keyDigest, keyRule } from '../credential.ts';
import type { Path, Report } from '../finding.ts';
import { type Fields, listOf, required } from '../rule.ts';
import { oneOf, textLike } from '../scalars.ts';

/** What a key may open. Source: domain facts, Onboarding section 5.6 (API keys); the REST edges of the design. */
export const PRODUCTS = [
  'nodauth',
  'aca',
  'gpd',
  'gpdpay',
  'gpdrep',
  'fdrorg',
  'fdrpsp',
  'options',
  'pull',
  'printnotice',
  'bizevents',
  'mbd',
  'qifdrkpiservice',
  'selfcareboexternalec',
  'selfcareboexternalpsp',
] as const;

/** How a key is written: the key itself in place of its digest. */
export interface ApiKeyEntry extends Omit<ApiKey, 'hash'> {
  readonly key: string;
}

export const apiKeyFields: Fields<ApiKeyEntry> = {
  key: required(keyRule),
  party: required(textLike(/^[\x21-\x7e]{1,35}$/, 'the fiscal code or code of a party')),
  products: required(listOf(oneOf(...PRODUCTS), { what: 'products', least: 1, most: PRODUCTS.length })),
};

/** Rule: a product is listed once. */
export function checkProducts({ products }: ApiKeyEntry, path: Path, report: Report): void {
  for (const [index, product] of products.entries()) {
    if (products.indexOf(product) === index) continue;
    report({ kind: 'DUPLICATE', path: [...path, 'products', index], found: `${product} again`, expected: 'every product once' });
  }
}

/** The key as it is kept. */
export function toApiKey({ key, party, products }: ApiKeyEntry): ApiKey {
  return { hash: keyDigest(key), party, products: products.toSorted() };
}
