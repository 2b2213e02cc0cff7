import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordingLogger, until } from '@nodo-aperto/kernel/testing';
import { type Fixture, SHAPES, startFixture } from './support/fixture.ts';
import { payloads, subscribe, type Subscriber } from './support/subscriber.ts';

const EVENTS =
  'subscription ($after: String) { paymentEvents(after: $after) { cursor payment { amount notice { title } receipt { id } } } }';
const completed = (token: string, title = 'TARI 2026') => ({ amount: 10_050, notice: { title }, receipt: { id: `R${token}` } });

describe.each(SHAPES)('subscriptions over subgraphs %s', (shape) => {
  const { log, lines } = recordingLogger();
  let fixture: Fixture;
  beforeEach(async () => {
    fixture = await startFixture(shape, { log, limits: { subscriberQueue: 5 } });
  });
  afterEach(() => fixture.close());
  const listen = async (query: string, options: Parameters<typeof subscribe>[2] = {}, listeners = 1): Promise<Subscriber> => {
    const subscriber = subscribe(fixture.websocketUrl, query, options);
    await until(() => fixture.world.listeners === listeners, { what: `${listeners} streams are open` });
    return subscriber;
  };
  const state = (token: string, tenant?: string) => fixture.world.state({ cursor: token, token, ...(tenant && { tenant }) });
  const idle = () => until(() => fixture.world.listeners === 0 && fixture.gateway.activity().streams === 0, { what: 'no stream is open' });

  it('completes every event from the other subgraphs, in order', async () => {
    const subscriber = await listen(EVENTS);
    state('1');
    await until(() => subscriber.events.length === 1, { what: 'one event arrived' });
    // Nothing of an earlier event is remembered: the next one asks again.
    fixture.world.noticeTitle = 'TARI 2027';
    for (const token of ['2', '3']) state(token);
    await until(() => subscriber.events.length === 3, { what: 'three events arrived' });
    expect(payloads(subscriber)).toEqual([
      { cursor: '1', payment: completed('1') },
      { cursor: '2', payment: completed('2', 'TARI 2027') },
      { cursor: '3', payment: completed('3', 'TARI 2027') },
    ]);
    subscriber.leave();
    await idle();
    expect(fixture.world.opened).toBe(1);
    expect(fixture.world.closed).toBe(1);
  });

  it('resumes after a cursor', async () => {
    for (const token of ['1', '2', '3']) state(token);
    const subscriber = await listen(EVENTS, { variables: { after: '1' } });
    state('4');
    await until(() => subscriber.events.length === 3, { what: 'the missed and the new event arrived' });
    expect(payloads(subscriber).map((event) => (event as { cursor: string }).cursor)).toEqual(['2', '3', '4']);
    subscriber.leave();
    await idle();
  });

  it('does not let who resumes join a stream that is further on', async () => {
    state('1');
    const first = await listen(EVENTS, { variables: { after: '0' } });
    await until(() => first.events.length === 1, { what: 'the first has caught up' });
    const second = await listen(EVENTS, { variables: { after: '0' } }, 2);
    await until(() => second.events.length === 1, { what: 'the second got what it missed' });
    expect(payloads(second)).toEqual(payloads(first));
    first.leave();
    second.leave();
    await idle();
  });

  it('shares one stream among those who see the same, and keeps tenants apart', async () => {
    const query = 'subscription { paymentEvents { cursor } }';
    const first = await listen(query, { token: 'PSP.60000000001' });
    const same = subscribe(fixture.websocketUrl, query, { token: 'PSP.60000000001~subject=other' });
    const other = subscribe(fixture.websocketUrl, query, { token: 'PSP.60000000002' });
    await until(() => fixture.gateway.activity().subscribers === 3, { what: 'three subscribers' });
    await until(() => fixture.world.listeners === 2, { what: 'two streams are open' });
    expect(fixture.gateway.activity()).toMatchObject({ streams: 2, subscribers: 3, sockets: 3 });
    state('1', '60000000001');
    state('2', '60000000002');
    await until(() => [first, same, other].every(({ events }) => events.length === 1), { what: 'all got their event' });
    expect([first, same, other].map(payloads)).toEqual([[{ cursor: '1' }], [{ cursor: '1' }], [{ cursor: '2' }]]);
    first.leave();
    await until(() => fixture.gateway.activity().subscribers === 2, { what: 'one left' });
    state('3', '60000000001');
    await until(() => same.events.length === 2, { what: 'the one who stays is still served' });
    expect(fixture.world.listeners).toBe(2);
    same.leave();
    other.leave();
    await idle();
    expect(fixture.world.opened).toBe(2);
  });

  it('does not share between different roles or variables', async () => {
    const query = 'subscription ($after: String) { paymentEvents(after: $after) { cursor } }';
    const all = [
      await listen(query, {}, 1),
      await listen(query, { token: 'PSP.60000000001' }, 2),
      await listen(query, { token: 'EC.60000000001' }, 3),
      await listen(query, { token: 'OPERATOR' }, 4),
      await listen(query, { token: 'OPERATOR~subject=another' }, 5),
      await listen(query, { token: 'OPERATOR', variables: { after: '7' } }, 6),
    ];
    for (const { leave } of all) leave();
    await idle();
  });

  it('lets go of the subgraph when the client goes away without a word', async () => {
    const subscriber = await listen(EVENTS);
    await until(() => subscriber.socket(), { what: 'the socket is open' });
    subscriber.socket()?.terminate();
    await idle();
    await until(() => fixture.gateway.activity().sockets === 0, { what: 'the socket is forgotten' });
  });

  it('masks what is wrong with one event, names its true subgraph in the log, and goes on', async () => {
    const subscriber = await listen('subscription { paymentEvents { cursor } }');
    fixture.world.state({ cursor: null as never, token: '1' });
    state('2');
    await until(() => subscriber.events.length === 2, { what: 'two events arrived' });
    const [broken, good] = subscriber.events;
    expect(broken?.errors).toEqual([
      expect.objectContaining({ message: 'internal error', extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: expect.any(String) } }),
    ]);
    expect(good).toEqual({ data: { paymentEvents: { cursor: '2' } } });
    const line = lines.find((each) => each['requestId'] === broken?.errors?.[0]?.extensions?.['requestId']);
    expect(line).toMatchObject({ level: 'error', subgraph: 'payments' });
    subscriber.leave();
    await idle();
  });

  it('ends with the subgraph’s stream', async () => {
    const subscriber = await listen(EVENTS);
    fixture.world.endAll();
    await until(() => subscriber.ended() === 'complete', { what: 'the subscriber is told' });
    await idle();
  });

  it('passes the subgraph’s refusal on', async () => {
    const subscriber = subscribe(fixture.websocketUrl, 'subscription { refusedEvents { cursor } }');
    await until(() => subscriber.ended(), { what: 'the subscription ended' });
    const errors = subscriber.events.length > 0 ? subscriber.events[0]?.errors : subscriber.ended();
    expect(errors).toEqual([expect.objectContaining({ message: 'The cursor is too old.', extensions: { code: 'BAD_USER_INPUT' } })]);
    expect(fixture.gateway.activity().streams).toBe(0);
  });

  it('asks for the roles of subscriptions and of what they select, before anything is opened', async () => {
    for (const [query, token, code] of [
      ['subscription { ledgerEvents { cursor } }', undefined, 'UNAUTHENTICATED'],
      ['subscription { ledgerEvents { cursor } }', 'PSP.60000000001', 'FORBIDDEN'],
      ['subscription { paymentEvents { payment { internalNote } } }', 'PSP.60000000001', 'FORBIDDEN'],
    ] as const) {
      const subscriber = subscribe(fixture.websocketUrl, query, token ? { token } : {});
      await until(() => subscriber.ended(), { what: 'the subscription ended' });
      expect(subscriber.events[0]?.errors?.[0]?.extensions?.['code']).toBe(code);
    }
    expect(fixture.world.opened).toBe(0);
    const operator = await listen('subscription { ledgerEvents { cursor payment { internalNote } } }', { token: 'OPERATOR' });
    state('1');
    await until(() => operator.events.length === 1, { what: 'the operator got it' });
    operator.leave();
    await idle();
  });

  it.each([
    ['subscription { nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    ['subscription { paymentEvents { ', 'GRAPHQL_PARSE_FAILED'],
    ['subscription ($yes: Boolean!) { paymentEvents @include(if: $yes) { cursor } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['subscription { paymentEvents { cursor } ledgerEvents { cursor } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['subscription { __typename }', 'GRAPHQL_VALIDATION_FAILED'],
    ['subscription ($after: String!) { paymentEvents(after: $after) { cursor } }', 'BAD_USER_INPUT'],
  ])('refuses %s', async (query, code) => {
    const subscriber = subscribe(fixture.websocketUrl, query);
    await until(() => subscriber.ended(), { what: 'the subscription ended' });
    const errors = (subscriber.events[0]?.errors ?? subscriber.ended()) as { extensions: Record<string, unknown> }[];
    expect(errors[0]?.extensions['code']).toBe(code);
  });

  it('serves queries and mutations over the same socket', async () => {
    const query = subscribe(fixture.websocketUrl, '{ payment(token: "9") { receipt { id } } }');
    await until(() => query.ended() === 'complete', { what: 'the query ended' });
    expect(query.events).toEqual([{ data: { payment: { receipt: { id: 'R9' } } } }]);
    const refused = subscribe(fixture.websocketUrl, 'mutation { pay(token: "9") { token } }', { token: 'EC.77777777777' });
    await until(() => refused.ended() === 'complete', { what: 'the mutation ended' });
    expect(refused.events[0]?.errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN' });
    const allowed = subscribe(fixture.websocketUrl, 'mutation { pay(token: "9") { token } }', { token: 'PSP.60000000001' });
    await until(() => allowed.ended() === 'complete', { what: 'the mutation ended' });
    expect(allowed.events).toEqual([{ data: { pay: { token: '9' } } }]);
  });

  it('drops who does not read, with an error, and goes on serving the others', async () => {
    const query = 'subscription { paymentEvents { cursor } }';
    const reading = await listen(query);
    const slow = await fixture.gateway.subscribe({ query });
    if (!('next' in slow)) throw new Error('The subscription was refused.');
    expect(fixture.gateway.activity()).toMatchObject({ streams: 1, subscribers: 2 });
    for (let token = 1; token <= 6; token += 1) {
      state(String(token));
      await until(() => reading.events.length === token, { what: `event ${token} arrived` });
    }
    await expect(slow.next()).rejects.toMatchObject({ extensions: { code: 'SLOW_CONSUMER', limit: 5 } });
    await expect(slow.next()).resolves.toEqual({ done: true, value: undefined });
    expect(fixture.gateway.activity()).toMatchObject({ streams: 1, subscribers: 1 });
    state('7');
    await until(() => reading.events.length === 7, { what: 'the reader is still served' });
    expect(await fixture.metrics.text()).toMatch(/gateway_slow_consumers_total\{service="gateway"\} 1/);
    reading.leave();
    await idle();
  });

  it('answers return() while a next() is pending, and leaves nothing open', async () => {
    const events = await fixture.gateway.subscribe({ query: 'subscription { paymentEvents { cursor } }' });
    if (!('next' in events)) throw new Error('The subscription was refused.');
    const pending = events.next();
    await events.return?.();
    await expect(pending).resolves.toEqual({ done: true, value: undefined });
    await idle();
  });

  it('tells subscribers when the gateway stops', async () => {
    const subscriber = await listen(EVENTS);
    await fixture.gateway.stop();
    await until(() => subscriber.ended(), { what: 'the subscriber is told' });
    expect(fixture.gateway.activity()).toEqual({ sockets: 0, streams: 0, subscribers: 0 });
  });
});
