/** A websocket without a client library: what is sent is what the test says. */
import { WebSocket, type ClientOptions } from 'ws';
import { until } from '@nodo-aperto/kernel/testing';

export interface RawSocket {
  socket: WebSocket;
  received: { type: string; id?: string; payload?: unknown }[];
  pings: () => number;
  /** Undefined while it is open. */
  closed: () => { code: number; reason: string } | undefined;
  send(message: unknown): void;
  /** Waits for a message of this type and returns it. */
  expect(type: string): Promise<{ type: string; id?: string; payload?: unknown }>;
  expectClose(): Promise<{ code: number; reason: string }>;
}

export async function openRaw(url: string, options: ClientOptions & { protocol?: string } = {}): Promise<RawSocket> {
  const { protocol = 'graphql-transport-ws', ...rest } = options;
  const socket = new WebSocket(url, protocol, rest);
  const received: RawSocket['received'] = [];
  let closed: { code: number; reason: string } | undefined;
  let pings = 0;
  socket.on('message', (data) => void received.push(JSON.parse(String(data)) as RawSocket['received'][number]));
  socket.on('ping', () => {
    pings += 1;
  });
  socket.on('close', (code, reason) => {
    closed = { code, reason: String(reason) };
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  socket.on('error', () => {});
  return {
    socket,
    received,
    pings: () => pings,
    closed: () => closed,
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    expect: (type) => until(() => received.find((message) => message.type === type), { what: `a message of type ${type} arrives` }),
    expectClose: () => until(() => closed, { what: 'the socket is closed' }),
  };
}

/** Opens a socket and goes through the handshake of the protocol. */
export async function openReady(url: string, payload: Record<string, unknown> = {}, options: ClientOptions = {}): Promise<RawSocket> {
  const raw = await openRaw(url, options);
  raw.send({ type: 'connection_init', payload });
  await raw.expect('connection_ack');
  return raw;
}
