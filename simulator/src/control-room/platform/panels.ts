/** Which parts of the page a bearer may see. Mirrors the roles and functions of the graph's fields; the graph itself decides. */
import type { Bearer, Role } from './token.ts';

export const PANELS = ['payments', 'stations', 'stationEvents', 'receipts', 'receiptEvents', 'sessions', 'outages'] as const;
export type Panel = (typeof PANELS)[number];

interface Rule {
  readonly roles: readonly Role[];
  /** All of them are needed by tokens that are limited to functions. */
  readonly functions: readonly string[];
}

const RULES: Readonly<Record<Panel, Rule>> = {
  payments: { roles: ['OPERATOR', 'EC', 'PSP', 'PARTNER', 'CITIZEN'], functions: ['PAYMENTS_READ'] },
  stations: { roles: ['OPERATOR', 'EC', 'PARTNER'], functions: ['OVERVIEW'] },
  stationEvents: { roles: ['OPERATOR', 'EC', 'PARTNER'], functions: ['PAYMENTS_READ'] },
  receipts: { roles: ['OPERATOR', 'EC', 'PARTNER'], functions: ['RECEIPTS_READ'] },
  receiptEvents: { roles: ['OPERATOR', 'EC', 'PSP', 'PARTNER'], functions: ['RECEIPTS_READ'] },
  sessions: { roles: ['OPERATOR', 'EC', 'PSP', 'PARTNER'], functions: ['PAYMENTS_READ'] },
  outages: { roles: ['OPERATOR', 'EC', 'PARTNER'], functions: [] },
};

export function maySee({ role, functions }: Pick<Bearer, 'role' | 'functions'>, panel: Panel): boolean {
  const rule = RULES[panel];
  return rule.roles.includes(role) && (functions === undefined || rule.functions.every((each) => functions.includes(each)));
}
