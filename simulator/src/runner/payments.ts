/** The payments of a run: each is made, and what it did and saw goes to the ledger. */
import { cryptographicStream } from '@nodo-aperto/kernel/random';
import { AbortedError } from '@nodo-aperto/kernel/time';
import type { Fleet, IssuedNotice, ReceivedReceipt } from '../creditors/index.ts';
import type { ReceiptEntry } from '../ledger/index.ts';
import { makePayment } from '../traffic/index.ts';
import type { Ending, PlannedPayment } from '../traffic/index.ts';
import type { World } from './world.ts';

/** Makes a payment of the plan; never rejects. */
export async function pay(world: World, planned: PlannedPayment): Promise<void> {
  const { clock, ledger, fleet, client, options, debts } = world;
  const { creditor, psp, index } = planned;
  const { fiscalCode: creditorFiscalCode, stationCode } = creditor;
  let noticeNumber: string | undefined;
  const end = (ending: Ending): void =>
    ledger.append({
      kind: 'ENDING',
      at: clock.now(),
      payment: index,
      creditorFiscalCode,
      stationCode,
      pspCode: psp.code,
      ...(noticeNumber !== undefined && { noticeNumber }),
      ending,
    });
  const onNotice = (notice: IssuedNotice): void => {
    noticeNumber = notice.noticeNumber;
    const agreed = { amount: notice.amount, aca: planned.aca !== 'ABSENT', standIn: creditor.standIn };
    ledger.append({ kind: 'NOTICE', at: clock.now(), creditorFiscalCode, noticeNumber, ...agreed });
  };
  try {
    const ending = await makePayment(
      {
        fleet,
        client,
        clock,
        keys: cryptographicStream(),
        signal: options.signal,
        lateAfterMs: options.scenario.traffic.lateAfterSeconds * 1_000,
        debts,
        onNotice,
        witness: ({ notice, ...seen }) =>
          ledger.append({
            kind: 'ATTEMPT',
            ...seen,
            payment: index,
            creditorFiscalCode,
            noticeNumber: notice.noticeNumber,
            ...(seen.step !== 'LOAD' && { pspCode: psp.code }),
          }),
      },
      planned,
    );
    end(ending);
  } catch (error) {
    if (error instanceof AbortedError || options.signal.aborted) return;
    options.log.error({ err: error, payment: index }, 'a simulated payment failed by a fault of the simulator');
    end({ kind: 'FAILED', at: 'LOAD', code: 'SIMULATOR' });
  }
}

/** A receipt that a creditor took, as the ledger keeps it. */
export function receiptEntry({ at, stationCode, receipt }: ReceivedReceipt, fleet: Fleet): ReceiptEntry {
  return {
    kind: 'RECEIPT',
    at,
    stationCode,
    recipient: fleet.station(stationCode).creditor.fiscalCode,
    creditorFiscalCode: receipt.fiscalCode,
    noticeNumber: receipt.noticeNumber,
    paymentToken: receipt.receiptId,
    amount: Number(receipt.paymentAmount),
    transfers: receipt.transferList.reduce((sum, { transferAmount }) => sum + Number(transferAmount), 0),
    standIn: 'standIn' in receipt && receipt.standIn === true,
  };
}
