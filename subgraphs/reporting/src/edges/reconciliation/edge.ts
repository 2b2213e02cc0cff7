/** `/reconciliation/v1`: creditors send their statements, creditors and PSPs fetch what does not agree. An interface of the platform's own. */
import { Readable } from 'node:stream';
import { ExposedError, InputError, LimitError } from '@nodo-aperto/kernel/faults';
import { isLocalDate } from '@nodo-aperto/kernel/time';
import type { Edge } from '@nodo-aperto/kernel/subgraph';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { StatementFormat } from '../../persistence/reconciliation/credit-transfers.ts';
import { ITEM_STATES, type ItemFilter, type ItemState } from '../../persistence/reconciliation/items.ts';
import { exportItems } from '../../services/reconciliation/export-items.ts';
import { importStatement } from '../../services/reconciliation/import-statement.ts';
import { checkCreditorAccess, checkPspAccess } from '../access.ts';
import type { EdgeServices } from '../edge-services.ts';

const BASE = '/reconciliation/v1';
/** Fifty thousand lines, written out generously. */
const LARGEST_STATEMENT = 64 * 1024 * 1024;
/** Statements read at a time: each keeps its credits until all of it has come. */
const AT_ONCE = 4;
const RETRY_AFTER_SECONDS = 5;
const CSV = 'text/csv; charset=utf-8';

class TooLargeError extends ExposedError {
  override readonly name = 'TooLargeError';
  override readonly code = 'BAD_USER_INPUT';
  override readonly status = 413;
  override readonly title = 'Too large';
}

class MediaTypeError extends ExposedError {
  override readonly name = 'MediaTypeError';
  override readonly code = 'BAD_USER_INPUT';
  override readonly status = 415;
  override readonly title = 'Unsupported media type';
}

function formatOf(request: FastifyRequest): StatementFormat {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type === 'text/csv') return 'CSV';
  if (type === 'application/xml' || type === 'text/xml') return 'CAMT_053';
  throw new MediaTypeError('The Content-Type says neither text/csv nor application/xml (camt.053).');
}

async function* bounded(body: Readable): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > LARGEST_STATEMENT)
      throw new TooLargeError(`The statement is larger than the ${LARGEST_STATEMENT} bytes allowed: send it in parts.`);
    yield chunk;
  }
}

/** @throws InputError */
function filterOf(query: unknown): ItemFilter {
  const { state, from, to } = query as Record<string, unknown>;
  const issues = [
    ...(state === undefined || ITEM_STATES.includes(state as ItemState)
      ? []
      : [{ path: 'state', message: 'is no state', expected: ITEM_STATES.join(', ') }]),
    ...Object.entries({ from, to })
      .filter(([, day]) => day !== undefined && !(typeof day === 'string' && isLocalDate(day)))
      .map(([path]) => ({ path, message: 'is no day', expected: 'a day such as 2026-03-02' })),
  ];
  if (issues.length > 0) throw new InputError(issues);
  return {
    ...(state !== undefined && { state: state as ItemState }),
    ...(from !== undefined && { from: from as string }),
    ...(to !== undefined && { to: to as string }),
  };
}

export function reconciliationEdge({ writing, directory }: EdgeServices): Edge {
  let running = 0;
  const items = (reply: FastifyReply, filter: ItemFilter): FastifyReply =>
    reply
      .type(CSV)
      .header('content-disposition', 'attachment; filename="reconciliation.csv"')
      .send(Readable.from(exportItems(writing.database, filter)));
  return {
    name: 'reconciliation',
    async register(app) {
      await app.register(async (scope) => {
        scope.removeAllContentTypeParsers();
        // The body is read as it arrives.
        scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
        scope.post(`${BASE}/organizations/:organizationId/statements`, async (request, reply) => {
          const { organizationId } = request.params as { organizationId: string };
          await checkCreditorAccess(directory, request, organizationId);
          const format = formatOf(request);
          if (running >= AT_ONCE)
            throw new LimitError('Too many statements are being read: send it again in a moment.', RETRY_AFTER_SECONDS);
          running += 1;
          try {
            const statement = { creditorFiscalCode: organizationId, format, by: `key of ${organizationId}` };
            return await reply.code(200).send(await importStatement(writing, statement, bounded(request.body as Readable)));
          } catch (error) {
            // What is left of the file is not waited for.
            reply.header('connection', 'close');
            throw error;
          } finally {
            running -= 1;
          }
        });
        scope.get(`${BASE}/organizations/:organizationId/items`, async (request, reply) => {
          const { organizationId } = request.params as { organizationId: string };
          await checkCreditorAccess(directory, request, organizationId);
          return items(reply, { ...filterOf(request.query), creditorFiscalCode: organizationId });
        });
        scope.get(`${BASE}/psps/:pspId/items`, async (request, reply) => {
          const { pspId } = request.params as { pspId: string };
          await checkPspAccess(directory, request, pspId);
          return items(reply, { ...filterOf(request.query), pspCode: pspId });
        });
      });
    },
  };
}
