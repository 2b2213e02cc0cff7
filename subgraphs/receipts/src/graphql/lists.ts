/** What lists of receipts have in common: whose they are, how they are narrowed, how a page is shown. */
import { type Principal, withheldCreditors } from '@nodo-aperto/kernel/auth';
import { InputError } from '@nodo-aperto/kernel/faults';
import { type Connection, DateScalar, IuvScalar, NoticeNumberScalar } from '@nodo-aperto/kernel/graphql';
import { audience } from '@nodo-aperto/schema/events';
import { Field, ID, InputType } from 'type-graphql';
import { periodOfDays } from '../domain/payment-period.ts';
import { citizenKey } from '../domain/receipt-parties.ts';
import type { QueueFilter } from '../persistence/queue-totals.ts';
import type { ReceiptFilter } from '../persistence/receipt-lists.ts';
import type { ReceiptFound } from '../services/read-receipts.ts';
import { type ReceiptsContext, shownReceipt } from './context.ts';
import type { ReceiptType } from './receipt-types.ts';

export const FIRST = { nullable: true, description: 'How many, up to 100.' } as const;
export const AFTER = { nullable: true, description: 'Cursor to read on from.' } as const;
export const NOTHING = { edges: [], pageInfo: { hasNextPage: false, endCursor: null } };

/** The party whose receipts the caller lists; undefined: all. `null`: nobody's. */
export function partyOf({ role, tenant, fiscalCode }: Principal): string | undefined | null {
  if (role === 'OPERATOR') return undefined;
  if (role === 'EC' && tenant) return audience.creditor(tenant);
  if (role === 'PARTNER' && tenant) return audience.broker(tenant);
  return role === 'CITIZEN' && fiscalCode ? citizenKey(fiscalCode) : null;
}

/** The undelivered receipts that are the caller's: those of its own recipients. `null`: nobody's. */
export function queueOf(principal: Principal): QueueFilter | null {
  const { role, tenant } = principal;
  if (role === 'OPERATOR') return {};
  if (role === 'EC' && tenant) return { creditorFiscalCode: tenant };
  return role === 'PARTNER' && tenant ? { brokerCode: tenant, withheld: withheldCreditors(principal, 'RECEIPTS_READ') } : null;
}

/** The caller's own filter and the one that it asks for; `null` when nothing can pass both. */
export function narrowed(own: QueueFilter | null, asked: QueueFilter): QueueFilter | null {
  if (!own || (own.creditorFiscalCode && asked.creditorFiscalCode && own.creditorFiscalCode !== asked.creditorFiscalCode)) return null;
  return { ...asked, ...own };
}

export function presentPage(context: ReceiptsContext, page: Connection<ReceiptFound>): Connection<ReceiptType> {
  const edges = page.edges.flatMap(({ cursor, node }) => {
    const shown = shownReceipt(context, node);
    return shown ? [{ cursor, node: shown }] : [];
  });
  return { ...page, edges };
}

const SHORTEST_TEXT = 2;
const LONGEST_TEXT = 100;
const LONGEST_ID = 35;

@InputType('ReceiptFilter', { description: 'What narrows a list of receipts; all that is given must hold.' })
export class ReceiptFilterInput {
  @Field(() => ID, { nullable: true, description: 'The payment token (receiptId, IUR).' })
  id?: string | null;

  @Field(() => IuvScalar, { nullable: true, description: 'The creditor’s reference.' })
  iuv?: string | null;

  @Field(() => NoticeNumberScalar, { nullable: true, description: 'Number of the notice.' })
  noticeNumber?: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'Paid on this day or later.' })
  from?: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'Paid on this day or before.' })
  to?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Paid in Stand-In, or not.' })
  standIn?: boolean | null;

  @Field(() => String, {
    nullable: true,
    description: 'Part of the description, of the creditor’s name, of the notice number or of the reference; 2 to 100 characters.',
  })
  text?: string | null;
}

/** @throws InputError naming the field that is wrong */
export function readFilter(input: ReceiptFilterInput | null): ReceiptFilter {
  if (!input) return {};
  const { id, iuv, noticeNumber, from, to, standIn, text } = input;
  if (id && id.length > LONGEST_ID) throw InputError.at('filter.id', 'it is too long', `at most ${LONGEST_ID} characters`);
  return {
    ...(id && { receiptId: id }),
    ...(iuv && { iuv }),
    ...(noticeNumber && { noticeNumber }),
    ...periodOfDays(from, to),
    ...(typeof standIn === 'boolean' && { standIn }),
    ...readText(text, 'filter.text'),
  };
}

/** @throws InputError for a text too short or too long to be looked for */
export function readText(text: string | null | undefined, path: string): { text?: string } {
  const wanted = text?.trim();
  if (!wanted) return {};
  if (wanted.length < SHORTEST_TEXT || wanted.length > LONGEST_TEXT) {
    throw InputError.at(path, `it has ${wanted.length} characters`, `${SHORTEST_TEXT} to ${LONGEST_TEXT} characters`);
  }
  return { text: wanted };
}
