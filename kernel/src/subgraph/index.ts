/** What a subgraph is and how it is hosted. */
export type { Edge, HostedSubgraph, HostOptions, RunningSubgraph, SubgraphDefinition, SubgraphHost } from './definition.ts';
export { type Hosting, hostSubgraphs, type HostSubgraphsOptions } from './host.ts';
export { serveSubgraph, type SubgraphServing } from './serve.ts';
