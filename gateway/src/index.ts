/** The gateway: one federated graph over HTTP and websockets, in front of subgraphs in this process or behind a network. */
export { createGateway } from './gateway.ts';
export type { Gateway, GatewayActivity, GatewayRequest } from './surface.ts';
export {
  DEFAULT_LIMITS,
  type GatewayLimits,
  type GatewayOptions,
  type HttpTransport,
  type InProcessTransport,
  type RequestContext,
  type SubgraphTransport,
} from './options.ts';
export { type RateAllowance } from './limits/index.ts';
export { type GatewayErrorCode } from './errors.ts';
export { routingUrls } from './supergraph.ts';
