/** The enumerations of this subgraph. */
import { type DirectoryKind, STAND_IN_PROFILES } from '@nodo-aperto/kernel/directory';
import { registerEnumType } from 'type-graphql';
import { FINDING_KINDS } from '../domain/finding.ts';
import { CONFIDENCES, INITIATIVE_OBJECTIVES, INITIATIVE_SUBJECTS, INITIATIVE_TYPES } from '../domain/initiatives.ts';
import { PAYMENT_MODELS, type PaymentModel } from '../domain/objects/channel.ts';
import { PRODUCTS } from '../domain/objects/api-key.ts';
import type { ObjectChange, RemovableKind, SwitchedKind } from '../services/objects.ts';
import { OPERATOR_JOBS } from '../services/operations.ts';

/** An enumeration whose names are its values. */
function enumOf<const Value extends string>(name: string, description: string, values: readonly Value[]): { [Name in Value]: Name } {
  const names = Object.fromEntries(values.map((value) => [value, value])) as { [Name in Value]: Name };
  registerEnumType(names, { name, description });
  return names;
}

const SWITCHED = {
  CREDITOR_BROKER: 'creditorBroker',
  CREDITOR_INSTITUTION: 'creditorInstitution',
  STATION: 'station',
  PSP_BROKER: 'pspBroker',
  PSP: 'psp',
  CHANNEL: 'channel',
  SERVICE: 'service',
} as const satisfies Record<string, SwitchedKind>;
const REMOVABLE = { ROUTE: 'route', API_KEY: 'apiKey' } as const satisfies Record<string, RemovableKind>;

export const DirectoryKindEnum = {
  ...SWITCHED,
  ...REMOVABLE,
  MAINTENANCE: 'maintenance',
  DELEGATION: 'delegation',
  SETTINGS: 'settings',
} as const satisfies Record<string, DirectoryKind>;
registerEnumType(DirectoryKindEnum, { name: 'DirectoryKind', description: 'The kinds of objects that the directory holds.' });

export const SwitchedKindEnum = SWITCHED;
registerEnumType(SwitchedKindEnum, { name: 'SwitchedDirectoryKind', description: 'The kinds of objects that are enabled and disabled.' });

export const RemovableKindEnum = REMOVABLE;
registerEnumType(RemovableKindEnum, {
  name: 'RemovableDirectoryKind',
  description: 'The kinds of objects that are removed when they are no longer wanted.',
});

export const ChangeEnum = enumOf<ObjectChange>('DirectoryChangeKind', 'What became of an object.', [
  'CREATED',
  'UPDATED',
  'UNCHANGED',
  'REMOVED',
]);
export const FindingKindEnum = enumOf('DirectoryIssueKind', 'What kind of mistake a directory file holds.', FINDING_KINDS);
export const PaymentModelEnum = enumOf<PaymentModel>(
  'PaymentModel',
  'How payments on a channel come about; only ATTIVATO_PRESSO_PSP pays notices at a PSP.',
  PAYMENT_MODELS,
);
export const ProductEnum = enumOf('ApiProduct', 'What an API key may open.', PRODUCTS);
export const StandInProfileEnum = enumOf(
  'PlatformStandInProfile',
  'The policies by which stations enter and leave Stand-In.',
  STAND_IN_PROFILES,
);
export const ForcedStandInEnum = enumOf('ForcedStandIn', 'What a station is kept to: IN, it is never called; OUT, it is always called.', [
  'IN',
  'OUT',
]);
export const PlatformJobEnum = enumOf('PlatformJob', 'Recurrent work that operators may start.', OPERATOR_JOBS);
export const JobStateEnum = enumOf('JobState', 'Where a run of a job stands.', ['QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED']);
export const InitiativeTypeEnum = enumOf('InitiativeType', 'Whether those concerned must take part.', INITIATIVE_TYPES);
export const InitiativeSubjectEnum = enumOf(
  'InitiativeSubject',
  'Who has something to do: creditors, PSPs, technology partners.',
  INITIATIVE_SUBJECTS,
);
export const InitiativeObjectiveEnum = enumOf('InitiativeObjective', 'What an initiative is for.', INITIATIVE_OBJECTIVES);
export const ConfidenceEnum = enumOf('InitiativeConfidence', 'How sure it is that facts belong to what they are said of.', CONFIDENCES);
