/** Who sees what of a notice. */
import type { Principal } from '@nodo-aperto/kernel/auth';
import { actsFor, type NoticesContext } from './context.ts';
import type { NoticeView } from '../services/read-notices.ts';

/** ALL of it; PUBLIC: without personal data, as who pays it or has a part in it may see it; NONE. */
export type Visibility = 'ALL' | 'PUBLIC' | 'NONE';

/** States in which a notice is still its creditor's own business. */
const PREPARED = ['DRAFT', 'PUBLISHED'];

/**
 * The creditor, its brokers and operators see all; so does who owes it, once it can be paid. Whoever else comes by a reference from
 * something of its own (a PSP from a payment, a creditor from a transfer, a payer from a receipt) sees what is not personal.
 */
export async function visibilityOf(context: NoticesContext, view: NoticeView, by: 'QUERY' | 'REFERENCE'): Promise<Visibility> {
  const { principal } = context;
  if (!principal) return 'NONE';
  if (await actsFor(context, view.position.creditorFiscalCode)) return 'ALL';
  if (PREPARED.includes(view.instalment.status)) return 'NONE';
  if (isDebtor(principal, view)) return 'ALL';
  return by === 'REFERENCE' ? 'PUBLIC' : 'NONE';
}

function isDebtor(principal: Principal, { option, position }: NoticeView): boolean {
  return principal.role === 'CITIZEN' && principal.fiscalCode === (option.debtor ?? position.debtor).fiscalCode;
}
