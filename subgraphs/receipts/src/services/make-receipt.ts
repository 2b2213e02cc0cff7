/** Makes the receipts of booked payments: each once, with its recipients and the first attempt for each. */
import type { Transaction } from '@nodo-aperto/kernel/database';
import type { Directory } from '@nodo-aperto/kernel/directory';
import { type Outbox, runWithTrace } from '@nodo-aperto/kernel/events';
import { brokerNamedBy, isStationCode } from '@nodo-aperto/kernel/identifiers';
import type { Jobs } from '@nodo-aperto/kernel/jobs';
import type { Logger } from '@nodo-aperto/kernel/logging';
import { type Clock, SECOND } from '@nodo-aperto/kernel/time';
import { type PaymentSnapshot, receiptCreated } from '@nodo-aperto/schema/events';
import { nextAttempt } from '../domain/attempts.ts';
import { type ReceiptContent, receiptOf } from '../domain/receipt.ts';
import { partiesOf } from '../domain/receipt-parties.ts';
import { beneficiariesOf, recipientsOf } from '../domain/recipients.ts';
import { insertParts, insertReceipts, type NewReceipt, type NewRecipient } from '../persistence/new-receipts.ts';
import { stationsInStandIn } from '../persistence/station-states.ts';
import { DELIVERY_TASK, deliveryKey } from './delivery-key.ts';
import { encodeFacts, joinFacts } from './receipt-facts.ts';

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
class DirectoryBehindError extends Error {
  override readonly name = 'DirectoryBehindError';
}

/**
 * Exactly one receipt for a payment, however often its booking is told. Those of several payments are written together, in their order.
 * @throws DirectoryBehindError when a party is unknown and its booking is fresh
 */
export async function makeReceipts(making: ReceiptMaking, booked: readonly BookedPayment[], transaction: Transaction): Promise<void> {
  const { directory, clock } = making;
  const now = clock.now();
  const wanted = new Map<string, NewReceipt>();
  for (const each of booked) {
    await waitForDirectory(making, each);
    const content = await contentOf(directory, each);
    if (!wanted.has(content.receiptId)) wanted.set(content.receiptId, { content, createdAt: now, traceparent: each.traceparent });
  }
  const sequences = await insertReceipts(transaction, [...wanted.values()]);
  const made = [...wanted.values()].filter(({ content }) => sequences.has(content.receiptId));
  if (made.length === 0) return;
  const addressed = await newRecipients(making, made, transaction, now);
  const parts = addressed.map(({ receipt: { content }, recipients }) => ({
    receiptId: content.receiptId,
    sequence: sequences.get(content.receiptId) ?? 0,
    createdAt: now,
    paidAt: content.paidAt,
    recipients,
    parties: partiesOf(
      content,
      recipients.map((recipient) => recipient.brokerCode),
    ),
  }));
  await insertParts(transaction, parts, joinFacts(addressed.map((each) => factsOf(making, each, transaction))));
  for (const each of addressed) await enqueueDue(making, each, transaction, now);
  transaction.afterCommit(() => {
    for (const { receipt, recipients } of addressed)
      runWithTrace(receipt.traceparent, () => making.log.info({ recipients: recipients.length }, 'a receipt was made'));
  });
}

interface AddressedReceipt {
  readonly receipt: NewReceipt;
  readonly recipients: readonly NewRecipient[];
}

function factsOf({ outbox }: ReceiptMaking, { receipt, recipients }: AddressedReceipt, transaction: Transaction): string {
  const { content, createdAt, traceparent } = receipt;
  const stated = {
    content,
    createdAt,
    revision: 1,
    ...(traceparent !== undefined && { traceparent }),
    recipients: recipients.map((recipient) => ({ ...recipient, status: 'NOTICE_GENERATED' as const, attempts: 0 })),
  };
  return encodeFacts(transaction, outbox, stated, [{ contract: receiptCreated }]);
}

async function enqueueDue(
  { jobs }: ReceiptMaking,
  { receipt: { content, traceparent }, recipients }: AddressedReceipt,
  transaction: Transaction,
  now: number,
): Promise<void> {
  for (const recipient of recipients.filter((each) => each.nextAttemptAt === now)) {
    const key = deliveryKey({ ...recipient, receiptId: content.receiptId });
    await runWithTrace(traceparent, () => jobs.enqueue(transaction, DELIVERY_TASK, key.payload, { runAtMs: now, key: key.text }));
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

/** The recipients as of each payment. For a station in Stand-In the first attempt waits one interval, unless the station leaves before. */
async function newRecipients(
  { directory }: ReceiptMaking,
  receipts: readonly NewReceipt[],
  transaction: Transaction,
  now: number,
): Promise<AddressedReceipt[]> {
  const found = await Promise.all(
    receipts.map(async (receipt) => {
      const { content } = receipt;
      const routes = await Promise.all(beneficiariesOf(content).map((code) => directory.routesAt(code, content.paidAt)));
      return { receipt, recipients: recipientsOf(content, routes.flat()) };
    }),
  );
  const stations = new Set(found.flatMap(({ recipients }) => recipients.map((recipient) => recipient.stationCode)));
  const standIn = await stationsInStandIn(transaction, [...stations]);
  const later = standIn.size > 0 ? nextAttempt(await directory.settings(), now) : now;
  return Promise.all(
    found.map(async ({ receipt, recipients }) => ({
      receipt,
      recipients: await Promise.all(
        recipients.map(async (recipient) => ({
          ...recipient,
          brokerCode: await brokerOf(directory, recipient.stationCode, receipt.content),
          nextAttemptAt: standIn.has(recipient.stationCode) ? later : now,
        })),
      ),
    })),
  );
}

async function brokerOf(directory: Directory, stationCode: string, content: ReceiptContent): Promise<string> {
  const station = await directory.station(stationCode);
  if (station) return station.broker;
  if (stationCode === content.stationCode) return content.creditorBrokerCode;
  return (isStationCode(stationCode) ? brokerNamedBy(stationCode) : undefined) ?? stationCode;
}
