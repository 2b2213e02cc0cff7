import type { InputIssue } from '@nodo-aperto/kernel/faults';
import { noticePrefixOf } from './covered-notices.ts';
import type { NoticeRoute } from './generate-notice-number.ts';

/**
 * What is odd about where a notice leads, without being refused: no route of its creditor takes it, so that nobody can pay it. It may be
 * loaded before its route is. Source: Domain facts, Payments §1.2.
 */
export function unroutedNoticeWarnings(noticeNumber: string, routes: readonly NoticeRoute[], path: string): InputIssue[] {
  if (routes.some((route) => noticeNumber.startsWith(noticePrefixOf(route)))) return [];
  const prefixes = routes.map(noticePrefixOf);
  const expected =
    prefixes.length === 0 ? 'a creditor that has a route' : `a number that begins with ${[...new Set(prefixes)].join(' or ')}`;
  return [{ path, message: 'leads to no station of the creditor: it cannot be paid', expected }];
}
