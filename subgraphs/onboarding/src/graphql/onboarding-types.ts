/** Requests to take part and contracts, as types of the graph. */
import { connectionOf, DateTimeScalar, FiscalCodeScalar } from '@nodo-aperto/kernel/graphql';
import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import {
  INSTITUTION_TYPES,
  type InstitutionType as TypeOfInstitution,
  type Origin,
  ORIGINS,
} from '../domain/onboarding/institution-type.ts';
import { PARTNER_SIDES, type PartnerSide, SIGNATORY_ROLES, type SignatoryRole } from '../domain/onboarding/request.ts';
import { REQUEST_STATES, type RequestState } from '../domain/onboarding/request-state.ts';
import { type Workflow, WORKFLOWS } from '../domain/onboarding/workflow.ts';
import { InstitutionType } from './identity-types.ts';

function enumOf<const Value extends string>(name: string, description: string, values: readonly Value[]): { [Name in Value]: Name } {
  const names = Object.fromEntries(values.map((value) => [value, value])) as { [Name in Value]: Name };
  registerEnumType(names, { name, description });
  return names;
}

const InstitutionTypeEnum = enumOf('InstitutionType', 'What an institution is; some types take no part.', INSTITUTION_TYPES);
const OriginEnum = enumOf('RegistryOrigin', 'The registry that an institution is known from.', ORIGINS);
export const RequestStateEnum = enumOf('OnboardingState', 'Where a request to take part stands.', REQUEST_STATES);
const WorkflowEnum = enumOf('OnboardingWorkflow', 'The way of a request: approval, contract, confirmation.', WORKFLOWS);
const SignatoryRoleEnum = enumOf('SignatoryRole', 'As what people are named by a request.', SIGNATORY_ROLES);
export const PartnerSideEnum = enumOf('PartnerSide', 'Whom a partner connects.', PARTNER_SIDES);

const NAME = { description: 'Registered name.' };

@InputType('PspDataInput', { description: 'What PSPs say of themselves; mandatory for the type PSP.' })
export class PspDataInput {
  @Field(() => String, { nullable: true, description: 'Five digits: its code in the interbank system.' })
  abiCode?: string | null;

  @Field(() => Boolean, { description: 'Whether it belongs to a VAT group.' })
  vatNumberGroup!: boolean;

  @Field(() => [String], { description: 'The names under which it offers its services; 1 to 20.' })
  providerNames!: string[];

  @Field(() => String, { description: 'Kind of its contract.' })
  contractType!: string;

  @Field(() => String, { description: 'Code of its contract: PSPs of one contract are judged as one.' })
  contractId!: string;

  @Field(() => String, { description: 'Number in the business register.' })
  businessRegisterNumber!: string;

  @Field(() => String, { description: 'Name of the register by which it is authorised.' })
  legalRegisterName!: string;

  @Field(() => String, { description: 'Number in that register.' })
  legalRegisterNumber!: string;
}

@InputType('OnboardingInstitutionInput', { description: 'The institution that asks to take part.' })
export class OnboardingInstitutionInput {
  @Field(() => InstitutionTypeEnum, { description: 'What it is.' })
  type!: TypeOfInstitution;

  @Field(() => OriginEnum, { description: 'The registry that it is known from.' })
  origin!: Origin;

  @Field(() => String, { nullable: true, description: 'Its code in that registry.' })
  originId?: string | null;

  @Field(() => String, { description: 'Fiscal code: 11 digits.' })
  fiscalCode!: string;

  @Field(() => String, NAME)
  name!: string;

  @Field(() => String, { description: 'Certified e-mail address (PEC), as the registry holds it.' })
  digitalAddress!: string;

  @Field(() => String, { description: 'Postal address.' })
  address!: string;

  @Field(() => String, { nullable: true, description: 'Recipient code of electronic invoices.' })
  recipientCode?: string | null;

  @Field(() => Boolean, { defaultValue: false, description: 'Whether it acts for other institutions as an aggregator.' })
  aggregator!: boolean;

  @Field(() => Boolean, { defaultValue: false, description: 'Whether it connects itself, instead of through a partner.' })
  direct!: boolean;

  @Field(() => PspDataInput, { nullable: true, description: 'Mandatory for the type PSP.' })
  psp?: PspDataInput | null;

  @Field(() => [PartnerSideEnum], { nullable: true, description: 'Mandatory for the type PT.' })
  partnerSides?: PartnerSide[] | null;
}

@InputType('OnboardingPersonInput', { description: 'A person who is to be a user of the institution from the beginning.' })
export class OnboardingPersonInput {
  @Field(() => SignatoryRoleEnum, { description: 'As what. Every MANAGER signs the contract.' })
  role!: SignatoryRole;

  @Field(() => String, { description: 'Tax code of the person.' })
  fiscalCode!: string;

  @Field(() => String, { description: 'Given name.' })
  name!: string;

  @Field(() => String, { description: 'Family name.' })
  familyName!: string;

  @Field(() => String, { description: 'Work e-mail address.' })
  email!: string;
}

@InputType('OnboardingRequestInput', { description: 'A request to take part.' })
export class OnboardingRequestInput {
  @Field(() => OnboardingInstitutionInput, { description: 'The institution.' })
  institution!: OnboardingInstitutionInput;

  @Field(() => [OnboardingPersonInput], { description: 'Its manager or managers, and delegates; at most 20.' })
  users!: OnboardingPersonInput[];
}

@ObjectType('OnboardingStep', { description: 'A state that a request has passed.' })
export class OnboardingStepType {
  @Field(() => RequestStateEnum, { description: 'The state.' })
  state!: RequestState;

  @Field(() => DateTimeScalar, { description: 'Since when.' })
  at!: number;

  @Field(() => String, { description: 'Who brought it there.' })
  by!: string;
}

@ObjectType('OnboardingPerson', { description: 'A person whom a request names.' })
export class OnboardingPersonType {
  @Field(() => SignatoryRoleEnum, { description: 'As what.' })
  role!: SignatoryRole;

  @Field(() => FiscalCodeScalar, { description: 'Tax code of the person.' })
  fiscalCode!: string;

  @Field(() => String, { description: 'Given name.' })
  name!: string;

  @Field(() => String, { description: 'Family name.' })
  familyName!: string;

  @Field(() => String, { description: 'Work e-mail address.' })
  email!: string;
}

@ObjectType('OnboardingContract', { description: 'The contract of a request; its files: query onboardingContractFile.' })
export class OnboardingContractType {
  @Field(() => String, { description: 'Name and version of the template.' })
  template!: string;

  @Field(() => String, { description: 'SHA-256 of the document, hexadecimal: what is signed must have it.' })
  digest!: string;

  @Field(() => String, { description: 'Name of the file.' })
  fileName!: string;

  @Field(() => DateTimeScalar, { description: 'When it was drawn up.' })
  createdAt!: number;

  @Field(() => [FiscalCodeScalar], { nullable: true, description: 'Tax codes of those who signed; null until it is signed.' })
  signers?: string[];

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was accepted, signed.' })
  activatedAt?: number;
}

@ObjectType('OnboardingRequest', { description: 'A request of an institution to take part.' })
export class OnboardingRequestType {
  @Field(() => ID, { description: 'Its id.' })
  id!: string;

  @Field(() => InstitutionType, { description: 'Whom the institution will be on the platform.' })
  institution!: InstitutionType;

  @Field(() => InstitutionTypeEnum, { description: 'What the institution is.' })
  type!: TypeOfInstitution;

  @Field(() => OriginEnum, { description: 'The registry that it is known from.' })
  origin!: Origin;

  @Field(() => String, { description: 'Fiscal code.' })
  fiscalCode!: string;

  @Field(() => String, NAME)
  name!: string;

  @Field(() => String, { description: 'Certified e-mail address (PEC).' })
  digitalAddress!: string;

  @Field(() => WorkflowEnum, { description: 'The way of the request.' })
  workflow!: Workflow;

  @Field(() => RequestStateEnum, { description: 'Where it stands.' })
  state!: RequestState;

  @Field(() => String, { nullable: true, description: 'Why it was rejected, or could not be completed.' })
  reason?: string;

  @Field(() => [OnboardingPersonType], { description: 'The people whom it names; at most 20.' })
  users!: OnboardingPersonType[];

  @Field(() => [OnboardingStepType], { description: 'The states that it has passed, the first one first.' })
  steps!: OnboardingStepType[];

  @Field(() => DateTimeScalar, { description: 'When it was made.' })
  createdAt!: number;

  @Field(() => DateTimeScalar, { description: 'Until when it can be completed. A request that waits for an approval does not expire.' })
  expiresAt!: number;

  @Field(() => Int, { description: 'Version of the request.' })
  revision!: number;
}

@ObjectType('ContractRefusal', { description: 'Why a signed contract was not accepted.' })
export class ContractRefusalType {
  @Field(() => String, { description: 'Code of the error, e.g. 002-1004.' })
  code!: string;

  @Field(() => String, { description: 'What is wrong.' })
  message!: string;

  @Field(() => String, { description: 'What was expected.' })
  expected!: string;
}

@ObjectType('ContractUpload', { description: 'What became of a signed contract.' })
export class ContractUploadType {
  @Field(() => Boolean, { description: 'Whether the contract was accepted.' })
  accepted!: boolean;

  @Field(() => ContractRefusalType, { nullable: true, description: 'Why not.' })
  refusal?: ContractRefusalType;

  @Field(() => OnboardingRequestType, { description: 'The request as it is now.' })
  request!: OnboardingRequestType;
}

@ObjectType('ContractFile', { description: 'A file of a contract.' })
export class ContractFileType {
  @Field(() => String, { description: 'Its name.' })
  fileName!: string;

  @Field(() => String, { description: 'Its bytes in base64.' })
  content!: string;
}

@ObjectType('RegistryEntry', { description: 'An institution as a public registry knows it.' })
export class RegistryEntryType {
  @Field(() => OriginEnum, { description: 'The registry.' })
  origin!: Origin;

  @Field(() => String, { description: 'Its code there.' })
  originId!: string;

  @Field(() => String, { description: 'Fiscal code.' })
  fiscalCode!: string;

  @Field(() => String, NAME)
  name!: string;

  @Field(() => String, { description: 'Certified e-mail address (PEC).' })
  digitalAddress!: string;

  @Field(() => String, { description: 'Postal address.' })
  address!: string;
}

export const OnboardingRequestConnection = connectionOf('OnboardingRequest', () => OnboardingRequestType);
