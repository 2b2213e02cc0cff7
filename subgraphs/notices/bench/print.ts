/**
 * Measures printing notices: how many a second one core draws of each template, and how many the threads draw together.
 *
 *   npm run bench -- print [SECONDS]      seconds for each line, 3 when absent
 */
import { availableParallelism } from 'node:os';
import process from 'node:process';
import { realClock } from '@nodo-aperto/kernel/time';
import { checkPrintItem } from '../src/domain/printing/check-print-item.ts';
import type { NoticeToPrint } from '../src/domain/printing/notice-to-print.ts';
import { TEMPLATES } from '../src/domain/printing/templates.ts';
import { printPool } from '../src/printing/print-pool.ts';
import { renderNotice } from '../src/printing/render-notice.ts';
import { SAMPLE_CREDITOR, sampleItem } from '../src/printing/samples.ts';

const clock = realClock();
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const seconds = Math.min(Math.max(Number(process.argv[2] ?? 3) || 3, 1), 30);
const INSTALMENTS = 4;
const MOST = 20_000;

/** A notice of its own for every number: no two have the same codes, names or amounts. */
function noticeOf(templateId: string, number: number): NoticeToPrint {
  const template = TEMPLATES.find(({ id }) => id === templateId)!;
  const sample = sampleItem(template, INSTALMENTS);
  const digits = String(number).padStart(5, '0');
  const renumbered = <Part extends { code: string; amount: number }>(part: Part): Part => ({
    ...part,
    code: part.code.slice(0, 8) + digits + part.code.slice(13),
    amount: part.amount + number,
  });
  const { notice } = sample;
  const checked = checkPrintItem(
    {
      ...sample,
      debtor: { ...sample.debtor, fullName: `Mario Rossi ${number}` },
      notice: {
        ...notice,
        ...(notice.code && { code: renumbered({ code: notice.code, amount: 1 }).code }),
        installments: notice.installments?.map(renumbered),
        reduced: notice.reduced && renumbered(notice.reduced),
        discounted: notice.discounted && renumbered(notice.discounted),
      },
    },
    SAMPLE_CREDITOR,
  );
  if (!checked.ok) throw new Error(JSON.stringify(checked.refusal.issues));
  return checked.value;
}

/** One core: the time of the processor, so that others on the machine do not count. */
async function alone(templateId: string): Promise<void> {
  for (let number = 0; number < 30; number += 1) await renderNotice(noticeOf(templateId, number), { createdAt: clock.now() });
  const [cpu, began] = [process.cpuUsage(), clock.monotonic()];
  let [count, bytes] = [0, 0];
  while (clock.monotonic() - began < seconds * 1_000 && count < MOST) {
    bytes += (await renderNotice(noticeOf(templateId, count), { createdAt: clock.now() })).length;
    count += 1;
  }
  const { user, system } = process.cpuUsage(cpu);
  const wall = (clock.monotonic() - began) / 1_000;
  const perSecond = (time: number): string => (count / time).toFixed(0).padStart(4);
  say(
    `${templateId.padEnd(30)} ${perSecond((user + system) / 1e6)} per second of processor, ${perSecond(wall)} per second, ${Math.round(bytes / count / 1024)} kB each`,
  );
}

/** As many threads as the platform would use on a machine that had nothing else to do. */
async function together(templateId: string): Promise<void> {
  const threads = availableParallelism();
  const pool = printPool({ threads });
  const order = (number: number) => pool.print({ notice: noticeOf(templateId, number), createdAt: clock.now() });
  await Promise.all(Array.from({ length: 60 }, (_, number) => order(number)));
  const began = clock.monotonic();
  let count = 0;
  const asker = async (): Promise<void> => {
    while (clock.monotonic() - began < seconds * 1_000 && count < MOST) {
      count += 1;
      await order(count);
    }
  };
  await Promise.all(Array.from({ length: threads * 2 }, asker));
  const wall = (clock.monotonic() - began) / 1_000;
  say(`${templateId.padEnd(30)} ${(count / wall).toFixed(0).padStart(4)} per second in ${threads} threads`);
  await pool.close();
}

for (const { id } of TEMPLATES) await alone(id);
for (const { id } of TEMPLATES.slice(0, 2)) await together(id);
