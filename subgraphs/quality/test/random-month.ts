/** Makes up months of payments, flows and notifications with every kind of fault in them. */
import type { RandomStream } from '@nodo-aperto/kernel/random';
import { DAY, HOUR, MINUTE, SECOND, startOfLocalDay, toLocalDate } from '@nodo-aperto/kernel/time';
import type { Facts, NaiveFlow, NaiveLine, NaivePayment } from './naive-kpis.ts';

const CREDITORS = ['77777777777', '66666666666', '55555555555'];
const TOKEN_LIFE = 30 * MINUTE;

export function randomMonth(random: RandomStream, psp: string, month: string, count: number): Facts {
  const payments = Array.from({ length: count }, (_, index) => randomPayment(random, psp, `${psp}-${month}-${index}`, month));
  return {
    payments,
    flows: randomFlows(random, psp, month, payments),
    notifies: payments
      .filter(() => random.next() < 0.4)
      .map(({ token, activatedAt }) => ({
        psp,
        token,
        at: activatedAt + random.integer(0, 5) * SECOND,
        durationMs: random.pick([100, 1_999, 2_000, 2_001, 2_999, 3_000, 6_500]),
        ok: random.next() < 0.8,
      })),
  };
}

/** An instant of the month; often around the cut-off, the end of the day and the hour that the readings differ in. */
function randomInstant(random: RandomStream, month: string): number {
  const day = startOfLocalDay(`${month}-01`) + random.integer(0, 27) * DAY + 12 * HOUR;
  const start = startOfLocalDay(toLocalDate(day));
  const minute = random.pick([0, 12 * 60 + 59, 13 * 60, 13 * 60 + 30, 14 * 60, 23 * 60 + 59, random.integer(0, 23 * 60)]);
  return start + minute * MINUTE + random.integer(0, 59) * SECOND;
}

function randomPayment(random: RandomStream, psp: string, token: string, month: string): NaivePayment {
  const activatedAt = randomInstant(random, month);
  const fate = random.weighted([
    { item: 'BOOKED', weight: 12 },
    { item: 'LATE', weight: 1 },
    { item: 'KO', weight: 1 },
    { item: 'LATE_KO', weight: 1 },
    { item: 'SILENT', weight: 1 },
    { item: 'OPEN', weight: 1 },
  ] as const);
  const late = fate === 'LATE' || fate === 'LATE_KO';
  const outcome = fate !== 'SILENT' && fate !== 'OPEN';
  const transfers = Array.from({ length: random.integer(1, 2) }, (_, index) => {
    return { id: index + 1, creditor: random.pick(CREDITORS), amount: random.integer(100, 105) };
  });
  return {
    token,
    psp,
    broker: random.pick(['broker-a', 'broker-b']),
    activatedAt,
    expiresAt: activatedAt + TOKEN_LIFE,
    cancelled: late || fate === 'SILENT',
    ...(outcome && { outcomeAt: activatedAt + (late ? TOKEN_LIFE + HOUR : random.integer(1, 9) * SECOND) }),
    late: fate === 'LATE',
    booked: fate === 'BOOKED' || fate === 'LATE',
    iuv: random.digits(17),
    transfers,
  };
}

function randomFlows(random: RandomStream, psp: string, month: string, payments: readonly NaivePayment[]): NaiveFlow[] {
  const groups = new Map<string, NaiveLine[]>();
  for (const payment of payments.filter((each) => each.booked)) {
    const payDay = toLocalDate(payment.outcomeAt as number);
    for (const { id, creditor, amount } of payment.transfers) {
      const key = `${creditor} ${payDay}`;
      groups.set(key, [...(groups.get(key) ?? []), { iur: payment.token, iuv: payment.iuv, id, amount, payDay }]);
    }
  }
  const flows: NaiveFlow[] = [];
  for (const [key, lines] of groups) {
    if (random.next() < 0.1) continue;
    const [creditor = '', payDay = ''] = key.split(' ');
    const days = random.pick([1, 1, 1, 2, 3, 4, 5, 6, 9, 11, 14, 20]);
    const name = `${payDay}${psp}-${creditor.slice(0, 1)}${month.slice(5)}`;
    let publishedAt = startOfLocalDay(payDay) + days * DAY + random.integer(0, 23) * HOUR;
    for (let revision = 1; revision === 1 || (revision < 4 && random.next() < 0.2); revision += 1) {
      flows.push({ psp, name, revision, creditor, publishedAt, lines: spoilt(random, lines) });
      publishedAt += random.integer(1, 6) * DAY;
    }
  }
  return flows;
}

/** Lines as they should be, most of the time; otherwise one is missing, twice there, of another amount, or of no payment. */
function spoilt(random: RandomStream, lines: readonly NaiveLine[]): NaiveLine[] {
  const [first, ...rest] = lines as [NaiveLine, ...NaiveLine[]];
  switch (random.integer(0, 11)) {
    case 0:
      return rest.length > 0 ? rest : [first];
    case 1:
      return [first, ...lines];
    case 2:
      return [{ ...first, amount: first.amount + 1 }, ...rest];
    case 3:
      return [...lines, { ...first, iur: `nobody-${first.iur}` }];
    case 4:
      return [{ ...first, iuv: `${first.iuv}9` }, ...rest];
    default:
      return [...lines];
  }
}
