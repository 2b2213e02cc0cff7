import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMetrics } from '@nodo-aperto/kernel/metrics';
import { testLogger } from '@nodo-aperto/kernel/testing';
import { manualClock } from '@nodo-aperto/kernel/time';
import { createGateway } from '../src/index.ts';
import { type Fixture, post, SHAPES, startFixture } from './support/fixture.ts';
import { composeToys, type ToyName, toySchemas, ToyWorld } from './support/toys.ts';

describe.each(SHAPES)('roles over subgraphs %s', (shape) => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await startFixture(shape);
  });
  afterAll(() => fixture.close());

  it.each([
    ['a field of Query', '{ ledger }', undefined, 401, 'UNAUTHENTICATED', 'Query.ledger needs an access token of role OPERATOR.'],
    ['a field of Query', '{ anonymous ledger }', 'EC.7', 403, 'FORBIDDEN', "Query.ledger is for role OPERATOR; the token's role is EC."],
    ['a field of an entity', '{ payment(token: "1") { internalNote } }', 'EC.7', 403, 'FORBIDDEN', 'Payment.internalNote'],
    [
      'a field inside fragments',
      '{ payment(token: "1") { ... on Payment { ...F } } } fragment F on Payment { internalNote }',
      'EC.7',
      403,
      'FORBIDDEN',
      'Payment.internalNote',
    ],
    ['a mutation', 'mutation { pay(token: "1") { token } }', 'EC.7', 403, 'FORBIDDEN', 'OPERATOR or PSP'],
    ['a field of an interface that one of its types restricts', '{ registry { name } }', 'EC.7', 403, 'FORBIDDEN', 'Bank.name'],
  ])('are asked for by %s', async (_what, query, token, status, code, message) => {
    const answer = await post(fixture.url, { query }, token ? { token } : {});
    expect(answer.status).toBe(status);
    expect(answer.body.data).toBeUndefined();
    expect(answer.body.errors).toHaveLength(1);
    expect(answer.body.errors?.[0]?.extensions).toMatchObject({ code });
    expect(answer.body.errors?.[0]?.message).toContain(message);
  });

  it('open the field to each of them', async () => {
    for (const token of ['PSP.1', 'OPERATOR']) {
      expect((await post(fixture.url, { query: 'mutation { pay(token: "1") { token } }' }, { token })).body).toEqual({
        data: { pay: { token: '1' } },
      });
    }
    expect(
      (await post(fixture.url, { query: '{ ledger payment(token: "1") { internalNote } }' }, { token: 'OPERATOR' })).body.errors,
    ).toBeUndefined();
    expect((await post(fixture.url, { query: '{ registry { name } }' }, { token: 'PSP.1' })).body.data).toEqual({
      registry: [{ name: 'Banca di Prova' }, { name: 'Ada' }],
    });
  });

  it('are not asked for by the other fields', async () => {
    expect((await post(fixture.url, { query: '{ payment(token: "1") { token } registry { __typename } }' })).body.errors).toBeUndefined();
  });

  it.each(['Bearer nonsense', 'Basic abc', 'Bearer', ''])(
    'are never guessed: the header "%s" is refused with 401',
    async (authorization) => {
      const answer = await post(fixture.url, { query: '{ anonymous }' }, { headers: { authorization } });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toContain('Bearer');
      expect(answer.body.errors?.[0]?.extensions).toEqual({ code: 'UNAUTHENTICATED' });
    },
  );

  it('hold for execute() and subscribe() too', async () => {
    expect((await fixture.gateway.execute({ query: '{ ledger }' })).errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' });
    const refused = await fixture.gateway.subscribe({ query: 'subscription { ledgerEvents { cursor } }' });
    expect(refused).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  });
});

describe('a gateway without authentication', () => {
  it('asks for no role and reads no token', async () => {
    const schemas = toySchemas(new ToyWorld());
    const gateway = await createGateway({
      supergraphSdl: composeToys(),
      transports: (name) => ({
        kind: 'in-process',
        schema: schemas[name as ToyName],
        context: (principal, request) => ({ principal, request }),
      }),
      verify: 'no-auth',
      clock: manualClock(),
      log: testLogger(),
      metrics: createMetrics('gateway'),
      introspection: true,
      graphiql: false,
    });
    expect(await gateway.execute({ query: '{ ledger anonymous }' })).toEqual({ data: { ledger: 'all of it', anonymous: true } });
    await gateway.stop();
  });
});
