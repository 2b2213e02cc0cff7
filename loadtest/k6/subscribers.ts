/** Many websockets follow the payments; now and then one happens, and all must hear of it soon. */
import { sleep } from 'k6';
import exec from 'k6/execution';
import { Counter, Trend } from 'k6/metrics';
import type { Options } from 'k6/options';
import { setTimeout } from 'k6/timers';
import { type MessageEvent, WebSocket } from 'k6/websockets';
import { fixture, setting } from './lib/fixture.ts';
import { nextNotice, pay } from './lib/payment.ts';
import { SUMMARY } from './lib/options.ts';

export { summary as handleSummary } from './lib/summary.ts';

const SOCKETS = setting('LOADTEST_SOCKETS');
const seconds = setting('LOADTEST_SECONDS');
/** Sockets of one virtual user. */
const EACH = 50;
const users = Math.ceil(SOCKETS / EACH);
/** Seconds in which all sockets open, a few at a time. */
const RAMP = Math.ceil(SOCKETS / 200) + 2;
const PAYMENTS = Math.max(1, seconds - 5);

const opened = new Counter('sockets_opened');
const broken = new Counter('sockets_broken');
const heard = new Counter('events_heard');
/** Milliseconds from the time that an event carries to its arrival at one subscriber. */
const delay = new Trend('event_delay', true);

export const options: Options = {
  ...SUMMARY,
  scenarios: {
    sockets: { executor: 'per-vu-iterations', vus: users, iterations: 1, maxDuration: `${RAMP + seconds + 30}s`, exec: 'follow' },
    payments: {
      executor: 'constant-arrival-rate',
      rate: 1,
      timeUnit: '1s',
      duration: `${PAYMENTS}s`,
      startTime: `${RAMP + 2}s`,
      preAllocatedVUs: 5,
      maxVUs: 5,
      exec: 'payment',
    },
  },
  thresholds: {
    graphql_errors: ['count==0'],
    sockets_opened: [`count==${users * EACH}`],
    sockets_broken: ['count==0'],
    // An activation and a booking of each payment, to each socket.
    events_heard: [`count>=${users * EACH * 2 * Math.floor(PAYMENTS * 0.9)}`],
    event_delay: ['p(99)<500', 'max<5000'],
  },
};

const url = `${fixture.base.replace(/^http/, 'ws')}/graphql`;

export function follow(): void {
  const user = exec.vu.idInTest;
  sleep((((user - 1) % users) / users) * (RAMP - 2));
  for (let index = 0; index < EACH; index += 1)
    openOne(fixture.tokens.subscribers[(user * EACH + index) % fixture.tokens.subscribers.length]);
}

function openOne(token: string | undefined): void {
  const socket = new WebSocket(url, null, { headers: { 'Sec-WebSocket-Protocol': 'graphql-transport-ws' } });
  let ended = false;
  const send = (message: object): void => socket.send(JSON.stringify(message));
  socket.addEventListener('open', () => {
    send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
    setTimeout(
      () => {
        ended = true;
        socket.close();
      },
      (seconds + 4) * 1_000,
    );
  });
  socket.addEventListener('message', (event) => {
    const message = JSON.parse((event as MessageEvent).data as string) as {
      type: string;
      payload?: { data?: { paymentEvents: { at: string } } };
    };
    if (message.type === 'ping') send({ type: 'pong' });
    else if (message.type === 'connection_ack') {
      opened.add(1);
      const payload = { query: '', extensions: { persistedQuery: { version: 1, sha256Hash: fixture.documents['payment-events'] } } };
      send({ id: '1', type: 'subscribe', payload });
    } else if (message.type === 'next' && message.payload?.data) {
      heard.add(1);
      delay.add(Math.max(0, Date.now() - Date.parse(message.payload.data.paymentEvents.at)));
    } else if (message.type === 'error' || message.type === 'complete') broken.add(1, { type: message.type });
  });
  socket.addEventListener('close', () => {
    if (!ended) broken.add(1, { type: 'close' });
  });
}

export function payment(): void {
  pay(nextNotice());
}
