import { makeNoticeNumber, type NoticeNumber } from '@nodo-aperto/kernel/identifiers';
import type { RandomStream } from '@nodo-aperto/kernel/random';
import { allowed, type Outcome, refused } from './outcome.ts';

/** A way on which a creditor's notices reach one of its stations. */
export interface NoticeRoute {
  auxDigit: number;
  applicationCode?: string;
  segregationCode?: string;
}

/**
 * Makes a notice number that a creditor's route can serve, with right check digits. The part between codes and check digits is drawn
 * by chance, so that numbers cannot be guessed from one another. A route is preferred in the field's own order: aux digit 3, then 0,
 * then 2; numbers of aux digit 1 belong to collection agencies and are not made here. Source: Domain facts, Payments §1.2.
 */
export function generateNoticeNumber(routes: readonly NoticeRoute[], random: RandomStream): Outcome<NoticeNumber> {
  const find = (auxDigit: number): NoticeRoute | undefined => routes.find((route) => route.auxDigit === auxDigit);
  const segregationCode = find(3)?.segregationCode;
  if (segregationCode !== undefined) return allowed(makeNoticeNumber({ auxDigit: 3, segregationCode, base: random.digits(13) }));
  const applicationCode = find(0)?.applicationCode;
  if (applicationCode !== undefined) return allowed(makeNoticeNumber({ auxDigit: 0, applicationCode, base: random.digits(13) }));
  if (find(2)) return allowed(makeNoticeNumber({ auxDigit: 2, base: random.digits(15) }));
  const message = 'no route of the creditor can be given notice numbers';
  return refused('UNPROCESSABLE', { path: 'creditorFiscalCode', message, expected: 'a creditor with a route of aux digit 3, 0 or 2' });
}
