/** The control room over HTTP: its build, its policy, and to whom it gives ready tokens. */
import fastify, { type FastifyInstance } from 'fastify';
import { testLogger } from '@nodo-aperto/kernel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registerControlRoom } from '../src/pages/control-room.ts';

let app: FastifyInstance;
beforeAll(() => {
  app = fastify();
  registerControlRoom(app, {
    log: testLogger(),
    simulation: true,
    readyTokens: async () => [{ role: 'OPERATOR', token: 'the token' }],
  });
});
afterAll(() => app.close());

const get = (url: string, headers: Record<string, string> = {}) =>
  app.inject({ method: 'GET', url, headers: { host: '127.0.0.1:4000', ...headers } });

describe('the page', () => {
  it('takes nothing from elsewhere', async () => {
    const page = await get('/');
    expect(page.statusCode).toBe(200);
    expect(page.headers['content-security-policy']).toMatch(
      /^default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';/,
    );
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.body).not.toMatch(/https?:\/\//);
  });

  it('is not sent again when the browser has it', async () => {
    const { headers } = await get('/');
    const again = await get('/', { 'if-none-match': String(headers.etag) });
    expect([again.statusCode, again.body]).toEqual([304, '']);
  });

  it('has files that are named by their content, zipped for who understands it and small', async () => {
    const [script = ''] = /\/control-room\/[\w-]+\.js/.exec((await get('/')).body) ?? [];
    const [plain, zipped] = [await get(script), await get(script, { 'accept-encoding': 'gzip, br' })];
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(plain.headers['cache-control']).toContain('immutable');
    expect(zipped.headers['content-encoding']).toBe('gzip');
    expect(zipped.rawPayload.length).toBeLessThan(100 * 1024);
    expect(plain.body).not.toContain('react-dom.development');
  });

  it('has no others', async () => {
    for (const path of ['nothing.js', '..%2Findex.html', 'index.html']) expect((await get(`/control-room/${path}`)).statusCode).toBe(404);
  });
});

describe('ready tokens', () => {
  const tokens = async (headers: Record<string, string> = {}, remoteAddress = '127.0.0.1') => {
    const reply = await app.inject({
      method: 'GET',
      url: '/control-room/session.json',
      headers: { host: 'localhost:4000', ...headers },
      remoteAddress,
    });
    expect(reply.headers['cache-control']).toBe('no-store');
    return (reply.json() as { tokens: unknown[] }).tokens.length;
  };

  it('are for this machine under its own name', async () => {
    expect(await tokens()).toBe(1);
    expect(await tokens({ host: '[::1]:4000', 'sec-fetch-site': 'same-origin' }, '::1')).toBe(1);
  });

  it.each([
    ['from another machine', {}, '192.0.2.1'],
    ['under a name that was made to point here', { host: 'evil.example:4000' }, '127.0.0.1'],
    ['through a proxy', { 'x-forwarded-for': '127.0.0.1' }, '127.0.0.1'],
    ['from another site’s page', { 'sec-fetch-site': 'cross-site' }, '127.0.0.1'],
  ])('are not given %s', async (_, headers, address) => expect(await tokens(headers, address)).toBe(0));

  it('are not there when nobody makes them', async () => {
    const bare = fastify();
    registerControlRoom(bare, { log: testLogger(), simulation: false });
    const reply = await bare.inject({ method: 'GET', url: '/control-room/session.json', headers: { host: '127.0.0.1:4000' } });
    expect(reply.json()).toEqual({ simulation: false, tokens: [] });
    await bare.close();
  });
});
