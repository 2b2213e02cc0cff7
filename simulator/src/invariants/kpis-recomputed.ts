/**
 * The KPIs of a PSP over its sessions are what its payments and the answers to its calls give: LSPO, outcomes that came when the token had
 * expired, and DASPO, sessions without any outcome, both of all sessions opened in the month; and the sums of calls are those of the calls
 * themselves. Source: Domain facts, Reporting §2.1.
 */
import { parseInstant, toLocalDate } from '@nodo-aperto/kernel/time';
import type { BookedPayment } from './platform-queries.ts';
import type { Finding, Invariant, InvariantContext } from './types.ts';

/** Months of PSPs that are computed at most. */
const MOST_MONTHS = 40;

export const kpisRecomputed: Invariant = {
  name: 'KPIs are what the raw calls give',
  page: 'docs/invariants.md#kpis-recomputed',
  async check(context) {
    // Figures follow the calls by moments: only when all is quiet must they agree.
    if (!context.final) return [];
    return [...(await wrongKpis(context)), ...(await wrongLevels(context))];
  },
};

async function wrongKpis(context: InvariantContext): Promise<Finding[]> {
  const { ledger, books } = context;
  const now = ledger.entries().at(-1)?.at ?? 0;
  const answered = answeredOutcomes(context);
  const months = new Map<string, BookedPayment[]>();
  for (const payment of await books.payments()) {
    const key = `${payment.pspCode} ${toLocalDate(parseInstant(payment.activatedAt) ?? 0).slice(0, 7)}`;
    months.set(key, [...(months.get(key) ?? []), payment]);
  }
  const found: Finding[] = [];
  for (const [key, payments] of [...months].slice(0, MOST_MONTHS)) {
    const [psp = '', month = ''] = key.split(' ');
    const cameLate = (payment: BookedPayment): boolean => received(payment, answered) && (payment.late || wasCancelled(payment));
    const isMissing = (payment: BookedPayment): boolean =>
      !received(payment, answered) && (wasCancelled(payment) || (parseInstant(payment.expiresAt) ?? now) <= now);
    const due: Readonly<Record<string, number>> = {
      LSPO: payments.filter(cameLate).length,
      DASPO: payments.filter(isMissing).length,
    };
    for (const { kpi, sample, faults } of await books.kpis(psp, month)) {
      if (due[kpi] === undefined || (sample === payments.length && faults === due[kpi])) continue;
      const what = `${kpi} of ${psp} in ${month} counts ${faults} of ${sample}; its payments give ${due[kpi]} of ${payments.length}.`;
      found.push({ what, ...(payments[0] && { notice: payments[0] }) });
    }
  }
  return found;
}

/** The tokens whose PSP sent an outcome and was answered, whatever the answer. */
function answeredOutcomes({ ledger }: InvariantContext): ReadonlySet<string> {
  return new Set(
    ledger.of('ATTEMPT').flatMap(({ step, answer, paymentToken, pspCode }) => {
      const answered = step === 'OUTCOME' && paymentToken !== undefined && (answer === 'OK' || answer.startsWith('PPT_'));
      return answered ? [`${pspCode} ${paymentToken}`] : [];
    }),
  );
}

/** Whether an outcome came: one that counts stands on the payment, one that was refused only its PSP knows of. */
function received({ outcome, pspCode, paymentToken }: BookedPayment, answered: ReadonlySet<string>): boolean {
  return outcome !== null || answered.has(`${pspCode} ${paymentToken}`);
}

function wasCancelled({ statusHistory }: BookedPayment): boolean {
  return statusHistory.some(({ status }) => status === 'CANCELLED');
}

/** Sums of the calls of the days of the run that differ from the calls. */
async function wrongLevels({ ledger, books }: InvariantContext): Promise<Finding[]> {
  const days = [...new Set(ledger.of('ATTEMPT').map(({ at }) => toLocalDate(at)))].slice(-3);
  const found: Finding[] = [];
  for (const day of days) {
    const different = await books.differentLevels(day);
    if (different > 0) found.push({ what: `${different} sums of the calls of ${day} differ from the calls themselves.` });
  }
  return found;
}
