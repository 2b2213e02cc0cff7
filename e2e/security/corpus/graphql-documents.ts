/** Hostile GraphQL documents, and hostile requests around harmless ones. */
import { getIntrospectionQuery } from 'graphql';
import { type Attack, ask, type Body, repeat, type Target } from './attack.ts';

const page = (first: number) => `payments(first: ${first}) { edges { node { paymentToken status amount } } }`;
const fragments = (count: number, body: (index: number) => string) =>
  repeat(count, (index) => `fragment F${index} on Query { ${body(index)} }`);
const activation = 'activatePaymentNoticeV2(input: $input) { outcome }';
const types = '__schema { types { fields { type { fields { type { fields { type { name } } } } } } } }';

/** Sent as a known caller, as JSON. */
function document(name: string, query: string, says: RegExp, variables?: unknown, more?: object): Attack {
  return {
    name,
    codes: [400],
    says,
    send: (target) => ask(`${target.baseUrl}/graphql`, json(target, { query, variables, ...more })),
  };
}

function json({ token }: Pick<Target, 'token'>, body: unknown): RequestInit {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  };
}

export const DOCUMENTS: readonly Attack[] = [
  // Aliases and repeated fields.
  document('500 aliases of a list of a thousand', `{ ${repeat(500, (index) => `a${index}: ${page(1000)}`)} }`, /TOKEN_LIMIT/),
  document('60 aliases of a field', `{ settings { ${repeat(60, (index) => `a${index}: tokenDurationMs`)} } }`, /ALIAS_LIMIT/),
  document(
    'one activation tried under 30 aliases',
    `mutation ($input: ActivatePaymentNoticeV2Input!) { ${repeat(30, (index) => `a${index}: ${activation}`)} }`,
    /ROOT_FIELD_LIMIT/,
  ),
  document('one field five thousand times', `{ ${repeat(5_000, () => '__typename')} }`, /TOKEN_LIMIT/),
  document('one field nine hundred times', `{ ${repeat(900, () => 'settings')} }`, /ROOT_FIELD_LIMIT/),
  document('aliases hidden in fragments', `{ ${repeat(60, () => '...F')} } fragment F on Query { x: __typename }`, /LIMIT/),
  // Depth.
  document('21 levels of fields', `{ ${'payments { edges { node '.repeat(7)}${'} } }'.repeat(7)} }`, /GRAPHQL_PARSE_FAILED/),
  document(
    'a cycle of entities followed 30 levels down',
    `{ creditorInstitutions { edges { node { ${'payments { edges { node { creditor { '.repeat(6)} name ${'} } } } '.repeat(6)} } } } }`,
    /DEPTH_LIMIT/,
  ),
  document('a hundred thousand open braces', `{ ${'{'.repeat(100_000)}`, /GRAPHQL_PARSE_FAILED|TOKEN_LIMIT/),
  document('six hundred brackets in a value', `{ settings(x: ${'['.repeat(600)}${']'.repeat(600)}) { tokenDurationMs } }`, /GRAPHQL/),
  // Fragments.
  document('fragments that contain one another', `{ ...F0 } ${fragments(2, (index) => `...F${1 - index}`)}`, /GRAPHQL_VALIDATION_FAILED/),
  document('a fragment that contains itself', '{ ...F0 } fragment F0 on Query { ...F0 }', /GRAPHQL_VALIDATION_FAILED/),
  document(
    'thirty fragments that double',
    `{ ...F0 } ${fragments(30, (index) => (index === 29 ? '__typename' : `...F${index + 1} ...F${index + 1}`))}`,
    /FIELD_LIMIT/,
  ),
  document('two hundred fragments that nobody uses', `{ __typename } ${fragments(200, () => '__typename')}`, /GRAPHQL|LIMIT/),
  document('fragments that are not there', `{ ${repeat(300, (index) => `...X${index}`)} }`, /GRAPHQL_VALIDATION_FAILED/),
  document(
    'fragments on types that cannot be',
    `{ ${repeat(100, () => '... on Payment { amount }')} }`,
    /GRAPHQL_VALIDATION_FAILED|ROOT_FIELD_LIMIT/,
  ),
  // Directives and variables.
  document('nine hundred unknown directives', `{ __typename ${repeat(900, () => '@a')} }`, /GRAPHQL_VALIDATION_FAILED/),
  document('one directive two hundred times', `{ __typename ${repeat(200, () => '@skip(if: false)')} }`, /GRAPHQL_VALIDATION_FAILED/),
  document('directives of federation', '{ payment(paymentToken: "x") @join__field(graph: PAYMENTS) { amount } }', /GRAPHQL_VALIDATION/),
  document('incremental delivery', '{ ... @defer { __typename } }', /GRAPHQL_VALIDATION_FAILED/),
  document('three hundred variables', `query (${repeat(300, (index) => `$v${index}: Int`)}) { __typename }`, /GRAPHQL_VALIDATION_FAILED/),
  document('a variable of the wrong type', `query ($n: Int) { payments(first: $n) { totalCount } }`, /GRAPHQL|BAD_USER_INPUT/, {
    n: 'x'.repeat(50_000),
  }),
  document('a page of a thousand million by variable', `query ($n: Int) { ${page(1).replace('1', '$n')} }`, /COST_LIMIT/, {
    n: 1_000_000_000,
  }),
  document('a page of a thousand million by default', `query ($n: Int = 1000000000) { ${page(1).replace('1', '$n')} }`, /COST_LIMIT/),
  document('a number that is none', '{ payments(first: 99999999999999999999) { edges { cursor } } }', /GRAPHQL_VALIDATION_FAILED/),
  // Cost.
  document('pages within pages', `{ creditorInstitutions(first: 1000) { edges { node { ${page(1000)} } } } }`, /COST_LIMIT/),
  document(
    'pages within pages by fragment',
    `{ ...A } fragment A on Query { creditorInstitutions(first: 900) { edges { node { ...B } } } } fragment B on CreditorInstitution { ${page(900)} }`,
    /COST_LIMIT/,
  ),
  // What the schema is.
  document('introspection', getIntrospectionQuery(), /GRAPHQL_VALIDATION_FAILED|LIMIT/),
  document('introspection of one type', '{ __type(name: "Payment") { fields { name } } }', /GRAPHQL_VALIDATION_FAILED/),
  document('introspection in a fragment', '{ ...F } fragment F on Query { __schema { types { name } } }', /GRAPHQL_VALIDATION_FAILED/),
  document('introspection under an alias', '{ x: __schema { queryType { name } } }', /GRAPHQL_VALIDATION_FAILED/),
  document(
    'introspection that multiplies',
    `{ ${types} ${repeat(10, (index) => `a${index}: ${types}`)} }`,
    /GRAPHQL_VALIDATION_FAILED|LIMIT/,
  ),
  document('a subgraph’s schema', '{ _service { sdl } }', /GRAPHQL_VALIDATION_FAILED/),
  document(
    'an entity past its owner',
    'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Payment { amount } } }',
    /GRAPHQL_VALIDATION_FAILED/,
    { r: [{ __typename: 'Payment', paymentToken: 'x' }] },
  ),
  // Operations.
  document(
    'three hundred operations',
    repeat(300, (index) => `query Q${index} { __typename }`),
    /OPERATION_RESOLUTION_FAILURE/,
  ),
  document('an operation that is not there', 'query A { __typename }', /OPERATION_RESOLUTION_FAILURE/, undefined, {
    operationName: 'x'.repeat(50_000),
  }),
  document('a subscription without a socket', 'subscription { paymentEvents { cursor } }', /SUBSCRIPTION_NEEDS_WEBSOCKET/),
  document(
    'a subscription to everything',
    'subscription { paymentEvents { cursor } stationEvents { cursor } }',
    /GRAPHQL_VALIDATION_FAILED/,
  ),
  document('a comment of two hundred thousand characters', `#${'x'.repeat(200_000)}`, /GRAPHQL_PARSE_FAILED/),
  document('characters that no document has', '{ \u0000 \u0007 \ud800 }', /GRAPHQL_PARSE_FAILED/),
  document('a string that never ends', `{ payment(paymentToken: "${'x'.repeat(100_000)}`, /GRAPHQL_PARSE_FAILED/),
  // Persisted documents.
  document('a hash that nobody knows', '', /PERSISTED_QUERY_NOT_FOUND/, undefined, persisted('a'.repeat(64))),
  document('a hash that is none', '', /BAD_REQUEST/, undefined, persisted('../../etc/passwd')),
  document('a hash of another document', '{ __typename }', /BAD_REQUEST/, undefined, persisted('a'.repeat(64))),
];

function persisted(sha256Hash: string): object {
  return { extensions: { persistedQuery: { version: 1, sha256Hash } } };
}

/** Requests that are wrong before their document is. */
const request = (name: string, codes: readonly number[], init: (target: Target) => RequestInit, path = '/graphql'): Attack => ({
  name,
  codes,
  send: (target) => ask(`${target.baseUrl}${path}`, init(target)),
});
const raw =
  (contentType: string, body: string | Uint8Array, more: Record<string, string> = {}) =>
  ({ token }: Target): RequestInit => ({
    method: 'POST',
    headers: { 'content-type': contentType, authorization: `Bearer ${token}`, ...more },
    body: body as Body,
  });
const QUESTION = JSON.stringify({ query: '{ __typename }' });

export const GRAPHQL_REQUESTS: readonly Attack[] = [
  request('a batch of a thousand', [400], (target) =>
    json(
      target,
      Array.from({ length: 1_000 }, () => ({ query: '{ __typename }' })),
    ),
  ),
  request(
    'a mutation over GET',
    [405],
    ({ token }) => ({ headers: { authorization: `Bearer ${token}`, 'apollo-require-preflight': '1' } }),
    `/graphql?query=${encodeURIComponent('mutation { runJob(job: TOKEN_EXPIRY) { state } }')}`,
  ),
  request('a query that another site’s page sends', [400, 415], raw('text/plain', QUESTION)),
  request('a form', [400, 415], raw('application/x-www-form-urlencoded', 'query=%7B__typename%7D')),
  request(
    'an upload',
    [400, 415],
    raw('multipart/form-data; boundary=x', '--x\r\ncontent-disposition: form-data; name="operations"\r\n\r\n{}\r\n--x--'),
  ),
  request('a body of two megabytes', [413], (target) => json(target, { query: `{ __typename } #${'x'.repeat(2 * 1024 * 1024)}` })),
  request('half a body', [400], (target) => json(target, '{"query": "{ __ty')),
  request('an empty body', [400], (target) => json(target, '')),
  request('lists in lists, a hundred thousand deep', [200, 400, 413], (target) =>
    json(target, `{"query":"{ __typename }","variables":{"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`),
  ),
  request('lists in lists, in chunks of unknown length', [200, 400, 413], (target) => ({
    ...json(target, ''),
    body: new Blob([`{"query":"{ __typename }","variables":{"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`]).stream(),
    duplex: 'half',
  })),
  request('the prototype as a variable', [400], (target) =>
    json(target, '{"query":"{ __typename }","variables":{"__proto__":{"role":"OPERATOR"}}}'),
  ),
  request('the constructor as a variable', [400], (target) =>
    json(target, '{"query":"{ __typename }","constructor":{"prototype":{"role":"OPERATOR"}}}'),
  ),
  request('a query that is a number', [400], (target) => json(target, { query: 42 })),
  request('a query that is an object', [400], (target) => json(target, { query: { toString: 'x' } })),
  request('a token of eight kilobytes', [401, 431], () => json({ token: 'x'.repeat(8_000) }, QUESTION)),
  request('a token that nobody signed', [401], () =>
    json({ token: 'eyJhbGciOiJub25lIn0.eyJyb2xlIjoiT1BFUkFUT1IiLCJzdWIiOiJ4IiwiZXhwIjo5OTk5OTk5OTk5fQ.' }, QUESTION),
  ),
];
