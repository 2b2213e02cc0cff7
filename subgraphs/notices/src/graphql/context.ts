/** What the resolvers of this subgraph work with, and how its look-ups are batched per request. */
import type { Principal } from '@nodo-aperto/kernel/auth';
import type { Directory } from '@nodo-aperto/kernel/directory';
import type { Stream } from '@nodo-aperto/kernel/events';
import { ForbiddenError, InputError, invariant } from '@nodo-aperto/kernel/faults';
import type { SubgraphContext } from '@nodo-aperto/kernel/graphql';
import { type Actor, actorOf } from '../services/creditors.ts';
import type { OptionsDependencies } from '../services/find-payment-options.ts';
import type { PullPayments } from '../services/pull-payments.ts';
import type { Writing } from '../services/position-writes.ts';
import type { Printing } from '../services/print-notices.ts';
import type { NoticeKey, NoticeReads, NoticeView } from '../services/read-notices.ts';

export interface NoticesServices {
  readonly reads: NoticeReads;
  readonly writing: Writing;
  readonly stream: Stream;
  readonly printing: Printing;
  readonly options: OptionsDependencies;
  readonly directory: Directory;
  readonly pull: PullPayments;
}
export type NoticesContext = SubgraphContext<NoticesServices>;

const keyText = ({ creditorFiscalCode, noticeNumber }: NoticeKey): string => `${creditorFiscalCode}/${noticeNumber}`;

/** One look-up for all notices that a request asks for. */
export function loadNotice(context: NoticesContext, key: NoticeKey): Promise<NoticeView | null> {
  const loader = context.loaders.get<NoticeKey, NoticeView>('notices', (keys) => context.services.reads.notices(keys), {
    key: keyText,
    value: ({ position, instalment }) =>
      keyText({ creditorFiscalCode: position.creditorFiscalCode, noticeNumber: instalment.noticeNumber }),
  });
  return loader.load(key);
}

/** The caller; present wherever a field is open to roles. */
export function callerOf(context: NoticesContext): Principal {
  invariant(context.principal !== undefined, 'a field that is open to roles has a caller');
  return context.principal;
}

/** On whose behalf the caller writes. @throws ForbiddenError */
export function writerOf(context: NoticesContext): Actor {
  const actor = actorOf(callerOf(context));
  if (!actor) throw new ForbiddenError('The token names no party that has positions.');
  return actor;
}

/** The creditor that is meant: the one named, or the caller itself. @throws InputError when there is none */
export function creditorMeant(context: NoticesContext, creditorFiscalCode: string | null | undefined): string {
  const { role, tenant } = callerOf(context);
  const meant = creditorFiscalCode ?? (role === 'EC' ? tenant : undefined);
  if (meant === undefined) throw InputError.at('creditorFiscalCode', 'is missing', 'the fiscal code of the creditor that is acted for');
  return meant;
}

/** Whether the caller may read what is the creditor's: as the creditor itself, its broker, or an operator. */
export async function actsFor(context: NoticesContext, creditorFiscalCode: string): Promise<boolean> {
  const actor = context.principal && actorOf(context.principal);
  return actor !== undefined && context.services.writing.creditors.mayActFor(actor, creditorFiscalCode, 'POSITIONS_READ');
}
