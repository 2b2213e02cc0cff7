/** Printed notices in the graph. */
import {
  connectionOf,
  DateTimeScalar,
  EuroCentsScalar,
  FiscalCodeScalar,
  LongScalar,
  NoticeNumberScalar,
  valuesOf,
} from '@nodo-aperto/kernel/graphql';
import { PRINT_FOLDER_STATUSES, type PrintFolderStatus } from '@nodo-aperto/schema/events';
import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { TEMPLATE_IDS } from '../domain/printing/templates.ts';
import type { PrintFolder, PrintItemState } from '../persistence/print-folders.ts';

export const PrintFolderStatusEnum = valuesOf(PRINT_FOLDER_STATUSES);
export type PrintFolderStatusEnum = PrintFolderStatus;
registerEnumType(PrintFolderStatusEnum, {
  name: 'PrintFolderStatus',
  description: 'States of a request to print notices.',
  valuesConfig: {
    INSERTED: { description: 'Asked for; nothing is printed yet.' },
    PROCESSING: { description: 'Some notices are dealt with.' },
    COMPLETING: { description: 'All notices are dealt with; the folder is being closed.' },
    FAILED: { description: 'Nothing could be printed, or the work was given up.' },
    PROCESSED: { description: 'All notices are printed.' },
    PROCESSED_WITH_FAILURES: { description: 'Some notices are printed, others are in error.' },
  },
});

export const PrintItemStateEnum = valuesOf<PrintItemState>(['PENDING', 'DONE', 'ERROR']);
export type PrintItemStateEnum = PrintItemState;
registerEnumType(PrintItemStateEnum, { name: 'PrintItemState', description: 'Whether a notice waits, is printed, or cannot be.' });

const PrintTemplateEnum = valuesOf(TEMPLATE_IDS);
export type PrintTemplateEnum = string;
registerEnumType(PrintTemplateEnum, {
  name: 'PrintTemplate',
  description: 'The layouts of the printed notice; those in Poste have a postal slip.',
});

@ObjectType('PrintItemError', { description: 'Why a notice could not be printed.' })
export class PrintItemErrorType {
  @Field(() => String, { description: 'E.g. INVALID_NOTICE_DATA, TEMPLATE_NOT_FOUND, INSTITUTION_NOT_FOUND, GENERATION_FAILED.' })
  code!: string;

  @Field(() => String, { description: 'The fields that are wrong, and what was expected.' })
  description!: string;

  @Field(() => DateTimeScalar, { description: 'When it was found.' })
  at!: number;
}

@ObjectType('PrintItem', { description: 'A notice of a request to print.' })
export class PrintItemType {
  /** The folder that it is in. */
  folder!: PrintFolder;

  @Field(() => Int, { description: 'Its place in the request, from 1.' })
  number!: number;

  @Field(() => ID, { description: 'Name of its file, without ending.' })
  fileId!: string;

  @Field(() => PrintItemStateEnum, { description: 'What became of it.' })
  state!: PrintItemStateEnum;

  @Field(() => PrintItemErrorType, { nullable: true, description: 'Why it could not be printed.' })
  error?: PrintItemErrorType;
}
export const PrintItemConnection = connectionOf('PrintItem', () => PrintItemType);

@ObjectType('PrintFolder', { description: 'A request to print notices, and how far it is. Kept for three days after its last change.' })
export class PrintFolderType {
  /** The row behind it. */
  folder!: PrintFolder;

  @Field(() => ID, { description: 'Id of the request.' })
  id!: string;

  @Field(() => PrintFolderStatusEnum, { description: 'How far it is.' })
  status!: PrintFolderStatusEnum;

  @Field(() => Int, { description: 'Notices asked for.' })
  requested!: number;

  @Field(() => Int, { description: 'Notices printed.' })
  processed!: number;

  @Field(() => Int, { description: 'Notices in error.' })
  failed!: number;

  @Field(() => DateTimeScalar, { description: 'When it was asked for.' })
  createdAt!: number;

  @Field(() => DateTimeScalar, { description: 'When something last happened to it.' })
  updatedAt!: number;

  @Field(() => LongScalar, { description: 'Grows with every change.' })
  revision!: number;
}

export const PrintFolderConnection = connectionOf('PrintFolder', () => PrintFolderType);

export function presentFolder(folder: PrintFolder): PrintFolderType {
  const { id, status, requested, processed, failed, createdAt, updatedAt, revision } = folder;
  return { folder, id, status, requested, processed, failed, createdAt, updatedAt, revision };
}

@ObjectType('PrintFolderEvent', { description: 'A request to print began, went on or ended.' })
export class PrintFolderEventType {
  @Field(() => String, { description: 'Place in the stream: pass it as `after` to go on from here.' })
  cursor!: string;

  @Field(() => ID, { description: 'Id of the event, the same however often it is delivered.' })
  id!: string;

  @Field(() => DateTimeScalar, { description: 'When it was stated.' })
  at!: number;

  @Field(() => ID, { description: 'Id of the request.' })
  folderId!: string;

  @Field(() => PrintFolderStatusEnum, { description: 'How far it was after the event.' })
  status!: PrintFolderStatusEnum;

  @Field(() => Int, { description: 'Notices asked for.' })
  requested!: number;

  @Field(() => Int, { description: 'Notices printed by then.' })
  processed!: number;

  @Field(() => Int, { description: 'Notices in error by then.' })
  failed!: number;
}
export const PrintFolderEventConnection = connectionOf('PrintFolderEvent', () => PrintFolderEventType);

@ObjectType('PrintedNotice', { description: 'A printed notice.' })
export class PrintedNoticeType {
  @Field(() => String, { description: 'Name of the file.' })
  fileName!: string;

  @Field(() => String, { description: 'The PDF, in base64.' })
  content!: string;
}

@ObjectType('PrintProfile', { description: 'How a creditor presents itself on its notices, besides what the directory says of it.' })
export class PrintProfileType {
  @Field(() => FiscalCodeScalar, { description: 'Fiscal code of the creditor.' })
  creditorFiscalCode!: string;

  @Field(() => String, { nullable: true, description: 'The unit that sends the notices.' })
  office?: string | undefined;

  @Field(() => String, { nullable: true, description: 'How it can be reached.' })
  info?: string | undefined;

  @Field(() => String, { nullable: true, description: 'Its site for payments.' })
  website?: string | undefined;

  @Field(() => String, { nullable: true, description: 'Its app.' })
  app?: string | undefined;

  @Field(() => Boolean, { description: 'Whether it has a logo.' })
  hasLogo!: boolean;
}

@InputType('PrintProfileInput', { description: 'How a creditor presents itself; what is absent is removed.' })
export class PrintProfileInput {
  @Field(() => String, { nullable: true, description: 'The unit that sends the notices, up to 50 characters.' })
  office?: string | null;

  @Field(() => String, { nullable: true, description: 'How it can be reached, up to 100 characters.' })
  info?: string | null;

  @Field(() => String, { nullable: true, description: 'Its site for payments, up to 100 characters.' })
  website?: string | null;

  @Field(() => String, { nullable: true, description: 'Its app, up to 100 characters.' })
  app?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Logo in base64: a JPEG in grey or RGB, or a PNG without transparency and interlacing, up to 100 kB.',
  })
  logo?: string | null;
}

@InputType('PrintDebtorInput', { description: 'To whom a notice is sent.' })
export class PrintDebtorInput {
  @Field(() => String, { description: 'Name, up to 70 characters.' })
  fullName!: string;

  @Field(() => String, { nullable: true, description: 'Fiscal code; absent when it is unknown.' })
  taxCode?: string | null;

  @Field(() => String, { nullable: true, description: 'Street, up to 140 characters.' })
  address?: string | null;

  @Field(() => String, { nullable: true, description: 'Number of the house.' })
  buildingNumber?: string | null;

  @Field(() => String, { nullable: true, description: 'Postal code.' })
  postalCode?: string | null;

  @Field(() => String, { nullable: true, description: 'City.' })
  city?: string | null;

  @Field(() => String, { nullable: true, description: 'Province.' })
  province?: string | null;
}

@InputType('PrintPartInput', { description: 'Something that is paid with a number of its own.' })
export class PrintPartInput {
  @Field(() => NoticeNumberScalar, { description: 'Notice number.' })
  code!: string;

  @Field(() => EuroCentsScalar, { description: 'Amount.' })
  amount!: number;

  @Field(() => String, { nullable: true, description: 'YYYY-MM-DD or DD/MM/YYYY; instalments need one.' })
  dueDate?: string | null;
}

@InputType('PrintItemInput', { description: 'A notice to print, with all that it shows. What is wrong with one fails that one only.' })
export class PrintItemInput {
  @Field(() => FiscalCodeScalar, { nullable: true, description: 'Creditor; the caller itself when absent.' })
  creditorFiscalCode?: string | null;

  @Field(() => PrintTemplateEnum, { description: 'Layout.' })
  template!: string;

  @Field(() => PrintDebtorInput, { description: 'To whom it is sent.' })
  debtor!: PrintDebtorInput;

  @Field(() => String, { description: 'What it is about, up to 90 characters.' })
  subject!: string;

  @Field(() => PrintPartInput, {
    nullable: true,
    description: 'The whole amount: of a single notice, and of a plan of up to 9 instalments.',
  })
  whole?: PrintPartInput | null;

  @Field(() => [PrintPartInput], { nullable: true, description: 'Instalments, 2 to 12.' })
  instalments?: PrintPartInput[] | null;

  @Field(() => PrintPartInput, { nullable: true, description: 'Of a fine: the reduced amount.' })
  reduced?: PrintPartInput | null;

  @Field(() => PrintPartInput, { nullable: true, description: 'Of a fine: the discounted amount.' })
  discounted?: PrintPartInput | null;
}
