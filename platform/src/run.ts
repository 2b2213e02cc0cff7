/** Puts the platform together on an open database: subgraphs, gateway, edges, identity provider, pages, simulation. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createGateway, type Gateway } from '@nodo-aperto/gateway';
import { createHttpService, type HttpService } from '@nodo-aperto/kernel/http';
import { createMetrics, type Metrics } from '@nodo-aperto/kernel/metrics';
import { type HostedSubgraph, type Hosting, hostSubgraphs } from '@nodo-aperto/kernel/subgraph';
import { banner, readyClaims } from './banner.ts';
import { type DatabaseAddress, type Foundation, identityUrl } from './foundation.ts';
import { gatewaySettings } from './gateway-settings.ts';
import { hostOptions } from './host-options.ts';
import { httpSettings } from './http-settings.ts';
import { PORTAL_CLIENT } from './identity/clients.ts';
import { appointDemoUsers } from './identity/demo-users.ts';
import { openIdentity } from './identity/index.ts';
import type { Lifecycle } from './lifecycle.ts';
import { importDirectory } from './operator.ts';
import { registerControlRoom } from './pages/control-room.ts';
import { persistedDocuments } from './persisted-documents.ts';
import { openSimulation, shownParties } from './simulation.ts';
import type { StartOptions } from './start.ts';
import { SUBGRAPHS } from './subgraphs.ts';
import { giveBackMemory } from './tidy.ts';

/** What a start has so far. */
export interface Opened {
  readonly options: StartOptions;
  readonly port: number;
  /** Text of the directory file that was given. */
  readonly directory: string | undefined;
  readonly foundation: Foundation;
  readonly lifecycle: Lifecycle;
  readonly database: DatabaseAddress;
}

/** Resolves when the platform answers. */
export async function run({ options, port, directory, foundation, lifecycle, database }: Opened): Promise<void> {
  const { log, random } = foundation;
  const { host } = options;
  const http = createHttpService({ log, random, ...httpSettings(foundation.environment) });
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
    trustedSupergraph: true,
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
