/** The start page at `/`: where things are, and payments as they happen. Made of files beside this one; nothing comes from outside. */
import { readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';

const FILES = [
  { path: '/', file: 'home.html', type: 'text/html; charset=utf-8' },
  { path: '/home.css', file: 'home.css', type: 'text/css; charset=utf-8' },
  { path: '/home.js', file: 'home.js', type: 'text/javascript; charset=utf-8' },
] as const;

const SECURITY_HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/** Registers the start page. */
export function registerHomePage(app: FastifyInstance): void {
  for (const { path, file, type } of FILES) {
    const text = readFileSync(new URL(`./${file}`, import.meta.url), 'utf8');
    app.get(path, async (_request, reply) => reply.headers(SECURITY_HEADERS).type(type).send(text));
  }
}
