/** Queries of notices and positions, and what this subgraph contributes to creditor institutions. */
import {
  type Connection,
  connectionOf,
  FiscalCodeScalar,
  Allow,
  NoticeNumberScalar,
  pageSize,
  type ReferenceResolver,
} from '@nodo-aperto/kernel/graphql';
import { isCreditorFiscalCode, isNoticeNumber } from '@nodo-aperto/kernel/identifiers';
import { Arg, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { actsFor, callerOf, creditorMeant, loadNotice, type NoticesContext } from './context.ts';
import { PositionStatusEnum } from './enums.ts';
import { CreditorInstitutionType, DebtPositionType, NoticeType } from './notice-types.ts';
import { presentNotice, presentPosition } from './present.ts';
import { visibilityOf } from './visibility.ts';
import type { NoticeView } from '../services/read-notices.ts';

const NoticeConnection = connectionOf('Notice', () => NoticeType);
export type NoticeConnection = Connection<NoticeType>;

interface PageArguments {
  first: number | null;
  after: string | null;
  status: PositionStatusEnum | null;
}

/** The page, as whoever sees all of it sees it. */
function presentPage(page: Connection<NoticeView>): NoticeConnection {
  return { ...page, edges: page.edges.map(({ cursor, node }) => ({ cursor, node: presentNotice(node, 'ALL') })) };
}

async function creditorPage(
  context: NoticesContext,
  creditorFiscalCode: string,
  { first, after, status }: PageArguments,
): Promise<NoticeConnection> {
  const size = pageSize(first);
  return presentPage(await context.services.reads.ofCreditor({ creditorFiscalCode, ...(status && { status }) }, { size, after }));
}

@Resolver(() => NoticeType)
export class NoticeResolver {
  @Allow('EC', 'PARTNER', 'CITIZEN', 'OPERATOR')
  @Query(() => NoticeType, { nullable: true, description: 'A notice; null when there is none, or none that the caller may see.' })
  async notice(
    @Ctx() context: NoticesContext,
    @Arg('creditorFiscalCode', () => FiscalCodeScalar, { description: 'Fiscal code of the creditor.' }) creditorFiscalCode: string,
    @Arg('noticeNumber', () => NoticeNumberScalar, { description: 'Number of the notice.' }) noticeNumber: string,
  ): Promise<NoticeType | null> {
    const view = await loadNotice(context, { creditorFiscalCode, noticeNumber });
    const visibility = view ? await visibilityOf(context, view, 'QUERY') : 'NONE';
    return view && visibility !== 'NONE' ? presentNotice(view, visibility) : null;
  }

  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Query(() => NoticeConnection, { description: 'The notices of a creditor that the caller acts for, newest first; empty for any other.' })
  async notices(
    @Ctx() context: NoticesContext,
    @Arg('creditorFiscalCode', () => FiscalCodeScalar, {
      nullable: true,
      description: 'Fiscal code of the creditor; the caller itself when absent.',
    })
    creditorFiscalCode: string | null,
    @Arg('status', () => PositionStatusEnum, { nullable: true, description: 'Only notices that are in this state now.' })
    status: PositionStatusEnum | null,
    @Arg('first', () => Int, { nullable: true, description: 'How many, up to 100.' }) first: number | null,
    @Arg('after', () => String, { nullable: true, description: 'Cursor to read on from.' }) after: string | null,
  ): Promise<NoticeConnection> {
    const creditor = creditorMeant(context, creditorFiscalCode);
    if (!(await actsFor(context, creditor))) return { edges: [], pageInfo: { hasNextPage: false, endCursor: null } };
    return creditorPage(context, creditor, { first, after, status });
  }

  @Allow('CITIZEN')
  @Query(() => NoticeConnection, { description: 'The notices that the caller owes and can pay now, in the order in which they are due.' })
  async myNotices(
    @Ctx() context: NoticesContext,
    @Arg('first', () => Int, { nullable: true, description: 'How many, up to 100.' }) first: number | null,
    @Arg('after', () => String, { nullable: true, description: 'Cursor to read on from.' }) after: string | null,
  ): Promise<NoticeConnection> {
    const { fiscalCode } = callerOf(context);
    const size = pageSize(first);
    if (fiscalCode === undefined) return { edges: [], pageInfo: { hasNextPage: false, endCursor: null } };
    return presentPage(await context.services.reads.payableBy(fiscalCode, { size, after }));
  }

  @FieldResolver(() => DebtPositionType, { nullable: true, description: 'The position that it belongs to; for its creditor only.' })
  async position(
    @Ctx() context: NoticesContext,
    @Root() { creditorFiscalCode, noticeNumber }: NoticeType,
  ): Promise<DebtPositionType | null> {
    if (!(await actsFor(context, creditorFiscalCode))) return null;
    const view = await loadNotice(context, { creditorFiscalCode, noticeNumber });
    return view && presentPosition(view.position);
  }
}

@Resolver()
export class DebtPositionResolver {
  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Query(() => DebtPositionType, {
    nullable: true,
    description: 'A debt position of a creditor that the caller acts for; null when there is none.',
  })
  async debtPosition(
    @Ctx() context: NoticesContext,
    @Arg('iupd', () => String, { description: 'Id of the position.' }) iupd: string,
    @Arg('creditorFiscalCode', () => FiscalCodeScalar, {
      nullable: true,
      description: 'Fiscal code of the creditor; the caller itself when absent.',
    })
    creditorFiscalCode: string | null,
  ): Promise<DebtPositionType | null> {
    const creditor = creditorMeant(context, creditorFiscalCode);
    if (!(await actsFor(context, creditor))) return null;
    const position = await context.services.reads.position({ creditorFiscalCode: creditor, iupd });
    return position ? presentPosition(position) : null;
  }
}

@Resolver(() => CreditorInstitutionType)
export class CreditorInstitutionResolver {
  @FieldResolver(() => NoticeConnection, {
    nullable: true,
    description: 'Its notices, newest first; null when the caller does not act for it.',
  })
  async notices(
    @Ctx() context: NoticesContext,
    @Root() { fiscalCode }: CreditorInstitutionType,
    @Arg('status', () => PositionStatusEnum, { nullable: true, description: 'Only notices that are in this state now.' })
    status: PositionStatusEnum | null,
    @Arg('first', () => Int, { nullable: true, description: 'How many, up to 100.' }) first: number | null,
    @Arg('after', () => String, { nullable: true, description: 'Cursor to read on from.' }) after: string | null,
  ): Promise<NoticeConnection | null> {
    return (await actsFor(context, fiscalCode)) ? creditorPage(context, fiscalCode, { first, after, status }) : null;
  }
}

/** A notice that other subgraphs refer to; without personal data for those who only came by the reference. */
export const resolveNotice: ReferenceResolver = async (reference, given) => {
  const context = given as unknown as NoticesContext;
  const { creditorFiscalCode, noticeNumber } = reference;
  if (!isCreditorFiscalCode(creditorFiscalCode) || !isNoticeNumber(noticeNumber)) return null;
  const view = await loadNotice(context, { creditorFiscalCode, noticeNumber });
  const visibility = view ? await visibilityOf(context, view, 'REFERENCE') : 'NONE';
  return view && visibility !== 'NONE' ? presentNotice(view, visibility) : null;
};

/** A creditor institution is known by its key; this subgraph only adds its notices. */
export const resolveCreditorInstitution: ReferenceResolver = ({ fiscalCode }) => (isCreditorFiscalCode(fiscalCode) ? { fiscalCode } : null);
