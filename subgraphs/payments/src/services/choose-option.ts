/** Of the payment options of a position only one is paid, also when several are tried at once. Source: Domain facts, Payments §5.2. */
import type { Transaction } from '@nodo-aperto/kernel/database';
import type { Fault } from '@nodo-aperto/kernel/faults';
import type { PaymentStatus } from '@nodo-aperto/schema/events';
import { optionGate } from '../domain/option-choice.ts';
import type { NoticeKey } from '../persistence/notice-queries.ts';
import { areRivals, lockOptions, noteChoice, readRivals } from '../persistence/option-queries.ts';
import type { PaymentRecord } from '../persistence/payment-record.ts';
import type { PaymentsDependencies } from './dependencies.ts';

/** Chooses the option of a claimed notice. @returns the fault when another one is being paid, or was */
export function chooseOption(
  { database, clock }: Pick<PaymentsDependencies, 'database' | 'clock'>,
  notice: NoticeKey,
  claimId: string,
): Promise<Fault | undefined> {
  return database.transaction(async (transaction) => {
    await lockOptions(transaction, notice);
    const fault = optionGate(await readRivals(transaction, notice, clock.date()), notice.creditorFiscalCode);
    if (!fault) await noteChoice(transaction, notice, claimId);
    return fault;
  });
}

/** Whether a notice may be verified: not when another option of its position is being paid, or was. */
export async function verifyOption(
  { database, clock }: Pick<PaymentsDependencies, 'database' | 'clock'>,
  notice: NoticeKey,
): Promise<Fault | undefined> {
  return optionGate(await readRivals(database, notice, clock.date()), notice.creditorFiscalCode);
}

/**
 * What stands against booking a token that had expired, from the other options of its position: a payment of another option, or an activation
 * that has chosen it, holds the position as one of the same notice would. Nobody can choose another option until the transaction ends.
 */
export async function rivalsOfLate(
  { clock }: Pick<PaymentsDependencies, 'clock'>,
  transaction: Transaction,
  payments: readonly PaymentRecord[],
): Promise<ReadonlyMap<string, readonly PaymentStatus[]>> {
  const late = payments.filter(({ status }) => status === 'CANCELLED');
  const found = new Map<string, PaymentStatus[]>();
  for (const payment of late) {
    await lockOptions(transaction, payment);
    const rivals = await readRivals(transaction, payment, clock.date());
    const states = rivals.map((state): PaymentStatus => (state === 'CLAIMED' ? 'PAYING' : state));
    for (const other of late) if (other !== payment && (await areRivals(transaction, payment, other))) states.push('PAYING');
    found.set(payment.paymentToken, states);
  }
  return found;
}
