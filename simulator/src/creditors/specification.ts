/** What a creditor of the fleet is: itself, its broker, its one station. */
import { InputError } from '@nodo-aperto/kernel/faults';
import type { InputIssue } from '@nodo-aperto/kernel/faults';
import { parseBrokerCode, parseCreditorFiscalCode, parseIban, parseStationCode } from '@nodo-aperto/kernel/identifiers';

/** A creditor with a station of its own. Codes: Domain facts, Payments §1.1. */
export interface CreditorSpecification {
  /** 11 digits. */
  readonly fiscalCode: string;
  /** 1 to 70 characters. */
  readonly name: string;
  /** The broker that runs the station; often the creditor itself. */
  readonly brokerCode: string;
  readonly stationCode: string;
  /** What the station calls the platform with; nothing that the station itself checks. */
  readonly password?: string;
  /** Version of paGetPayment and paSendRT that it is asked with. A station of version 2 also answers version 1. */
  readonly primitiveVersion: 1 | 2;
  /** Two digits: digits 2 and 3 of its notice numbers, after the aux digit 3. */
  readonly segregationCode: string;
  /** Accounts that it is paid to; the first is the usual one. */
  readonly ibans: readonly string[];
  /** TCP port of its station; a free one when absent. */
  readonly port?: number;
}

const LONGEST_NAME = 70;
const MOST_CREDITORS = 1_000;

/** @throws InputError naming every part that is wrong, `creditors[2].fiscalCode` for instance */
export function checkSpecifications(creditors: readonly CreditorSpecification[]): void {
  if (creditors.length > MOST_CREDITORS) throw InputError.at('creditors', `are ${creditors.length}`, `at most ${MOST_CREDITORS}`);
  const issues = creditors.flatMap((creditor, index) => issuesOf(creditor, `creditors[${index}]`));
  issues.push(...repeated(creditors, 'stationCode', (creditor) => creditor.stationCode));
  issues.push(...repeated(creditors, 'segregationCode', ({ fiscalCode, segregationCode }) => `${fiscalCode} ${segregationCode}`));
  issues.push(...repeated(creditors, 'port', ({ port }) => (port === undefined || port === 0 ? undefined : String(port))));
  if (issues.length > 0) throw new InputError(issues);
}

function issuesOf(creditor: CreditorSpecification, path: string): InputIssue[] {
  const { fiscalCode, name, brokerCode, stationCode, primitiveVersion, segregationCode, ibans, port } = creditor;
  const issues: InputIssue[] = [];
  const check = (field: string, right: boolean, expected: string): void => {
    if (!right) issues.push({ path: `${path}.${field}`, message: 'is not valid', expected });
  };
  for (const [field, parsed] of [
    ['fiscalCode', parseCreditorFiscalCode(fiscalCode)],
    ['brokerCode', parseBrokerCode(brokerCode)],
    ['stationCode', parseStationCode(stationCode)],
  ] as const) {
    if (!parsed.ok) check(field, false, parsed.expected);
  }
  check('name', name.trim().length > 0 && name.length <= LONGEST_NAME, `1 to ${LONGEST_NAME} characters`);
  check('primitiveVersion', primitiveVersion === 1 || primitiveVersion === 2, '1 or 2');
  check('segregationCode', /^\d{2}$/.test(segregationCode), '2 digits');
  check('ibans', ibans.length > 0 && ibans.every((iban) => parseIban(iban).ok), 'one or more IBANs with right check digits');
  check('port', port === undefined || (Number.isInteger(port) && port >= 0 && port <= 65_535), 'a port from 0 to 65535');
  return issues;
}

function repeated(
  creditors: readonly CreditorSpecification[],
  field: string,
  keyOf: (creditor: CreditorSpecification) => string | undefined,
): InputIssue[] {
  const seen = new Set<string>();
  return creditors.flatMap((creditor, index) => {
    const key = keyOf(creditor);
    if (key === undefined || !seen.has(key)) {
      if (key !== undefined) seen.add(key);
      return [];
    }
    return [{ path: `creditors[${index}].${field}`, message: 'is that of another creditor of the fleet', expected: 'one of its own' }];
  });
}
