/** Hostile bytes: slow, false and broken HTTP, and websockets that flood. */
import { connect, type Socket } from 'node:net';
import { realClock, withDeadline } from '@nodo-aperto/kernel/time';
import { until } from '@nodo-aperto/kernel/testing';
import { WebSocket } from 'ws';
import { type Attack, type Outcome, PATIENCE_MS, repeat, type Target } from './attack.ts';

/** Writes bytes and reads until the other side closes. `trickle` is written again and again meanwhile. */
function bytes({ host, port }: Target, head: string, trickle?: string): Promise<Outcome> {
  return withDeadline(realClock(), PATIENCE_MS, 'an answer to hostile bytes', async () => {
    const socket: Socket = connect({ host, port });
    using _trickling =
      trickle === undefined
        ? undefined
        : realClock().every(
            50,
            () => void socket.write(trickle),
            () => {},
          );
    const chunks: Buffer[] = [];
    await new Promise<void>((resolve) => {
      socket.on('connect', () => socket.write(head));
      socket.on('data', (chunk: Buffer) => chunks.push(chunk));
      // A broken pipe is an answer too.
      socket.on('error', () => resolve());
      socket.on('close', () => resolve());
    });
    socket.destroy();
    const text = Buffer.concat(chunks).toString();
    return { code: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text };
  });
}

const http = (name: string, codes: readonly number[], head: (target: Target) => string, trickle?: string): Attack => ({
  name,
  codes,
  send: (target) => bytes(target, head(target), trickle),
});
const post = (target: Target, headers: string) =>
  `POST /graphql HTTP/1.1\r\nHost: ${target.host}\r\nContent-Type: application/json\r\n${headers}\r\n\r\n`;

/** 0: the connection was closed without a word. */
export const RAW_HTTP: readonly Attack[] = [
  http('headers that trickle', [408], () => 'POST /graphql HTTP/1.1\r\n', 'X-A: 1\r\n'),
  http('a connection that says nothing', [408, 0], () => ''),
  http('a body that trickles', [408], (target) => post(target, 'Content-Length: 10000'), 'x'),
  http('a body that trickles in chunks', [408], (target) => post(target, 'Transfer-Encoding: chunked'), '1\r\nx\r\n'),
  http('a body that never comes', [408], (target) => post(target, 'Content-Length: 10000')),
  http(
    'a trickling message to the wire primitives',
    [408],
    (target) => post(target, 'Content-Length: 10000').replace('/graphql', '/nodo/node-for-psp/v1').replace('application/json', 'text/xml'),
    'x',
  ),
  http('two lengths', [400], (target) => post(target, 'Content-Length: 5\r\nContent-Length: 6')),
  http('a length and chunks', [400], (target) => `${post(target, 'Content-Length: 5\r\nTransfer-Encoding: chunked')}0\r\n\r\n`),
  http('a length below zero', [400], (target) => post(target, 'Content-Length: -1')),
  http('a length beyond all bounds', [413], (target) => post(target, 'Content-Length: 99999999999')),
  http('chunks of a size that is none', [400], (target) => `${post(target, 'Transfer-Encoding: chunked')}zz\r\n`),
  http('headers of a hundred kilobytes', [431, 0], (target) => post(target, `X-Long: ${'x'.repeat(100_000)}`)),
  http('three thousand headers', [431, 0], (target) =>
    post(
      target,
      repeat(3_000, (index) => `X-${index}: 1\r\n`)
        .replaceAll('\r\n ', '\r\n')
        .trimEnd(),
    ),
  ),
  http('a line that is no request', [400, 0], () => 'GARBAGE\r\n\r\n'),
  http('bytes of another protocol', [400, 0], () => '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'),
  http('a folded header', [400, 0], (target) => post(target, 'X-A: 1\r\n X-B: 2\r\nContent-Length: 0\r\nConnection: close')),
];

type Said = { type: string; id?: string; payload?: unknown };

/** A socket that says what it is told to, and how it ended: with a close, or with the first refusal that it got. */
async function flood(
  target: Target,
  options: { origin?: string; hello?: object | null; path?: string },
  work: (socket: WebSocket) => void,
): Promise<Outcome> {
  const socket = new WebSocket(`ws://${target.host}:${target.port}${options.path ?? '/graphql'}`, 'graphql-transport-ws', {
    ...(options.origin && { origin: options.origin }),
  });
  let ended: Outcome | undefined;
  const refusals: Said[] = [];
  let ready = options.hello === null;
  socket.on('message', (data) => {
    const said = JSON.parse(String(data)) as Said;
    if (said.type === 'connection_ack') ready = true;
    else if (said.type === 'error' || JSON.stringify(said.payload ?? null).includes('"errors"')) refusals.push(said);
  });
  socket.on('unexpected-response', (_request, response) => {
    ended = { code: response.statusCode ?? 0, text: '' };
    response.destroy();
  });
  socket.on('close', (code, reason) => (ended ??= { code, text: String(reason) }));
  socket.on('error', () => {});
  const closed = (): boolean => ended !== undefined;
  try {
    await until(() => closed() || socket.readyState === WebSocket.OPEN, { what: 'the socket is open or refused', timeoutMs: PATIENCE_MS });
    if (!closed() && options.hello !== null)
      socket.send(JSON.stringify({ type: 'connection_init', payload: options.hello ?? { authorization: `Bearer ${target.token}` } }));
    await until(() => closed() || ready, { what: 'the greeting is over', timeoutMs: PATIENCE_MS });
    if (!closed()) work(socket);
    await until(() => closed() || refusals.length > 0, { what: 'the flood is refused', timeoutMs: PATIENCE_MS });
    return ended ?? { code: 0, text: JSON.stringify(refusals[0]) };
  } finally {
    socket.terminate();
  }
}

const subscribe = (id: string, query: string, variables?: object) =>
  JSON.stringify({ type: 'subscribe', id, payload: { query, variables } });
const websocket = (
  name: string,
  codes: readonly number[],
  says: RegExp | undefined,
  work: (socket: WebSocket) => void,
  options: Parameters<typeof flood>[1] = {},
): Attack => ({ name, codes, ...(says && { says }), send: (target) => flood(target, options, work) });

/** 0: the socket stayed open and the operation was refused. 1006: it was cut off. */
export const WEBSOCKETS: readonly Attack[] = [
  websocket('a question before the greeting', [4401], undefined, (socket) => socket.send(subscribe('1', '{ __typename }')), {
    hello: null,
  }),
  websocket('no greeting', [4408], undefined, () => {}, { hello: null }),
  websocket('a greeting with a token that nobody signed', [4403], undefined, () => {}, {
    hello: { authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' },
  }),
  websocket('two greetings', [4429], undefined, (socket) => socket.send('{"type":"connection_init"}')),
  websocket('words of no protocol', [4400], undefined, (socket) => socket.send('hello')),
  websocket('a message without a type', [4400], undefined, (socket) => socket.send('{"id":"1"}')),
  websocket('binary nonsense', [4400, 1007], undefined, (socket) => socket.send(Buffer.alloc(1_000, 0xff))),
  websocket('a message of three hundred kilobytes', [1009], undefined, (socket) => socket.send('x'.repeat(300_000))),
  websocket('one id twice', [4409], undefined, (socket) => {
    for (let count = 0; count < 2; count += 1) socket.send(subscribe('1', 'subscription { paymentEvents { cursor } }'));
  }),
  websocket('two hundred streams on one socket', [0], /LIMIT_EXCEEDED/, (socket) => {
    for (let count = 0; count < 200; count += 1) socket.send(subscribe(`${count}`, 'subscription { paymentEvents { cursor } }'));
  }),
  websocket('a storm of different streams', [0], /LIMIT_EXCEEDED/, (socket) => {
    for (let count = 0; count < 90; count += 1)
      socket.send(
        subscribe(`${count}`, 'subscription ($n: NoticeNumber) { paymentEvents(noticeNumber: $n) { cursor } }', {
          n: String(301_000_000_000_000_000n + BigInt(count)),
        }),
      );
  }),
  websocket('aliases over a socket', [0], /ALIAS_LIMIT|ROOT_FIELD_LIMIT/, (socket) =>
    socket.send(subscribe('1', `{ ${repeat(300, (index) => `a${index}: __typename`)} }`)),
  ),
  websocket(
    'another tenant’s stream',
    [0],
    /FORBIDDEN|UNAUTHENTICATED/,
    (socket) => socket.send(subscribe('1', 'subscription { kpiEvents { cursor } }')),
    { hello: {} },
  ),
  websocket('pings whose answers nobody reads', [1006], undefined, (socket) => {
    socket.pause();
    const ping = JSON.stringify({ type: 'ping', payload: { text: 'x'.repeat(250_000) } });
    for (let count = 0; count < 120; count += 1) socket.send(ping);
    // What is cut off is noticed by who writes, or reads on.
    until(() => socket.bufferedAmount === 0, { what: 'all pings are on their way', timeoutMs: PATIENCE_MS }).then(
      () => socket.resume(),
      () => socket.resume(),
    );
  }),
  websocket('a page of another site', [403], undefined, () => {}, { origin: 'https://elsewhere.example' }),
];
