import type { FaultCodeEntry } from './fault-code-entry.ts';
import { FDR_FAULTS } from './fault-codes-fdr.ts';
import { ODP_FAULTS } from './fault-codes-odp.ts';
import { PAA_FAULTS } from './fault-codes-paa.ts';
import { PPT_FAULTS } from './fault-codes-ppt.ts';

/**
 * Every fault code of the platform. The keys are names a GraphQL enum can carry; ODP and FDR codes have a dash on the wire
 * (`wireCodeOf`). Sources: Domain facts, Payments §2.3 and §5.3; Reporting §1.5 and §1.6.
 */
export const FAULT_CODES = { ...PPT_FAULTS, ...PAA_FAULTS, ...ODP_FAULTS, ...FDR_FAULTS } as const satisfies Record<string, FaultCodeEntry>;

export type FaultCode = keyof typeof FAULT_CODES;

export function isFaultCode(text: unknown): text is FaultCode {
  return typeof text === 'string' && Object.hasOwn(FAULT_CODES, text);
}

/** What is known of a code, with the optional fields of every family. */
export function faultCodeEntry(code: FaultCode): FaultCodeEntry {
  return FAULT_CODES[code];
}

/** The code as messages carry it: `ODP_001` is `ODP-001`, `FDR_3001` is `FDR-3001`, all others are as they are. */
export function wireCodeOf(code: FaultCode): string {
  const { family } = faultCodeEntry(code);
  return family === 'ODP' || family === 'FDR' ? code.replace('_', '-') : code;
}

// One table of the official error guide spells this code without the second underscore (Domain facts, Payments §2.3).
const OTHER_SPELLINGS: ReadonlyMap<string, FaultCode> = new Map([
  ['PPT_STAZIONE_INT_PA_SERVIZIO_NONATTIVO', 'PPT_STAZIONE_INT_PA_SERVIZIO_NON_ATTIVO'],
]);

/** The code a message carries; undefined when the platform knows none of that name. */
export function parseFaultCode(text: string): FaultCode | undefined {
  const name = /^(ODP|FDR)-/.test(text) ? text.replace('-', '_') : text;
  return isFaultCode(name) ? name : OTHER_SPELLINGS.get(name);
}

/** Whether a text has the shape of a fault code of the field: upper-case letters, digits, dashes and underscores, at most 60. */
export function looksLikeFaultCode(text: string): boolean {
  return /^[A-Z][A-Z0-9_-]{2,59}$/.test(text);
}
