/**
 * Logging in at the platform's own identity provider: authorization code with PKCE, in this tab, to this page and back. Nothing secret leaves
 * the tab; what a return must bring is kept until it comes.
 */

/** The provider, as the platform tells it. */
export interface LoginProvider {
  /** Its address; the page uses it when it is of the page's own origin. */
  readonly issuer: string;
  readonly client: string;
}

/** What a login brought: a token for the graph, and the one with which to log out. */
export interface LoggedIn {
  readonly accessToken: string;
  readonly identityToken: string;
}

class LoginError extends Error {
  override readonly name = 'LoginError';
}

/** What the tab keeps between leaving for the login and coming back. */
interface Begun {
  readonly state: string;
  readonly verifier: string;
}

const BEGUN_KEY = 'nodo-aperto.login';
const IDENTITY_KEY = 'nodo-aperto.identity';
const SCOPE = 'openid profile email platform';
const DEADLINE_MS = 15_000;
/** In the address of the page: log in at once. Used when the page was opened under another name of the machine. */
export const LOGIN_HASH = '#login';

/** Whether this browser lets the page prove itself: only pages from this machine or over TLS may. */
export function canLogin(): boolean {
  return globalThis.crypto?.subtle !== undefined;
}

/** Leaves for the login. */
export async function beginLogin({ issuer, client }: LoginProvider): Promise<void> {
  const { origin } = new URL(issuer);
  // The provider sends people back to one name of the machine only: the page has to be open under it.
  if (origin !== location.origin) return location.assign(`${origin}/${LOGIN_HASH}`);
  const begun: Begun = { state: randomText(16), verifier: randomText(48) };
  sessionStorage.setItem(BEGUN_KEY, JSON.stringify(begun));
  location.assign(`${issuer}/auth?${new URLSearchParams(await requestOf(client, begun))}`);
}

async function requestOf(client: string, { state, verifier }: Begun): Promise<Record<string, string>> {
  return {
    client_id: client,
    response_type: 'code',
    scope: SCOPE,
    redirect_uri: `${location.origin}/`,
    state,
    code_challenge: await challengeOf(verifier),
    code_challenge_method: 'S256',
    ui_locales: document.documentElement.lang,
  };
}

/** The challenge of a verifier: SHA-256, base64url (RFC 7636). */
export async function challengeOf(verifier: string): Promise<string> {
  return base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))));
}

/** What the browser came back from a login with; undefined when it did not come from one. The address is cleaned. */
export function takeReturn(): URLSearchParams | undefined {
  const returned = new URLSearchParams(location.search);
  if (!returned.has('state') || !(returned.has('code') || returned.has('error'))) return undefined;
  history.replaceState(null, '', '/');
  return returned;
}

/**
 * Turns a return into tokens.
 * @returns undefined when the person cancelled
 * @throws LoginError when the return belongs to no login of this tab, or the provider refuses it
 */
export async function finishLogin({ issuer, client }: LoginProvider, returned: URLSearchParams): Promise<LoggedIn | undefined> {
  const begun = takeBegun();
  if (!begun || returned.get('state') !== begun.state) throw new LoginError('another login was begun meanwhile; log in again');
  const error = returned.get('error');
  if (error === 'access_denied') return undefined;
  if (error !== null) throw new LoginError(returned.get('error_description') ?? error);
  const form = { grant_type: 'authorization_code', client_id: client, code: returned.get('code') ?? '', code_verifier: begun.verifier };
  const response = await fetch(`${issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({ ...form, redirect_uri: `${location.origin}/` }),
    signal: AbortSignal.timeout(DEADLINE_MS),
  });
  const answer = (await response.json().catch(() => ({}))) as Record<string, string | undefined>;
  const { access_token: accessToken, id_token: identityToken } = answer;
  if (!response.ok || !accessToken || !identityToken)
    throw new LoginError(answer['error_description'] ?? `the identity provider answered with ${response.status}`);
  sessionStorage.setItem(IDENTITY_KEY, identityToken);
  return { accessToken, identityToken };
}

/** Leaves for the logout, when the tab logged in; the session at the provider ends there. @returns whether it leaves */
export function beginLogout({ issuer, client }: LoginProvider): boolean {
  const identityToken = sessionStorage.getItem(IDENTITY_KEY);
  if (!identityToken) return false;
  sessionStorage.removeItem(IDENTITY_KEY);
  const request = { id_token_hint: identityToken, client_id: client, post_logout_redirect_uri: `${location.origin}/` };
  location.assign(`${issuer}/session/end?${new URLSearchParams(request)}`);
  return true;
}

/** Whoever enters in another way is not logged in. */
export function forgetLogin(): void {
  sessionStorage.removeItem(IDENTITY_KEY);
}

function takeBegun(): Begun | undefined {
  const kept = sessionStorage.getItem(BEGUN_KEY);
  sessionStorage.removeItem(BEGUN_KEY);
  return kept === null ? undefined : (JSON.parse(kept) as Begun);
}

function randomText(bytes: number): string {
  return base64url(crypto.getRandomValues(new Uint8Array(bytes)));
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}
