/**
 * What deploy/try.sh runs in a container beside the platform's: two creditors' notices, one paid by GraphQL, one by SOAP, through the proxy,
 * while a subscriber follows the payments' events. Ends with 1 where anything is not as it should be.
 */
import { hostname } from 'node:os';
import { parseArgs } from 'node:util';
import { embeddedIssuer } from '@nodo-aperto/kernel/auth';
import { encodeCursor } from '@nodo-aperto/kernel/events';
import { createLogger } from '@nodo-aperto/kernel/logging';
import { euroCents } from '@nodo-aperto/kernel/money';
import {
  activatePaymentNotice as activateBySoap,
  sendPaymentOutcome as settleBySoap,
  verifyPaymentNotice as verifyBySoap,
} from '@nodo-aperto/kernel/node-for-psp';
import { cryptographicStream, seededStreams } from '@nodo-aperto/kernel/random';
import { buildEnvelope, type Operation, parseEnvelope } from '@nodo-aperto/kernel/soap';
import { realClock, toLocalDate } from '@nodo-aperto/kernel/time';
import { demoPopulation, type IssuedNotice, platformClient, startFleet } from '@nodo-aperto/simulator';
import { until } from '../../kernel/src/testing/until.ts';
import { introduce } from '../../simulator/src/introduction.ts';
import { activatePaymentNotice, sendPaymentOutcome } from '../../simulator/src/platform-client/index.ts';
import { paymentEvents } from '../../simulator/src/runner/operations.ts';

const DEADLINE_MS = 60_000;
const SEED = 7;
const { values } = parseArgs({ options: { url: { type: 'string' }, data: { type: 'string' } } });
const { url = 'http://proxy:8080', data = '/data' } = values;
const say = (line: string): void => void process.stdout.write(`${line}\n`);

await using stack = new AsyncDisposableStack();
const [clock, random, streams] = [realClock(), cryptographicStream(), seededStreams(SEED)];
const log = createLogger({ service: 'try', level: 'error' });
const ending = new AbortController();
const issuer = await embeddedIssuer({ folder: data, clock, random });
const client = stack.use(platformClient({ baseUrl: url, tokenFor: (caller) => issuer.issue(caller), clock, log, random }));
const population = demoPopulation(streams);
const [psp] = population.psps;
if (!psp) throw new Error('the population has no PSP');
const firstNotice = random.integer(0, 8_000_000_000_000);
const fleet = stack.use(
  await startFleet({
    creditors: population.creditors,
    clock,
    random: streams,
    log,
    host: '0.0.0.0',
    advertisedHost: hostname(),
    firstNotice,
  }),
);
stack.defer(() => ending.abort());

const notices = await introduce({ fleet, client, population, clock, log, signal: ending.signal });
say(`${population.creditors.length} creditors listen in this container, and all services know them.`);
const [one, other] = notices;
if (!one || !other) throw new Error('the population has fewer than two creditors');

const seen = new Map<string, string[]>();
const following = (async () => {
  const events = client.subscribe({
    document: paymentEvents,
    variables: {},
    caller: { role: 'OPERATOR' },
    cursorOf: (event) => event.paymentEvents.cursor,
    after: encodeCursor('payments', 0n),
    signal: ending.signal,
  });
  for await (const { paymentEvents: event } of events) {
    const states = seen.get(event.paymentToken) ?? [];
    if (states.at(-1) !== event.status) seen.set(event.paymentToken, [...states, event.status]);
  }
})();
following.catch((error: unknown) => say(`The subscription ended: ${String(error)}`));

const parties = { idPSP: psp.code, idBrokerPSP: psp.fiscalCode, idChannel: psp.channelCode };
const caller = { role: 'PSP', tenant: psp.code } as const;
const newKey = (): string => `${psp.fiscalCode}_${random.alphanumeric(10)}`;
const qrCodeOf = ({ creditorFiscalCode: fiscalCode, noticeNumber }: IssuedNotice) => ({ fiscalCode, noticeNumber });
const details = () => ({
  paymentMethod: 'cash' as const,
  paymentChannel: 'frontOffice' as const,
  payer: {
    uniqueIdentifier: { entityUniqueIdentifierType: 'F' as const, entityUniqueIdentifierValue: one.debtor.code },
    fullName: one.debtor.fullName,
  },
  applicationDate: toLocalDate(clock.now()),
  transferDate: toLocalDate(clock.now()),
});

async function payByGraph(notice: IssuedNotice): Promise<string> {
  const asked = { ...parties, qrCode: qrCodeOf(notice), idempotencyKey: newKey(), amount: notice.amount };
  const { activatePaymentNoticeV2: opened } = await client.run(activatePaymentNotice, { input: asked }, caller);
  const token = opened.paymentToken;
  if (opened.outcome !== 'OK' || token === null) throw new Error(`activatePaymentNoticeV2 was refused: ${JSON.stringify(opened.fault)}`);
  const input = {
    ...parties,
    paymentTokens: [token],
    idempotencyKey: newKey(),
    outcome: 'OK' as const,
    details: { ...details(), fee: 150 },
  };
  const { sendPaymentOutcomeV2: settled } = await client.run(sendPaymentOutcome, { input }, caller);
  if (settled.outcome !== 'OK') throw new Error(`sendPaymentOutcomeV2 was refused: ${JSON.stringify(settled.fault)}`);
  return token;
}

async function callBySoap<Request, Response>(operation: Operation<Request, Response>, request: Request): Promise<Response> {
  const answer = await fetch(`${url}/nodo/node-for-psp/v1`, {
    method: 'POST',
    headers: { 'content-type': 'text/xml; charset=utf-8', soapaction: `"${operation.name}"` },
    body: buildEnvelope(operation.request.write(request)),
    signal: AbortSignal.timeout(DEADLINE_MS),
  });
  const text = await answer.text();
  const reading = answer.ok ? operation.response.read(parseEnvelope(text).element) : undefined;
  if (!reading?.ok) throw new Error(`${operation.name} was answered with HTTP ${answer.status}: ${text.slice(0, 500)}`);
  return reading.value;
}

async function payBySoap(notice: IssuedNotice): Promise<string> {
  const named = { ...parties, password: psp?.password ?? '', qrCode: qrCodeOf(notice) };
  const verified = await callBySoap(verifyBySoap, named);
  if (verified.outcome !== 'OK') throw new Error(`verifyPaymentNotice was refused: ${JSON.stringify(verified.fault)}`);
  const opened = await callBySoap(activateBySoap, { ...named, idempotencyKey: newKey(), amount: notice.amount });
  if (opened.paymentToken === undefined) throw new Error(`activatePaymentNotice was refused: ${JSON.stringify(opened.fault)}`);
  const { qrCode: _unused, ...who } = named;
  const settled = await callBySoap(settleBySoap, {
    ...who,
    paymentToken: opened.paymentToken,
    outcome: 'OK',
    details: { ...details(), fee: euroCents(150) },
  });
  if (settled.outcome !== 'OK') throw new Error(`sendPaymentOutcome was refused: ${JSON.stringify(settled.fault)}`);
  return opened.paymentToken;
}

for (const [means, notice, pay] of [
  ['GraphQL', one, payByGraph],
  ['SOAP', other, payBySoap],
] as const) {
  const token = await pay(notice);
  say(`Paid by ${means}: ${notice.amount} cents to ${notice.creditorFiscalCode}, token ${token}.`);
  const { stationCode } = population.creditors.find(({ fiscalCode }) => fiscalCode === notice.creditorFiscalCode) ?? {};
  await until(() => fleet.receipts(stationCode ?? '').some(({ receipt }) => receipt.receiptId === token), {
    what: 'the creditor to have its receipt',
    timeoutMs: DEADLINE_MS,
  });
  say('  The creditor has taken its receipt.');
  await until(() => seen.get(token)?.includes('NOTIFIED') === true, { what: 'the subscriber to see the payment', timeoutMs: DEADLINE_MS });
  say(`  The subscriber saw ${seen.get(token)?.join(', ')}.`);
}
