/** Files of positions: who sent which, how far they are, and what became of each item. */
import { InputError } from '@nodo-aperto/kernel/faults';
import { Allow, type Connection, FiscalCodeScalar, listCursor, pageSize, readListCursor, toConnection } from '@nodo-aperto/kernel/graphql';
import { Arg, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { countRefused, type ListedUpload, listUploadResults, listUploadsOf } from '../persistence/upload-views.ts';
import { readUpload } from '../persistence/uploads.ts';
import { actsFor, callerOf, creditorMeant, type NoticesContext } from './context.ts';
import { presentUpload, UploadConnection, UploadResultConnection, type UploadResultType, UploadType } from './upload-types.ts';

const REFUSED = 400;
const NOT_OURS = ['after', 'the cursor is not one of this list', 'the endCursor or an edge cursor of an earlier page'] as const;

@Resolver(() => UploadType)
export class UploadResolver {
  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Query(() => UploadConnection, {
    description: 'The files of a creditor that the caller acts for, newest first; a partner sees those that were sent for itself.',
  })
  async positionUploads(
    @Ctx() context: NoticesContext,
    @Arg('creditorFiscalCode', () => FiscalCodeScalar, {
      nullable: true,
      description: 'Fiscal code of the creditor; the caller itself when absent.',
    })
    creditorFiscalCode: string | null,
    @Arg('aca', () => Boolean, { nullable: true, description: 'Only files into ACA, or only others.' }) aca: boolean | null,
    @Arg('first', () => Int, { nullable: true, description: 'How many, up to 100.' }) first: number | null,
    @Arg('after', () => String, { nullable: true, description: 'Cursor to read on from.' }) after: string | null,
  ): Promise<Connection<UploadType>> {
    const creditor = creditorMeant(context, creditorFiscalCode);
    const size = pageSize(first);
    const [before] = numbersOf(after, 1) ?? [];
    if (!(await actsFor(context, creditor))) return { edges: [], pageInfo: { hasNextPage: false, endCursor: null } };
    const brokerCode = ownBroker(context);
    const uploads: ListedUpload[] = await listUploadsOf(context.services.writing.database, {
      creditorFiscalCode: creditor,
      limit: size + 1,
      ...(brokerCode !== undefined && { brokerCode }),
      ...(typeof aca === 'boolean' && { aca }),
      ...(before !== undefined && { before }),
    });
    return toConnection(uploads, size, { cursor: (upload: ListedUpload) => listCursor(upload.sequence), node: presentUpload });
  }

  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Query(() => UploadType, { nullable: true, description: 'A file by its id; null when there is none that the caller may see.' })
  async positionUpload(
    @Ctx() context: NoticesContext,
    @Arg('id', () => ID, { description: 'Id of the file.' }) id: string,
  ): Promise<UploadType | null> {
    const upload = await readUpload(context.services.writing.database, id);
    if (!upload || !(await actsFor(context, upload.creditorFiscalCode))) return null;
    const brokerCode = ownBroker(context);
    return brokerCode === undefined || brokerCode === upload.brokerCode ? presentUpload(upload) : null;
  }

  @FieldResolver(() => Int, { description: 'Items that were refused, of those that are done.' })
  refused(@Ctx() context: NoticesContext, @Root() { id }: UploadType): Promise<number> {
    return countRefused(context.services.writing.database, id);
  }

  @FieldResolver(() => UploadResultConnection, { description: 'What became of its items, in the order of the file.' })
  async results(
    @Ctx() context: NoticesContext,
    @Root() { id }: UploadType,
    @Arg('refused', () => Boolean, { nullable: true, description: 'Only items that were refused, or only accepted ones.' })
    refused: boolean | null,
    @Arg('first', () => Int, { nullable: true, description: 'How many, up to 100.' }) first: number | null,
    @Arg('after', () => String, { nullable: true, description: 'Cursor to read on from.' }) after: string | null,
  ): Promise<Connection<UploadResultType>> {
    const size = pageSize(first);
    const [part, place] = numbersOf(after, 2) ?? [];
    const results = await listUploadResults(context.services.writing.database, id, {
      limit: size + 1,
      ...(part !== undefined && place !== undefined && { after: { part, place } }),
      ...(typeof refused === 'boolean' && { refused }),
    });
    return toConnection(results, size, {
      cursor: (result) => listCursor(result.part, result.place),
      node: (result) => ({ id: result.id, accepted: result.status < REFUSED, status: result.status, message: result.message }),
    });
  }
}

/** A partner's own code: of a creditor with several brokers it sees its own files only. */
function ownBroker(context: NoticesContext): string | undefined {
  const { role, tenant } = callerOf(context);
  return role === 'PARTNER' ? tenant : undefined;
}

/** @throws InputError when it is no cursor of so many numbers */
function numbersOf(after: string | null | undefined, count: number): number[] | undefined {
  const values = readListCursor(after, count);
  if (!values) return undefined;
  const numbers = values.filter((value): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0);
  if (numbers.length !== count) throw InputError.at(...NOT_OURS);
  return numbers;
}
