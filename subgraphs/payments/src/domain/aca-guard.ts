/**
 * Whether ACA may answer for a creditor that cannot: the guards in their order, each with its name, so that an operator sees the true
 * reason of a refusal. Source: Domain facts, Payments §3.7.
 */
import type { FaultCode } from '@nodo-aperto/kernel/faults';
import type { NoticeSnapshot, PositionStatus } from '@nodo-aperto/schema/events';
import { positionStatusAt } from './aca-position.ts';

/** The guards, in the order in which they are asked. */
const ACA_GUARDS = [
  'CONFIGURATION',
  'MAINTENANCE',
  'ROUTE_NOT_IN_ACA',
  'POSITION_ABSENT',
  'ROUTE_NOT_IN_STAND_IN',
  'POSITION_OPTED_OUT',
  'POSITION_STATUS',
] as const;
export type AcaGuard = (typeof ACA_GUARDS)[number];

export interface AcaQuestion {
  /** Whether the configuration of the parties is at hand. */
  readonly configured: boolean;
  /** The maintenance of the station that is under way, if any. */
  readonly maintenance: { readonly standIn: boolean } | undefined;
  /** How the notice is routed to the station. */
  readonly route: { readonly aca: boolean; readonly standIn: boolean };
  /** What ACA has of the notice. */
  readonly notice: NoticeSnapshot | undefined;
  /** Epoch milliseconds. */
  readonly now: number;
}

export interface AcaRefusal {
  readonly kind: 'REFUSED';
  readonly guard: AcaGuard;
  /** What an archive would answer in the creditor's place. */
  readonly code: Extract<FaultCode, `PAA_${string}`>;
  /** The true reason, for operators. */
  readonly reason: string;
  /** Whether the PSP is told `code`: the creditor decided about the notice itself. Else it gets the fault of the station. */
  readonly told: boolean;
}

export type AcaAnswer = { readonly kind: 'OFFERED'; readonly notice: NoticeSnapshot } | AcaRefusal;

/** Asks the guards; the first that refuses decides. */
export function askAca(question: AcaQuestion): AcaAnswer {
  const { configured, maintenance, route, notice, now } = question;
  const unknown = (guard: AcaGuard, reason: string): AcaRefusal => ({
    kind: 'REFUSED',
    guard,
    code: 'PAA_PAGAMENTO_SCONOSCIUTO',
    reason,
    told: false,
  });
  if (!configured) {
    return {
      kind: 'REFUSED',
      guard: 'CONFIGURATION',
      code: 'PAA_SYSTEM_ERROR',
      reason: 'The configuration of the parties is not at hand.',
      told: false,
    };
  }
  if (maintenance?.standIn === false) return unknown('MAINTENANCE', 'The station is in a maintenance that was scheduled without Stand-In.');
  if (!route.aca) return unknown('ROUTE_NOT_IN_ACA', 'The notices of this station and creditor are not kept in ACA.');
  if (!notice?.aca || notice.deleted)
    return unknown('POSITION_ABSENT', notice?.deleted ? 'The creditor deleted the notice.' : 'The notice was not loaded in ACA.');
  if (!route.standIn) return unknown('ROUTE_NOT_IN_STAND_IN', 'The creditor has excluded the notices of this station from Stand-In.');
  if (!notice.payStandIn) return unknown('POSITION_OPTED_OUT', 'The notice was loaded with payStandIn = false.');
  return answerByStatus(notice, positionStatusAt(notice, now));
}

/** Whether a position can be paid in the state it is in. */
export function answerByStatus(notice: NoticeSnapshot, status: PositionStatus): AcaAnswer {
  // Source: Domain facts, Payments §5.2: once one option is chosen, the notices of the others are unknown to whoever pays.
  if (notice.ruledOut) {
    return {
      kind: 'REFUSED',
      guard: 'POSITION_STATUS',
      code: 'PAA_PAGAMENTO_SCONOSCIUTO',
      reason: 'Another payment option of the position was chosen.',
      told: true,
    };
  }
  const refused = (code: AcaRefusal['code'], told = true): AcaRefusal => ({
    kind: 'REFUSED',
    guard: 'POSITION_STATUS',
    code,
    reason: `The position is ${status}.`,
    told,
  });
  switch (status) {
    case 'EXPIRED':
      return refused('PAA_PAGAMENTO_SCADUTO');
    case 'INVALID':
      return refused('PAA_PAGAMENTO_ANNULLATO');
    case 'DRAFT':
    case 'PUBLISHED':
      // Not published yet: as if it were not there.
      return refused('PAA_PAGAMENTO_SCONOSCIUTO', false);
    case 'PAID':
    case 'REPORTED':
      return refused('PAA_PAGAMENTO_DUPLICATO');
    case 'VALID':
    case 'PARTIALLY_PAID':
      return { kind: 'OFFERED', notice };
  }
}
