import type { PositionStatus } from '@nodo-aperto/schema/events';
import { isDueDateAcceptable, pastDueExpectation } from './check-dates.ts';
import { invalidatePosition } from './invalidate-position.ts';
import { allowed, type Outcome, refused } from './outcome.ts';
import { type DebtPosition, instalmentsOf, type PaymentOption } from './position.ts';
import { positionStatusAt } from './position-status.ts';
import { fitsThinModel, type ThinPosition, thinPositionId, thinTransfer } from './thin-position.ts';

export type UpsertAction = 'CREATED' | 'UPDATED' | 'INVALIDATED';
export interface Upserted {
  action: UpsertAction;
  position: DebtPosition;
}

/** What is known of the key: the positions of the creditor that have the notice number, the IUV, and the IUPD that a new one would get. */
export interface KeyMatches {
  byNoticeNumber: DebtPosition | undefined;
  byIuv: DebtPosition | undefined;
  byPositionId: DebtPosition | undefined;
}

export interface UpsertContext {
  /** Epoch milliseconds. */
  now: number;
  companyName: string;
  /** The creditor's account for positions loaded without one; absent when it has none. */
  defaultIban: string | undefined;
}

const OPEN_STATUSES: readonly PositionStatus[] = ['DRAFT', 'PUBLISHED', 'VALID'];

/**
 * One call creates, updates and invalidates. The key is the creditor with notice number and IUV: unknown, it creates (not with
 * amount 0); known, it replaces amount, description, dates and debtor and reads the creditor's account anew; amount 0 invalidates.
 * Writes against the state are refused, and so is all that the thin model cannot say.
 * Source: Domain facts, Payments §4.2, §4.4; design section 6. That EXPIRED is closed as well is the archive's own rule: a new notice
 * is needed.
 */
export function upsertPosition(matches: KeyMatches, request: ThinPosition, context: UpsertContext): Outcome<Upserted> {
  const existing = matches.byNoticeNumber ?? matches.byIuv;
  if (!existing) return createThin(matches, request, context);
  if (!isSameKey(matches, request)) {
    const field = matches.byNoticeNumber ? 'noticeNumber' : 'iuv';
    return refused('CONFLICT', {
      path: field,
      message: 'belongs to another notice of the creditor',
      expected: 'the IUV and the notice number of one notice',
    });
  }
  const status = positionStatusAt(existing, context.now);
  if (!OPEN_STATUSES.includes(status)) {
    return refused('CONFLICT', {
      path: '',
      message: `the position is ${status} and can no longer be changed`,
      expected: `a position that is ${OPEN_STATUSES.join(', ')}`,
    });
  }
  if (!fitsThinModel(existing)) {
    const message = 'the position has several notices, several transfers or a stamp, which this call cannot express';
    return refused('UNPROCESSABLE', {
      path: '',
      message,
      expected: 'a position of one notice with one transfer; others are changed as debt positions',
    });
  }
  return request.amount === 0 ? invalidateThin(existing, context.now) : updateThin(existing, request, context);
}

function createThin({ byPositionId }: KeyMatches, request: ThinPosition, context: UpsertContext): Outcome<Upserted> {
  const { now, companyName } = context;
  if (request.amount === 0) {
    return refused('NOT_FOUND', {
      path: 'noticeNumber',
      message: 'is of no position of the creditor: amount 0 has nothing to invalidate',
      expected: 'the notice number and IUV of a loaded position',
    });
  }
  if (byPositionId) {
    const message = `belongs to position ${byPositionId.iupd}, whose notices have other numbers`;
    return refused('CONFLICT', { path: 'iuv', message, expected: 'an IUV not used before' });
  }
  const option = thinOption(request, context);
  if (!option.ok) return option;
  const position: DebtPosition = {
    creditorFiscalCode: request.creditorFiscalCode,
    iupd: thinPositionId(request.creditorFiscalCode, request.iuv),
    origin: 'THIN',
    aca: true,
    companyName,
    debtor: debtorOf(request),
    payStandIn: request.payStandIn,
    pull: true,
    publishedAt: now,
    options: [option.value],
    status: 'DRAFT',
    createdAt: now,
    updatedAt: now,
    revision: 0,
  };
  return allowed({ action: 'CREATED', position });
}

function updateThin(existing: DebtPosition, request: ThinPosition, context: UpsertContext): Outcome<Upserted> {
  const option = thinOption(request, context, existing);
  if (!option.ok) return option;
  const position: DebtPosition = {
    ...existing,
    companyName: context.companyName,
    debtor: debtorOf(request),
    payStandIn: request.payStandIn,
    publishedAt: existing.publishedAt ?? context.now,
    options: [option.value],
  };
  return allowed({ action: 'UPDATED', position });
}

function invalidateThin(existing: DebtPosition, now: number): Outcome<Upserted> {
  const invalidated = invalidatePosition(existing, now);
  return invalidated.ok ? allowed({ action: 'INVALIDATED', position: invalidated.value }) : invalidated;
}

function thinOption(request: ThinPosition, context: UpsertContext, existing?: DebtPosition): Outcome<PaymentOption> {
  const { now, companyName } = context;
  const updating = existing !== undefined;
  const category = existing?.options[0]?.instalments[0]?.transfers[0]?.transferCategory;
  if (!isDueDateAcceptable(request.expirationDate, request.switchToExpired, { now, updating })) {
    return refused('INVALID', { path: 'expirationDate', message: 'is past', expected: pastDueExpectation({ now, updating }) });
  }
  const iban = request.iban ?? context.defaultIban;
  if (iban === undefined) {
    return refused('UNPROCESSABLE', {
      path: 'iban',
      message: 'is missing, and the creditor has no account on record',
      expected: 'an IBAN, or one on record for the creditor',
    });
  }
  return allowed({
    number: 1,
    switchToExpired: request.switchToExpired,
    instalments: [
      {
        noticeNumber: request.noticeNumber,
        iuv: request.iuv,
        amount: request.amount,
        description: request.description,
        dueDate: request.expirationDate,
        transfers: [thinTransfer(request, iban, companyName, category)],
        status: 'DRAFT',
        createdAt: now,
        updatedAt: now,
        revision: 0,
      },
    ],
  });
}

function debtorOf(request: ThinPosition): DebtPosition['debtor'] {
  return { type: request.debtorType, fiscalCode: request.debtorFiscalCode, fullName: request.debtorFullName };
}

/** Whether notice number and IUV are those of one notice. */
function isSameKey(matches: KeyMatches, request: ThinPosition): boolean {
  return [matches.byNoticeNumber, matches.byIuv].every(
    (position) =>
      position !== undefined &&
      instalmentsOf(position).some(({ instalment }) => instalment.noticeNumber === request.noticeNumber && instalment.iuv === request.iuv),
  );
}
