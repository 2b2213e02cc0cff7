/**
 * Bulk load over HTTP: a stream of NDJSON or CSV of any length, read as it comes and loaded batch by batch. Ours: the official interface
 * has files of bounded size only. `POST …/organizations/{fiscal code}/bulk?toPublish=&report=`
 */
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { InputError } from '@nodo-aperto/kernel/faults';
import { LONG_BODY } from '@nodo-aperto/kernel/http';
import type { Logger } from '@nodo-aperto/kernel/logging';
import type { Edge } from '@nodo-aperto/kernel/subgraph';
import { SECOND } from '@nodo-aperto/kernel/time';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { loadStream, type StreamedItem } from '../../services/load-stream.ts';
import { ACA_FIELD_NAMES } from '../aca.ts';
import { ACA_SERVICE, answerRequestIds, GPD_SERVICE, gpdCallOf, type GpdOptions, type GpdService, parsed } from '../gpd.ts';
import { readCsv } from './read-csv.ts';
import { readNdjson } from './read-ndjson.ts';
import { BulkReport, REPORTS } from './report.ts';

const NDJSON = ['application/x-ndjson', 'application/ndjson', 'application/jsonl'];
const CSV = 'text/csv';
/** A sender that sends nothing for so long is gone. */
const STALLED_MS = 30 * SECOND;

const query = z.object({
  /** Whether positions of the fuller model are published at once, as everywhere in this interface. */
  toPublish: z.enum(['true', 'false']).default('false'),
  report: z.enum(REPORTS).default('all'),
});

export function bulkEdge(options: GpdOptions & { log: Logger }): Edge {
  return {
    name: 'bulk',
    async register(app) {
      await app.register(async (scope) => {
        answerRequestIds(scope);
        scope.removeAllContentTypeParsers();
        // The body is not read here: it is the stream itself that the handler gets.
        scope.addContentTypeParser([...NDJSON, CSV], (_request, payload, done) => done(null, payload));
        for (const service of [ACA_SERVICE, GPD_SERVICE]) {
          scope.post(
            `/${service.product}/debt-positions-service/v1/organizations/:creditor/bulk`,
            { config: LONG_BODY },
            (request, reply) => load(request, reply, service, options),
          );
        }
      });
    },
  };
}

async function load(
  request: FastifyRequest,
  reply: FastifyReply,
  service: GpdService,
  options: GpdOptions & { log: Logger },
): Promise<FastifyReply> {
  const { creditor, actor } = await gpdCallOf(request, service, options);
  const { toPublish, report: kind } = parsed(query, request.query);
  if (!request.body) throw InputError.at('', 'the request has no body', `a stream of ${[...NDJSON, CSV].join(', ')}`);
  using _patience = whileMoving(request);
  const report = new BulkReport(kind, ACA_FIELD_NAMES);
  try {
    const complete = await loadStream(options.writing, itemsOf(request, service, creditor), {
      actor,
      creditorFiscalCode: creditor,
      aca: service.aca,
      publish: toPublish === 'true',
      names: ACA_FIELD_NAMES,
      log: options.log,
      report: (results) => report.add(results),
    });
    return await reply.type('application/x-ndjson').send(await report.read(complete));
  } catch (error) {
    await report[Symbol.asyncDispose]();
    throw error;
  }
}

/** Ends the request when nothing moves on its connection any more; the connection is as before afterwards. */
function whileMoving({ raw }: FastifyRequest): Disposable {
  const { socket } = raw;
  const giveUp = (): void => void raw.destroy();
  socket.setTimeout(STALLED_MS);
  socket.once('timeout', giveUp);
  return {
    [Symbol.dispose]() {
      socket.off('timeout', giveUp);
      socket.setTimeout(0);
    },
  };
}

function itemsOf(request: FastifyRequest, { aca }: GpdService, creditorFiscalCode: string): AsyncIterable<readonly StreamedItem[]> {
  const body = decoded(request);
  const isCsv = request.headers['content-type']?.startsWith(CSV) ?? false;
  if (isCsv && !aca)
    throw InputError.at('content-type', 'is of paCreatePosition’s fields, which load into ACA', `one of ${NDJSON.join(', ')}`);
  return whatIsWhole(isCsv ? readCsv(body) : readNdjson(body, { creditorFiscalCode, aca }));
}

/** What comes before a compressed stream breaks is loaded; the line that it breaks before is refused, and with it all that follow. */
async function* whatIsWhole(batches: AsyncIterable<readonly StreamedItem[]>): AsyncGenerator<readonly StreamedItem[]> {
  let line = 0;
  try {
    for await (const batch of batches) {
      line = batch.at(-1)?.line ?? line;
      yield batch;
    }
  } catch (error) {
    if (!isBrokenGzip(error)) throw error;
    const [path, expected] = ['content-encoding', 'a whole gzip stream, or no content-encoding'];
    if (line === 0) throw InputError.at(path, 'is gzip, which the body is not or not to its end', expected);
    yield [
      {
        line: line + 1,
        kind: 'UNREADABLE',
        issues: [{ path, message: 'is gzip that breaks: from this line on nothing is loaded', expected }],
      },
    ];
  }
}

function isBrokenGzip(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && code.startsWith('Z_');
}

function decoded(request: FastifyRequest): Readable {
  const body = request.body as Readable;
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding === 'identity') return body;
  if (encoding !== 'gzip') throw InputError.at('content-encoding', `is ${encoding}`, 'gzip, or none');
  // What is wrong with either stream comes out where the other end is read.
  return pipeline(body, createGunzip(), () => {});
}
