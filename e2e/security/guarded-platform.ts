/**
 * The platform as it stands open to the world: all subgraphs, gateway and edges on one port, in this process, set as in production (no
 * introspection, no GraphiQL). What it logs is kept, at the lowest level, and its heap can be measured.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createGateway, type Gateway, type GatewayOptions } from '@nodo-aperto/gateway';
import { embeddedIssuer, type TokenClaims, type TokenIssuer, tokenVerifier } from '@nodo-aperto/kernel/auth';
import { createHttpService } from '@nodo-aperto/kernel/http';
import { createLogger } from '@nodo-aperto/kernel/logging';
import { createMetrics } from '@nodo-aperto/kernel/metrics';
import { cryptographicStream } from '@nodo-aperto/kernel/random';
import { type Hosting, hostSubgraphs } from '@nodo-aperto/kernel/subgraph';
import { testDatabaseUrl } from '@nodo-aperto/kernel/testing';
import { realClock } from '@nodo-aperto/kernel/time';
import { notices } from '@nodo-aperto/notices';
import { onboarding } from '@nodo-aperto/onboarding';
import { payments } from '@nodo-aperto/payments';
import { quality } from '@nodo-aperto/quality';
import { receipts } from '@nodo-aperto/receipts';
import { reporting } from '@nodo-aperto/reporting';

/** The most log that is kept; a test that makes more has another problem. */
const MOST_LOG_LINES = 200_000;

export interface GuardedPlatform extends AsyncDisposable {
  readonly baseUrl: string;
  readonly graphqlUrl: string;
  readonly host: string;
  readonly port: number;
  readonly server: Server;
  readonly gateway: Gateway;
  readonly hosting: Hosting;
  readonly issuer: TokenIssuer;
  /** Every path that answers, as it was registered. */
  readonly routes: readonly string[];
  /** Every line logged so far, as text. */
  readonly logged: readonly string[];
  token(claims: TokenClaims): Promise<string>;
}

export interface GuardedOptions {
  gateway?: Partial<Pick<GatewayOptions, 'limits' | 'rate' | 'allowedOrigins' | 'persistedDocuments' | 'onlyPersisted'>>;
  /** How long a body may take; short here, so that a test of slow ones is not slow itself. */
  bodyTimeoutMs?: number;
  /** How long headers may take. */
  headersTimeoutMs?: number;
  /** As in production, stations on private addresses are refused; a test with stations of its own says true. */
  allowPrivateEndpoints?: boolean;
}

export async function openGuardedPlatform(options: GuardedOptions = {}): Promise<GuardedPlatform> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'nodo-guarded-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const logged: string[] = [];
  const log = createLogger({
    service: 'platform',
    level: 'trace',
    stream: { write: (line) => void (logged.length < MOST_LOG_LINES && logged.push(line)) },
  });
  const [clock, random] = [realClock(), cryptographicStream()];
  const issuer = await embeddedIssuer({ folder, clock, random });
  const verifier = tokenVerifier({ jwks: issuer.jwks(), issuer: issuer.issuer, audience: issuer.audience, clock });
  const hosting = await hostSubgraphs([onboarding, notices, payments, receipts, reporting, quality], {
    databaseUrl: await testDatabaseUrl(),
    clock,
    log,
    random: () => random,
    options: { allowPrivateEndpoints: options.allowPrivateEndpoints ?? true },
  });
  stack.defer(() => hosting.stop());
  const metrics = createMetrics('gateway', { process: true });
  const gateway = await createGateway({
    supergraphSdl: await readFile(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8'),
    transports: (name) => {
      const found = hosting.subgraphs.find((each) => each.name === name);
      if (!found) throw new Error(`There is no subgraph ${name}.`);
      return { kind: 'in-process', schema: found.schema, context: found.context };
    },
    verify: (token) => verifier.verify(token),
    clock,
    log,
    metrics,
    introspection: false,
    graphiql: false,
    ...options.gateway,
  });
  const times = {
    ...(options.bodyTimeoutMs !== undefined && { bodyTimeoutMs: options.bodyTimeoutMs }),
    ...(options.headersTimeoutMs !== undefined && { headersTimeoutMs: options.headersTimeoutMs }),
  };
  const http = createHttpService({ log, random, ...times });
  http.addMetrics(metrics);
  const routes = new Set(['/health/live', '/health/ready', '/metrics']);
  http.app.addHook('onRoute', ({ url }) => void routes.add(url));
  await gateway.register(http.app);
  for (const hosted of hosting.subgraphs) {
    for (const each of hosted.metrics) http.addMetrics(each);
    for (const edge of hosted.edges) await edge.register(http.app);
  }
  const port = await http.listen({ host: '127.0.0.1', port: 0 });
  stack.defer(() => http.close());
  stack.defer(() => gateway.stop());
  const moved = stack.move();
  const baseUrl = `http://127.0.0.1:${port}`;
  return {
    baseUrl,
    graphqlUrl: `${baseUrl}/graphql`,
    host: '127.0.0.1',
    port,
    server: http.app.server,
    gateway,
    hosting,
    issuer,
    routes: [...routes],
    logged,
    token: (claims) => issuer.issue(claims),
    [Symbol.asyncDispose]: () => moved.disposeAsync(),
  };
}

/** Bytes of the heap that are in use after everything that can go has gone. */
export function heapInUse(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let round = 0; round < 3; round += 1) collect();
  return process.memoryUsage().heapUsed;
}
