/** Files of positions, loaded in the background. Contract: openapi/gpd-4-aca_massive_v2.json (for ACA; the same for GPD). */
import { ForbiddenError, InputError } from '@nodo-aperto/kernel/faults';
import { apiKeyOf } from '@nodo-aperto/kernel/http';
import type { Jobs } from '@nodo-aperto/kernel/jobs';
import type { Edge } from '@nodo-aperto/kernel/subgraph';
import type { RandomStream } from '@nodo-aperto/kernel/random';
import { addDays, daysBetween, isLocalDate, startOfLocalDay, toLocalDate, toOffsetIso } from '@nodo-aperto/kernel/time';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { addUpload, listUploads, readUpload, readUploadResults, type Upload, type UploadAction } from '../../persistence/uploads.ts';
import { ACA_SERVICE, answerRequestIds, GPD_SERVICE, type GpdOptions, type GpdService, parsed } from '../gpd.ts';
import { sendRefusal } from '../refusals.ts';
import { jsonItems } from './json-items.ts';
import { ITEM_KEYS, UPLOAD_TASK } from './load-upload.ts';
import { openZip } from './zip.ts';

/** Of the archive, packed. */
const LARGEST_FILE = 32 * 1024 * 1024;
const MOST_ITEMS = 100_000;
const LONGEST_INTERVAL_DAYS = 7;
const METHODS = { POST: 'CREATE', PUT: 'UPDATE', DELETE: 'DELETE' } as const satisfies Record<string, UploadAction>;

export interface UploadOptions extends GpdOptions {
  jobs: Jobs;
  /** Ids of files. */
  random: RandomStream;
}

interface UploadCall {
  broker: string;
  creditor: string;
  file: string;
  party: string;
}

const day = z
  .string()
  .refine(isLocalDate, { params: { expected: 'a day such as 2026-03-31' } })
  .optional();
const listQuery = z.object({ from: day, to: day, size: z.coerce.number().int().min(100).max(500).default(100) });

export function uploadEdge(options: UploadOptions): Edge {
  return {
    name: 'position-uploads',
    async register(app) {
      for (const service of [ACA_SERVICE, GPD_SERVICE]) {
        await app.register(
          async (scope) => {
            answerRequestIds(scope);
            scope.addContentTypeParser(
              'multipart/form-data',
              { parseAs: 'buffer', bodyLimit: LARGEST_FILE + 4_096 },
              (_request, body, done) => done(null, body),
            );
            register(scope, service, options);
          },
          { prefix: `/upload/${service.product}/debt-positions-service/v2/brokers/:broker/organizations/:creditor/debtpositions` },
        );
      }
    },
  };
}

function register(scope: FastifyInstance, service: GpdService, options: UploadOptions): void {
  const { writing } = options;
  for (const [method, action] of Object.entries(METHODS) as [keyof typeof METHODS, UploadAction][]) {
    scope.route({
      method,
      url: '/file',
      async handler(request, reply) {
        const call = await callOf(request, service, options);
        const upload = await accept(call, action, service, await fileOf(request), options);
        const location = `${service.product}/debt-positions-service/v2/brokers/${call.broker}/organizations/${call.creditor}/debtpositions/file/${upload.id}/status`;
        return reply.code(202).header('location', `/upload/${location}`).send();
      },
    });
  }
  scope.get('/file/:file/status', async (request, reply) => {
    const upload = await find(await callOf(request, service, options), service, options);
    return upload ? statusOf(upload) : notFound(reply);
  });
  scope.get('/file/:file/report', async (request, reply) => {
    const upload = await find(await callOf(request, service, options), service, options);
    if (!upload) return notFound(reply);
    if (upload.finishedAt === null) {
      const detail = `${upload.processed} of ${upload.submitted} items are done: the report is there when all are.`;
      return reply.code(425).type('application/problem+json').send({ title: 'Too Early', status: 425, detail });
    }
    const groups = await readUploadResults(writing.database, upload.id);
    const responses = groups.map(({ status, message, ids }) => ({ statusCode: status, statusMessage: message, requestIDs: ids }));
    return { ...statusOf(upload), responses };
  });
  scope.get('/files', async (request, reply) => {
    const { broker, creditor } = await callOf(request, service, options);
    const { from, to, size } = intervalOf(request, writing.clock.now());
    const after = tokenOf(request);
    const page = await listUploads(writing.database, {
      brokerCode: broker,
      creditorFiscalCode: creditor,
      aca: service.aca,
      from,
      to,
      after,
      limit: size + 1,
    });
    const shown = page.slice(0, size);
    if (page.length > size) reply.header('x-continuation-token', String(shown.at(-1)?.sequence));
    return { fileIds: shown.map(({ id }) => id), size: shown.length };
  });
}

/** Reads the file once, so that what cannot be read is refused at once; its items are judged later, one by one. */
async function accept(
  call: UploadCall,
  action: UploadAction,
  { aca }: GpdService,
  content: Buffer,
  options: UploadOptions,
): Promise<Upload> {
  const { writing, jobs, random } = options;
  let submitted = 0;
  for await (const items of jsonItems(unpacked(content), ITEM_KEYS[action])) {
    submitted += items.length;
    if (submitted > MOST_ITEMS) throw InputError.at('file', 'has too many items', `at most ${MOST_ITEMS}`);
  }
  if (submitted === 0) throw InputError.at('file', 'has no items', `1 to ${MOST_ITEMS} in "${ITEM_KEYS[action]}"`);
  const upload: Upload = {
    id: random.uuid(),
    brokerCode: call.broker,
    creditorFiscalCode: call.creditor,
    party: call.party,
    action,
    aca,
    submitted,
    processed: 0,
    createdAt: writing.clock.now(),
    finishedAt: null,
  };
  await writing.database.transaction(async (transaction) => {
    await addUpload(transaction, upload, content);
    // One at a time for a creditor, in the order sent: an update comes after the creation that it is of.
    await jobs.enqueue(transaction, UPLOAD_TASK, { uploadId: upload.id }, { queue: `upload/${call.creditor}` });
  });
  return upload;
}

/** What the unpacking itself finds wrong is the sender's fault. */
async function* unpacked(content: Buffer): AsyncGenerator<Uint8Array> {
  try {
    yield* openZip(content);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code?.startsWith('Z_'))
      throw InputError.at('file', 'is damaged', 'a zip archive of one JSON file');
    throw error;
  }
}

async function fileOf(request: FastifyRequest): Promise<Buffer> {
  const expected = 'multipart/form-data with the part "file", a zip archive';
  if (!Buffer.isBuffer(request.body)) throw InputError.at('file', 'is missing', expected);
  const type = request.headers['content-type'] ?? '';
  const form = await new Response(new Uint8Array(request.body), { headers: { 'content-type': type } }).formData().catch(() => undefined);
  const file = form?.get('file');
  if (!(file instanceof Blob)) throw InputError.at('file', 'is missing', expected);
  if (file.size > LARGEST_FILE) throw InputError.at('file', 'is too large', `at most ${LARGEST_FILE} bytes`);
  return Buffer.from(await file.arrayBuffer());
}

/** Who calls. @throws UnauthenticatedError, ForbiddenError for another party's code */
async function callOf(request: FastifyRequest, { product }: GpdService, { writing, directory }: UploadOptions): Promise<UploadCall> {
  const { party } = await apiKeyOf(request, directory, product);
  const { broker, creditor, file } = request.params as Omit<UploadCall, 'party'>;
  const isParty = party === broker || party === creditor;
  const wanted = request.method === 'GET' ? 'POSITIONS_READ' : 'POSITIONS_WRITE';
  const covers = isParty && (await writing.creditors.coverage({ kind: 'PARTY', code: broker }, creditor, wanted)).length > 0;
  if (!covers) throw new ForbiddenError('The key does not act for this broker and organization.');
  return { broker, creditor, file, party };
}

async function find({ broker, creditor, file }: UploadCall, { aca }: GpdService, { writing }: UploadOptions): Promise<Upload | undefined> {
  const upload = await readUpload(writing.database, file);
  const isTheirs = upload?.brokerCode === broker && upload.creditorFiscalCode === creditor && upload.aca === aca;
  return isTheirs ? upload : undefined;
}

function statusOf({ id, processed, submitted, createdAt, finishedAt }: Upload) {
  return {
    uploadID: id,
    processedItem: processed,
    submittedItem: submitted,
    startTime: toOffsetIso(createdAt),
    ...(finishedAt !== null && { endTime: toOffsetIso(finishedAt) }),
  };
}

function notFound(reply: FastifyReply): Promise<FastifyReply> {
  const issue = { path: 'file-id', message: 'is of no file of this broker and organization', expected: 'the id of a file' };
  return sendRefusal(reply, { kind: 'NOT_FOUND', issues: [issue] });
}

/** Both days belong to the interval; without any it is the last seven. */
function intervalOf(request: FastifyRequest, now: number): { from: number; to: number; size: number } {
  const { from, to, size } = parsed(listQuery, request.query);
  const last = to ?? (from === undefined ? toLocalDate(now) : addDays(from, LONGEST_INTERVAL_DAYS - 1));
  const first = from ?? addDays(last, 1 - LONGEST_INTERVAL_DAYS);
  const days = daysBetween(first, last) + 1;
  if (days < 1 || days > LONGEST_INTERVAL_DAYS)
    throw InputError.at('to', `makes an interval of ${days} days`, `1 to ${LONGEST_INTERVAL_DAYS} days`);
  return { from: startOfLocalDay(first), to: startOfLocalDay(addDays(last, 1)), size };
}

function tokenOf(request: FastifyRequest): number {
  const token = request.headers['x-continuation-token'];
  if (token === undefined || token === '') return 0;
  if (typeof token === 'string' && /^\d{1,15}$/.test(token)) return Number(token);
  throw InputError.at('x-continuation-token', 'is not one of ours', 'the token of an earlier page');
}
