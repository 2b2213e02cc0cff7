/** What payments and notices state that the amount-drift report is made of. Consumers of their own: they wait for nobody. */
import type { Transaction } from '@nodo-aperto/kernel/database';
import { type ConsumerDefinition, dataOf, type EventContract, isEvent, type PlatformEvent } from '@nodo-aperto/kernel/events';
import { InvariantError } from '@nodo-aperto/kernel/faults';
import { parseInstant } from '@nodo-aperto/kernel/time';
import {
  type AmountLearnt,
  noticeAmountLearnt,
  noticeChanged,
  paymentActivated,
  paymentBooked,
  paymentFailed,
  type PaymentSnapshot,
  positionAmountLearnt,
} from '@nodo-aperto/schema/events';
import type { AmountWord } from '../domain/amount-drift.ts';
import type { NoticeKey, StandInPayment } from '../persistence/stand-in-payments.ts';
import { followStandInPayments, followWords } from '../services/follow-amounts.ts';

type Word = NoticeKey & AmountWord;

export function standInConsumer(): ConsumerDefinition {
  return {
    name: 'receipts.stand-in-payments',
    source: 'payments',
    names: [paymentActivated.name, paymentBooked.name, paymentFailed.name, noticeAmountLearnt.name],
    handle: (event, transaction) => applyPayments([event], transaction),
    handleBatch: applyPayments,
  };
}

export function noticesConsumer(): ConsumerDefinition {
  const apply = (events: readonly PlatformEvent[], transaction: Transaction): Promise<void> =>
    followWords(transaction, events.flatMap(wordOfNotice), { always: true });
  return {
    name: 'receipts.notices',
    source: 'notices',
    names: [noticeChanged.name, positionAmountLearnt.name],
    handle: (event, transaction) => apply([event], transaction),
    handleBatch: apply,
  };
}

/** The payments in Stand-In first: a word that comes before the payment it speaks of is told from it by its time, not by its place. */
async function applyPayments(events: readonly PlatformEvent[], transaction: Transaction): Promise<void> {
  const words: Word[] = [];
  const payments = new Map<string, StandInPayment>();
  const failed: string[] = [];
  for (const event of events) {
    if (isEvent(noticeAmountLearnt, event)) {
      words.push(wordOf(dataOf(noticeAmountLearnt, event)));
      continue;
    }
    const payment = dataOf(paymentContractOf(event), event);
    if (!payment.standIn) {
      if (event.name === paymentActivated.name) words.push(wordOfActivation(payment));
    } else if (event.name === paymentFailed.name) failed.push(payment.paymentToken);
    else payments.set(payment.paymentToken, standInPaymentOf(payment, event));
  }
  await followStandInPayments(transaction, [...payments.values()], failed);
  await followWords(transaction, words, { always: false });
}

function paymentContractOf(event: PlatformEvent): EventContract<string, PaymentSnapshot> {
  const contract = [paymentActivated, paymentBooked, paymentFailed].find(({ name }) => name === event.name);
  if (!contract) throw new InvariantError(`the event ${event.name} was not asked for`);
  return contract as EventContract<string, PaymentSnapshot>;
}

function standInPaymentOf(payment: PaymentSnapshot, event: PlatformEvent): StandInPayment {
  const booked = event.name === paymentBooked.name;
  return {
    paymentToken: payment.paymentToken,
    creditorFiscalCode: payment.creditorFiscalCode,
    noticeNumber: payment.noticeNumber,
    iuv: payment.iuv,
    brokerCode: payment.creditorBrokerCode,
    stationCode: payment.stationCode,
    paid: payment.amount,
    activatedAt: instantOf(payment.activatedAt),
    ...(booked && { paidAt: instantOf(payment.outcomeAt ?? event.time) }),
  };
}

function wordOfActivation({ creditorFiscalCode, noticeNumber, amount, activatedAt }: PaymentSnapshot): Word {
  return { creditorFiscalCode, noticeNumber, amount, at: instantOf(activatedAt), occasion: 'ACTIVATION' };
}

function wordOf({ creditorFiscalCode, noticeNumber, amount, occasion, at }: AmountLearnt): Word {
  return { creditorFiscalCode, noticeNumber, amount, occasion, at: instantOf(at) };
}

/** A notice as it was loaded first says nothing new, and neither does one that cannot be paid any more. */
function wordOfNotice(event: PlatformEvent): Word[] {
  if (isEvent(positionAmountLearnt, event)) return [wordOf(dataOf(positionAmountLearnt, event))];
  const { creditorFiscalCode, noticeNumber, amount, status, createdAt, updatedAt, deleted } = dataOf(noticeChanged, event);
  if (deleted || createdAt === updatedAt || (status !== 'VALID' && status !== 'PARTIALLY_PAID')) return [];
  return [{ creditorFiscalCode, noticeNumber, amount, occasion: 'UPDATE', at: instantOf(updatedAt) }];
}

function instantOf(text: string): number {
  const instant = parseInstant(text);
  if (instant === undefined) throw new InvariantError('an event has an instant that is none');
  return instant;
}
