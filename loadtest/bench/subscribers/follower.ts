/** Many websockets in a process of its own, each following the payments. Started by subscribers.ts; its argument is the folder of the fixture. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { parseInstant, realClock } from '@nodo-aperto/kernel/time';

export type Order =
  | { readonly what: 'open'; readonly sockets: number }
  | { readonly what: 'churn'; readonly perSecond: number }
  /** Ends the churn; answered with how many sockets were replaced. */
  | { readonly what: 'rest' }
  | { readonly what: 'forget' | 'tell' | 'close' };

/** One fact as all sockets heard it; milliseconds of the wall clock. */
export interface Heard {
  readonly at: number;
  first: number;
  last: number;
  count: number;
}

interface Fixture {
  readonly base: string;
  readonly tokens: { readonly subscribers: readonly string[] };
  readonly documents: Readonly<Record<string, string>>;
}

/** Sockets that are opening at once. */
const OPENING = 50;
const fixture = JSON.parse(await readFile(join(process.argv[2] ?? '', 'fixture.json'), 'utf8')) as Fixture;
const url = `${fixture.base.replace(/^http/, 'ws')}/graphql`;
const clock = realClock();
const { documents, tokens } = fixture;
const subscribe = JSON.stringify({
  id: '1',
  type: 'subscribe',
  payload: { query: '', extensions: { persistedQuery: { version: 1, sha256Hash: documents['payment-events'] } } },
});
const open: WebSocket[] = [];
const heard = new Map<string, Heard>();
let opened = 0;
let replaced = 0;
let churning: Disposable | undefined;

/** Takes note of a fact. The text is looked through instead of parsed: five thousand times the same would only keep the cores busy. */
function hear(text: string): void {
  const cursor = /"cursor":"([^"]+)"/.exec(text)?.[1];
  if (cursor === undefined) throw new Error(`Not an event: ${text.slice(0, 300)}`);
  const now = clock.now();
  const known = heard.get(cursor);
  if (known) {
    known.last = now;
    known.count += 1;
  } else heard.set(cursor, { at: parseInstant(/"at":"([^"]+)"/.exec(text)?.[1] ?? '') ?? now, first: now, last: now, count: 1 });
}

/** Resolves when the gateway has taken the connection; the subscription is on its way then. */
function openOne(): Promise<void> {
  const socket = new WebSocket(url, 'graphql-transport-ws', { perMessageDeflate: false });
  const token = tokens.subscribers[(opened += 1) % tokens.subscribers.length];
  open.push(socket);
  return new Promise((resolve, reject) => {
    socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } })));
    socket.on('message', (data) => {
      const text = String(data as Buffer);
      if (text.includes('"type":"next"')) hear(text);
      else if (text.includes('"type":"connection_ack"')) {
        socket.send(subscribe);
        resolve();
      } else if (!text.includes('"type":"p')) reject(new Error(`The gateway said: ${text}`));
    });
    socket.on('error', reject);
    socket.on('close', (code) => reject(new Error(`The gateway closed a socket with ${code}.`)));
  });
}

async function openAll(count: number): Promise<void> {
  let left = count;
  await Promise.all(
    Array.from({ length: OPENING }, async () => {
      while (left-- > 0) await openOne();
    }),
  );
}

/** Takes the oldest socket away, every other one without a farewell, and opens one in its place. */
async function replaceOne(): Promise<void> {
  const socket = open.shift();
  socket?.removeAllListeners('close');
  if (replaced % 2 === 0) socket?.terminate();
  else socket?.close();
  replaced += 1;
  await openOne();
}

async function follow(order: Order): Promise<unknown> {
  switch (order.what) {
    case 'open':
      return openAll(order.sockets);
    case 'churn':
      churning = clock.every(1_000 / order.perSecond, replaceOne, (error) => {
        throw error;
      });
      return undefined;
    case 'rest':
      churning?.[Symbol.dispose]();
      return replaced;
    case 'forget':
      return heard.clear();
    case 'tell':
      return [...heard.values()];
    case 'close':
      for (const socket of open.splice(0)) socket.removeAllListeners('close').close();
  }
  return undefined;
}

process.on('message', (order: Order) => {
  follow(order).then(
    (answer) => process.send?.(answer ?? 'done'),
    (error: unknown) => {
      process.stderr.write(`${(error as Error).message}\n`);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
