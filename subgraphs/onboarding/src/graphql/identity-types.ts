/** Users, permissions, delegations, credentials and the audit, as types of the graph. */
import type { FunctionProduct, PlatformFunction } from '@nodo-aperto/kernel/auth';
import { connectionOf, DateTimeScalar, FiscalCodeScalar } from '@nodo-aperto/kernel/graphql';
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import type { InstitutionKind, InstitutionRole } from '../domain/permissions/institution.ts';
import type { Allowance, HolderRole, PartyRole } from '../domain/permissions/matrix.ts';
import type { PermissionSource } from '../domain/permissions/permission.ts';
import type { ApiProduct } from '../domain/product-side.ts';
import type { UserState } from '../domain/users/user-state.ts';
import type { KeySlot } from '../persistence/credential-store.ts';
import { ProductEnum } from './enums.ts';
import {
  AllowanceEnum,
  FunctionEnum,
  FunctionProductEnum,
  HolderRoleEnum,
  InstitutionKindEnum,
  InstitutionRoleEnum,
  KeySlotEnum,
  PartyRoleEnum,
  PermissionSourceEnum,
  UserStateEnum,
} from './identity-enums.ts';

@ObjectType('Institution', { description: 'Whom somebody acts for.' })
export class InstitutionType {
  @Field(() => InstitutionRoleEnum, { description: 'As what it takes part.' })
  role!: InstitutionRole;

  @Field(() => String, { description: 'Its fiscal code (creditors) or code (PSPs, partners).' })
  code!: string;
}

@InputType('InstitutionInput', { description: 'The institution that is meant, where it is not the caller’s own.' })
export class InstitutionInput {
  @Field(() => InstitutionRoleEnum, { description: 'As what it takes part.' })
  role!: InstitutionRole;

  @Field(() => String, { description: 'Its fiscal code (creditors) or code (PSPs, partners).' })
  code!: string;
}

@ObjectType('Permission', { description: 'Something that the caller may do, and who gave it.' })
export class PermissionType {
  @Field(() => FunctionProductEnum, { description: 'The product that the function belongs to.' })
  product!: FunctionProduct;

  @Field(() => FunctionEnum, { description: 'What may be done.' })
  function!: PlatformFunction;

  @Field(() => PermissionSourceEnum, { description: 'Where the permission comes from.' })
  source!: PermissionSource;

  @Field(() => String, { description: 'Who gave it: the role that it comes with, or the person who granted or delegated it.' })
  grantedBy!: string;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was granted or delegated; null for what comes with a role.' })
  grantedAt?: number;
}

@ObjectType('PermissionRule', { description: 'One cell of the permission matrix.' })
export class PermissionRuleType {
  @Field(() => FunctionProductEnum, { description: 'The product that the function belongs to.' })
  product!: FunctionProduct;

  @Field(() => FunctionEnum, { description: 'The function.' })
  function!: PlatformFunction;

  @Field(() => HolderRoleEnum, { description: 'The role.' })
  role!: HolderRole;

  @Field(() => AllowanceEnum, { description: 'Whether the role has the function.' })
  allowance!: Allowance;

  @Field(() => [InstitutionKindEnum], { description: 'The kinds of institutions that have the function at all.' })
  kinds!: InstitutionKind[];
}

@ObjectType('FunctionGrant', { description: 'A function that a manager gave to a user.' })
export class FunctionGrantType {
  @Field(() => FunctionEnum, { description: 'The function.' })
  function!: PlatformFunction;

  @Field(() => String, { description: 'Who gave it.' })
  grantedBy!: string;

  @Field(() => DateTimeScalar, { description: 'When.' })
  grantedAt!: number;
}

@ObjectType('InstitutionUser', { description: 'A person in an institution.' })
export class InstitutionUserType {
  @Field(() => ID, { description: 'Its id.' })
  id!: string;

  @Field(() => InstitutionType, { description: 'The institution.' })
  institution!: InstitutionType;

  @Field(() => FiscalCodeScalar, { description: 'Tax code of the person.' })
  fiscalCode!: string;

  @Field(() => String, { description: 'Given name.' })
  name!: string;

  @Field(() => String, { description: 'Family name.' })
  familyName!: string;

  @Field(() => String, { description: 'Work e-mail address.' })
  email!: string;

  @Field(() => PartyRoleEnum, { description: 'What the person is to the institution.' })
  role!: PartyRole;

  @Field(() => UserStateEnum, { description: 'Where the user stands.' })
  state!: UserState;

  @Field(() => [FunctionGrantType], { description: 'What the user was given beside what comes with the role.' })
  grants!: FunctionGrantType[];

  @Field(() => String, { description: 'Who appointed the user.' })
  appointedBy!: string;

  @Field(() => DateTimeScalar, { description: 'When.' })
  appointedAt!: number;

  @Field(() => DateTimeScalar, { description: 'When something of it was last changed.' })
  changedAt!: number;

  @Field(() => Int, { description: 'Version of the user.' })
  revision!: number;
}

@InputType('AppointUserInput', { description: 'A person who is to become a user of an institution.' })
export class AppointUserInput {
  @Field(() => InstitutionInput, { nullable: true, description: 'The institution; the caller’s own when absent.' })
  institution?: InstitutionInput | null;

  @Field(() => FiscalCodeScalar, { description: 'Tax code of the person.' })
  fiscalCode!: string;

  @Field(() => String, { description: 'Given name.' })
  name!: string;

  @Field(() => String, { description: 'Family name.' })
  familyName!: string;

  @Field(() => String, { description: 'Work e-mail address.' })
  email!: string;

  @Field(() => PartyRoleEnum, { description: 'What the person is to be.' })
  role!: PartyRole;

  @Field(() => [FunctionEnum], { nullable: true, description: 'What the user is given beside what comes with the role.' })
  functions?: PlatformFunction[] | null;
}

@ObjectType('PartnerDelegation', { description: 'What a creditor lets a partner do for it.' })
export class PartnerDelegationType {
  @Field(() => ID, { description: 'Its id.' })
  id!: string;

  @Field(() => String, { description: 'Fiscal code of the creditor.' })
  creditor!: string;

  @Field(() => String, { description: 'Broker code of the partner.' })
  partner!: string;

  @Field(() => [FunctionEnum], { description: 'What the partner may do.' })
  functions!: PlatformFunction[];

  @Field(() => String, { description: 'Who delegated it.' })
  grantedBy!: string;

  @Field(() => DateTimeScalar, { description: 'When.' })
  grantedAt!: number;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was revoked; null while it holds.' })
  revokedAt?: number;

  @Field(() => Int, { description: 'Version of the delegation.' })
  revision!: number;
}

@ObjectType('ApiKeyPlace', { description: 'A key of a product, without the key itself.' })
export class ApiKeyPlaceType {
  @Field(() => ProductEnum, { description: 'What it opens.' })
  product!: ApiProduct;

  @Field(() => KeySlotEnum, { description: 'Which of the two.' })
  slot!: KeySlot;

  @Field(() => String, { description: 'Its last characters, to tell it from others.' })
  hint!: string;

  @Field(() => DateTimeScalar, { description: 'When it was made.' })
  changedAt!: number;

  @Field(() => String, { description: 'Who made it.' })
  changedBy!: string;
}

@ObjectType('IssuedApiKey', { description: 'A key that was just made. It is shown this once.' })
export class IssuedApiKeyType extends ApiKeyPlaceType {
  @Field(() => String, { description: 'The key itself.' })
  key!: string;
}

@ObjectType('SystemClient', { description: 'Software of an institution that may ask the identity provider for tokens.' })
export class SystemClientType {
  @Field(() => ID, { description: 'Its client_id.' })
  id!: string;

  @Field(() => InstitutionType, { description: 'The institution.' })
  institution!: InstitutionType;

  @Field(() => String, { description: 'What it is called.' })
  name!: string;

  @Field(() => [FunctionEnum], {
    nullable: true,
    description: 'What its tokens are for; null: all that the institution’s software may do.',
  })
  functions?: PlatformFunction[];

  @Field(() => DateTimeScalar, { description: 'When it was made.' })
  createdAt!: number;

  @Field(() => DateTimeScalar, { description: 'When its secret was made.' })
  secretChangedAt!: number;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was revoked.' })
  revokedAt?: number;

  @Field(() => Int, { description: 'Version of the client.' })
  revision!: number;
}

@ObjectType('IssuedSystemClient', { description: 'A client with a secret that was just made. The secret is shown this once.' })
export class IssuedSystemClientType {
  @Field(() => SystemClientType, { description: 'The client.' })
  client!: SystemClientType;

  @Field(() => String, { description: 'Its client_secret.' })
  secret!: string;
}

@ObjectType('AuditEntry', { description: 'Who changed what, when, on whose behalf.' })
export class AuditEntryType {
  @Field(() => ID, { description: 'Its id; later entries have larger ones.' })
  id!: string;

  @Field(() => DateTimeScalar, { description: 'When.' })
  at!: number;

  @Field(() => String, { description: 'Who: the subject of the token, or a part of the platform.' })
  actor!: string;

  @Field(() => String, { nullable: true, description: 'In which role.' })
  actorRole?: string;

  @Field(() => String, { nullable: true, description: 'Tax code of the person, when a person did it.' })
  actorFiscalCode?: string;

  @Field(() => String, { nullable: true, description: 'For which institution, e.g. EC:77777777777.' })
  onBehalfOf?: string;

  @Field(() => String, { description: 'What was done, e.g. CREATED.' })
  action!: string;

  @Field(() => String, { description: 'What kind of object it was done to, e.g. STATION.' })
  objectKind!: string;

  @Field(() => String, { description: 'Which object.' })
  objectCode!: string;

  @Field(() => String, { description: 'More about the change, as JSON.' })
  detail!: string;
}

@InputType('AuditFilterInput', { description: 'Which entries; what is absent lets all through.' })
export class AuditFilterInput {
  @Field(() => String, { nullable: true, description: 'Of this actor, by subject or tax code.' })
  actor?: string | null;

  @Field(() => String, { nullable: true, description: 'This action.' })
  action?: string | null;

  @Field(() => String, { nullable: true, description: 'On objects of this kind.' })
  objectKind?: string | null;

  @Field(() => String, { nullable: true, description: 'On this object.' })
  objectCode?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'From this instant on.' })
  from?: number | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Before this instant.' })
  until?: number | null;

  @Field(() => InstitutionInput, { nullable: true, description: 'Operators: what this institution may see. Others see their own.' })
  institution?: InstitutionInput | null;
}

export const InstitutionUserConnection = connectionOf('InstitutionUser', () => InstitutionUserType);
export const PartnerDelegationConnection = connectionOf('PartnerDelegation', () => PartnerDelegationType);
export const SystemClientConnection = connectionOf('SystemClient', () => SystemClientType);
export const AuditEntryConnection = connectionOf('AuditEntry', () => AuditEntryType);
