/** JSON requests to the edges of the platform of a test, with a creditor's key when none is named. */
import type { TestPlatform } from './platform.ts';

export interface Answer {
  status: number;
  type: string | null;
  headers: Headers;
  body: Record<string, unknown> & { detail?: string; issues?: { path: string; expected?: string }[] };
}

/** @param platform asked when it is needed: a file makes its platform before its tests */
export function callsOf(platform: () => TestPlatform) {
  return async function call(
    method: string,
    path: string,
    options: { key?: string | null; body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const { key = 'key-creditor', body, headers = {} } = options;
    const response = await fetch(platform().base + path, {
      method,
      headers: {
        ...(key !== null && { 'Ocp-Apim-Subscription-Key': key }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      headers: response.headers,
      body: (await response.json()) as Answer['body'],
    };
  };
}
