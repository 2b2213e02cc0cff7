/**
 * Rule: which products an institution may have API keys for: those of its side; a partner those of the sides on which it is registered as a
 * broker. Source: domain facts, Onboarding section 5.6 (API keys).
 */
import type { PRODUCTS } from './objects/api-key.ts';
import type { InstitutionKind } from './permissions/institution.ts';

export type ApiProduct = (typeof PRODUCTS)[number];

const SIDES: Readonly<Record<ApiProduct, 'BOTH' | 'CREDITOR' | 'PSP'>> = {
  nodauth: 'BOTH',
  aca: 'CREDITOR',
  gpd: 'CREDITOR',
  gpdpay: 'CREDITOR',
  gpdrep: 'CREDITOR',
  fdrorg: 'CREDITOR',
  fdrpsp: 'PSP',
  options: 'PSP',
  pull: 'PSP',
  printnotice: 'CREDITOR',
  bizevents: 'CREDITOR',
  mbd: 'CREDITOR',
  qifdrkpiservice: 'PSP',
  selfcareboexternalec: 'CREDITOR',
  selfcareboexternalpsp: 'PSP',
};

const CREDITOR_SIDE: readonly InstitutionKind[] = ['EC_DIRECT', 'PT_EC'];
const PSP_SIDE: readonly InstitutionKind[] = ['PSP_DIRECT', 'PT_PSP'];

/** Whether institutions of these kinds may have keys for a product. */
export function mayUseProduct(kinds: readonly InstitutionKind[], product: ApiProduct): boolean {
  const side = SIDES[product];
  const fitting = side === 'BOTH' ? [...CREDITOR_SIDE, ...PSP_SIDE] : side === 'CREDITOR' ? CREDITOR_SIDE : PSP_SIDE;
  return kinds.some((kind) => fitting.includes(kind));
}
