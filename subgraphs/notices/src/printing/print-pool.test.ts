import { afterEach, describe, expect, it } from 'vitest';
import { manualClock } from '@nodo-aperto/kernel/time';
import { checkPrintItem } from '../domain/printing/check-print-item.ts';
import { TEMPLATES } from '../domain/printing/templates.ts';
import { type PrintPool, printPool } from './print-pool.ts';
import type { PrintOrder } from './print-worker.ts';
import { SAMPLE_CREDITOR, sampleItem } from './samples.ts';

const checked = checkPrintItem(sampleItem(TEMPLATES[0]!), SAMPLE_CREDITOR);
if (!checked.ok) throw new Error('the sample is right');
const order: PrintOrder = { notice: checked.value, createdAt: 1_770_000_000_000 };
/** A notice that makes the drawing fail. */
const broken = { ...order, notice: { ...checked.value, whole: { code: 'x'.repeat(500), amount: 1 } } };

let pool: PrintPool | undefined;
afterEach(() => pool?.close());

describe('the threads that draw', () => {
  it('draw in parallel, the urgent first, and the same input gives the same document', async () => {
    pool = printPool({ threads: 1 });
    const ended: string[] = [];
    const note = (name: string) => (bytes: Uint8Array) => {
      ended.push(name);
      return bytes;
    };
    const results = await Promise.all([
      pool.print(order).then(note('first')),
      pool.print(order).then(note('second')),
      pool.print(order, { urgent: true }).then(note('urgent')),
    ]);
    expect(ended).toEqual(['first', 'urgent', 'second']);
    expect(pool.threads()).toBe(1);
    for (const bytes of results) expect(Buffer.from(bytes).equals(results[0]!)).toBe(true);
  });

  it('go on after a notice that cannot be drawn', async () => {
    pool = printPool({ threads: 1 });
    await expect(pool.print(broken)).rejects.toThrow(/could not be drawn/);
    await expect(pool.print(order)).resolves.toBeInstanceOf(Uint8Array);
  });

  it('are replaced when one takes too long, refuse when too many wait, and end when idle', async () => {
    const waits = manualClock();
    pool = printPool({ threads: 1, queueLimit: 1, deadlineMs: 1_000, idleMs: 5_000, waits });
    const late = pool.print(order);
    const next = pool.print(order);
    await expect(pool.print(order)).rejects.toThrow(/Too many/);
    const refused = expect(late).rejects.toThrow(/took too long/);
    await waits.advance(1_000);
    await refused;
    await expect(next).resolves.toBeInstanceOf(Uint8Array);
    expect(pool.threads()).toBe(1);
    await waits.advance(5_000);
    expect(pool.threads()).toBe(0);
    await expect(pool.print(order)).resolves.toBeInstanceOf(Uint8Array);
  });

  it('refuse what waits when they are closed', async () => {
    pool = printPool({ threads: 1 });
    const refused = [pool.print(order), pool.print(order)].map((printing) => expect(printing).rejects.toThrow(/closed/));
    await pool.close();
    await Promise.all(refused);
    await expect(pool.print(order)).rejects.toThrow(/closed/);
  });
});
