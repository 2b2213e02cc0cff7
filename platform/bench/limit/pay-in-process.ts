/**
 * All subgraphs in this process, and a PSP that calls the use cases of payments directly: no HTTP, no GraphQL. Started by limit.ts; its
 * arguments are the folder of the fixture and the data folder.
 */
import { hostSubgraphs } from '@nodo-aperto/kernel/subgraph';
import { activatePaymentNotice } from '../../../subgraphs/payments/src/services/activate-payment-notice.ts';
import type { PaymentsServices } from '../../../subgraphs/payments/src/graphql/context.ts';
import { sendPaymentOutcome } from '../../../subgraphs/payments/src/services/send-payment-outcome.ts';
import { verifyPaymentNotice } from '../../../subgraphs/payments/src/services/verify-payment-notice.ts';
import { layFoundation } from '../../src/foundation.ts';
import { hostOptions } from '../../src/host-options.ts';
import { SUBGRAPHS } from '../../src/subgraphs.ts';
import { detailsOn, type PaymentCalls, readFixture, takeOrders } from './payer.ts';

const [, , folder = '', data = ''] = process.argv;
const fixture = await readFixture(folder);
const foundation = await layFoundation({ service: 'bench', folder: data });
const { url } = await foundation.openDatabase();
const hosting = await hostSubgraphs(SUBGRAPHS, { ...(await hostOptions(foundation)), databaseUrl: url });
const payments = hosting.subgraphs.find(({ name }) => name === 'payments');
if (!payments) throw new Error('There is no subgraph payments.');
const { services } = payments.context(undefined, { id: 'bench', traceparent: `00-${'1'.repeat(32)}-${'1'.repeat(16)}-01` }) as {
  services: PaymentsServices;
};

function ok<Answer extends { outcome: string }>(answer: Answer): Extract<Answer, { outcome: 'OK' }> {
  if (answer.outcome !== 'OK') throw new Error(`A call was answered: ${JSON.stringify(answer).slice(0, 500)}`);
  return answer as Extract<Answer, { outcome: 'OK' }>;
}
const caller = { idPSP: fixture.psp.code, idChannel: fixture.psp.channel };
const details = detailsOn(fixture.day);
const calls: PaymentCalls = {
  verify: async ({ qrCode }) => ok(await verifyPaymentNotice(services, { ...caller, qrCode })),
  async activate({ qrCode, amount }) {
    return ok(await activatePaymentNotice(services, 'activatePaymentNoticeV2', { ...caller, qrCode, amount })).paymentToken;
  },
  outcome: async (paymentToken) =>
    ok(await sendPaymentOutcome(services, 'sendPaymentOutcome', { ...caller, paymentTokens: [paymentToken], outcome: 'OK', details })),
};
process.once('SIGTERM', () => {
  hosting.stop().then(
    () => process.exit(0),
    () => process.exit(1),
  );
});
takeOrders(fixture, calls);
