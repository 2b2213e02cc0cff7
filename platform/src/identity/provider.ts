/**
 * The OpenID provider: authorization code with PKCE for persons, client credentials for the software of institutions, refresh, logout.
 * Sessions and codes live by real time, which is the only one that the library knows; access tokens are written in platform time, which is
 * what the gateway measures them by, so that they live as long as they should also when a test has moved the clock.
 */
import { AUDIENCE, signingKey } from '@nodo-aperto/kernel/auth';
import type { Logger } from '@nodo-aperto/kernel/logging';
import type { Clock } from '@nodo-aperto/kernel/time';
import type { IdentitySource } from '@nodo-aperto/onboarding';
import { type Adapter, type Configuration, errors, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import { accessClaims, findAccount, identityClaims, LEVEL_2 } from './claims.ts';
import { personClients, systemClient } from './clients.ts';
import { errorPage, logoutPage, loggedOutPage, type Language, languageOf, pageHeaders } from './pages.ts';
import type { StateStore } from './state-store.ts';

export interface ProviderOptions {
  /** Address of the provider as clients see it, which is also the name of the issuer. */
  readonly url: string;
  readonly folder: string;
  readonly cookieSecret: string;
  readonly store: StateStore;
  readonly source: IdentitySource;
  /** Platform time. */
  readonly clock: Clock;
  readonly log: Logger;
  readonly redirects: readonly string[];
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
/** Lifetimes in seconds. Eight hours is a working day, as the Back Office's own tokens. */
const SECONDS = {
  AccessToken: HOUR,
  ClientCredentials: HOUR,
  AuthorizationCode: MINUTE,
  IdToken: HOUR,
  Interaction: 10 * MINUTE,
  Session: 8 * HOUR,
  RefreshToken: 8 * HOUR,
  Grant: 8 * HOUR,
} as const;

const SCOPE = 'openid profile email';
const RESOURCE_SCOPE = 'platform';

export async function openProvider(options: ProviderOptions): Promise<Provider> {
  const { url, source, log } = options;
  const provider = new Provider(url, await configurationOf(options));
  // What stands before the provider writes its true address into these headers (see index.ts); a caller's own never reach it.
  provider.proxy = true;
  const client = provider.Client as unknown as { prototype: { clientId: string; compareClientSecret(given: string): Promise<boolean> } };
  client.prototype.compareClientSecret = async function compareClientSecret(this: { clientId: string }, given) {
    return (await source.client(this.clientId))?.hasSecret(given) === true;
  };
  provider.on('server_error', (_context, error) => log.error({ err: error }, 'the identity provider failed'));
  return provider;
}

async function configurationOf(options: ProviderOptions): Promise<Configuration> {
  const { source, store, clock, folder, url } = options;
  const path = new URL(url).pathname;
  return {
    adapter: (model: string) => (model === 'Client' ? clientAdapter(store.adapter(model), source) : store.adapter(model)),
    clients: personClients(url.slice(0, -path.length), options.redirects),
    jwks: { keys: [{ ...(await signingKey(folder)), use: 'sig', alg: 'ES256' }] as never },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    acrValues: [LEVEL_2],
    scopes: ['openid', RESOURCE_SCOPE],
    claims: {
      openid: ['sub', 'uid', 'acr'],
      profile: ['name', 'family_name', 'fiscal_number', 'mobile_phone', 'level', 'organization'],
      email: ['email'],
    },
    // Clients of this platform read who logged in from the identity token; there is no second question.
    conformIdTokenClaims: false,
    responseTypes: ['code'],
    pkce: { required: () => true },
    ttl: SECONDS,
    cookies: {
      keys: [options.cookieSecret],
      names: { session: 'nodo_session', interaction: 'nodo_login', resume: 'nodo_login_resume' },
      long: { signed: true, httpOnly: true, sameSite: 'lax', path },
      short: { signed: true, httpOnly: true, sameSite: 'lax' },
    },
    interactions: { url: (_context, interaction) => `${path}/interaction/${interaction.uid}` },
    clientBasedCORS: (_context, origin, client) => (client.redirectUris ?? []).some((each) => new URL(each).origin === origin),
    findAccount: async (_context, id) => {
      const account = await findAccount(source, id);
      return account && { accountId: id, claims: async () => identityClaims(account) as never };
    },
    loadExistingGrant: grantToOwnClient,
    issueRefreshToken: async (_context, client) => client.grantTypeAllowed('refresh_token'),
    // Logging out ends everything that came from the session.
    expiresWithSession: async () => true,
    rotateRefreshToken: true,
    extraTokenClaims: async (_context, token) => extraClaims(source, token as { kind: string; accountId?: string; clientId?: string }),
    formats: {
      customizers: {
        jwt: (_context, _token, { payload }) => {
          const [issued, ends] = [Number(payload['iat']), Number(payload['exp'])];
          payload['iat'] = Math.floor(clock.now() / 1000);
          payload['exp'] = Number(payload['iat']) + ends - issued;
        },
      },
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      revocation: { enabled: true },
      userinfo: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => AUDIENCE,
        useGrantedResource: () => true,
        getResourceServerInfo: (_context, resource) => {
          if (resource !== AUDIENCE) throw new errors.InvalidTarget();
          return { scope: RESOURCE_SCOPE, audience: AUDIENCE, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'ES256' } } };
        },
      },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (context, form) => {
          const target = (context.oidc.session?.state as { postLogoutRedirectUri?: string } | undefined)?.postLogoutRedirectUri;
          render(context, logoutPage(path, form, language(context)), target);
        },
        postLogoutSuccessSource: (context) => render(context, loggedOutPage(path, language(context))),
      },
    },
    renderError: (context, out) => render(context, errorPage(path, out.error_description ?? out.error, language(context))),
  };
}

/** Clients of persons are the platform's own: nobody is asked whether they may know who logs in. */
async function grantToOwnClient(context: KoaContextWithOIDC) {
  const { client, session, result, provider } = context.oidc;
  if (!client || !session?.accountId) return undefined;
  const known = result?.consent?.grantId ?? session.grantIdFor(client.clientId);
  const present = known ? await provider.Grant.find(known) : undefined;
  // After a change of the institution the session is another account's.
  if (present && present.accountId === session.accountId) return present;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope(`${SCOPE} ${RESOURCE_SCOPE}`);
  grant.addResourceScope(AUDIENCE, RESOURCE_SCOPE);
  await grant.save();
  return grant;
}

async function extraClaims(source: IdentitySource, token: { kind: string; accountId?: string; clientId?: string }) {
  if (token.kind === 'ClientCredentials') {
    const client = await source.client(token.clientId ?? '');
    if (!client) throw new errors.InvalidClient('the client was revoked');
    return { role: client.role, tenant: client.tenant, name: client.name, ...(client.functions && { functions: client.functions }) };
  }
  const account = await findAccount(source, token.accountId ?? '');
  if (!account) throw new errors.InvalidGrant('the person is no longer a user of the institution');
  return accessClaims(account);
}

function clientAdapter(adapter: Adapter, source: IdentitySource): Adapter {
  const find = (id: string) => systemClient(source, id);
  return new Proxy(adapter, { get: (target, name) => (name === 'find' ? find : Reflect.get(target, name)) });
}

function language(context: KoaContextWithOIDC): Language {
  return languageOf(String(context.oidc?.params?.['ui_locales'] ?? ''), context.get('accept-language'));
}

function render(context: KoaContextWithOIDC, html: string, target?: string): void {
  context.type = 'html';
  for (const [name, value] of Object.entries(pageHeaders(target))) context.set(name, value);
  context.body = html;
}
