/** What writes answer: business refusals are data, with the field and what was expected. */
import { InputError, type InputIssue, ForbiddenError } from '@nodo-aperto/kernel/faults';
import { IuvScalar, NoticeNumberScalar } from '@nodo-aperto/kernel/graphql';
import { Field, Int, ObjectType } from 'type-graphql';
import type { Refusal } from '../domain/outcome.ts';
import { instalmentsOf } from '../domain/position.ts';
import type { WriteResult } from '../services/position-writes.ts';
import { PositionErrorCode, PositionOutcome } from './enums.ts';
import { DebtPositionType, NoticeType } from './notice-types.ts';
import { PrintFolderType } from './print-types.ts';
import { presentNotice, presentPosition } from './present.ts';

@ObjectType('PositionUserError', { description: 'One thing that was wrong with what was sent.' })
export class PositionUserError {
  @Field(() => PositionErrorCode, { description: 'Kind of refusal.' })
  code!: PositionErrorCode;

  @Field(() => String, {
    description: 'The field, e.g. "amount" or "options[0].instalments[1].dueDate"; empty when it is about the whole.',
  })
  path!: string;

  @Field(() => String, { description: 'What is wrong.' })
  message!: string;

  @Field(() => String, { nullable: true, description: 'What would be right.' })
  expected?: string;
}

@ObjectType('PositionWarning', { description: 'Something odd that was accepted all the same.' })
export class PositionWarning {
  @Field(() => String, { description: 'The field.' })
  path!: string;

  @Field(() => String, { description: 'What is odd.' })
  message!: string;

  @Field(() => String, { nullable: true, description: 'What would be right.' })
  expected?: string;
}

@ObjectType('PositionPayload', { description: 'What became of one write of a debt position.' })
export class PositionPayload {
  @Field(() => PositionOutcome, { description: 'What was done, or REJECTED.' })
  outcome!: PositionOutcome;

  @Field(() => NoticeType, { nullable: true, description: 'The notice, when the write was about one; absent when it was rejected.' })
  notice?: NoticeType;

  @Field(() => DebtPositionType, { nullable: true, description: 'The position; absent when the write was rejected.' })
  position?: DebtPositionType;

  @Field(() => PrintFolderType, { nullable: true, description: 'The request to print its notices, when the write asked for it.' })
  printFolder?: PrintFolderType;

  @Field(() => [PositionUserError], { description: 'Why it was rejected; empty when it was not.' })
  errors!: PositionUserError[];

  @Field(() => [PositionWarning], { description: 'What was odd, but accepted.' })
  warnings!: PositionWarning[];
}

@ObjectType('CreatePositionsPayload', { description: 'What became of each item of a bulk write.' })
export class CreatePositionsPayload {
  @Field(() => Int, { description: 'How many items were accepted.' })
  accepted!: number;

  @Field(() => Int, { description: 'How many items were rejected.' })
  rejected!: number;

  @Field(() => [PositionPayload], { description: 'One per item, in the order sent.' })
  items!: PositionPayload[];

  @Field(() => PrintFolderType, { nullable: true, description: 'The request to print all that was written, when the call asked for it.' })
  printFolder?: PrintFolderType;

  @Field(() => [PositionWarning], { description: 'What kept the print from being asked for.' })
  warnings!: PositionWarning[];
}

@ObjectType('NoticeNumberPayload', { description: 'A notice number that the creditor has not used yet.' })
export class NoticeNumberPayload {
  @Field(() => NoticeNumberScalar, { nullable: true, description: 'The number, with right check digits.' })
  noticeNumber?: string;

  @Field(() => IuvScalar, { nullable: true, description: 'The IUV that it contains.' })
  iuv?: string;

  @Field(() => [PositionUserError], { description: 'Why none could be made.' })
  errors!: PositionUserError[];
}

/** The payload of a write. The notice is the one meant, or the only one of its position. */
export function payloadOf(result: WriteResult): PositionPayload {
  if (!result.ok) return { outcome: 'REJECTED', errors: errorsOf(result.refusal), warnings: [] };
  const { action, position, noticeNumber, warnings } = result.value;
  const placed = instalmentsOf(position);
  const meant = placed.length === 1 ? placed[0] : placed.find(({ instalment }) => instalment.noticeNumber === noticeNumber);
  return {
    outcome: action,
    ...(meant && { notice: presentNotice({ ...meant, position }, 'ALL') }),
    position: presentPosition(position),
    errors: [],
    warnings: warnings.map((issue) => ({ ...issue })),
  };
}

/** Of a single write, what is about the caller and not about the position is an error of the request. */
export function singlePayloadOf(result: WriteResult): PositionPayload {
  throwIfForbidden(result);
  return payloadOf(result);
}

/** @throws ForbiddenError */
export function throwIfForbidden(result: { ok: true } | { ok: false; refusal: Refusal }): void {
  if (result.ok || result.refusal.kind !== 'FORBIDDEN') return;
  throw new ForbiddenError(new InputError(result.refusal.issues).message);
}

export function errorsOf({ kind, issues }: Refusal): PositionUserError[] {
  return issues.map((issue: InputIssue) => ({ code: kind, ...issue }));
}
