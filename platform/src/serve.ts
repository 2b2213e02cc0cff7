/** `platform serve <service>`: one service to a process; the gateway calls the others over HTTP and one websocket each. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createGateway, routingUrls } from '@nodo-aperto/gateway';
import { assertPortFree, createHttpService, measureRequests } from '@nodo-aperto/kernel/http';
import { createMetrics } from '@nodo-aperto/kernel/metrics';
import { hostSubgraphs, serveSubgraph } from '@nodo-aperto/kernel/subgraph';
import { shareClock } from '@nodo-aperto/kernel/test-clock';
import { CommandError } from './failure.ts';
import { type Foundation, identityUrl, layFoundation } from './foundation.ts';
import { gatewaySettings } from './gateway-settings.ts';
import { hostOptions } from './host-options.ts';
import { httpSettings } from './http-settings.ts';
import { openIdentity } from './identity/index.ts';
import { Lifecycle } from './lifecycle.ts';
import { DEFAULT_PORT } from './options.ts';
import { registerControlRoom } from './pages/control-room.ts';
import { persistedDocuments } from './persisted-documents.ts';
import { SUBGRAPH_PORTS, SUBGRAPHS } from './subgraphs.ts';

export interface ServeOptions {
  port?: number;
  host: string;
  data: string;
  supergraph?: string;
  /** False with `--no-auth`. */
  auth: boolean;
  testClock?: boolean;
}

/** Runs the service until a signal comes. */
export async function serve(service: string, options: ServeOptions): Promise<void> {
  const known = [...SUBGRAPHS.map(({ name }) => name as string), 'gateway'];
  if (!known.includes(service)) throw new CommandError(`There is no service "${service}"; expected one of ${known.join(', ')}.`);
  if (service !== 'gateway' && (options.supergraph !== undefined || !options.auth))
    throw new CommandError('--supergraph and --no-auth are for "serve gateway" only.');
  const foundation = await layFoundation({ service, folder: options.data, testClock: options.testClock === true });
  const lifecycle = new Lifecycle(foundation.log);
  lifecycle.endOnSignals((signal) => process.stderr.write(`\n${signal} received: finishing what runs …\n`));
  try {
    const port = await (service === 'gateway'
      ? serveGateway(options, foundation, lifecycle)
      : serveOne(service, options, foundation, lifecycle));
    process.stdout.write(`The service ${service} listens at http://${options.host}:${port}.\n`);
  } catch (error) {
    await lifecycle.end();
    throw error;
  }
}

async function serveOne(service: string, options: ServeOptions, foundation: Foundation, lifecycle: Lifecycle): Promise<number> {
  const port = options.port ?? SUBGRAPH_PORTS[service] ?? 0;
  await assertPortFree({ host: options.host, port });
  const database = await foundation.openDatabase();
  lifecycle.onEnd('the database', () => database.end());
  const hosting = await hostSubgraphs(
    SUBGRAPHS.filter(({ name }) => name === service),
    { ...(await hostOptions(foundation, identityUrl(foundation, identityBase(SUBGRAPH_PORTS['onboarding'])))), databaseUrl: database.url },
  );
  lifecycle.onEnd('the subgraph', () => hosting.stop());
  const http = createHttpService({ log: foundation.log, random: foundation.random, ...httpSettings(foundation.environment) });
  const [hosted] = hosting.subgraphs;
  if (!hosted) throw new Error(`The subgraph ${service} was not hosted.`);
  const processMetrics = createMetrics(service, { process: true });
  measureRequests(http.app, processMetrics);
  for (const metrics of [processMetrics, ...hosted.metrics]) http.addMetrics(metrics);
  http.addHealthCheck({ name: hosted.name, check: () => hosted.ready() });
  for (const edge of hosted.edges) await edge.register(http.app);
  // Who logs in and for whom is onboarding's to say: the identity provider goes with it.
  if (service === 'onboarding' && !foundation.environment.NODO_OIDC_ISSUER) {
    const url = identityUrl(foundation, identityBase(port));
    const identity = await openIdentity({ foundation, databaseUrl: database.url, onboarding: hosted, url });
    lifecycle.onEnd('the identity provider', () => identity.stop());
    await identity.register(http.app);
  }
  const serving = await serveSubgraph(http.app, hosted, await foundation.sealer());
  lifecycle.onEnd('the server', () => http.close());
  lifecycle.onEnd('the graph', () => serving.stop());
  return http.listen({ host: options.host, port });
}

async function serveGateway(options: ServeOptions, foundation: Foundation, lifecycle: Lifecycle): Promise<number> {
  const port = options.port ?? DEFAULT_PORT;
  await assertPortFree({ host: options.host, port });
  await followTestClock(foundation, lifecycle);
  const supergraphSdl = await readSupergraph(options.supergraph);
  const urls = new Map([...routingUrls(supergraphSdl), ...givenUrls(foundation.environment.SUBGRAPH_URLS)]);
  const metrics = createMetrics('gateway', { process: true });
  const identity = identityUrl(foundation, identityBase(SUBGRAPH_PORTS['onboarding']));
  const verifier = options.auth ? await foundation.verifier(identity) : undefined;
  const production = foundation.environment.NODE_ENV === 'production';
  const gateway = await createGateway({
    supergraphSdl,
    transports: (name, routingUrl) => ({ kind: 'http', url: urls.get(name) ?? routingUrl ?? '' }),
    verify: verifier ? (token) => verifier.verify(token) : 'no-auth',
    sealer: await foundation.sealer(),
    clock: foundation.clock,
    log: foundation.log,
    metrics,
    persistedDocuments: await persistedDocuments(),
    ...gatewaySettings(foundation.environment),
    introspection: !production || !options.auth,
    graphiql: !production,
  });
  const http = createHttpService({ log: foundation.log, random: foundation.random, ...httpSettings(foundation.environment) });
  http.addMetrics(metrics);
  await gateway.register(http.app);
  registerControlRoom(http.app, { log: foundation.log, simulation: false });
  lifecycle.onEnd('the server', () => http.close());
  // Its websockets are ended before the server waits for its connections.
  lifecycle.onEnd('the gateway', () => gateway.stop());
  return http.listen({ host: options.host, port });
}

/** The gateway has no tables; what it needs the database for is platform time where that can be moved. */
async function followTestClock(foundation: Foundation, lifecycle: Lifecycle): Promise<void> {
  const { testClock: clock, log } = foundation;
  if (!clock) return;
  const database = await foundation.openDatabase();
  lifecycle.onEnd('the database', () => database.end());
  const shared = await shareClock({ url: database.url, clock, log });
  lifecycle.onEnd('the test clock', async () => shared[Symbol.asyncDispose]());
}

function identityBase(port: number | undefined): string {
  return `http://127.0.0.1:${port}`;
}

async function readSupergraph(file: string | undefined): Promise<string> {
  if (file === undefined) return readFile(fileURLToPath(new URL('../../schema/supergraph.graphql', import.meta.url)), 'utf8');
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(`The supergraph ${file} cannot be read (${error.code}).`);
  });
}

function givenUrls(pairs: string | undefined): [string, string][] {
  return (pairs ?? '')
    .split(',')
    .filter((pair) => pair.includes('='))
    .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]);
}
