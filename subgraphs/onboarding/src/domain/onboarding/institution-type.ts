/**
 * Rule: the type of an institution says as what it takes part in the platform: creditors are PA, GSP, SCP, PG, GPU and PRV; PSPs PSP;
 * technology partners PT. The other types are known, and take no part. Source: domain facts, Onboarding section 5.1.
 */
import type { InstitutionRole } from '../permissions/institution.ts';

export const INSTITUTION_TYPES = ['PA', 'PG', 'GSP', 'SA', 'PT', 'SCP', 'PSP', 'AS', 'REC', 'CON', 'PRV', 'PRV_PF', 'GPU', 'SCEC'] as const;
export type InstitutionType = (typeof INSTITUTION_TYPES)[number];

/** Where an institution is known from. */
export const ORIGINS = ['IPA', 'SELC', 'ANAC', 'ADE', 'INFOCAMERE', 'IVASS', 'PDND_INFOCAMERE'] as const;
export type Origin = (typeof ORIGINS)[number];

const CREDITORS: readonly InstitutionType[] = ['PA', 'GSP', 'SCP', 'PG', 'GPU', 'PRV'];

/** The types that take part, in the order in which they are shown. */
export const TYPES_THAT_TAKE_PART = INSTITUTION_TYPES.filter((type) => roleOfType(type) !== undefined);

/** As what institutions of a type take part; undefined for those that do not. */
export function roleOfType(type: InstitutionType): InstitutionRole | undefined {
  if (CREDITORS.includes(type)) return 'EC';
  if (type === 'PSP') return 'PSP';
  return type === 'PT' ? 'PARTNER' : undefined;
}
