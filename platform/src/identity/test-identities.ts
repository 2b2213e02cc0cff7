/** The persons of development and test platforms, as a SPID or CIE identity provider would state them. None of them exists. */

export interface TestIdentity {
  readonly fiscalCode: string;
  readonly name: string;
  readonly familyName: string;
  readonly email: string;
  readonly mobilePhone: string;
  /** How the person logs in. */
  readonly method: 'SPID' | 'CIE';
}

export const TEST_IDENTITIES: readonly TestIdentity[] = [
  person('RSSMRA80A01H501U', 'Mario', 'Rossi', 'SPID'),
  person('VRDLGU75C10F205J', 'Luigi', 'Verdi', 'SPID'),
  person('BNCGLI85M41L219Z', 'Giulia', 'Bianchi', 'CIE'),
  person('NREPLA70T50G273M', 'Paola', 'Neri', 'CIE'),
  person('GLLNDR90E20D612T', 'Andrea', 'Galli', 'SPID'),
  person('FRRCHR88S55A944L', 'Chiara', 'Ferrari', 'SPID'),
];

export function testIdentity(fiscalCode: string): TestIdentity | undefined {
  return TEST_IDENTITIES.find((each) => each.fiscalCode === fiscalCode);
}

function person(fiscalCode: string, name: string, familyName: string, method: TestIdentity['method']): TestIdentity {
  const mailbox = `${name}.${familyName}`.toLowerCase();
  return { fiscalCode, name, familyName, email: `${mailbox}@example.it`, mobilePhone: '+390600000000', method };
}
