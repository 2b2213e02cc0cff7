import type { Role } from '@nodo-aperto/kernel/auth';

/** Whom the simulator speaks as. */
export interface Caller {
  readonly role: Role;
  /** Fiscal code of a creditor, code of a PSP or broker: for EC, PSP and PARTNER. */
  readonly tenant?: string;
  /** For CITIZEN. */
  readonly fiscalCode?: string;
}

/** Gives an access token of the platform for a caller. */
export type TokenFor = (caller: Caller) => Promise<string>;
