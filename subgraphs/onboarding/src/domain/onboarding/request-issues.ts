/**
 * What must hold of a request before the registry is asked: the institution takes part at all, its data are those of its type (a PSP gives its
 * data, a partner its sides), and its people are named properly: at least one manager, each person once in a role, and the same person in two
 * roles with one e-mail address. Source: domain facts, Onboarding sections 5.1, 5.2 and 5.4.
 */
import type { InputIssue } from '@nodo-aperto/kernel/faults';
import { isCreditorFiscalCode, isPersonFiscalCode } from '@nodo-aperto/kernel/identifiers';
import { roleOfType, TYPES_THAT_TAKE_PART } from './institution-type.ts';
import type { InstitutionData, PspData, RequestContent, RequestedUser } from './request.ts';

const MOST_USERS = 20;
const MOST_NAMES = 20;
const LONGEST_LINE = 140;
const EMAIL = /^[^\s\p{Cc}@]{1,64}@[^\s\p{Cc}@]{1,190}$/u;
const CODE = /^[A-Za-z0-9_.-]{1,35}$/;

/** Everything that is wrong, in the order of the fields; empty when nothing is. */
export function requestIssues({ institution, users }: RequestContent): readonly InputIssue[] {
  return [...institutionIssues(institution), ...partIssues(institution), ...userIssues(users)];
}

function institutionIssues(institution: InstitutionData): InputIssue[] {
  const { type, fiscalCode, name, address, digitalAddress, originId, recipientCode } = institution;
  return [
    ...unless(roleOfType(type), 'type', `${type} takes no part in the platform`, `one of ${TYPES_THAT_TAKE_PART.join(', ')}`),
    ...unless(isCreditorFiscalCode(fiscalCode), 'fiscalCode', 'is not valid', '11 digits'),
    ...unless(isLine(name), 'name', 'is not valid', `1 to ${LONGEST_LINE} characters`),
    ...unless(isLine(address), 'address', 'is not valid', `1 to ${LONGEST_LINE} characters`),
    ...unless(EMAIL.test(digitalAddress), 'digitalAddress', 'is not valid', 'a certified e-mail address'),
    ...unless(!originId || CODE.test(originId), 'originId', 'is not valid', 'a code of 1 to 35 letters, digits, "_", "." or "-"'),
    ...unless(
      !recipientCode || /^[A-Z0-9]{6,7}$/.test(recipientCode),
      'recipientCode',
      'is not valid',
      '6 or 7 capital letters and digits',
    ),
  ].map((issue) => ({ ...issue, path: `institution.${issue.path}` }));
}

function partIssues({ type, psp, partnerSides }: InstitutionData): InputIssue[] {
  const sides = partnerSides ?? [];
  return [
    ...unless(type !== 'PSP' || psp, 'institution.psp', 'is missing', 'the data of the PSP, which are mandatory for the type PSP'),
    ...unless(type === 'PSP' || !psp, 'institution.psp', 'is given', `no data of a PSP for the type ${type}`),
    ...unless(type !== 'PT' || sides.length > 0, 'institution.partnerSides', 'is missing', 'the sides that the partner connects'),
    ...unless(type === 'PT' || sides.length === 0, 'institution.partnerSides', 'is given', `no sides for the type ${type}`),
    ...(psp ? pspIssues(psp) : []),
  ];
}

function pspIssues(psp: PspData): InputIssue[] {
  const names = psp.providerNames;
  return [
    ...unless(!psp.abiCode || /^\d{5}$/.test(psp.abiCode), 'abiCode', 'is not valid', '5 digits'),
    ...unless(
      names.length > 0 && names.length <= MOST_NAMES && names.every(isLine),
      'providerNames',
      'is not valid',
      `1 to ${MOST_NAMES} names of 1 to ${LONGEST_LINE} characters`,
    ),
    ...unless(isLine(psp.contractType), 'contractType', 'is not valid', `1 to ${LONGEST_LINE} characters`),
    ...unless(CODE.test(psp.contractId), 'contractId', 'is not valid', 'a code of 1 to 35 letters, digits, "_", "." or "-"'),
    ...(['businessRegisterNumber', 'legalRegisterName', 'legalRegisterNumber'] as const).flatMap((field) =>
      unless(isLine(psp[field]), field, 'is not valid', `1 to ${LONGEST_LINE} characters`),
    ),
  ].map((issue) => ({ ...issue, path: `institution.psp.${issue.path}` }));
}

function userIssues(users: readonly RequestedUser[]): InputIssue[] {
  const issues: InputIssue[] = [
    ...unless(users.length <= MOST_USERS, 'users', `names ${users.length} people`, `at most ${MOST_USERS}`),
    ...unless(
      users.some((user) => user.role === 'MANAGER'),
      'users',
      'names no manager',
      'at least one MANAGER, the legal representative',
    ),
  ];
  const roles = new Set<string>();
  const addresses = new Map<string, string>();
  for (const [index, user] of users.slice(0, MOST_USERS).entries()) {
    const path = `users.${index}`;
    const person = user.fiscalCode.toUpperCase();
    const valid = isPersonFiscalCode(person);
    issues.push(
      ...unless(valid, `${path}.fiscalCode`, 'is not valid', 'the tax code of a person: 16 letters and digits'),
      ...unless(isLine(user.name), `${path}.name`, 'is not valid', `1 to ${LONGEST_LINE} characters`),
      ...unless(isLine(user.familyName), `${path}.familyName`, 'is not valid', `1 to ${LONGEST_LINE} characters`),
      ...unless(EMAIL.test(user.email), `${path}.email`, 'is not valid', 'an e-mail address'),
      ...unless(!roles.has(`${person}/${user.role}`), path, `names a ${user.role} twice`, 'every person once in a role'),
      ...unless(
        (addresses.get(person) ?? user.email) === user.email,
        `${path}.email`,
        'is another than in the other role',
        'one e-mail address for each person',
      ),
    );
    roles.add(`${person}/${user.role}`);
    addresses.set(person, user.email);
  }
  return issues;
}

function isLine(text: string): boolean {
  return text.trim() !== '' && text.length <= LONGEST_LINE && !/\p{Cc}/u.test(text);
}

function unless(holds: unknown, path: string, message: string, expected: string): InputIssue[] {
  return holds ? [] : [{ path, message, expected }];
}
