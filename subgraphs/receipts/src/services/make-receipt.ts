/** Makes the receipt of a booked payment: once, with its recipients and the first attempt for each. */
import type { Transaction } from '@nodo-aperto/kernel/database';
import type { Directory } from '@nodo-aperto/kernel/directory';
import type { Outbox } from '@nodo-aperto/kernel/events';
import { brokerNamedBy, isStationCode } from '@nodo-aperto/kernel/identifiers';
import type { Jobs } from '@nodo-aperto/kernel/jobs';
import type { Logger } from '@nodo-aperto/kernel/logging';
import { type Clock, SECOND } from '@nodo-aperto/kernel/time';
import { type PaymentSnapshot, receiptCreated } from '@nodo-aperto/schema/events';
import { nextAttempt } from '../domain/attempts.ts';
import { type ReceiptContent, receiptOf } from '../domain/receipt.ts';
import { partiesOf } from '../domain/receipt-parties.ts';
import { beneficiariesOf, recipientsOf } from '../domain/recipients.ts';
import { insertParts, insertReceipt, type NewRecipient } from '../persistence/receipt-changes.ts';
import { stationsInStandIn } from '../persistence/station-states.ts';
import { DELIVERY_TASK, deliveryKey } from './delivery-key.ts';
import { encodeFacts } from './receipt-facts.ts';

export interface ReceiptMaking {
  readonly directory: Directory;
  readonly outbox: Outbox;
  readonly jobs: Jobs;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface BookedPayment {
  readonly payment: PaymentSnapshot;
  /** When the booking was stated, epoch milliseconds. */
  readonly bookedAt: number;
  readonly traceparent: string | undefined;
}

/** How long a booking waits for the directory to tell of its parties, which may still be on their way here. */
const DIRECTORY_PATIENCE_MS = 10 * SECOND;

/** The replica of the directory does not know a party of the payment yet: the booking is tried again. */
export class DirectoryBehindError extends Error {
  override readonly name = 'DirectoryBehindError';
}

/**
 * Exactly one receipt for a payment, however often its booking is told.
 * @throws DirectoryBehindError when a party is unknown and the booking is fresh
 */
export async function makeReceipt(making: ReceiptMaking, booked: BookedPayment, transaction: Transaction): Promise<void> {
  const { directory, outbox, clock } = making;
  const { traceparent } = booked;
  await waitForDirectory(making, booked);
  const now = clock.now();
  const content = await contentOf(directory, booked);
  const sequence = await insertReceipt(transaction, content, { createdAt: now, traceparent });
  if (sequence === undefined) return;
  const recipients = await newRecipients(making, content, transaction, now);
  const stated = {
    content,
    createdAt: now,
    revision: 1,
    ...(traceparent !== undefined && { traceparent }),
    recipients: recipients.map((recipient) => ({ ...recipient, status: 'NOTICE_GENERATED' as const, attempts: 0 })),
  };
  const parties = partiesOf(
    content,
    recipients.map((recipient) => recipient.brokerCode),
  );
  const facts = encodeFacts(transaction, outbox, stated, [{ contract: receiptCreated }]);
  await insertParts(
    transaction,
    { receiptId: content.receiptId, sequence, createdAt: now, paidAt: content.paidAt, recipients, parties },
    facts,
  );
  for (const recipient of recipients.filter((each) => each.nextAttemptAt === now)) {
    const key = deliveryKey({ ...recipient, receiptId: content.receiptId });
    await making.jobs.enqueue(transaction, DELIVERY_TASK, key.payload, { runAtMs: now, key: key.text });
  }
}

async function waitForDirectory({ directory, clock, log }: ReceiptMaking, { payment, bookedAt }: BookedPayment): Promise<void> {
  const beneficiaries = beneficiariesOf(payment);
  const known = await Promise.all([
    directory.station(payment.stationCode),
    ...beneficiaries.map((code) => directory.creditorInstitution(code)),
  ]);
  if (known.every((entry) => entry !== undefined)) return;
  if (clock.now() - bookedAt < DIRECTORY_PATIENCE_MS) throw new DirectoryBehindError('a party of the payment is not in the directory yet');
  log.warn({ receiptId: payment.paymentToken }, 'a receipt is made although not all parties of its payment are in the directory');
}

async function contentOf(directory: Directory, { payment, bookedAt }: BookedPayment): Promise<ReceiptContent> {
  const psp = await directory.psp(payment.pspCode);
  const creditors = await Promise.all(
    beneficiariesOf(payment).map(async (code) => [code, (await directory.creditorInstitution(code))?.name] as const),
  );
  const names = new Map(creditors.flatMap(([code, name]) => (name === undefined ? [] : [[code, name] as const])));
  return receiptOf(payment, { ...(psp && { psp }), creditors: names }, bookedAt);
}

/** The recipients as of the payment. For a station in Stand-In the first attempt waits one interval, unless the station leaves before. */
async function newRecipients(
  { directory }: ReceiptMaking,
  content: ReceiptContent,
  transaction: Transaction,
  now: number,
): Promise<NewRecipient[]> {
  const routes = await Promise.all(beneficiariesOf(content).map((code) => directory.routesAt(code, content.paidAt)));
  const recipients = recipientsOf(content, routes.flat());
  const standIn = await stationsInStandIn(
    transaction,
    recipients.map((recipient) => recipient.stationCode),
  );
  const later = standIn.size > 0 ? nextAttempt(await directory.settings(), now) : now;
  return Promise.all(
    recipients.map(async (recipient) => ({
      ...recipient,
      brokerCode: await brokerOf(directory, recipient.stationCode, content),
      nextAttemptAt: standIn.has(recipient.stationCode) ? later : now,
    })),
  );
}

async function brokerOf(directory: Directory, stationCode: string, content: ReceiptContent): Promise<string> {
  const station = await directory.station(stationCode);
  if (station) return station.broker;
  if (stationCode === content.stationCode) return content.creditorBrokerCode;
  return (isStationCode(stationCode) ? brokerNamedBy(stationCode) : undefined) ?? stationCode;
}
