/**
 * Whether a payment was made in Stand-In is told alike everywhere: in the answer to the PSP, on the payment, on its receipt, on the copy that
 * the creditor took, and by the outcome code of its line in a reporting flow. Source: Domain facts, Payments §1.1 and §3.5, Reporting §1.2.
 * The simulator's channels and stations are all configured for the flag.
 */
import type { NoticeKey } from '../ledger/index.ts';
import { tokenOf } from './platform-books.ts';
import type { Invariant, InvariantContext } from './types.ts';

export const modeToldAlike: Invariant = {
  name: 'Stand-In is told alike on payment, receipt and flow',
  page: 'docs/invariants.md#mode-told-alike',
  async check(context) {
    const { ledger, books, final } = context;
    const payments = final ? await books.payments() : [];
    const modes = new Map([...ledger.of('EVENT'), ...payments].map((payment) => [payment.paymentToken, payment]));
    const told = [...toldByLedger(context), ...(final ? await toldByPlatform(context) : [])];
    return told.flatMap(({ paymentToken, standIn, where, notice }) => {
      const payment = modes.get(paymentToken);
      if (payment === undefined || payment.standIn === standIn) return [];
      const what = `Token ${paymentToken} was paid ${modeOf(payment.standIn)}, and ${where} says ${modeOf(standIn)}.`;
      return [{ what, notice: notice ?? payment }];
    });
  },
};

interface Told {
  readonly paymentToken: string;
  readonly standIn: boolean;
  readonly where: string;
  readonly notice?: NoticeKey;
}

function toldByLedger({ ledger }: InvariantContext): Told[] {
  const answers = ledger.of('ATTEMPT').flatMap((attempt): Told[] => {
    const { step, answer, paymentToken, standIn } = attempt;
    if (step !== 'ACTIVATE' || answer !== 'OK' || paymentToken === undefined || standIn === undefined) return [];
    return [{ paymentToken, standIn, where: 'the answer to the PSP', notice: attempt }];
  });
  const copies = ledger.of('RECEIPT').map((receipt) => ({
    paymentToken: receipt.paymentToken,
    standIn: receipt.standIn,
    where: `the copy of ${receipt.recipient}`,
    notice: receipt,
  }));
  return [...answers, ...copies];
}

async function toldByPlatform({ books }: InvariantContext): Promise<Told[]> {
  const receipts = (await books.receipts()).map((receipt) => ({
    paymentToken: tokenOf(receipt),
    standIn: receipt.standIn,
    where: 'its receipt',
    notice: receipt,
  }));
  const lines = (await books.flows()).flatMap(({ name, lines: all }) =>
    all.map(({ iur, outcome }) => ({ paymentToken: iur, standIn: outcome.startsWith('STAND_IN'), where: `flow ${name} (${outcome})` })),
  );
  return [...receipts, ...lines];
}

function modeOf(standIn: boolean): string {
  return standIn ? 'in Stand-In' : 'with the creditor';
}
