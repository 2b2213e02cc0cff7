/** Proposals of stations and channels, connection tests, changes of accounts, hours of maintenance, exports: types and inputs. */
import { connectionOf, DateScalar, DateTimeScalar } from '@nodo-aperto/kernel/graphql';
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import type { DraftState } from '../domain/configuration/draft-state.ts';
import type { DraftKind } from '../persistence/draft-store.ts';
import {
  AccountActionEnum,
  AccountChangeKindEnum,
  AccountChangeStateEnum,
  AccountOutcomeEnum,
  ConnectionOutcomeEnum,
  DraftKindEnum,
  DraftStateEnum,
} from './configuration-enums.ts';
import type { AccountAction, AccountOutcome } from '../domain/accounts/plan-changes.ts';
import type { PartnerSide } from '../domain/onboarding/request.ts';
import { ChannelFields, StationFields } from './connection-inputs.ts';
import { InstitutionInput } from './identity-types.ts';
import { PartnerSideEnum } from './onboarding-types.ts';

const yes = { nullable: true, description: 'Whether it may work; true when absent.' };

@InputType('StationProposalInput', { description: 'A station as its owner wants it. Its code is given by the platform.' })
export class StationProposalInput extends StationFields {}

@InputType('ChannelProposalInput', { description: 'A channel as its owner wants it. Its code is given by the platform.' })
export class ChannelProposalInput extends ChannelFields {}

@InputType('BrokerProposalInput', { description: 'An institution as a broker of one side, as it wants to be. Its code is its own.' })
export class BrokerProposalInput {
  @Field(() => PartnerSideEnum, { description: 'Whom it connects. A creditor connects creditors, a PSP connects PSPs, a partner either.' })
  side!: PartnerSide;

  @Field(() => String, { description: 'Its name, up to 140 characters.' })
  name!: string;

  @Field(() => Boolean, yes)
  enabled?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether its messages are to carry the original fault of a creditor; false when absent.',
  })
  extendedFaultBean?: boolean | null;
}

@ObjectType('ConfigurationDraft', { description: 'A station, channel or broker as its owner proposed it, and how its review stands.' })
export class ConfigurationDraftType {
  @Field(() => DraftKindEnum, { description: 'What it is.' })
  kind!: DraftKind;

  @Field(() => String, { description: 'Its code.' })
  code!: string;

  @Field(() => String, { description: 'Code of its broker.' })
  broker!: string;

  @Field(() => DraftStateEnum, { description: 'Where the proposal stands.' })
  state!: DraftState;

  @Field(() => String, { description: 'What is proposed, as a line of the directory file, without the password.' })
  content!: string;

  @Field(() => Int, { nullable: true, description: 'Revision of what is in force that it takes the place of; null for what is new.' })
  basedOn?: number;

  @Field(() => String, { nullable: true, description: 'What the reviewer asks for.' })
  note?: string;

  @Field(() => String, { description: 'Who proposed it.' })
  proposedBy!: string;

  @Field(() => DateTimeScalar, { description: 'When it was proposed.' })
  proposedAt!: number;

  @Field(() => String, { nullable: true, description: 'Who reviewed it.' })
  reviewedBy?: string;

  @Field(() => DateTimeScalar, { description: 'When it last changed.' })
  changedAt!: number;

  @Field(() => Int, { description: 'Version of the draft.' })
  revision!: number;
}

@InputType('ConnectionTestInput', { description: 'An endpoint to be tested.' })
export class ConnectionTestInput {
  @Field(() => String, { description: 'An http or https URL at which a station answers.' })
  endpoint!: string;

  @Field(() => String, { nullable: true, description: 'Fiscal code of the creditor that is asked for; the broker’s own code when absent.' })
  creditorInstitution?: string | null;

  @Field(() => InstitutionInput, { nullable: true, description: 'Whose station it is; the caller’s own when absent.' })
  institution?: InstitutionInput | null;
}

@ObjectType('ConnectionTest', { description: 'What a call to an endpoint showed.' })
export class ConnectionTestType {
  @Field(() => ConnectionOutcomeEnum, { description: 'The outcome.' })
  outcome!: string;

  @Field(() => String, { nullable: true, description: 'The kind of failure, e.g. REFUSED, TIMEOUT, HTTP_ERROR, MALFORMED.' })
  failure?: string;

  @Field(() => String, { description: 'What happened.' })
  detail!: string;

  @Field(() => Int, { nullable: true, description: 'HTTP status of the answer, when there was one.' })
  httpStatus?: number;

  @Field(() => Int, { description: 'How long it took, milliseconds.' })
  elapsedMs!: number;
}

@InputType('AccountRequestInput', { description: 'What is asked for one account. What is absent of an UPDATE stays.' })
export class AccountRequestInput {
  @Field(() => AccountActionEnum, { description: 'What is to be done.' })
  action!: AccountAction;

  @Field(() => String, { description: 'The IBAN.' })
  iban!: string;

  @Field(() => Boolean, { nullable: true, description: 'Whether it is an account of the post office; false when absent.' })
  postal?: boolean | null;

  @Field(() => [String], { nullable: true, description: 'All purposes that it is flagged for; they are taken from the other accounts.' })
  labels?: string[] | null;

  @Field(() => String, { nullable: true, description: 'What it is for.' })
  description?: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'Its first day, at least a week ahead unless it is the first account.' })
  validFrom?: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'Its last day.' })
  validUntil?: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'Of a DELETE: the day from which it is gone, tomorrow or later.' })
  deleteOn?: string | null;
}

@ObjectType('AccountIssue', { description: 'What is wrong with what was asked for an account.' })
export class AccountIssueType {
  @Field(() => String, { description: 'Where, e.g. items[2].validFrom.' })
  path!: string;

  @Field(() => String, { description: 'What is wrong.' })
  message!: string;

  @Field(() => String, { nullable: true, description: 'What would be right.' })
  expected?: string;
}

@ObjectType('AccountChange', { description: 'A change of an account on a day.' })
export class AccountChangeType {
  @Field(() => ID, { description: 'Its id.' })
  id!: string;

  @Field(() => String, { description: 'Fiscal code of the creditor.' })
  creditorInstitution!: string;

  @Field(() => String, { description: 'The IBAN.' })
  iban!: string;

  @Field(() => AccountChangeKindEnum, { description: 'What happens.' })
  kind!: string;

  @Field(() => AccountChangeStateEnum, { description: 'Where it stands.' })
  state!: string;

  @Field(() => DateScalar, { description: 'The day.' })
  effectiveOn!: string;

  @Field(() => String, { nullable: true, description: 'Why it failed.' })
  reason?: string;

  @Field(() => String, { description: 'Who asked for it.' })
  requestedBy!: string;

  @Field(() => DateTimeScalar, { description: 'When it was asked for.' })
  requestedAt!: number;

  @Field(() => Int, { description: 'Version of the change.' })
  revision!: number;
}

@ObjectType('AccountResult', { description: 'What became of what was asked for one account.' })
export class AccountResultType {
  @Field(() => String, { description: 'The IBAN.' })
  iban!: string;

  @Field(() => AccountOutcomeEnum, { description: 'The outcome.' })
  outcome!: AccountOutcome;

  @Field(() => [AccountIssueType], { description: 'Why it was refused.' })
  issues!: AccountIssueType[];

  @Field(() => AccountChangeType, { nullable: true, description: 'What waits for its day.' })
  change?: AccountChangeType;
}

@ObjectType('AccountResults', { description: 'What became of what was asked for several accounts, one by one.' })
export class AccountResultsType {
  @Field(() => [AccountResultType], { description: 'In the order in which it was asked.' })
  results!: AccountResultType[];

  @Field(() => Int, { description: 'Revision of the creditor’s registration now.' })
  revision!: number;
}

@ObjectType('MaintenanceSummary', { description: 'Hours of planned maintenance of a broker in a year.' })
export class MaintenanceSummaryType {
  @Field(() => Int, { description: 'The year, in Italian time.' })
  year!: number;

  @Field(() => Number, { description: 'Hours that have passed.' })
  usedHours!: number;

  @Field(() => Number, { description: 'Hours that are to come.' })
  scheduledHours!: number;

  @Field(() => Number, { description: 'Hours that are left.' })
  remainingHours!: number;

  @Field(() => Number, { description: 'Hours beyond the limit; notices are paid in Stand-In meanwhile.' })
  extraHours!: number;

  @Field(() => Int, { description: 'Hours that a broker may have.' })
  annualHoursLimit!: number;
}

@ObjectType('DirectoryExport', { description: 'A page of an export. The pages one after the other are the whole.' })
export class DirectoryExportType {
  @Field(() => String, { description: 'CSV lines, with the names of the columns on the first page; or a JSON list of objects.' })
  content!: string;

  @Field(() => Int, { description: 'How many rows it holds.' })
  rows!: number;

  @Field(() => Boolean, { description: 'Whether more follow.' })
  hasNextPage!: boolean;

  @Field(() => String, { nullable: true, description: 'Pass it as `after` to read on.' })
  endCursor!: string | null;
}

export const ConfigurationDraftConnection = connectionOf('ConfigurationDraft', () => ConfigurationDraftType);
export const AccountChangeConnection = connectionOf('AccountChange', () => AccountChangeType);
