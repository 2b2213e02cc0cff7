/** The enumerations of configuration objects, exports and the roadmap. */
import { registerEnumType } from 'type-graphql';
import { ACCOUNT_CHANGE_KINDS, ACCOUNT_CHANGE_STATES } from '../domain/accounts/account-change.ts';
import { ACCOUNT_ACTIONS, ACCOUNT_OUTCOMES } from '../domain/accounts/plan-changes.ts';
import { DRAFT_STATES } from '../domain/configuration/draft-state.ts';
import { CONNECTION_OUTCOMES } from '../domain/connection-outcome.ts';
import { MAINTENANCE_STATES } from '../domain/maintenance-quota.ts';
import { ADOPTION_SOURCES, OBLIGATION_STATES, REQUIREMENTS } from '../domain/roadmap/obligations.ts';
import type { DraftKind } from '../persistence/draft-store.ts';
import { EXPORT_FORMATS, EXPORT_SUBJECTS } from '../services/exports.ts';

function enumOf<const Value extends string>(name: string, description: string, values: readonly Value[]): { [Name in Value]: Name } {
  const names = Object.fromEntries(values.map((value) => [value, value])) as { [Name in Value]: Name };
  registerEnumType(names, { name, description });
  return names;
}

export const DraftKindEnum = {
  STATION: 'station',
  CHANNEL: 'channel',
  CREDITOR_BROKER: 'creditorBroker',
  PSP_BROKER: 'pspBroker',
} as const satisfies Record<string, DraftKind>;
registerEnumType(DraftKindEnum, { name: 'ConfigurationKind', description: 'What owners propose and operators review.' });
export const DraftStateEnum = enumOf(
  'ConfigurationDraftState',
  'Where a proposal stands: TO_CHECK, TO_CHECK_UPDATE wait for a reviewer, TO_FIX, TO_FIX_UPDATE for the owner; UPDATE: something is in force already.',
  DRAFT_STATES,
);
export const ConnectionOutcomeEnum = enumOf('ConnectionTestOutcome', 'What a test of a connection showed.', CONNECTION_OUTCOMES);
export const AccountActionEnum = enumOf('AccountAction', 'What is asked for an account.', ACCOUNT_ACTIONS);
export const AccountOutcomeEnum = enumOf(
  'AccountOutcome',
  'What became of what was asked for an account: it holds now, it waits for its day, it was refused.',
  ACCOUNT_OUTCOMES,
);
export const AccountChangeKindEnum = enumOf('AccountChangeKind', 'What happens to an account on a day.', ACCOUNT_CHANGE_KINDS);
export const AccountChangeStateEnum = enumOf('AccountChangeState', 'Where a change of an account stands.', ACCOUNT_CHANGE_STATES);
export const MaintenanceStateEnum = enumOf('MaintenanceState', 'Where maintenance stands.', MAINTENANCE_STATES);
export const ExportSubjectEnum = enumOf('ExportSubject', 'What is exported.', EXPORT_SUBJECTS);
export const ExportFormatEnum = enumOf('ExportFormat', 'How an export is written.', EXPORT_FORMATS);
export const RequirementEnum = enumOf(
  'InitiativeRequirement',
  'Whether an initiative is required of an institution; UNCERTAIN where the circolare contradicts itself or does not say what a table is about.',
  REQUIREMENTS,
);
export const ObligationStateEnum = enumOf(
  'ObligationState',
  'Whether an institution has done what an initiative asks of it.',
  OBLIGATION_STATES,
);
export const AdoptionSourceEnum = enumOf('AdoptionSource', 'Who says whether an initiative is adopted.', ADOPTION_SOURCES);
