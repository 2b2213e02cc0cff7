/** Makes a Federation 2 subgraph schema out of type-graphql classes. The only place that knows how the two fit together. */
import 'reflect-metadata';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { printSchemaWithDirectives } from '@graphql-tools/utils';
import { type GraphQLSchema, type GraphQLFieldResolver, Kind, parse, print, visit } from 'graphql';
import { type NonEmptyArray, buildSchema, createResolversMap } from 'type-graphql';
import { authChecker } from './authorization.ts';
import type { SubgraphContext } from './context.ts';
import { runWithTrace } from '../events/index.ts';
import { InvariantError } from '../faults/index.ts';
import { toClientError } from './errors.ts';

/** Finds an entity by its key fields; null when there is none (the fields that asked for it become null). */
export type ReferenceResolver = (
  reference: Record<string, unknown>,
  context: SubgraphContext<never>,
) => Promise<object | null> | object | null;

export interface SubgraphSchemaOptions {
  resolvers: NonEmptyArray<new (...parameters: never[]) => object>;
  /** Types that no field reaches, such as entities known only by reference. */
  orphanedTypes?: (new (
    ...parameters: never[]
  ) => object)[];
  /** One per entity that this subgraph resolves. */
  references: Readonly<Record<string, ReferenceResolver>>;
}

export interface SubgraphSchema {
  schema: GraphQLSchema;
  /** The subgraph's SDL, to be printed to `schema/<name>.graphql` and composed. */
  sdl: string;
}

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@tag", "@provides", "@requires", "@inaccessible"])';

export async function buildSubgraph(options: SubgraphSchemaOptions): Promise<SubgraphSchema> {
  const plain = await buildSchema({
    resolvers: options.resolvers as NonEmptyArray<never>,
    orphanedTypes: (options.orphanedTypes ?? []) as never[],
    authChecker,
    // Never published to: every subscription has a `subscribe` of its own. type-graphql asks for one all the same.
    pubSub: { publish: unusedTopic, subscribe: unusedTopic },
    skipCheck: true,
    validate: false,
  });
  const document = withoutDirectiveDefinitions(printSchemaWithDirectives(plain));
  const resolvers = guarded(createResolversMap(plain) as ResolverMap);
  for (const [entity, resolve] of Object.entries(options.references)) {
    const fields = resolvers[entity];
    if (!fields) throw new Error(`The subgraph has a reference resolver for ${entity}, but no such type.`);
    fields['__resolveReference'] = guardReference(resolve);
  }
  const typeDefs = [parse(LINK, { noLocation: true }), document];
  return {
    schema: buildSubgraphSchema(typeDefs.map((each) => ({ typeDefs: each, resolvers: each === document ? (resolvers as never) : {} }))),
    sdl: `${LINK}\n\n${print(document)}\n`,
  };
}

function unusedTopic(): never {
  throw new InvariantError('A subscription has no subscribe function of its own.');
}

type Resolver = GraphQLFieldResolver<unknown, SubgraphContext>;
type ResolverMap = Record<string, Record<string, unknown>>;

/** type-graphql prints the definitions of the directives it uses; federation brings its own. */
function withoutDirectiveDefinitions(sdl: string) {
  return visit(parse(sdl, { noLocation: true }), {
    [Kind.DIRECTIVE_DEFINITION]: () => null,
    [Kind.SCHEMA_DEFINITION]: () => null,
  });
}

/** Wraps the resolvers of operations and computed fields, so that whatever they throw reaches the client as it should. */
function guarded(map: ResolverMap): ResolverMap {
  for (const [typeName, fields] of Object.entries(map)) {
    if (typeof fields !== 'object' || fields === null || Object.getPrototypeOf(fields) !== Object.prototype) continue;
    for (const [name, value] of Object.entries(fields)) {
      if (name.startsWith('__')) continue;
      if (typeof value === 'function')
        fields[name] = OPERATIONS.has(typeName) ? traced(guard(value as Resolver)) : guard(value as Resolver);
      else if (typeof value === 'object' && value !== null && 'subscribe' in value) {
        const { subscribe, resolve } = value as { subscribe: Resolver; resolve?: Resolver };
        fields[name] = { subscribe: guardSubscribe(subscribe), ...(resolve && { resolve: guard(resolve) }) };
      }
    }
    map[typeName] = fields;
  }
  return map;
}

const OPERATIONS = new Set(['Query', 'Mutation']);

/** Whatever an operation does (events, calls to creditors) belongs to the caller's trace. */
function traced(resolve: Resolver): Resolver {
  return (root, args, context, info) => runWithTrace(context.request.traceparent, () => resolve(root, args, context, info));
}

function guard(resolve: Resolver): Resolver {
  return (root, args, context, info) => {
    try {
      const result: unknown = resolve(root, args, context, info);
      return isPromise(result) ? result.catch((error: unknown) => rethrow(error, context)) : result;
    } catch (error) {
      return rethrow(error, context);
    }
  };
}

function guardSubscribe(subscribe: Resolver): Resolver {
  return async (root, args, context, info) => {
    try {
      return await (subscribe(root, args, context, info) as Promise<unknown>);
    } catch (error) {
      return rethrow(error, context);
    }
  };
}

function guardReference(resolve: ReferenceResolver): ReferenceResolver {
  return async (reference, context) => {
    try {
      const found = await resolve(reference, context);
      // Federation adds `__typename` to what is returned: a copy keeps cached and frozen objects whole.
      return found && { ...found };
    } catch (error) {
      return rethrow(error, context as SubgraphContext);
    }
  };
}

function rethrow(error: unknown, context: SubgraphContext): never {
  throw toClientError(error, context.log, context.request.id);
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as { then?: unknown } | null)?.then === 'function';
}
