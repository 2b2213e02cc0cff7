/** Makes a notice number for a creditor that it has not used yet. */
import { generateNoticeNumber } from '../domain/generate-notice-number.ts';
import { type Outcome, refused } from '../domain/outcome.ts';
import type { NoticeNumber } from '@nodo-aperto/kernel/identifiers';
import { findPositions } from '../persistence/position-store.ts';
import { type Actor, creditorToWriteFor } from './creditors.ts';
import type { Writing } from './position-writes.ts';

const TRIES = 5;

/** The number is not kept aside: of ten million million that a route can have, nobody else draws the same one before it is loaded. */
export async function makeUnusedNoticeNumber(writing: Writing, actor: Actor, creditorFiscalCode: string): Promise<Outcome<NoticeNumber>> {
  const creditor = await creditorToWriteFor(writing.creditors, actor, creditorFiscalCode);
  if (!creditor.ok) return creditor;
  const routes = await writing.creditors.routes(creditorFiscalCode);
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const made = generateNoticeNumber(routes, writing.random);
    if (!made.ok) return made;
    const taken = await findPositions(writing.database, [{ creditorFiscalCode, noticeNumber: made.value }]);
    if (taken.length === 0) return made;
  }
  return refused('CONFLICT', { path: 'creditorFiscalCode', message: 'has used all the numbers that were drawn', expected: 'another try' });
}
