/** A gateway over the toys, on a real port, in either shape. */
import type { AddressInfo } from 'node:net';
import fastify, { type FastifyInstance } from 'fastify';
import { principalSealer, type Principal } from '@nodo-aperto/kernel/auth';
import { UnauthenticatedError } from '@nodo-aperto/kernel/faults';
import type { Logger } from '@nodo-aperto/kernel/logging';
import { createMetrics, type Metrics } from '@nodo-aperto/kernel/metrics';
import { testLogger } from '@nodo-aperto/kernel/testing';
import { type ManualClock, manualClock } from '@nodo-aperto/kernel/time';
import { createGateway, type Gateway, type GatewayOptions, routingUrls } from '../../src/index.ts';
import { hostToy, type ToyHost } from './toy-host.ts';
import { composeToys, TOY_NAMES, type ToyName, toySchemas, ToyWorld } from './toys.ts';

export type Shape = 'in-process' | 'http';
export const SHAPES: Shape[] = ['in-process', 'http'];
const SECRET = 'a secret of at least thirty-two characters';

export interface Fixture {
  gateway: Gateway;
  world: ToyWorld;
  clock: ManualClock;
  metrics: Metrics;
  app: FastifyInstance;
  url: string;
  websocketUrl: string;
  /** The toys' servers; empty in process. */
  hosts: Partial<Record<ToyName, ToyHost>>;
  close(): Promise<void>;
}

/** Tokens are the callers themselves: `PSP.60000000001`, `OPERATOR`; `~subject=x` and `~expires=60000` set more. */
function verifierAt(clock: ManualClock): (token: string) => Promise<Principal> {
  return async (token) => {
    const [who = '', ...parts] = token.split('~');
    const [role, tenant] = who.split('.');
    if (!/^(CITIZEN|EC|PSP|PARTNER|OPERATOR)$/.test(role ?? '')) throw new UnauthenticatedError('The access token is not valid.');
    const set = Object.fromEntries(parts.map((part) => part.split('=')));
    const expiresAt = clock.now() + Number(set['expires'] ?? 3_600_000);
    return { subject: set['subject'] ?? who, role: role as Principal['role'], expiresAt, ...(tenant && { tenant }) };
  };
}

export async function startFixture(shape: Shape, options: Partial<GatewayOptions> & { log?: Logger } = {}): Promise<Fixture> {
  const clock = manualClock();
  const world = new ToyWorld();
  const schemas = toySchemas(world);
  const sealer = principalSealer({ secret: SECRET, clock });
  const hosts: Partial<Record<ToyName, ToyHost>> = {};
  const urls: Partial<Record<ToyName, string>> = {};
  if (shape === 'http') {
    for (const name of TOY_NAMES) {
      const host = await hostToy(schemas[name], sealer);
      hosts[name] = host;
      urls[name] = host.url;
    }
  }
  const supergraphSdl = composeToys(urls);
  const known = routingUrls(supergraphSdl);
  const metrics = createMetrics('gateway');
  const gateway = await createGateway({
    supergraphSdl,
    transports: (name) =>
      shape === 'http'
        ? { kind: 'http', url: known.get(name) ?? '' }
        : { kind: 'in-process', schema: schemas[name as ToyName], context: (principal, request) => ({ principal, request }) },
    verify: verifierAt(clock),
    sealer,
    clock,
    log: testLogger(),
    metrics,
    introspection: true,
    graphiql: true,
    ...options,
  });
  const app = fastify({ forceCloseConnections: true });
  await gateway.register(app);
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return {
    gateway,
    world,
    clock,
    metrics,
    app,
    url: `http://127.0.0.1:${port}/graphql`,
    websocketUrl: `ws://127.0.0.1:${port}/graphql`,
    hosts,
    async close() {
      await gateway.stop();
      await app.close();
      await Promise.all(Object.values(hosts).map((host) => host.close()));
    },
  };
}

export interface Answer {
  status: number;
  headers: Headers;
  body: {
    data?: Record<string, unknown> | null;
    errors?: { message: string; path?: (string | number)[]; extensions: Record<string, unknown> }[];
    extensions?: unknown;
  };
}

/** Posts an operation as a client does. */
export async function post(
  url: string,
  body: unknown,
  options: { token?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(options.token && { authorization: `Bearer ${options.token}` }),
      ...options.headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Answer['body'] };
}
