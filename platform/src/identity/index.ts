/** The embedded identity provider, mounted at the path of its own address. */
import { readFileSync } from 'node:fs';
import type { IdentitySource, OnboardingServices } from '@nodo-aperto/onboarding';
import type { HostedSubgraph } from '@nodo-aperto/kernel/subgraph';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Foundation } from '../foundation.ts';
import { registerInteraction } from './interaction.ts';
import { openProvider } from './provider.ts';
import { openStateStore } from './state-store.ts';
import { TEST_IDENTITIES } from './test-identities.ts';

export interface Identity {
  /** Address of the provider, and name of the issuer. */
  readonly url: string;
  register(app: FastifyInstance): Promise<void>;
  stop(): Promise<void>;
}

export interface IdentityOptions {
  readonly foundation: Foundation;
  readonly databaseUrl: string;
  /** The subgraph that knows users and clients. */
  readonly onboarding: HostedSubgraph;
  readonly url: string;
}

/** Opens the provider. Its sessions are in the schema `identity` of the database, its key in the data folder. */
export async function openIdentity(options: IdentityOptions): Promise<Identity> {
  const { foundation, databaseUrl, onboarding, url } = options;
  const { environment, clock } = foundation;
  const log = foundation.log.child({ part: 'identity' });
  const source = sourceOf(onboarding);
  const store = await openStateStore({ databaseUrl, log, clock });
  const provider = await openProvider({
    url,
    folder: foundation.folder,
    cookieSecret: await foundation.secret('identity-cookies'),
    store,
    source,
    clock,
    log,
    redirects: environment.NODO_PORTAL_REDIRECT_URIS,
  });
  const { pathname: path, host, protocol } = new URL(url);
  const identities = environment.NODO_TEST_IDENTITIES ? TEST_IDENTITIES : [];
  const css = readFileSync(new URL('./login.css', import.meta.url), 'utf8');
  const handle = provider.callback();
  /** Hands a request over as it would have come to the provider's own address; what proxies or callers said of the address is not believed. */
  const handOver = (request: FastifyRequest, reply: FastifyReply): void => {
    reply.hijack();
    const { raw } = request;
    raw.headers['x-forwarded-host'] = host;
    raw.headers['x-forwarded-proto'] = protocol.slice(0, -1);
    (raw as { originalUrl?: string }).originalUrl = raw.url ?? '';
    raw.url = (raw.url ?? '').slice(path.length) || '/';
    void handle(raw, reply.raw);
  };
  return {
    url,
    async register(app) {
      await app.register(
        async (scope) => {
          // Bodies are read by who understands them, within limits of their own.
          scope.removeAllContentTypeParsers();
          scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
          scope.get('/login.css', async (_request, reply) =>
            reply.type('text/css; charset=utf-8').header('cache-control', 'max-age=3600').send(css),
          );
          registerInteraction(scope, { provider, path, source, identities });
          scope.route({ method: ['GET', 'POST', 'OPTIONS', 'DELETE', 'PUT'], url: '/*', handler: handOver });
        },
        { prefix: path },
      );
    },
    stop: () => store.stop(),
  };
}

function sourceOf(onboarding: HostedSubgraph): IdentitySource {
  const { services } = onboarding.context(undefined, { id: 'identity' });
  return (services as OnboardingServices).identity;
}
