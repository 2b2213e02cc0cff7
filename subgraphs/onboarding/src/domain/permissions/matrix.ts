/**
 * The permission matrix, as data: which functions an institution has by its kind, and which of them somebody who acts for it has by their
 * role. ALWAYS comes with the role; ON_GRANT has who was given it by a manager; NEVER cannot be given. Source: domain facts, Onboarding
 * section 5.4: API keys, stations, channels, IBANs and exports by kind; registration not for technical operators; IBANs and receipts for
 * administrators unless delegated. Where the source has no row, the function is of every kind whose side it is on.
 */
import { FUNCTIONS, type PlatformFunction } from '@nodo-aperto/kernel/auth';
import { INSTITUTION_KINDS, type InstitutionKind } from './institution.ts';

/** What a person is to an institution (PartyRole); SYSTEM is its software. */
export const PARTY_ROLES = ['MANAGER', 'DELEGATE', 'SUB_DELEGATE', 'OPERATOR'] as const;
export type PartyRole = (typeof PARTY_ROLES)[number];
export const HOLDER_ROLES = [...PARTY_ROLES, 'SYSTEM'] as const;
export type HolderRole = (typeof HOLDER_ROLES)[number];

export const ALLOWANCES = ['ALWAYS', 'ON_GRANT', 'NEVER'] as const;
export type Allowance = (typeof ALLOWANCES)[number];

const ALL = INSTITUTION_KINDS;
const CREDITORS = ['EC_DIRECT', 'EC_INDIRECT'] as const;
const CREDITOR_SIDE = [...CREDITORS, 'PT_EC'] as const;

/** The kinds of institutions that have a function. `ALL` holds for institutions of no kind too. */
export const KINDS_WITH_FUNCTION: Readonly<Record<PlatformFunction, readonly InstitutionKind[]>> = {
  OVERVIEW: ALL,
  REGISTRATION: ALL,
  CONTRACTS: ALL,
  USERS: ALL,
  DELEGATIONS: CREDITORS,
  CREDENTIALS: ['EC_DIRECT', 'PSP_DIRECT', 'PT_EC', 'PT_PSP'],
  STATIONS: ['EC_DIRECT', 'PT_EC'],
  CHANNELS: ['PSP_DIRECT', 'PT_PSP'],
  IBANS: CREDITORS,
  EXPORTS: ['EC_DIRECT', 'PT_EC'],
  MAINTENANCE: CREDITOR_SIDE,
  ROADMAP: ALL,
  AUDIT: ALL,
  POSITIONS_READ: ALL,
  POSITIONS_WRITE: CREDITOR_SIDE,
  PAYMENTS_READ: ALL,
  PAYMENTS_WRITE: ALL,
  RECEIPTS_READ: ALL,
  RECEIPTS_WRITE: CREDITOR_SIDE,
  FLOWS_READ: ALL,
  FLOWS_WRITE: ALL,
  KPI_READ: ALL,
  KPI_WRITE: ALL,
};

type Row = readonly [delegate: Allowance, subDelegate: Allowance, operator: Allowance, system: Allowance];

/** Managers have every function of their institution; the others by row. */
const ROWS: Readonly<Record<PlatformFunction, Row>> = {
  OVERVIEW: ['ALWAYS', 'ALWAYS', 'ALWAYS', 'ALWAYS'],
  REGISTRATION: ['ALWAYS', 'ON_GRANT', 'NEVER', 'ALWAYS'],
  CONTRACTS: ['ON_GRANT', 'NEVER', 'NEVER', 'ALWAYS'],
  USERS: ['ALWAYS', 'ON_GRANT', 'NEVER', 'NEVER'],
  DELEGATIONS: ['ON_GRANT', 'NEVER', 'NEVER', 'NEVER'],
  CREDENTIALS: ['ALWAYS', 'ON_GRANT', 'ON_GRANT', 'NEVER'],
  STATIONS: ['ALWAYS', 'ON_GRANT', 'ALWAYS', 'ALWAYS'],
  CHANNELS: ['ALWAYS', 'ON_GRANT', 'ALWAYS', 'ALWAYS'],
  IBANS: ['ALWAYS', 'ON_GRANT', 'ON_GRANT', 'ALWAYS'],
  EXPORTS: ['ALWAYS', 'ON_GRANT', 'ON_GRANT', 'ALWAYS'],
  MAINTENANCE: ['ALWAYS', 'ON_GRANT', 'ALWAYS', 'ALWAYS'],
  ROADMAP: ['ALWAYS', 'ALWAYS', 'ALWAYS', 'ALWAYS'],
  AUDIT: ['ALWAYS', 'ON_GRANT', 'ON_GRANT', 'ALWAYS'],
  POSITIONS_READ: ['ALWAYS', 'ON_GRANT', 'ON_GRANT', 'ALWAYS'],
  POSITIONS_WRITE: ['ALWAYS', 'ON_GRANT', 'ON_GRANT', 'ALWAYS'],
  PAYMENTS_READ: ['ALWAYS', 'ON_GRANT', 'ON_GRANT', 'ALWAYS'],
  PAYMENTS_WRITE: ['ALWAYS', 'ON_GRANT', 'ON_GRANT', 'ALWAYS'],
  RECEIPTS_READ: ['ALWAYS', 'ON_GRANT', 'ON_GRANT', 'ALWAYS'],
  RECEIPTS_WRITE: ['ALWAYS', 'ON_GRANT', 'ON_GRANT', 'ALWAYS'],
  FLOWS_READ: ['ALWAYS', 'ON_GRANT', 'ON_GRANT', 'ALWAYS'],
  FLOWS_WRITE: ['ALWAYS', 'ON_GRANT', 'ON_GRANT', 'ALWAYS'],
  KPI_READ: ['ALWAYS', 'ON_GRANT', 'ON_GRANT', 'ALWAYS'],
  KPI_WRITE: ['ALWAYS', 'ON_GRANT', 'ON_GRANT', 'ALWAYS'],
};

/** Whether an institution of these kinds has a function. */
export function institutionHas(kinds: readonly InstitutionKind[], wanted: PlatformFunction): boolean {
  const having = KINDS_WITH_FUNCTION[wanted];
  return having === ALL || kinds.some((kind) => having.includes(kind));
}

/** What the matrix says of a role and a function of its institution. */
export function allowance(role: HolderRole, wanted: PlatformFunction): Allowance {
  const [delegate, subDelegate, operator, system] = ROWS[wanted];
  return { MANAGER: 'ALWAYS' as const, DELEGATE: delegate, SUB_DELEGATE: subDelegate, OPERATOR: operator, SYSTEM: system }[role];
}

/** One cell: a function, a role, whether the role has it, and the kinds of institutions where it exists. */
export interface MatrixCell {
  readonly function: PlatformFunction;
  readonly role: HolderRole;
  readonly allowance: Allowance;
  readonly kinds: readonly InstitutionKind[];
}

/** The whole matrix, function by function. */
export function matrix(): readonly MatrixCell[] {
  return FUNCTIONS.flatMap((each) =>
    HOLDER_ROLES.map((role) => ({ function: each, role, allowance: allowance(role, each), kinds: KINDS_WITH_FUNCTION[each] })),
  );
}
