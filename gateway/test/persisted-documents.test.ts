import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '@nodo-aperto/kernel/testing';
import { type Fixture, post, startFixture } from './support/fixture.ts';
import { subscribe } from './support/subscriber.ts';

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
const PERSISTED = '{ anonymous }';
const EVENTS = 'subscription { paymentEvents { cursor } }';
const LEDGER = '{ ledger }';
const OTHER = '{ receiptCount }';
const documents = new Map([PERSISTED, EVENTS, LEDGER].map((text) => [hashOf(text), text]));
const byHash = (text: string) => ({ extensions: { persistedQuery: { version: 1, sha256Hash: hashOf(text) } } });

describe('persisted documents', () => {
  let open: Fixture;
  let closed: Fixture;
  beforeAll(async () => {
    open = await startFixture('in-process', { persistedDocuments: documents });
    closed = await startFixture('in-process', { persistedDocuments: documents, onlyPersisted: true });
  });
  afterAll(() => Promise.all([open.close(), closed.close()]));

  it('are found by their hash, over POST and GET, in both notations', async () => {
    for (const { url } of [open, closed]) {
      expect((await post(url, byHash(PERSISTED))).body).toEqual({ data: { anonymous: true } });
      expect((await post(url, { documentId: `sha256:${hashOf(PERSISTED)}` })).body).toEqual({ data: { anonymous: true } });
      const searches: Record<string, string>[] = [
        { extensions: JSON.stringify(byHash(PERSISTED).extensions) },
        { documentId: hashOf(PERSISTED) },
      ];
      for (const search of searches) {
        const response = await fetch(`${url}?${new URLSearchParams(search)}`, { headers: { 'apollo-require-preflight': 'true' } });
        expect(await response.json()).toEqual({ data: { anonymous: true } });
      }
    }
  });

  it('may also be sent as text, with or without the hash', async () => {
    expect((await post(closed.url, { query: PERSISTED })).body).toEqual({ data: { anonymous: true } });
    expect((await post(closed.url, { query: PERSISTED, ...byHash(PERSISTED) })).body).toEqual({ data: { anonymous: true } });
  });

  it('are checked like any other', async () => {
    expect((await post(closed.url, byHash(LEDGER))).body.errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('are the only ones where that is chosen', async () => {
    const answer = await post(closed.url, { query: OTHER });
    expect(answer.status).toBe(400);
    expect(answer.body.errors?.[0]?.extensions).toEqual({ code: 'PERSISTED_DOCUMENT_REQUIRED' });
    expect((await post(closed.url, { query: OTHER, ...byHash(OTHER) })).body.errors?.[0]?.extensions).toEqual({
      code: 'PERSISTED_QUERY_NOT_FOUND',
    });
    expect((await post(open.url, { query: OTHER })).body).toEqual({ data: { receiptCount: 3 } });
    expect((await post(open.url, { query: OTHER, ...byHash(OTHER) })).body).toEqual({ data: { receiptCount: 3 } });
  });

  it('are not learnt from clients', async () => {
    await post(open.url, { query: OTHER, ...byHash(OTHER) });
    expect((await post(open.url, byHash(OTHER))).body.errors?.[0]).toMatchObject({
      message: 'PersistedQueryNotFound',
      extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' },
    });
  });

  it('must be what their hash says', async () => {
    const answer = await post(open.url, { query: OTHER, ...byHash(PERSISTED) });
    expect(answer.status).toBe(400);
    expect(answer.body.errors?.[0]?.extensions).toEqual({ code: 'BAD_REQUEST' });
  });

  it('are found over a websocket too, and are the only ones there', async () => {
    const events = subscribe(closed.websocketUrl, '', { extensions: byHash(EVENTS).extensions });
    await until(() => closed.world.listeners === 1, { what: 'the stream is open' });
    closed.world.state({ cursor: '1', token: '1' });
    await until(() => events.events.length === 1, { what: 'the event arrived' });
    events.leave();
    for (const [query, code] of [
      ['subscription { paymentEvents { payment { token } } }', 'PERSISTED_DOCUMENT_REQUIRED'],
      ['', 'BAD_REQUEST'],
    ] as const) {
      const refused = subscribe(closed.websocketUrl, query);
      await until(() => refused.ended(), { what: 'the subscription is refused' });
      expect(refused.ended()).toEqual([expect.objectContaining({ extensions: { code } })]);
    }
    await until(() => closed.world.listeners === 0, { what: 'the stream is closed' });
  });
});
