/** A subgraph in this process: its schema executes the documents of the query plans, each parsed once. */
import { createSourceEventStream, type DocumentNode, execute, type ExecutionResult, GraphQLError, parse, validate } from 'graphql';
import { type Clock, DeadlineExceededError } from '@nodo-aperto/kernel/time';
import { unavailable } from '../errors.ts';
import { LeastRecentlyUsed } from '../lru.ts';
import type { GatewayContext, InProcessTransport } from '../options.ts';
import type { FetchRequest, FetchResponse, SubgraphClient } from './subgraph-client.ts';

/** Characters of plan documents that are kept parsed, per subgraph. */
const KEPT_CHARACTERS = 1024 * 1024;
/** What a document counts at least: parsed, the shortest one takes some kilobytes. */
const LEAST_WEIGHT = 1_024;

export function inProcessClient(options: {
  name: string;
  transport: InProcessTransport;
  timeoutMs: number;
  networkClock: Clock;
}): SubgraphClient {
  const { name, transport, timeoutMs, networkClock } = options;
  const { schema } = transport;
  const parsed = new LeastRecentlyUsed<DocumentNode>(KEPT_CHARACTERS);

  const documentOf = (text: string): DocumentNode => {
    const known = parsed.get(text);
    if (known) return known;
    const document = parse(text, { noLocation: true });
    const errors = validate(schema, document);
    // The gateway knows scalars by name only: what a client wrote in its place is checked here first.
    const [mistake] = errors;
    if (mistake && errors.every(({ extensions }) => extensions.code === 'BAD_USER_INPUT')) {
      throw new GraphQLError(mistake.message, { extensions: { code: 'BAD_USER_INPUT' } });
    }
    // The plan was made for the supergraph: a subgraph that does not understand it is not the one that was composed.
    if (errors.length > 0)
      throw new Error(`The subgraph ${name} is not the one in the supergraph: ${errors.map(({ message }) => message).join(' ')}`);
    parsed.set(text, document, Math.max(LEAST_WEIGHT, text.length));
    return document;
  };

  // A context of its own for each execution, as a subgraph behind HTTP has: loaders must not remember what a mutation or an event changed.
  const run = async (request: FetchRequest, context: GatewayContext, rootValue?: unknown): Promise<ExecutionResult> =>
    execute({
      schema,
      document: documentOf(request.query),
      variableValues: request.variables,
      operationName: request.operationName,
      contextValue: await transport.context(context.principal, context.request),
      rootValue,
    });
  // Nothing here listens to a signal: only the wait ends.
  const within = <Result>(what: string, work: () => Promise<Result>): Promise<Result> =>
    new Promise((resolve, reject) => {
      const patience = networkClock.deadline(timeoutMs, () => reject(unavailable(new DeadlineExceededError(what, timeoutMs))));
      work()
        .finally(() => patience[Symbol.dispose]())
        .then(resolve, reject);
    });

  return {
    fetch: (request, context) => within(`the subgraph ${name}`, () => run(request, context)) as Promise<FetchResponse>,
    async subscribe(request, context) {
      const source = await within(`the subgraph ${name}`, async () =>
        createSourceEventStream({
          schema,
          document: documentOf(request.query),
          variableValues: request.variables,
          operationName: request.operationName,
          contextValue: await transport.context(context().principal, context().request),
        }),
      );
      if (!(Symbol.asyncIterator in source)) return source as FetchResponse;
      const events = source[Symbol.asyncIterator]();
      return {
        async next() {
          const event = await events.next();
          if (event.done) return { done: true, value: undefined };
          return { done: false, value: (await within(`an event of ${name}`, () => run(request, context(), event.value))) as FetchResponse };
        },
        async return() {
          await events.return?.();
          return { done: true, value: undefined };
        },
      };
    },
    close: async () => {},
  };
}
