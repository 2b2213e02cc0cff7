/** Holds payments in Stand-In to the limits of exposure: measured before ACA answers, and once more, with the others waiting, before a session opens. */
import type { Database, Transaction } from '@nodo-aperto/kernel/database';
import type { ExposureLimits } from '@nodo-aperto/kernel/directory';
import type { Fault } from '@nodo-aperto/kernel/faults';
import { asDate, MINUTE } from '@nodo-aperto/kernel/time';
import { beyondExposure } from '../domain/stand-in/exposure.ts';
import { lockExposure, readExposure } from '../persistence/exposure-queries.ts';
import type { PaymentsDependencies } from './dependencies.ts';

export interface ExposureGuard {
  /** Why the payment is too much; undefined when it is not. */
  check(connection: Pick<Database | Transaction, 'query'>): Promise<string | undefined>;
  /** The same with every other opening through the station waiting until the transaction ends. */
  checkAlone(transaction: Transaction): Promise<string | undefined>;
  /** Notes the reason for operators and gives the fault for the PSP: that of the station. */
  refuse(reason: string): Promise<{ fault: Fault }>;
}

export interface ExposureQuestion {
  readonly station: string;
  readonly limits: ExposureLimits | undefined;
  /** Euro cents. */
  readonly amount: number;
  readonly stationFault: Fault;
  refuse(why: { guard: string; code: string; reason: string }, fault: Fault): Promise<{ fault: Fault }>;
}

/** What an operator reads as the guard that refused. */
const EXPOSURE_GUARD = 'EXPOSURE_LIMIT';

/** @returns undefined when there is no limit */
export function exposureGuard({ clock }: Pick<PaymentsDependencies, 'clock'>, question: ExposureQuestion): ExposureGuard | undefined {
  const { station, limits, amount, stationFault, refuse } = question;
  if (!limits) return undefined;
  const check = async (connection: Pick<Database | Transaction, 'query'>): Promise<string | undefined> => {
    const after = asDate(clock.now() - limits.periodMinutes * MINUTE);
    return beyondExposure(limits, await readExposure(connection, station, after), amount);
  };
  return {
    check,
    async checkAlone(transaction) {
      await lockExposure(transaction, station);
      return check(transaction);
    },
    refuse: (reason) => refuse({ guard: EXPOSURE_GUARD, code: 'PAA_PAGAMENTO_SCONOSCIUTO', reason }, stationFault),
  };
}
