import { until } from '@nodo-aperto/kernel/testing';
import { describe, expect, it } from 'vitest';
import { ask } from '../support/graphql-client.ts';
import { onScene } from '../support/scene.ts';
import { type RunningPlatform, type Shape } from '../support/shapes.ts';
import { CREDITOR, type World } from '../support/world.ts';

/** The tests of the feature, on a platform of the shape. */
export function describeStandardPayments(shape: Shape): void {
  describe(`a standard payment, ${shape}`, () => {
    let platform: RunningPlatform;
    let world: World;
    onScene(shape, (...scene) => ([platform, world] = scene));

    it('is verified, activated and paid at the creditor, and its receipt reaches everybody', async () => {
      const notice = await world.issue(12_345);
      const activation = await world.activate(notice);
      expect(activation).toMatchObject({ outcome: 'OK', fault: null, totalAmount: 12_345, standin: false });
      const paymentToken = activation.paymentToken!;
      expect(await world.sendOutcome(paymentToken)).toEqual({ outcome: 'OK', fault: null });

      // The creditor was called over SOAP, and gets the receipt.
      await until(() => world.fleet.receipts(CREDITOR.stationCode).length === 1, {
        what: 'the receipt at the creditor',
        timeoutMs: 20_000,
      });
      expect(new Set(world.fleet.calls(CREDITOR.stationCode).map((call) => call.primitive))).toEqual(
        new Set(['paVerifyPaymentNotice', 'paGetPaymentV2', 'paSendRTV2']),
      );
      expect(world.fleet.notice(CREDITOR.stationCode, notice.noticeNumber)).toMatchObject({ status: 'PAID', paymentToken });

      // The payment goes through every state, once, in order.
      const query = `query ($token: String!) { payment(paymentToken: $token) {
      status standIn amount statusHistory { status } notice { paymentStatus paymentStatusHistory { status } status }
      receipt { standIn recipients { creditorFiscalCode station { code } status attempts nextAttemptAt } } } }`;
      interface Found {
        payment: {
          status: string;
          statusHistory: { status: string }[];
          notice: { paymentStatus: string; status: string; paymentStatusHistory: { status: string }[] };
          receipt: { recipients: unknown[] };
        };
      }
      const found = await until(
        async () => {
          const { payment } = await ask<Found>(platform.graphqlUrl, query, {
            token: world.tokens.creditor,
            variables: { token: paymentToken },
          });
          return payment.status === 'NOTIFIED' && payment.notice.status === 'PAID' && payment;
        },
        { what: 'the payment to be notified', timeoutMs: 20_000 },
      );
      expect(found).toMatchObject({
        status: 'NOTIFIED',
        standIn: false,
        amount: 12_345,
        notice: { paymentStatus: 'NOTIFIED', status: 'PAID' },
      });
      expect(found.statusHistory.map(({ status }) => status)).toEqual(['PAYING', 'PAID', 'NOTICE_GENERATED', 'NOTICE_SENT', 'NOTIFIED']);
      expect(found.notice.paymentStatusHistory.map(({ status }) => status)).toEqual(['PAYING', 'PAID', 'NOTIFIED']);
      expect(found.receipt).toEqual({
        standIn: false,
        recipients: [
          {
            creditorFiscalCode: CREDITOR.fiscalCode,
            station: { code: CREDITOR.stationCode },
            status: 'NOTIFIED',
            attempts: 1,
            nextAttemptAt: null,
          },
        ],
      });

      // The citizen finds the payment too; the PSP's other self does not.
      const citizen = await ask<{ payment: { status: string } }>(
        platform.graphqlUrl,
        `{ payment(paymentToken: "${paymentToken}") { status } }`,
        { token: world.tokens.citizen },
      );
      expect(citizen.payment.status).toBe('NOTIFIED');
      const stranger = await platform.token({ role: 'PSP', tenant: '60000000002' });
      expect(await ask(platform.graphqlUrl, `{ payment(paymentToken: "${paymentToken}") { status } }`, { token: stranger })).toEqual({
        payment: null,
      });
      expect(world.fleet.receipts(CREDITOR.stationCode)).toHaveLength(1);
    });

    it('cannot be paid twice: the notice answers as the field says', async () => {
      const notice = await world.issue();
      const first = await world.activate(notice);
      expect((await world.activate(notice)).fault?.code).toBe('PPT_PAGAMENTO_IN_CORSO');
      await world.sendOutcome(first.paymentToken!);
      expect((await world.activate(notice)).fault?.code).toBe('PPT_PAGAMENTO_DUPLICATO');
      expect((await world.sendOutcome(first.paymentToken!)).fault?.code).toBe('PPT_ESITO_GIA_ACQUISITO');
    });

    it('that the PSP reports as failed frees the notice', async () => {
      const notice = await world.issue();
      const first = await world.activate(notice);
      expect((await world.sendOutcome(first.paymentToken!, 'KO')).outcome).toBe('OK');
      const second = await world.activate(notice);
      expect(second.outcome).toBe('OK');
      expect(second.paymentToken).not.toBe(first.paymentToken);
    });
  });
}
