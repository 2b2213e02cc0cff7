import { until } from '@nodo-aperto/kernel/testing';
import { MINUTE } from '@nodo-aperto/kernel/time';
import { describe, expect, it } from 'vitest';
import { startCreditor } from './creditor.ts';
import { paymentAt, settle, startPlatform } from './platform.ts';

describe('a process that ends between sending and recording', () => {
  it('leaves the receipt to be sent again, and the creditor has it once', async () => {
    await using creditor = await startCreditor();
    creditor.behaviour = 'SILENT';
    const first = await startPlatform();
    await settle(first, '66666666666_01', creditor.endpoint);
    const payment = paymentAt('66666666666_01');
    await first.book(payment);
    await until(() => creditor.kept.has(payment.paymentToken), { what: 'the creditor to have the receipt' });
    expect((await first.recipients(payment.paymentToken))[0]).toMatchObject({ status: 'NOTICE_SENT', attempts: 1, waitingFor: 'ANSWER' });
    await first.stop();

    creditor.behaviour = 'OK';
    const second = await startPlatform({ databaseUrl: first.databaseUrl });
    try {
      // As long as the first attempt may still be under way, nobody else tries: not even when asked to.
      await second.deliver();
      expect((await second.recipients(payment.paymentToken))[0]).toMatchObject({ status: 'NOTICE_SENT', attempts: 1 });
      await second.advance(2 * MINUTE);
      const delivered = await second.reaches(payment.paymentToken, 'NOTIFIED');
      expect(delivered).toMatchObject({ attempts: 2 });
      expect(delivered.history?.at(-1)).toMatchObject({ attempt: 2, duplicate: true });
      expect(creditor.received).toHaveLength(2);
      expect(creditor.kept.size).toBe(1);
      const names = (await second.facts(payment.paymentToken)).map((fact) => fact.name);
      expect(names).toEqual(['receipt.created', 'receipt.sent', 'receipt.delivered', 'receipt.completed']);
    } finally {
      await second.stop();
    }
  });
});
