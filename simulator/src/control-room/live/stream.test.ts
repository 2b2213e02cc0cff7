import { describe, expect, it } from 'vitest';
import { backoff } from './backoff.ts';
import { type Connection, openStream, type Socket } from './stream.ts';

/** A platform that holds events by position, and breaks when told. */
function world() {
  const sockets: (Socket & { sent: { type: string; id?: string; payload?: { variables?: { after: string | null } } }[] })[] = [];
  const timers: (() => void)[] = [];
  const seen: string[] = [];
  const states: Connection[] = [];
  const refused: string[] = [];
  const gaps: string[] = [];
  const stream = openStream({
    open() {
      const socket = {
        onopen: null,
        onmessage: null,
        onclose: null,
        sent: [] as (typeof sockets)[number]['sent'],
        send: (text: string) => void socket.sent.push(JSON.parse(text) as (typeof sockets)[number]['sent'][number]),
        close: () => {},
      };
      sockets.push(socket);
      return socket;
    },
    token: 'the token',
    feeds: ['paymentEvents', 'stationEvents'].map((field) => ({
      field,
      document: `subscription { ${field} }`,
      onEvent: (node) => seen.push(`${field} ${String(node['cursor'])}`),
    })),
    onState: (state) => states.push(state),
    onRefused: (reason) => refused.push(reason),
    onGap: (field, reason) => gaps.push(`${field}: ${reason}`),
    after(_milliseconds, action) {
      timers.push(action);
      return () => void timers.splice(timers.indexOf(action), timers.includes(action) ? 1 : 0);
    },
    pause: () => 1,
  });
  const last = () => sockets.at(-1)!;
  const tell = (message: object) => last().onmessage?.({ data: JSON.stringify(message) });
  return {
    sockets,
    seen,
    states,
    refused,
    gaps,
    stream,
    last,
    tell,
    timers,
    open: () => {
      last().onopen?.();
      tell({ type: 'connection_ack' });
    },
    event: (field: string, cursor: string) => tell({ type: 'next', id: field, payload: { data: { [field]: { cursor } } } }),
    error: (field: string, code: string) =>
      tell({ type: 'error', id: field, payload: [{ message: `it is ${code}`, extensions: { code } }] }),
    afters: () =>
      Object.fromEntries(last().sent.flatMap(({ type, id, payload }) => (type === 'subscribe' ? [[id, payload?.variables?.after]] : []))),
    pass: () => timers.shift()?.(),
  };
}

describe('the stream', () => {
  it('sends the token, then subscribes from now', () => {
    const { open, last, afters, states } = world();
    open();
    expect(last().sent[0]).toEqual({ type: 'connection_init', payload: { authorization: 'Bearer the token' } });
    expect(afters()).toEqual({ paymentEvents: null, stationEvents: null });
    expect(states).toEqual(['connecting', 'live']);
  });

  it('goes on after a break from the last cursor of each field', () => {
    const { open, event, last, pass, afters, seen, states, sockets } = world();
    open();
    event('paymentEvents', 'p1');
    event('paymentEvents', 'p2');
    last().onclose?.({ code: 1006, reason: '' });
    pass();
    open();
    expect(sockets).toHaveLength(2);
    expect(afters()).toEqual({ paymentEvents: 'p2', stationEvents: null });
    event('paymentEvents', 'p3');
    expect(seen).toEqual(['paymentEvents p1', 'paymentEvents p2', 'paymentEvents p3']);
    expect(states).toEqual(['connecting', 'live', 'waiting', 'connecting', 'live']);
  });

  it('does not hear a socket that it has given up', () => {
    const { open, event, last, pass, seen } = world();
    open();
    const old = last();
    old.onclose?.({ code: 1006, reason: '' });
    pass();
    open();
    old.onmessage?.({
      data: JSON.stringify({ type: 'next', id: 'paymentEvents', payload: { data: { paymentEvents: { cursor: 'p9' } } } }),
    });
    expect(seen).toEqual([]);
    event('paymentEvents', 'p1');
    expect(seen).toEqual(['paymentEvents p1']);
  });

  it('gives up a connection that answers nothing, asked first', () => {
    const { open, last, pass, states } = world();
    open();
    pass();
    expect(last().sent.at(-1)).toEqual({ type: 'ping' });
    pass();
    expect(states.at(-1)).toBe('waiting');
  });

  it('answers a ping, and is not harmed by what is no message', () => {
    const { open, last, tell, states } = world();
    open();
    tell({ type: 'ping' });
    last().onmessage?.({ data: 'no JSON' });
    expect(last().sent.at(-1)).toEqual({ type: 'pong' });
    expect(states.at(-1)).toBe('live');
  });

  it('ends when the token is refused', () => {
    const { last, refused, states, timers } = world();
    last().onclose?.({ code: 4403, reason: 'The token has ended.' });
    expect(refused).toEqual(['The token has ended.']);
    expect(states.at(-1)).toBe('ended');
    expect(timers).toEqual([]);
  });

  it('begins at now, and says so, when what came after its cursor is no longer kept', () => {
    const { open, event, error, pass, afters, gaps } = world();
    open();
    event('paymentEvents', 'p1');
    event('stationEvents', 's1');
    error('paymentEvents', 'NOT_FOUND');
    pass();
    open();
    expect(afters()).toEqual({ paymentEvents: null, stationEvents: 's1' });
    expect(gaps).toEqual(['paymentEvents: it is NOT_FOUND']);
  });

  it('goes on from its cursor when it was too slow, without a word', () => {
    const { open, event, error, pass, afters, gaps } = world();
    open();
    event('paymentEvents', 'p1');
    error('paymentEvents', 'LIMIT_EXCEEDED');
    pass();
    open();
    expect(afters()).toEqual({ paymentEvents: 'p1', stationEvents: null });
    expect(gaps).toEqual([]);
  });

  it('does not ask again for what is not for the caller', () => {
    const { open, error, pass, afters } = world();
    open();
    error('stationEvents', 'FORBIDDEN');
    pass();
    open();
    expect(afters()).toEqual({ paymentEvents: null });
  });

  it('says nothing more after its end', () => {
    const { open, stream, event, seen, timers } = world();
    open();
    stream.end();
    event('paymentEvents', 'p1');
    expect(seen).toEqual([]);
    expect(timers).toEqual([]);
  });
});

describe('the pause before the next try', () => {
  it('doubles up to 15 s and is spread over its upper half', () => {
    expect([1, 2, 3, 20].map((failures) => backoff(failures, 1))).toEqual([500, 1_000, 2_000, 15_000]);
    expect(backoff(20, 0)).toBe(7_500);
  });
});
