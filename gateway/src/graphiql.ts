/** GraphiQL for browsers: its files come from the installed packages, and the page may load nothing from elsewhere. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { sha256 } from './documents.ts';

/** The page's files: name under `assets/`, where it is, its type. Scripts run in this order. */
const ASSETS = [
  { name: 'react.js', from: 'react', file: 'umd/react.production.min.js', type: 'text/javascript' },
  { name: 'react-dom.js', from: 'react-dom', file: 'umd/react-dom.production.min.js', type: 'text/javascript' },
  { name: 'graphql-ws.js', from: 'graphql-ws', file: 'umd/graphql-ws.min.js', type: 'text/javascript' },
  { name: 'graphiql.js', from: 'graphiql', file: 'graphiql.min.js', type: 'text/javascript' },
  { name: 'page.js', from: undefined, file: 'graphiql-page.js', type: 'text/javascript' },
  { name: 'graphiql.css', from: 'graphiql', file: 'graphiql.min.css', type: 'text/css' },
  { name: 'page.css', from: undefined, file: 'graphiql-page.css', type: 'text/css' },
] as const;

// GraphiQL's components write style elements, and its style sheet holds fonts and images as data.
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const DEFAULT_QUERY = `# Write an operation here and press the arrow. Ctrl-Space completes, the book on the left documents the graph.
# Put an access token in the headers below: { "authorization": "Bearer …" }. Subscriptions use it too.
query Hello {
  __typename
}
`;

const own = dirname(dirname(fileURLToPath(import.meta.url)));
const requireHere = createRequire(import.meta.url);

/**
 * Serves the files under `<path>/assets/`.
 * @returns what answers with the page
 * @throws Error when a file is not installed
 */
export async function registerGraphiql(
  scope: FastifyInstance,
  path: string,
  defaultQuery = DEFAULT_QUERY,
): Promise<(reply: FastifyReply) => FastifyReply> {
  for (const { name, from, file, type } of ASSETS) {
    const folder = from === undefined ? join(own, 'assets') : dirname(requireHere.resolve(`${from}/package.json`));
    const content = await readFile(join(folder, file));
    const tag = `"${sha256(content.toString('latin1')).slice(0, 32)}"`;
    scope.get(`${path}/assets/${name}`, (request, reply) => {
      reply.header('etag', tag).header('cache-control', 'no-cache').header('x-content-type-options', 'nosniff');
      if (request.headers['if-none-match'] === tag) return reply.code(304).send();
      return reply.type(`${type}; charset=utf-8`).send(content);
    });
  }
  const page = pageAt(path, defaultQuery);
  return (reply) =>
    reply
      .header('content-security-policy', CONTENT_SECURITY_POLICY)
      .header('x-content-type-options', 'nosniff')
      .header('referrer-policy', 'no-referrer')
      .header('cache-control', 'no-cache')
      .header('vary', 'accept')
      .type('text/html; charset=utf-8')
      .send(page);
}

function pageAt(path: string, defaultQuery: string): string {
  const address = (name: string) => escapeHtml(`${path}/assets/${name}`);
  const styles = ASSETS.filter(({ type }) => type === 'text/css').map(({ name }) => `  <link rel="stylesheet" href="${address(name)}">`);
  const scripts = ASSETS.filter(({ type }) => type === 'text/javascript').map(({ name }) => `  <script src="${address(name)}"></script>`);
  return `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="robots" content="noindex">
  <title>Nodo Aperto: GraphiQL</title>
  <link rel="icon" href="data:,">
${styles.join('\n')}
</head>
<body>
  <div id="graphiql" data-endpoint="${escapeHtml(path)}" data-default-query="${escapeHtml(defaultQuery)}">Loading…</div>
${scripts.join('\n')}
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll('\n', '&#10;');
}
