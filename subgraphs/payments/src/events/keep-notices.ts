/**
 * Projection of ACA: every notice as its subgraph last stated it. An older state never overwrites a newer one. Once it is known which options a
 * position has, sessions of two of them do not go on side by side.
 */
import type { Transaction } from '@nodo-aperto/kernel/database';
import { type ConsumerDefinition, dataOf, type Outbox, type PlatformEvent } from '@nodo-aperto/kernel/events';
import type { Clock } from '@nodo-aperto/kernel/time';
import { noticeChanged } from '@nodo-aperto/schema/events';
import { keepNotices } from '../persistence/aca-queries.ts';
import { findRivalsOf } from '../persistence/rival-sessions.ts';
import { ruleOutSessions } from '../services/rule-out-sessions.ts';

/** The consumer's name, by which one can wait for it. */
export const NOTICES_CONSUMER = 'payments.notices';

export function noticesConsumer(options: { outbox: Outbox; clock: Clock }): ConsumerDefinition {
  const apply = async (events: readonly PlatformEvent[], transaction: Transaction): Promise<void> => {
    const notices = events.map((event) => dataOf(noticeChanged, event));
    await keepNotices(transaction, notices);
    const positions = notices.flatMap(({ creditorFiscalCode, positionId, option }) => (option ? [{ creditorFiscalCode, positionId }] : []));
    if (positions.length > 0) await ruleOutSessions(options, transaction, await findRivalsOf(transaction, positions));
  };
  return {
    name: NOTICES_CONSUMER,
    source: 'notices',
    names: [noticeChanged.name],
    handle: (event, transaction) => apply([event], transaction),
    handleBatch: apply,
    largestBatch: 1_000,
  };
}
