/** The whole story of a notice: what the simulator did and saw, and what the platform keeps of it, by time. */
import { PlatformRefusalError, PlatformUnreachableError } from '../platform-client/index.ts';
import type { NoticeKey } from '../ledger/index.ts';
import type { InvariantContext } from './types.ts';

/** @returns lines that begin with their instant, oldest first; without the platform's part when it does not answer */
export async function storyOf({ ledger, books }: InvariantContext, notice: NoticeKey): Promise<readonly string[]> {
  const kept = await keptOf(books, notice).catch((error: unknown) => {
    if (error instanceof PlatformUnreachableError || error instanceof PlatformRefusalError) return [];
    throw error;
  });
  // Every line begins with an instant of one form, so that their order is that of the texts.
  return [...ledger.story(notice), ...kept].sort((one, other) => (one.slice(0, INSTANT) < other.slice(0, INSTANT) ? -1 : 1));
}

const INSTANT = '2026-01-01T00:00:00.000Z'.length;

async function keptOf(books: InvariantContext['books'], notice: NoticeKey): Promise<string[]> {
  const { payments } = await books.historyOf(notice);
  return payments.edges.flatMap(({ node: { paymentToken, pspCode, amount, standIn, statusHistory, receipt } }) => {
    const about = `token ${paymentToken} of ${pspCode}, ${amount} cents${standIn ? ', Stand-In' : ''}`;
    const deliveries = (receipt?.recipients ?? []).flatMap(({ creditorFiscalCode, history }) =>
      (history ?? []).map(({ status, at }) => `${at}  platform: receipt of ${paymentToken} to ${creditorFiscalCode} ${status}`),
    );
    return [...statusHistory.map(({ status, at }) => `${at}  platform: ${status}, ${about}`), ...deliveries];
  });
}
