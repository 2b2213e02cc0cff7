/**
 * Which station serves a notice: that of the creditor's route with the notice's aux digit and, for aux digit 0, its application code,
 * for aux digit 3, its segregation code. Source: Domain facts, Payments §1.1 (relation station–EC) and §1.2.
 */
import { type NoticeNumber, noticeNumberParts } from '@nodo-aperto/kernel/identifiers';

/** How a creditor's notices reach a station. */
export interface NoticeRoute {
  readonly station: string;
  readonly auxDigit: number;
  readonly applicationCode?: string;
  readonly segregationCode?: string;
}

/** @returns undefined when no route of the creditor fits; of several, that of the first station by code */
export function routeOf<Route extends NoticeRoute>(noticeNumber: NoticeNumber, routes: readonly Route[]): Route | undefined {
  const { auxDigit, applicationCode, segregationCode } = noticeNumberParts(noticeNumber);
  return routes
    .filter((route) => route.auxDigit === auxDigit)
    .filter((route) => (auxDigit === 0 ? route.applicationCode === applicationCode : true))
    .filter((route) => (auxDigit === 3 ? route.segregationCode === segregationCode : true))
    .toSorted((left, right) => (left.station < right.station ? -1 : 1))[0];
}
