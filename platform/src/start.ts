/** `npm start`: the gateway and all six subgraphs in one process, on one port. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createGateway, type Gateway } from '@nodo-aperto/gateway';
import { freePort } from '@nodo-aperto/kernel/database';
import { assertPortFree, createHttpService, type HttpService } from '@nodo-aperto/kernel/http';
import { createMetrics, type Metrics } from '@nodo-aperto/kernel/metrics';
import { type HostedSubgraph, type Hosting, hostSubgraphs } from '@nodo-aperto/kernel/subgraph';
import { banner, readyClaims } from './banner.ts';
import { readDirectoryFile } from './commands/directory.ts';
import { type Foundation, identityUrl, layFoundation } from './foundation.ts';
import { gatewaySettings } from './gateway-settings.ts';
import { hostOptions } from './host-options.ts';
import { PORTAL_CLIENT } from './identity/clients.ts';
import { appointDemoUsers } from './identity/demo-users.ts';
import { openIdentity } from './identity/index.ts';
import { Lifecycle } from './lifecycle.ts';
import { importDirectory } from './operator.ts';
import { registerControlRoom } from './pages/control-room.ts';
import { persistedDocuments } from './persisted-documents.ts';
import { openSimulation, shownParties } from './simulation.ts';
import { SUBGRAPHS } from './subgraphs.ts';
import { giveBackMemory } from './tidy.ts';

export interface StartOptions {
  port: number;
  host: string;
  data: string;
  directory?: string;
  simulation: boolean;
  testClock?: boolean;
}

/** Runs until a signal comes. @throws whatever keeps it from starting, after closing what had been opened */
export async function start(options: StartOptions): Promise<void> {
  const directory = options.directory === undefined ? undefined : await readDirectoryFile(options.directory);
  const foundation = await layFoundation({ service: 'platform', folder: options.data, testClock: options.testClock === true });
  const lifecycle = new Lifecycle(foundation.log);
  lifecycle.endOnSignals((signal) => process.stderr.write(`\n${signal} received: finishing what runs …\n`));
  try {
    await run(options, directory, foundation, lifecycle);
  } catch (error) {
    await lifecycle.end();
    throw error;
  }
}

async function run(options: StartOptions, directory: string | undefined, foundation: Foundation, lifecycle: Lifecycle): Promise<void> {
  const { log, random } = foundation;
  const { host } = options;
  const port = options.port === 0 ? await freePort() : options.port;
  // The port is asked for before anything is written: a second start must not disturb the first one's data.
  await assertPortFree({ host, port });
  const http = createHttpService({ log, random });
  const database = await foundation.openDatabase();
  lifecycle.onEnd('the database', () => database.release());
  const base = `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`;
  const issuer = identityUrl(foundation, base);
  const hosting = await hostSubgraphs(SUBGRAPHS, { ...(await hostOptions(foundation, issuer)), databaseUrl: database.url });
  lifecycle.onEnd('the subgraphs', () => hosting.stop());
  if (directory !== undefined)
    process.stdout.write(`${await importDirectory(subgraph(hosting, 'onboarding'), directory, options.directory ?? '')}\n`);
  const gatewayMetrics = createMetrics('gateway', { process: true });
  const gateway = await openGateway(foundation, hosting, gatewayMetrics, issuer);
  http.addMetrics(gatewayMetrics);
  await assemble(http, gateway, hosting);
  if (!foundation.environment.NODO_OIDC_ISSUER) {
    const parts = { foundation, databaseUrl: database.url, onboarding: subgraph(hosting, 'onboarding'), url: issuer };
    const identity = await openIdentity(parts);
    lifecycle.onEnd('the identity provider', () => identity.stop());
    await identity.register(http.app);
  }
  const demo = options.simulation ? await openSimulation(foundation, http.app, base) : undefined;
  const parties = demo && shownParties(demo);
  if (parties && foundation.environment.NODO_TEST_IDENTITIES) await appointDemoUsers(subgraph(hosting, 'onboarding'), parties);
  registerControlRoom(http.app, {
    log,
    simulation: demo !== undefined,
    ...(!foundation.environment.NODO_OIDC_ISSUER && { login: { issuer, client: PORTAL_CLIENT } }),
    // The tokens that are printed, never in production: whoever can open the page on this machine can read the terminal.
    ...(parties &&
      foundation.environment.NODO_TEST_IDENTITIES &&
      foundation.environment.NODE_ENV !== 'production' && {
        readyTokens: async () => {
          const issuer = await foundation.issuer();
          return Promise.all(readyClaims(parties).map(async (claims) => ({ role: claims.role, token: await issuer.issue(claims) })));
        },
      }),
  });
  lifecycle.onEnd('the server', () => http.close());
  // Its websockets are ended before the server waits for its connections.
  lifecycle.onEnd('the gateway', () => gateway.stop());
  if (demo) lifecycle.onEnd('the simulation', () => demo.stop());
  await http.listen({ host, port });
  process.stdout.write(await banner({ base, foundation, parties, embedded: database.embedded }));
  giveBackMemory();
}

async function openGateway(foundation: Foundation, hosting: Hosting, metrics: Metrics, issuer: string): Promise<Gateway> {
  const verifier = await foundation.verifier(issuer);
  return createGateway({
    supergraphSdl: await readFile(fileURLToPath(new URL('../../schema/supergraph.graphql', import.meta.url)), 'utf8'),
    transports: (name) => {
      const { schema, context, scoped } = subgraph(hosting, name);
      return { kind: 'in-process', schema, context: async (principal, request) => context(await scoped(principal), request) };
    },
    verify: (token) => verifier.verify(token),
    clock: foundation.clock,
    log: foundation.log.child({ subgraph: 'gateway' }),
    metrics,
    persistedDocuments: await persistedDocuments(),
    ...gatewaySettings(foundation.environment),
    introspection: foundation.environment.NODE_ENV !== 'production',
    graphiql: foundation.environment.NODE_ENV !== 'production',
  });
}

async function assemble(http: HttpService, gateway: Gateway, hosting: Hosting): Promise<void> {
  await gateway.register(http.app);
  for (const hosted of hosting.subgraphs) {
    for (const metrics of hosted.metrics) http.addMetrics(metrics);
    http.addHealthCheck({ name: hosted.name, check: () => hosted.ready() });
    for (const edge of hosted.edges) await edge.register(http.app);
  }
}

function subgraph(hosting: Hosting, name: string): HostedSubgraph {
  const found = hosting.subgraphs.find((each) => each.name === name);
  if (!found) throw new Error(`There is no subgraph ${name}.`);
  return found;
}
