/** Makes payments one after the other in several lanes, each as soon as the one before it is answered, and says how that went. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { realClock } from '@nodo-aperto/kernel/time';

/** What the load kit wrote for its PSP (loadtest/src/fixture.ts): as much of it as is needed here. */
export interface PayerFixture {
  readonly base: string;
  readonly tokens: { readonly psp: string };
  readonly documents: Readonly<Record<string, string>>;
  readonly psp: { readonly code: string; readonly channel: string };
  readonly creditors: readonly { readonly fiscalCode: string }[];
  readonly day: string;
  readonly notices: readonly (readonly [creditor: number, noticeNumber: string, amount: number])[];
}

/** One notice, as a PSP knows it. */
export interface Payable {
  readonly qrCode: { readonly fiscalCode: string; readonly noticeNumber: string };
  /** Euro cents. */
  readonly amount: number;
}

/** The three calls; each throws when the answer is not OK. */
export interface PaymentCalls {
  verify(notice: Payable): Promise<unknown>;
  /** @returns the payment token */
  activate(notice: Payable): Promise<string>;
  outcome(paymentToken: string): Promise<unknown>;
}

/** What the parent asks for: so many notices, from one of the fixture's on. */
export interface Order {
  readonly from: number;
  readonly count: number;
  readonly lanes: number;
}

export interface Paid {
  readonly milliseconds: number;
  /** CPU milliseconds of the process that paid. */
  readonly cpuMs: number;
}

export async function readFixture(folder: string): Promise<PayerFixture> {
  const read = async (name: string) => JSON.parse(await readFile(join(folder, name), 'utf8')) as unknown;
  return { ...((await read('fixture.json')) as PayerFixture), notices: (await read('notices.json')) as PayerFixture['notices'] };
}

export async function pay(fixture: PayerFixture, calls: PaymentCalls, { from, count, lanes }: Order): Promise<Paid> {
  const clock = realClock();
  const began = clock.monotonic();
  const cpu = process.cpuUsage();
  let next = from;
  const lane = async (): Promise<void> => {
    while (next < from + count) {
      const given = fixture.notices[next];
      next += 1;
      if (!given) throw new Error('The fixture has too few notices.');
      const [creditor, noticeNumber, amount] = given;
      const notice = { qrCode: { fiscalCode: fixture.creditors[creditor]?.fiscalCode ?? '', noticeNumber }, amount };
      await calls.verify(notice);
      await calls.outcome(await calls.activate(notice));
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  const { user, system } = process.cpuUsage(cpu);
  return { milliseconds: clock.monotonic() - began, cpuMs: (user + system) / 1_000 };
}

/** What a PSP says of a payment that took place. */
export function detailsOn(day: string) {
  return { paymentMethod: 'cash', fee: 100, applicationDate: day, transferDate: day };
}

/** Takes orders from the parent until it goes. */
export function takeOrders(fixture: PayerFixture, calls: PaymentCalls): void {
  process.on('message', (order: Order) => {
    pay(fixture, calls, order).then(
      (paid) => process.send?.(paid),
      (error: unknown) => process.send?.({ failed: (error as Error).message }),
    );
  });
  process.on('disconnect', () => process.exit());
  process.send?.('ready');
}
