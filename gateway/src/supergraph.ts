/** The supergraph as the gateway needs it: the API's schema, the planner for subscriptions, and where the subgraphs are. */
import { type Schema, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import { type GraphQLSchema, Kind, parse } from 'graphql';

export interface LoadedSupergraph {
  /** What clients see, as graphql-js knows it. */
  apiSchema: GraphQLSchema;
  /** The same, as the planner knows it. */
  plannerSchema: Schema;
  readonly supergraphSchema: GraphQLSchema;
  readonly planner: QueryPlanner;
  /** Names of the subgraphs as query plans use them. */
  subgraphs: readonly { name: string; url: string | undefined }[];
}

/**
 * @param trusted it was composed together with this gateway: it is not validated again
 * @throws Error when the text is not a supergraph that this version of the planner can read
 */
export function loadSupergraph(supergraphSdl: string, trusted = false): LoadedSupergraph {
  const supergraph = Supergraph.build(parse(supergraphSdl, { noLocation: true }), { validateSupergraph: !trusted });
  const plannerSchema = supergraph.apiSchema();
  let supergraphSchema: GraphQLSchema | undefined;
  let planner: QueryPlanner | undefined;
  return {
    apiSchema: plannerSchema.toGraphQLJSSchema(),
    plannerSchema,
    // These two take some tenths of a second each, which a start does not wait for: the first operation makes them.
    get supergraphSchema() {
      return (supergraphSchema ??= supergraph.schema.toGraphQLJSSchema());
    },
    get planner() {
      return (planner ??= new QueryPlanner(supergraph));
    },
    subgraphs: supergraph.subgraphsMetadata().map(({ name, url }) => ({ name, url: url || undefined })),
  };
}

/** The routing URLs that are written in a supergraph, by subgraph; a subgraph without one is left out. */
export function routingUrls(supergraphSdl: string): Map<string, string> {
  const urls = new Map<string, string>();
  for (const definition of parse(supergraphSdl, { noLocation: true }).definitions) {
    if (definition.kind !== Kind.ENUM_TYPE_DEFINITION || definition.name.value !== 'join__Graph') continue;
    for (const { directives = [] } of definition.values ?? []) {
      const graph = directives.find(({ name }) => name.value === 'join__graph');
      const text = (argument: string): string => {
        const value = graph?.arguments?.find(({ name }) => name.value === argument)?.value;
        return value?.kind === Kind.STRING ? value.value : '';
      };
      if (text('url') !== '') urls.set(text('name'), text('url'));
    }
  }
  return urls;
}
