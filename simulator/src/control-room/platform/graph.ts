/** Operations over HTTP, with a deadline. */

/** The platform answered, but not with what was asked for. */
export class GraphError extends Error {
  override readonly name = 'GraphError';
  /** True when the token is not or no longer accepted. */
  readonly unauthenticated: boolean;

  constructor(message: string, unauthenticated: boolean) {
    super(message);
    this.unauthenticated = unauthenticated;
  }
}

const DEADLINE_MS = 10_000;

/** Sends one operation. @throws GraphError, or what fetch throws when nothing answers */
export async function ask<Data>(path: string, query: string, token: string, variables: object = {}): Promise<Data> {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(DEADLINE_MS),
  });
  const body = (await response.json().catch(() => ({}))) as { data?: Data | null; errors?: { message: string }[] };
  const [error] = body.errors ?? [];
  if (error || !body.data) throw new GraphError(error?.message ?? `HTTP ${response.status}`, response.status === 401);
  return body.data;
}
