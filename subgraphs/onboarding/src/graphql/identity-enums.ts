/** The enumerations of users, permissions and credentials. */
import { FUNCTION_PRODUCT_NAMES, FUNCTIONS } from '@nodo-aperto/kernel/auth';
import { registerEnumType } from 'type-graphql';
import { INSTITUTION_KINDS, INSTITUTION_ROLES } from '../domain/permissions/institution.ts';
import { ALLOWANCES, HOLDER_ROLES, PARTY_ROLES } from '../domain/permissions/matrix.ts';
import { PERMISSION_SOURCES } from '../domain/permissions/permission.ts';
import { USER_STATES } from '../domain/users/user-state.ts';
import { KEY_SLOTS } from '../persistence/credential-store.ts';

function enumOf<const Value extends string>(name: string, description: string, values: readonly Value[]): { [Name in Value]: Name } {
  const names = Object.fromEntries(values.map((value) => [value, value])) as { [Name in Value]: Name };
  registerEnumType(names, { name, description });
  return names;
}

export const FunctionEnum = enumOf('PlatformFunction', 'What can be done on the platform, as it is allowed and delegated.', FUNCTIONS);
export const FunctionProductEnum = enumOf('FunctionProduct', 'What functions are grouped by.', FUNCTION_PRODUCT_NAMES);
export const InstitutionRoleEnum = enumOf(
  'InstitutionRole',
  'As what an institution takes part: creditor, PSP, partner.',
  INSTITUTION_ROLES,
);
export const InstitutionKindEnum = enumOf(
  'InstitutionKind',
  'On which side an institution is, and whether it connects itself (direct) or through a partner (indirect); PT: a partner of that side.',
  INSTITUTION_KINDS,
);
export const PartyRoleEnum = enumOf('PartyRole', 'What a person is to an institution.', PARTY_ROLES);
export const HolderRoleEnum = enumOf('HolderRole', 'What somebody is to an institution; SYSTEM is its software.', HOLDER_ROLES);
export const AllowanceEnum = enumOf(
  'Allowance',
  'Whether a function comes with a role, can be given to it by a manager, or cannot.',
  ALLOWANCES,
);
export const PermissionSourceEnum = enumOf(
  'PermissionSource',
  'Where a permission comes from: being the platform’s staff, being the institution’s software, the role, a manager’s grant, a creditor’s delegation.',
  PERMISSION_SOURCES,
);
export const UserStateEnum = enumOf('UserState', 'Where a user stands; only active ones may do anything.', USER_STATES);
export const KeySlotEnum = enumOf('ApiKeySlot', 'Which of the two keys of a product.', KEY_SLOTS);
