/** Printing notices, one at once or many in the background. */
import { InputError } from '@nodo-aperto/kernel/faults';
import {
  Allow,
  type Connection,
  FiscalCodeScalar,
  listCursor,
  NoticeNumberScalar,
  pageSize,
  readListCursor,
  toConnection,
} from '@nodo-aperto/kernel/graphql';
import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { PrintItem, PrintPart } from '../domain/printing/print-item.ts';
import { listFolders } from '../persistence/print-folder-list.ts';
import { type PrintItemRow, type PrintItemState } from '../persistence/print-folders.ts';
import { presentedCreditor } from '../services/print-creditors.ts';
import { itemsOfNotices } from '../services/print-existing.ts';
import {
  archiveLink,
  fileLink,
  folderItems,
  MOST_NOTICES,
  ownerOf,
  ownFolder,
  printOne,
  removeFolder,
  requestFolder,
} from '../services/print-notices.ts';
import { profileOf, setProfile } from '../services/print-profile.ts';
import { creditorMeant, type NoticesContext, writerOf } from './context.ts';
import {
  presentFolder,
  PrintedNoticeType,
  PrintFolderConnection,
  PrintFolderStatusEnum,
  PrintFolderType,
  PrintItemConnection,
  PrintItemInput,
  PrintItemStateEnum,
  PrintItemType,
  type PrintPartInput,
  PrintProfileInput,
  PrintProfileType,
} from './print-types.ts';

const CREDITOR = { nullable: true, description: 'Fiscal code of the creditor; the caller itself when absent.' } as const;
const FOLDER = { description: 'Id of the request.' } as const;

@Resolver()
export class PrintResolver {
  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Mutation(() => PrintedNoticeType, {
    description: 'Prints one notice now: one that is here, by its number, or one given with all that it shows.',
  })
  async printNotice(
    @Ctx() context: NoticesContext,
    @Arg('noticeNumber', () => NoticeNumberScalar, { nullable: true, description: 'Number of a notice that can be paid.' }) noticeNumber:
      | string
      | null,
    @Arg('creditorFiscalCode', () => FiscalCodeScalar, CREDITOR) creditorFiscalCode: string | null,
    @Arg('item', () => PrintItemInput, { nullable: true, description: 'What to print, instead of a number.' }) item: PrintItemInput | null,
    @Arg('folderId', () => ID, { nullable: true, description: 'Request in which the file takes the place of the notice’s own.' }) folderId:
      | string
      | null,
  ): Promise<PrintedNoticeType> {
    const [meant] = await itemsMeant(context, {
      noticeNumbers: noticeNumber ? [noticeNumber] : null,
      creditorFiscalCode,
      items: item ? [item] : null,
    });
    const { printing } = context.services;
    const { fileName, bytes } = await printOne(printing, { actor: writerOf(context) }, meant!, folderId ?? undefined);
    return { fileName, content: Buffer.from(bytes).toString('base64') };
  }

  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Mutation(() => PrintFolderType, {
    description: `Asks for up to ${MOST_NOTICES} notices to be printed in the background: those here, by their numbers, or items with all that they show. The same key finds the request that exists.`,
  })
  async printNotices(
    @Ctx() context: NoticesContext,
    @Arg('idempotencyKey', () => String, { description: 'The caller’s own key for the request, 1 to 160 characters.' })
    idempotencyKey: string,
    @Arg('noticeNumbers', () => [NoticeNumberScalar], { nullable: true, description: 'Numbers of notices that can be paid.' })
    noticeNumbers: string[] | null,
    @Arg('creditorFiscalCode', () => FiscalCodeScalar, CREDITOR) creditorFiscalCode: string | null,
    @Arg('items', () => [PrintItemInput], { nullable: true, description: 'What to print, instead of numbers.' }) items:
      | PrintItemInput[]
      | null,
  ): Promise<PrintFolderType> {
    const meant = await itemsMeant(context, { noticeNumbers, creditorFiscalCode, items });
    return presentFolder(await requestFolder(context.services.printing, { actor: writerOf(context) }, { idempotencyKey, items: meant }));
  }

  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Mutation(() => Boolean, { description: 'Deletes a request with its files, finished or not.' })
  async deletePrintFolder(@Ctx() context: NoticesContext, @Arg('id', () => ID, FOLDER) id: string): Promise<boolean> {
    const { printing } = context.services;
    await removeFolder(printing, await ownFolder(printing, { actor: writerOf(context) }, id));
    return true;
  }

  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Query(() => PrintFolderType, { description: 'A request of the caller’s own to print notices.' })
  async printFolder(@Ctx() context: NoticesContext, @Arg('id', () => ID, FOLDER) id: string): Promise<PrintFolderType> {
    return presentFolder(await ownFolder(context.services.printing, { actor: writerOf(context) }, id));
  }

  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Query(() => PrintFolderConnection, {
    description: 'The caller’s own requests to print notices, newest first; an operator sees those of all parties.',
  })
  async printFolders(
    @Ctx() context: NoticesContext,
    @Arg('status', () => PrintFolderStatusEnum, { nullable: true, description: 'Only those that are so far.' })
    status: PrintFolderStatusEnum | null,
    @Arg('first', () => Int, { nullable: true, description: 'How many, up to 100.' }) first: number | null,
    @Arg('after', () => String, { nullable: true, description: 'Cursor to read on from.' }) after: string | null,
  ): Promise<Connection<PrintFolderType>> {
    const size = pageSize(first);
    const actor = writerOf(context);
    const folders = await listFolders(context.services.printing.database, {
      ...(actor.kind !== 'OPERATOR' && { owner: ownerOf({ actor }) }),
      ...(status && { status }),
      ...afterOf(after),
      limit: size + 1,
    });
    return toConnection(folders, size, { cursor: ({ createdAt, id }) => listCursor(createdAt, id), node: presentFolder });
  }

  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Query(() => PrintProfileType, { description: 'How a creditor presents itself on its notices.' })
  async printProfile(
    @Ctx() context: NoticesContext,
    @Arg('creditorFiscalCode', () => FiscalCodeScalar, CREDITOR) creditorFiscalCode: string | null,
  ): Promise<PrintProfileType> {
    return profileOf(context.services.printing, writerOf(context), creditorMeant(context, creditorFiscalCode));
  }

  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Mutation(() => PrintProfileType, { description: 'Sets how a creditor presents itself on its notices, its logo included.' })
  async setPrintProfile(
    @Ctx() context: NoticesContext,
    @Arg('input', () => PrintProfileInput, { description: 'All of it; what is absent is removed.' }) input: PrintProfileInput,
    @Arg('creditorFiscalCode', () => FiscalCodeScalar, CREDITOR) creditorFiscalCode: string | null,
  ): Promise<PrintProfileType> {
    return setProfile(context.services.printing, writerOf(context), creditorMeant(context, creditorFiscalCode), input);
  }
}

@Resolver(() => PrintFolderType)
export class PrintFolderResolver {
  @FieldResolver(() => PrintItemConnection, { description: 'Its notices, in the order of the request.' })
  async items(
    @Ctx() context: NoticesContext,
    @Root() { folder }: PrintFolderType,
    @Arg('first', () => Int, { nullable: true, description: 'How many, up to 100.' }) first: number | null,
    @Arg('after', () => String, { nullable: true, description: 'Cursor of the last one seen.' }) after: string | null,
    @Arg('state', () => PrintItemStateEnum, { nullable: true, description: 'Only those of this state.' }) state: PrintItemState | null,
  ): Promise<Connection<PrintItemType>> {
    const size = pageSize(first);
    const page = { after: readCursor(after), limit: size + 1, ...(state && { state }) };
    const rows = await folderItems(context.services.printing, folder, page);
    const edges = rows.slice(0, size).map((row: PrintItemRow) => ({ cursor: String(row.number), node: { ...row, folder } }));
    return { edges, pageInfo: { hasNextPage: rows.length > size, endCursor: edges.at(-1)?.cursor ?? null } };
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Path of a link to the archive of all files, good for a quarter of an hour; null until every notice is printed.',
  })
  async archivePath(@Ctx() context: NoticesContext, @Root() { folder }: PrintFolderType): Promise<string | null> {
    return folder.status === 'PROCESSED' ? archiveLink(context.services.printing, folder) : null;
  }
}

@Resolver(() => PrintItemType)
export class PrintItemResolver {
  @FieldResolver(() => String, {
    nullable: true,
    description: 'Path of a link to its file, good for a quarter of an hour; null unless it is printed.',
  })
  async filePath(@Ctx() context: NoticesContext, @Root() { folder, fileId, state }: PrintItemType): Promise<string | null> {
    return state === 'DONE' ? fileLink(context.services.printing, folder, fileId) : null;
  }
}

/** @throws InputError */
function readCursor(after: string | null | undefined): number {
  if (!after) return 0;
  if (/^[0-9]{1,4}$/.test(after)) return Number(after);
  throw InputError.at('after', 'the cursor is not one of this list', 'the endCursor or an edge cursor of an earlier page');
}

/** @throws InputError */
function afterOf(after: string | null | undefined): { after?: { at: number; id: string } } {
  const values = readListCursor(after, 2);
  if (!values) return {};
  const [at, id] = values;
  if (typeof at === 'number' && Number.isSafeInteger(at) && typeof id === 'string') return { after: { at, id } };
  throw InputError.at('after', 'the cursor is not one of this list', 'the endCursor or an edge cursor of an earlier page');
}

interface Meant {
  noticeNumbers: readonly string[] | null | undefined;
  creditorFiscalCode: string | null | undefined;
  items: readonly PrintItemInput[] | null | undefined;
}

/** @throws InputError unless numbers or items are given, and not both */
async function itemsMeant(context: NoticesContext, { noticeNumbers, creditorFiscalCode, items }: Meant): Promise<PrintItem[]> {
  const given = noticeNumbers ?? items;
  if (!given || (noticeNumbers && items))
    throw InputError.at('', 'names both what is here and what is not, or neither', 'either notice numbers or items');
  if (given.length < 1 || given.length > MOST_NOTICES)
    throw InputError.at(noticeNumbers ? 'noticeNumbers' : 'items', `has ${given.length} items`, `1 to ${MOST_NOTICES}`);
  if (items) return items.map((item) => readItem(context, item));
  return storedItems(context, creditorMeant(context, creditorFiscalCode), noticeNumbers ?? []);
}

/** The items of a creditor's notices that are here; nothing is looked up of a creditor that the caller does not act for. */
export async function storedItems(
  context: NoticesContext,
  creditorFiscalCode: string,
  noticeNumbers: readonly string[],
): Promise<PrintItem[]> {
  const { printing, reads, writing } = context.services;
  // A stranger is told the same whether the notice exists or not.
  const mayRead = await writing.creditors.mayActFor(writerOf(context), creditorFiscalCode, 'POSITIONS_READ');
  if (!mayRead) throw InputError.at('noticeNumbers', 'are of no notices of yours', 'numbers of notices of a creditor that you act for');
  const postal = (await presentedCreditor(printing, creditorFiscalCode))?.creditor.postal !== undefined;
  return itemsOfNotices(reads, { creditorFiscalCode, noticeNumbers, postal });
}

function readItem(context: NoticesContext, item: PrintItemInput): PrintItem {
  const { debtor, subject, whole, instalments, reduced, discounted } = item;
  const partOf = ({ dueDate, ...part }: PrintPartInput): PrintPart => ({ ...part, dueDate: dueDate ?? undefined });
  return {
    templateId: item.template,
    creditorFiscalCode: creditorMeant(context, item.creditorFiscalCode),
    debtor: {
      fullName: debtor.fullName,
      taxCode: debtor.taxCode ?? undefined,
      address: debtor.address ?? undefined,
      buildingNumber: debtor.buildingNumber ?? undefined,
      postalCode: debtor.postalCode ?? undefined,
      city: debtor.city ?? undefined,
      province: debtor.province ?? undefined,
    },
    notice: {
      subject,
      ...(whole && { code: whole.code, paymentAmount: whole.amount, dueDate: whole.dueDate ?? undefined }),
      installments: instalments?.map(partOf),
      reduced: reduced ? partOf(reduced) : undefined,
      discounted: discounted ? partOf(discounted) : undefined,
    },
  };
}
