/**
 * Measures what the gateway adds: CPU of a persisted query through it against the same query given to the subgraph itself.
 *
 *   npm run bench -- gateway [--requests 4000] [--only page]
 *
 * The subgraphs are in this process and do no work of their own (no database), so that what remains is GraphQL: the ratio is the worst that
 * a client can see. One request runs at a time, `direct` and `gateway` take turns, and the median of the rounds is what counts: CPU time of
 * this process, which other programs on the machine hardly change.
 */
import { createHash } from 'node:crypto';
import { parseArgs } from 'node:util';
import { execute, parse } from 'graphql';
import { realClock } from '@nodo-aperto/kernel/time';
import { createLogger } from '@nodo-aperto/kernel/logging';
import { createMetrics } from '@nodo-aperto/kernel/metrics';
import { createGateway } from '../src/index.ts';
import { composeToys, type ToyName, toySchemas, ToyWorld } from '../test/support/toys.ts';

const { values } = parseArgs({ options: { requests: { type: 'string', default: '4000' }, only: { type: 'string', default: '' } } });
const REQUESTS = Math.min(100_000, Math.max(100, Number(values.requests)));
const ROUNDS = 7;
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** What is asked, from the smallest answer there is to a page. */
const QUERIES: readonly { name: string; subgraph: ToyName; text: string; variables: Record<string, unknown> }[] = [
  {
    name: 'one field of one object',
    subgraph: 'payments',
    text: 'query One($token: ID!) { payment(token: $token) { amount } }',
    variables: { token: '1' },
  },
  {
    name: 'a page of 20, four fields each',
    subgraph: 'payments',
    text: 'query Page($first: Int!) { payments(first: $first) { edges { cursor node { token amount notice { number } } } totalCount } }',
    variables: { first: 20 },
  },
];

const clock = realClock();
const schemas = toySchemas(new ToyWorld());
const documents = new Map(QUERIES.map(({ text }) => [createHash('sha256').update(text).digest('hex'), text]));
const principal = { subject: 'bench', role: 'OPERATOR' as const, expiresAt: Number.MAX_SAFE_INTEGER };
const request = { id: 'bench', traceparent: `00-${'1'.repeat(32)}-${'1'.repeat(16)}-01` };
const gateway = await createGateway({
  supergraphSdl: composeToys(),
  transports: (name) => ({ kind: 'in-process', schema: schemas[name as ToyName], context: () => ({ principal, request }) }),
  verify: async () => principal,
  clock,
  log: createLogger({ service: 'bench', level: 'error' }),
  metrics: createMetrics('gateway'),
  persistedDocuments: documents,
  onlyPersisted: true,
  introspection: false,
  graphiql: false,
});

/** CPU microseconds of one call, over many. */
async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  for (let index = 0; index < REQUESTS; index += 1) await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / REQUESTS;
}

const median = (figures: readonly number[]): number => figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? Number.NaN;

say(`${ROUNDS} rounds of ${REQUESTS} requests, CPU µs per request (median)`);
for (const [hash, text] of documents) {
  const query = QUERIES.find((each) => each.text === text);
  if (!query?.name.includes(values.only)) continue;
  const { name, subgraph, variables } = query;
  const document = parse(text, { noLocation: true });
  const direct = async (): Promise<string> =>
    JSON.stringify(await execute({ schema: schemas[subgraph], document, variableValues: variables, contextValue: { principal, request } }));
  const extensions = { persistedQuery: { version: 1, sha256Hash: hash } };
  const through = async (): Promise<string> => JSON.stringify(await gateway.execute({ variables, extensions, principal, request }));
  if ((await direct()) !== (await through())) throw new Error(`The gateway answers otherwise than the subgraph: ${await through()}`);
  const [own, whole]: [number[], number[]] = [[], []];
  await cpuOf(direct);
  await cpuOf(through);
  for (let round = 0; round < ROUNDS; round += 1) {
    own.push(await cpuOf(direct));
    whole.push(await cpuOf(through));
  }
  const ratio = median(whole) / median(own);
  say(
    `  ${name.padEnd(34)} direct ${median(own).toFixed(0).padStart(5)}  gateway ${median(whole).toFixed(0).padStart(5)}  ratio ${ratio.toFixed(2)}`,
  );
}
await gateway.stop();
