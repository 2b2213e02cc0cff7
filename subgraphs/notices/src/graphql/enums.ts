/** The enumerations of this subgraph. Objects with a type of the same name, since type-graphql reads values and TypeScript types. */
import { valuesOf } from '@nodo-aperto/kernel/graphql';
import { POSITION_STATUSES, type PositionStatus } from '@nodo-aperto/schema/events';
import { registerEnumType } from 'type-graphql';
import type { RefusalKind } from '../domain/outcome.ts';
import type { PositionAction } from '../services/position-writes.ts';

export const PositionStatusEnum = valuesOf(POSITION_STATUSES);
export type PositionStatusEnum = PositionStatus;
registerEnumType(PositionStatusEnum, {
  name: 'PositionStatus',
  description: 'States of a debt position and of its notices.',
  valuesConfig: {
    DRAFT: { description: 'Prepared by the creditor; unknown to who pays.' },
    PUBLISHED: { description: 'Announced, but not valid yet.' },
    VALID: { description: 'Can be paid.' },
    INVALID: { description: 'Withdrawn for good; or, of a notice, ruled out by another option.' },
    EXPIRED: { description: 'Past due and no longer payable.' },
    PARTIALLY_PAID: { description: 'Some of its notices are paid; never the state of a notice.' },
    PAID: { description: 'Paid.' },
    REPORTED: { description: 'Paid, and found in the reporting flows.' },
  },
});

export const OptionStatus = valuesOf(['UNPAID', 'PARTIALLY_PAID', 'PAID', 'RULED_OUT']);
export type OptionStatus = keyof typeof OptionStatus;
registerEnumType(OptionStatus, {
  name: 'PositionOptionStatus',
  description: 'How far a payment option is paid, or that another one was chosen.',
});

export const PositionOutcome = valuesOf<PositionAction | 'REJECTED'>([
  'CREATED',
  'UPDATED',
  'PUBLISHED',
  'INVALIDATED',
  'DELETED',
  'MARKED_PAID',
  'REJECTED',
]);
export type PositionOutcome = keyof typeof PositionOutcome;
registerEnumType(PositionOutcome, { name: 'PositionOutcome', description: 'What became of a write of a debt position.' });

export const PositionErrorCode = valuesOf<RefusalKind>(['INVALID', 'FORBIDDEN', 'NOT_FOUND', 'CONFLICT', 'UNPROCESSABLE']);
export type PositionErrorCode = RefusalKind;
registerEnumType(PositionErrorCode, {
  name: 'PositionErrorCode',
  description: 'Why a write was refused.',
  valuesConfig: {
    INVALID: { description: 'A field is wrong.' },
    FORBIDDEN: { description: 'The creditor is not the caller’s to act for.' },
    NOT_FOUND: { description: 'There is no such thing.' },
    CONFLICT: { description: 'The state, or a number already used, forbids it.' },
    UNPROCESSABLE: { description: 'Understood, but impossible with what is known.' },
  },
});
