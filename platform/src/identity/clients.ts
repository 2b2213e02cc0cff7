/**
 * Who may ask for tokens: the portal and developers' tools, which are public clients and prove themselves with PKCE; and the software of
 * institutions, which onboarding knows.
 */
import type { IdentitySource } from '@nodo-aperto/onboarding';
import type { AdapterPayload, ClientMetadata } from 'oidc-provider';

export const PORTAL_CLIENT = 'nodo-aperto-portal';
/** For programs on the user's own machine: any port of the loopback address (RFC 8252). */
export const NATIVE_CLIENT = 'nodo-aperto-native';

const PERSONS = {
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  scope: 'openid profile email platform',
} satisfies Partial<ClientMetadata>;

/** @param base the platform's address; @param redirects further addresses to which the portal may be sent back */
export function personClients(base: string, redirects: readonly string[]): ClientMetadata[] {
  const own = [`${base}/`, `${base}/portal/`, `${base}/portal/callback`];
  return [
    {
      ...PERSONS,
      client_id: PORTAL_CLIENT,
      client_name: 'Nodo Aperto',
      redirect_uris: [...own, ...redirects],
      post_logout_redirect_uris: [...own, ...redirects],
      application_type: 'web',
    },
    {
      ...PERSONS,
      client_id: NATIVE_CLIENT,
      client_name: 'Nodo Aperto (software locale)',
      redirect_uris: ['http://127.0.0.1/callback'],
      post_logout_redirect_uris: ['http://127.0.0.1/'],
      application_type: 'native',
    },
  ];
}

/** The software of an institution, as the provider keeps a client. */
export async function systemClient(source: IdentitySource, id: string): Promise<AdapterPayload | undefined> {
  const client = await source.client(id);
  return (
    client && {
      client_id: id,
      client_name: client.name,
      // The provider asks for one; the true one is compared by its digest (see provider.ts).
      client_secret: 'kept-as-a-digest-by-onboarding',
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
      scope: 'platform',
    }
  );
}
