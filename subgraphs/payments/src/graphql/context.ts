/** What the resolvers of this subgraph work with, and how its look-ups are batched per request. */
import type { Principal } from '@nodo-aperto/kernel/auth';
import type { Stream } from '@nodo-aperto/kernel/events';
import { invariant } from '@nodo-aperto/kernel/faults';
import type { SubgraphContext } from '@nodo-aperto/kernel/graphql';
import type { NoticeKey } from '../persistence/notice-queries.ts';
import type { PaymentRow } from '../persistence/tables.ts';
import type { PaymentsDependencies } from '../services/dependencies.ts';
import { findPayments, type NoticePaymentState, noticeStates, type PaymentHistory, paymentHistories } from '../services/read-payments.ts';
import type { ReadDatabase } from '@nodo-aperto/kernel/database';
import type { StationHealth } from '../services/stations/stations.ts';

export interface PaymentsServices extends PaymentsDependencies {
  readonly stations: StationHealth;
  /** For lists: see the host. */
  readonly reading: ReadDatabase;
  readonly stream: Stream;
}
export type PaymentsContext = SubgraphContext<PaymentsServices>;

/** The caller; present wherever a field is open to roles. */
export function callerOf(context: PaymentsContext): Principal {
  invariant(context.principal !== undefined, 'a field that is open to roles has a caller');
  return context.principal;
}

const itself = (text: string): string => text;
const noticeText = ({ creditorFiscalCode, noticeNumber }: NoticeKey): string => `${creditorFiscalCode}/${noticeNumber}`;

/** A payment that the caller may see; one look-up for all that a request asks for. */
export function loadPayment(context: PaymentsContext, paymentToken: string): Promise<PaymentRow | null> {
  const { database } = context.services;
  return context.loaders
    .get<string, PaymentRow>('payments', (tokens) => findPayments(database, context.principal, tokens), {
      key: itself,
      value: (row) => row.paymentToken,
    })
    .load(paymentToken);
}

/** The history of a payment that the caller has before it. */
export function loadHistory(context: PaymentsContext, paymentToken: string): Promise<PaymentHistory | null> {
  const { database } = context.services;
  return context.loaders
    .get<string, PaymentHistory>('histories', (tokens) => paymentHistories(database, tokens), {
      key: itself,
      value: (history) => history.paymentToken,
    })
    .load(paymentToken);
}

/** How a notice stands, for callers who see a payment of it. */
export function loadNoticeState(context: PaymentsContext, notice: NoticeKey): Promise<NoticePaymentState | null> {
  const { database } = context.services;
  return context.loaders
    .get<NoticeKey, NoticePaymentState>('notices', (keys) => noticeStates(database, context.principal, keys), {
      key: noticeText,
      value: noticeText,
    })
    .load({ creditorFiscalCode: notice.creditorFiscalCode, noticeNumber: notice.noticeNumber });
}
