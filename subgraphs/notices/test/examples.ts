/** Positions for tests: sound by default, bent by the tests that need them otherwise. */
import { DAY, parseInstant } from '@nodo-aperto/kernel/time';
import type { Transfer } from '@nodo-aperto/schema/events';
import { createPosition } from '../src/domain/create-position.ts';
import { type DebtPosition, placedNotice, type Placed } from '../src/domain/position.ts';
import type { InstalmentDraft, OptionDraft, PositionDraft } from '../src/domain/position-draft.ts';
import { settle } from '../src/domain/settle.ts';
import type { ThinPosition } from '../src/domain/thin-position.ts';

export const CREDITOR = '77777777777';
export const NOW = parseInstant('2026-06-01T10:00:00+02:00') ?? 0;
export const IBAN = 'IT60X0542811101000000123456';
export const DEBTOR = { type: 'F', fiscalCode: 'RSSMRA80A01H501U', fullName: 'Mario Rossi' } as const;

export function aTransfer(overrides: Partial<Transfer> = {}): Transfer {
  return {
    idTransfer: 1,
    amount: 10_000,
    creditorFiscalCode: CREDITOR,
    iban: IBAN,
    remittanceInformation: 'TARI 2026',
    transferCategory: '9/0101108TS/',
    ...overrides,
  };
}

/** An instalment whose IUV has the given number in it, due in thirty days. */
export function anInstalment(number = 1, overrides: Partial<InstalmentDraft> = {}): InstalmentDraft {
  const iuv = `47${String(number).padStart(15, '0')}`;
  const amount = overrides.amount ?? 10_000;
  return { iuv, amount, description: 'TARI 2026', dueDate: NOW + 30 * DAY, transfers: [aTransfer({ amount })], ...overrides };
}

export function anOption(overrides: Partial<OptionDraft> = {}): OptionDraft {
  return { switchToExpired: false, instalments: [anInstalment()], ...overrides };
}

export function aDraft(overrides: Partial<PositionDraft> = {}): PositionDraft {
  return { iupd: 'TARI-2026-1', debtor: DEBTOR, payStandIn: true, options: [anOption()], ...overrides };
}

/** A position made of the draft and settled. */
export function aPosition(draft: PositionDraft = aDraft(), options: { publish?: boolean; now?: number } = {}): DebtPosition {
  const { publish = true, now = NOW } = options;
  const created = createPosition(draft, { now, creditorFiscalCode: CREDITOR, companyName: 'Comune di Prova', aca: true, publish });
  if (!created.ok) throw new Error(JSON.stringify(created.refusal));
  return settle(undefined, created.value, { now }).after;
}

/** The notice at the place of the position. */
export function noticeAt(position: DebtPosition, option = 0, instalment = 0): Placed {
  const noticeNumber = position.options[option]?.instalments[instalment]?.noticeNumber;
  const placed = noticeNumber === undefined ? undefined : placedNotice(position, noticeNumber);
  if (!placed) throw new Error('the position has no such notice');
  return placed;
}

export function aThinPosition(overrides: Partial<ThinPosition> = {}): ThinPosition {
  const iuv = overrides.iuv ?? '47000000000000001';
  return {
    creditorFiscalCode: CREDITOR,
    debtorType: 'F',
    debtorFiscalCode: DEBTOR.fiscalCode,
    debtorFullName: DEBTOR.fullName,
    iuv,
    noticeNumber: `3${iuv}`,
    amount: 10_000,
    description: 'TARI 2026',
    expirationDate: NOW + 30 * DAY,
    switchToExpired: false,
    payStandIn: true,
    ...overrides,
  };
}
