import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fixture, post, startFixture } from './support/fixture.ts';
import { openReady } from './support/raw-socket.ts';

const PORTAL = 'https://portal.example.it';
const STRANGER = 'https://elsewhere.example';

const preflight = (url: string, origin: string) =>
  fetch(url, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
  });

describe('pages of other sites', () => {
  let closed: Fixture;
  let open: Fixture;
  beforeAll(async () => {
    closed = await startFixture('in-process');
    open = await startFixture('in-process', { allowedOrigins: [PORTAL] });
  });
  afterAll(async () => {
    await closed.close();
    await open.close();
  });

  it('may not use the graph unless that is said', async () => {
    const asked = await preflight(closed.url, PORTAL);
    expect(asked.status).toBe(403);
    expect(await asked.json()).toEqual({
      errors: [{ message: 'Pages of this origin may not use the graph.', extensions: { code: 'FORBIDDEN' } }],
    });
    const { headers } = await post(closed.url, { query: '{ anonymous }' }, { headers: { origin: PORTAL } });
    for (const answer of [asked.headers, headers]) expect(answer.get('access-control-allow-origin')).toBeNull();
  });

  it('may when they are of an allowed origin; others still may not', async () => {
    const asked = await preflight(open.url, PORTAL);
    expect(asked.status).toBe(204);
    expect(Object.fromEntries(asked.headers)).toMatchObject({
      'access-control-allow-origin': PORTAL,
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': expect.stringContaining('authorization'),
      vary: 'origin',
    });
    expect(asked.headers.get('access-control-allow-credentials')).toBeNull();
    const answered = await post(open.url, { query: '{ anonymous }' }, { headers: { origin: PORTAL } });
    expect(answered.headers.get('access-control-allow-origin')).toBe(PORTAL);
    expect((await preflight(open.url, STRANGER)).status).toBe(403);
    expect((await preflight(open.url, 'null')).status).toBe(403);
  });

  it('may not open websockets either', async () => {
    await expect(openReady(closed.websocketUrl, {}, { origin: PORTAL })).rejects.toThrow('403');
    await expect(openReady(open.websocketUrl, {}, { origin: STRANGER })).rejects.toThrow('403');
    const own = new URL(closed.url).origin;
    for (const [url, origin] of [
      [closed.websocketUrl, own],
      [open.websocketUrl, PORTAL],
    ] as const) {
      const raw = await openReady(url, {}, { origin });
      raw.socket.close();
    }
  });
});
