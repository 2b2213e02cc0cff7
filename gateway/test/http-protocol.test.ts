/** GraphQL over HTTP (graphql.github.io/graphql-over-http): the checks that its audit makes, and what browsers must not be able to do. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fixture, startFixture } from './support/fixture.ts';

const QUERY = '{ __typename }';
const RESPONSE_JSON = 'application/graphql-response+json';

describe('GraphQL over HTTP', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await startFixture('in-process');
  });
  afterAll(() => fixture.close());
  const send = (init: RequestInit, search = '') => fetch(fixture.url + search, init);
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    send({
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const get = (parameters: Record<string, string>, headers: Record<string, string> = {}) =>
    send({ headers: { 'apollo-require-preflight': 'true', accept: RESPONSE_JSON, ...headers } }, `?${new URLSearchParams(parameters)}`);

  describe('media types', () => {
    it.each([
      [RESPONSE_JSON, RESPONSE_JSON],
      ['application/json', 'application/json'],
      ['*/*', 'application/json'],
      ['application/*', 'application/json'],
      [`${RESPONSE_JSON}, application/json;q=0.9`, RESPONSE_JSON],
    ])('answers to accept: %s', async (accept, type) => {
      const response = await post({ query: QUERY }, { accept });
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe(`${type}; charset=utf-8`);
    });

    it('takes application/json with a charset, and says so when it gets anything else', async () => {
      expect((await post({ query: QUERY }, { 'content-type': 'application/json; charset=utf-8' })).status).toBe(200);
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/graphql']) {
        const response = await post('query=%7B__typename%7D', { 'content-type': type });
        expect(response.status).toBe(415);
        expect(await response.json()).toEqual({
          errors: [{ message: 'The content type must be application/json.', extensions: { code: 'BAD_REQUEST' } }],
        });
      }
    });
  });

  describe('requests', () => {
    it('serves queries over GET and POST', async () => {
      for (const response of [await post({ query: QUERY }), await get({ query: QUERY })]) {
        expect(response.status).toBe(200);
        expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
      }
    });

    it('takes variables, operation names and extensions over GET', async () => {
      const response = await get({
        query: 'query A { anonymous } query B ($t: ID!) { payment(token: $t) { token } }',
        operationName: 'B',
        variables: JSON.stringify({ t: '5' }),
        extensions: '{}',
      });
      expect(await response.json()).toEqual({ data: { payment: { token: '5' } } });
    });

    it('never runs a mutation over GET', async () => {
      const response = await get({ query: 'mutation { pay(token: "1") { token } }' }, { authorization: 'Bearer PSP.1' });
      expect(response.status).toBe(405);
      expect(response.headers.get('allow')).toBe('POST');
      expect(await response.json()).not.toHaveProperty('data');
    });

    it('says where subscriptions are served', async () => {
      const response = await post({ query: 'subscription { paymentEvents { cursor } }' });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'SUBSCRIPTION_NEEDS_WEBSOCKET' } }] });
      expect((await get({ query: 'subscription { paymentEvents { cursor } }' })).status).toBe(405);
    });

    it.each(['PUT', 'PATCH', 'DELETE'])('does not serve %s', async (method) => {
      const response = await send({ method });
      expect(response.status).toBe(405);
      expect(response.headers.get('allow')).toBe('GET, POST');
    });

    it.each([
      ['no query', {}],
      ['a query that is not text', { query: { obj: 'ect' } }],
      ['a query that is a list', { query: ['array'] }],
      ['a query that is a number', { query: 7 }],
      ['an operation name that is not text', { query: QUERY, operationName: { obj: 'ect' } }],
      ['variables that are text', { query: QUERY, variables: '{}' }],
      ['variables that are a list', { query: QUERY, variables: ['array'] }],
      ['extensions that are text', { query: QUERY, extensions: '{}' }],
      ['extensions that are a list', { query: QUERY, extensions: ['array'] }],
      ['a document id that is no hash', { documentId: 'sha256:short' }],
      ['no object', 'null'],
      ['no JSON', '{ "not a JSON'],
      ['nothing', ''],
    ])('refuses %s with 400', async (_what, body) => {
      for (const accept of [RESPONSE_JSON, 'application/json']) {
        const response = await post(body, { accept });
        expect(response.status).toBe(400);
        expect(response.headers.get('content-type')).toContain(accept);
        const answer = (await response.json()) as { errors: { extensions: unknown }[] };
        expect(answer).not.toHaveProperty('data');
        expect(answer.errors[0]?.extensions).toEqual({ code: 'BAD_REQUEST' });
      }
    });

    it('takes null where a member may be absent', async () => {
      const response = await post({ query: QUERY, variables: null, operationName: null, extensions: null });
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
    });

    it.each([
      ['a document that cannot be parsed', '{', 'GRAPHQL_PARSE_FAILED'],
      ['a document that is not valid', '{ 8f31403dfe404bccbb0e835f2629c6a7 }', 'GRAPHQL_PARSE_FAILED'],
      ['an unknown field', '{ doesNotExist }', 'GRAPHQL_VALIDATION_FAILED'],
      ['an unknown operation', { query: 'query A { anonymous }', operationName: 'B' }, 'OPERATION_RESOLUTION_FAILURE'],
      ['several operations and no name', 'query A { anonymous } query B { anonymous }', 'OPERATION_RESOLUTION_FAILURE'],
      [
        'a variable of the wrong type',
        { query: 'query ($n: Int) { payments(first: $n) { totalCount } }', variables: { n: 'x' } },
        'BAD_USER_INPUT',
      ],
    ])('answers %s with 400 and no data', async (_what, given, code) => {
      const response = await post(typeof given === 'string' ? { query: given } : given, { accept: RESPONSE_JSON });
      expect(response.status).toBe(400);
      const answer = (await response.json()) as { errors: { extensions: { code: string } }[] };
      expect(answer).not.toHaveProperty('data');
      expect(answer.errors[0]?.extensions.code).toBe(code);
    });

    it('answers with data and errors with 200', async () => {
      const response = await post({ query: '{ anonymous fail(how: "crash") }' }, { accept: RESPONSE_JSON });
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({ data: { anonymous: true, fail: null }, errors: [{}] });
    });
  });

  describe('browsers', () => {
    it('cannot send a query from another site without asking first', async () => {
      const response = await send({}, `?${new URLSearchParams({ query: QUERY })}`);
      expect(response.status).toBe(400);
      expect(await response.text()).toContain('Cross-Site');
    });

    it('do not keep answers', async () => {
      expect((await post({ query: QUERY })).headers.get('cache-control')).toBe('no-store');
    });
  });

  it('does not read query plans out to who asks for them', async () => {
    const response = await post(
      { query: '{ anonymous }' },
      { 'apollo-query-plan-experimental': '1', 'apollo-federation-include-trace': 'ftv1' },
    );
    expect(await response.json()).toEqual({ data: { anonymous: true } });
  });

  it('names its request and carries the trace on', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    fixture.world.contexts.length = 0;
    for (const headers of [{ traceparent }, { traceparent: 'nonsense' }])
      await post({ query: '{ payment(token: "1") { notice { title } } }' }, headers);
    const [first, second] = fixture.world.contexts;
    expect(first?.request.traceparent).toBe(traceparent);
    expect(second?.request.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(first?.request.id).not.toBe(second?.request.id);
  });
});

describe('a closed schema', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await startFixture('in-process', { introspection: false, graphiql: false });
  });
  afterAll(() => fixture.close());

  it('is not told, and not hinted at', async () => {
    const introspected = await fixture.gateway.execute({ query: '{ __schema { types { name } } }' });
    expect(introspected.errors?.[0]?.extensions).toEqual({ code: 'GRAPHQL_VALIDATION_FAILED' });
    const typo = await fixture.gateway.execute({ query: '{ paymen(token: "1") { token } }' });
    expect(typo.errors?.[0]?.message).toBe('Cannot query field "paymen" on type "Query".');
    expect((await fetch(fixture.url, { headers: { accept: 'text/html' } })).headers.get('content-type')).not.toContain('html');
  });
});
