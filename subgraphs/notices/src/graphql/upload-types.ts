/** Files of positions in the graph. */
import { connectionOf, DateTimeScalar, FiscalCodeScalar } from '@nodo-aperto/kernel/graphql';
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { UPLOAD_ACTIONS, type Upload, type UploadAction } from '../persistence/uploads.ts';

const UploadActionEnum = Object.fromEntries(UPLOAD_ACTIONS.map((name) => [name, name])) as {
  readonly [Name in UploadAction]: Name;
};
export type UploadActionEnum = UploadAction;
registerEnumType(UploadActionEnum, {
  name: 'PositionUploadAction',
  description: 'What the items of a file are for.',
  valuesConfig: {
    CREATE: { description: 'New positions.' },
    UPDATE: { description: 'Positions as they shall be.' },
    DELETE: { description: 'Ids of positions that go.' },
  },
});

const UploadStateEnum = { PROCESSING: 'PROCESSING', COMPLETED: 'COMPLETED' } as const;
export type UploadStateEnum = keyof typeof UploadStateEnum;
registerEnumType(UploadStateEnum, {
  name: 'PositionUploadState',
  description: 'How far a file is.',
  valuesConfig: {
    PROCESSING: { description: 'It waits, or some of its items are done.' },
    COMPLETED: { description: 'All its items are done: each is accepted or refused.' },
  },
});

@ObjectType('PositionUploadResult', { description: 'What became of one item of a file.' })
export class UploadResultType {
  @Field(() => ID, { description: 'IUPD of its position, as it was sent.' })
  id!: string;

  @Field(() => Boolean, { description: 'Whether it was accepted.' })
  accepted!: boolean;

  @Field(() => Int, { description: 'Status that the same write would have over HTTP.' })
  status!: number;

  @Field(() => String, { description: 'What was done, or what was wrong, field by field.' })
  message!: string;
}
export const UploadResultConnection = connectionOf('PositionUploadResult', () => UploadResultType);

@ObjectType('PositionUpload', { description: 'A file of positions that was sent to be loaded. Kept for 30 days.' })
export class UploadType {
  @Field(() => ID, { description: 'Its id.' })
  id!: string;

  @Field(() => FiscalCodeScalar, { description: 'Fiscal code of the creditor.' })
  creditorFiscalCode!: string;

  @Field(() => String, { description: 'Code of the broker for which it was sent.' })
  brokerCode!: string;

  @Field(() => UploadActionEnum, { description: 'What its items are for.' })
  action!: UploadActionEnum;

  @Field(() => Boolean, { description: 'Whether its positions are of the central archive (ACA).' })
  aca!: boolean;

  @Field(() => UploadStateEnum, { description: 'How far it is.' })
  state!: UploadStateEnum;

  @Field(() => Int, { description: 'Items in it.' })
  submitted!: number;

  @Field(() => Int, { description: 'Items that are done, accepted or refused.' })
  processed!: number;

  @Field(() => DateTimeScalar, { description: 'When it was sent.' })
  createdAt!: number;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When its last item was done.' })
  finishedAt?: number;
}
export const UploadConnection = connectionOf('PositionUpload', () => UploadType);

export function presentUpload(upload: Upload): UploadType {
  const { id, creditorFiscalCode, brokerCode, action, aca, submitted, processed, createdAt, finishedAt } = upload;
  const state = finishedAt === null ? 'PROCESSING' : 'COMPLETED';
  const known = { id, creditorFiscalCode, brokerCode, action, aca, state, submitted, processed, createdAt } as const;
  return finishedAt === null ? known : { ...known, finishedAt };
}
