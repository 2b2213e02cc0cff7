/** A PSP in a process of its own: persisted documents over HTTP. Started by limit.ts; its argument is the folder of the fixture. */
import { Pool } from 'undici';
import { detailsOn, type Payable, type PaymentCalls, readFixture, takeOrders } from './payer.ts';

const CONNECTIONS = 128;
const fixture = await readFixture(process.argv[2] ?? '');
const { psp, day, documents, tokens } = fixture;
const pool = new Pool(process.env['LIMIT_BASE'] ?? fixture.base, { connections: CONNECTIONS, pipelining: 1 });
const headers = { 'content-type': 'application/json', accept: 'application/json', authorization: `Bearer ${tokens.psp}` };

interface Answer {
  readonly outcome: string;
  readonly paymentToken?: string | null;
}

async function call(document: string, input: object): Promise<Answer> {
  const sent = JSON.stringify({ documentId: `sha256:${documents[document]}`, variables: { input } });
  const { body } = await pool.request({ path: '/graphql', method: 'POST', headers, body: sent });
  const text = await body.text();
  const { data } = JSON.parse(text) as { data?: Record<string, Answer> | null };
  const answer = Object.values(data ?? {})[0];
  if (answer?.outcome !== 'OK') throw new Error(`${document} was answered: ${text.slice(0, 500)}`);
  return answer;
}

const channel = { idPSP: psp.code, idChannel: psp.channel };
const calls: PaymentCalls = {
  verify: ({ qrCode }: Payable) => call('verify-payment-notice', { ...channel, qrCode }),
  async activate({ qrCode, amount }) {
    return (await call('activate-payment-notice-v2', { ...channel, qrCode, amount })).paymentToken ?? '';
  },
  outcome: (paymentToken) => call('send-payment-outcome', { ...channel, paymentToken, outcome: 'OK', details: detailsOn(day) }),
};
takeOrders(fixture, calls);
