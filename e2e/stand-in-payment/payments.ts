import { until } from '@nodo-aperto/kernel/testing';
import { describe, expect, it } from 'vitest';
import { ask } from '../support/graphql-client.ts';
import { onScene } from '../support/scene.ts';
import { type RunningPlatform, type Shape } from '../support/shapes.ts';
import { CREDITOR, type World } from '../support/world.ts';

/** The tests of the feature, on a platform of the shape. */
export function describeStandInPayments(shape: Shape): void {
  describe(`a payment while its creditor is down, ${shape}`, () => {
    let platform: RunningPlatform;
    let world: World;
    onScene(shape, (...scene) => ([platform, world] = scene));

    const receiptOf = async (token: string) => {
      const query =
        '{ payment(paymentToken: "TOKEN") { status standIn receipt { standIn recipients { status attempts nextAttemptAt lastError } } } }'.replace(
          'TOKEN',
          token,
        );
      interface Found {
        payment: {
          status: string;
          standIn: boolean;
          receipt: {
            standIn: boolean;
            recipients: { status: string; attempts: number; nextAttemptAt: string | null; lastError: string | null }[];
          } | null;
        };
      }
      return (await ask<Found>(platform.graphqlUrl, query, { token: world.tokens.creditor })).payment;
    };

    it('takes the amount from ACA, says so, queues the receipt, and delivers it when the creditor is back', async () => {
      const notice = await world.issue(5_000);
      await world.fleet.switchOff(CREDITOR.stationCode);
      const activation = await world.activate(notice);
      expect(activation).toMatchObject({ outcome: 'OK', totalAmount: 5_000, standin: true });
      const token = activation.paymentToken!;
      expect(await world.sendOutcome(token)).toMatchObject({ outcome: 'OK' });

      const queued = await until(
        async () => {
          const payment = await receiptOf(token);
          return payment.receipt?.recipients[0]?.status === 'NOTICE_PENDING' && payment;
        },
        { what: 'the receipt to wait for the creditor', timeoutMs: 20_000 },
      );
      expect(queued).toMatchObject({ standIn: true, receipt: { standIn: true } });
      expect(queued.receipt!.recipients[0]).toMatchObject({
        attempts: 1,
        nextAttemptAt: expect.any(String),
        lastError: expect.any(String),
      });
      expect(['NOTICE_SENT', 'NOTICE_GENERATED']).toContain(queued.status);
      expect(world.fleet.receipts(CREDITOR.stationCode)).toHaveLength(0);

      await world.fleet.switchOn(CREDITOR.stationCode);
      const run = await ask<{ runJob: { state: string } }>(platform.graphqlUrl, 'mutation { runJob(job: RECEIPT_DELIVERY) { state } }', {
        token: world.tokens.operator,
      });
      expect(run.runJob.state).toBe('SUCCEEDED');
      await until(async () => (await receiptOf(token)).status === 'NOTIFIED', { what: 'the payment to be notified', timeoutMs: 20_000 });
      const received = world.fleet.receipts(CREDITOR.stationCode);
      expect(received).toHaveLength(1);
      expect(received[0]?.receipt).toMatchObject({ receiptId: token, standIn: true });
    });

    it('is not possible for a notice that is not in ACA: the PSP gets the station’s fault', async () => {
      const notice = world.fleet.issueNotice(CREDITOR.stationCode, {
        amount: 100,
        description: 'Not loaded',
        debtor: { type: 'F', code: 'RSSMRA80A01H501U', fullName: 'Mario Rossi' },
      });
      await world.fleet.switchOff(CREDITOR.stationCode);
      expect(await world.activate(notice)).toMatchObject({ outcome: 'KO', fault: { code: 'PPT_STAZIONE_INT_PA_IRRAGGIUNGIBILE' } });
      await world.fleet.switchOn(CREDITOR.stationCode);
      expect(await world.activate(notice)).toMatchObject({ outcome: 'OK', standin: false });
    });

    it('does not begin because a creditor answers KO or nonsense', async () => {
      const notice = await world.issue();
      await world.fleet.setFault(CREDITOR.stationCode, { kind: 'businessKo', code: 'PAA_PAGAMENTO_ANNULLATO' });
      expect(await world.activate(notice)).toMatchObject({
        outcome: 'KO',
        fault: { code: 'PPT_ERRORE_EMESSO_DA_PAA', originalFaultCode: 'PAA_PAGAMENTO_ANNULLATO' },
      });
      await world.fleet.setFault(CREDITOR.stationCode, { kind: 'malformed' });
      expect(await world.activate(notice)).toMatchObject({ outcome: 'KO', fault: { code: 'PPT_STAZIONE_INT_PA_ERRORE_RESPONSE' } });
      await world.fleet.setFault(CREDITOR.stationCode, undefined);
      expect(await world.activate(notice)).toMatchObject({ outcome: 'OK', standin: false });
    });
  });
}
