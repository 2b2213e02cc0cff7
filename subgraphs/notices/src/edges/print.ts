/** Printing payment notices. Contract: openapi/print-payment-notice-service.json. */
import type { Directory } from '@nodo-aperto/kernel/directory';
import { InputError, invariant, NotFoundError } from '@nodo-aperto/kernel/faults';
import { apiKeyOf } from '@nodo-aperto/kernel/http';
import type { Edge } from '@nodo-aperto/kernel/subgraph';
import { toIso } from '@nodo-aperto/kernel/time';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { checkPrintItem } from '../domain/printing/check-print-item.ts';
import { type Template, TEMPLATES, templateOf } from '../domain/printing/templates.ts';
import { findFolder, type PrintFolder, readFile } from '../persistence/print-folders.ts';
import { SAMPLE_CREDITOR, sampleItem } from '../printing/samples.ts';
import { PrintError } from '../services/print-errors.ts';
import { FILES_PATH } from '../services/print-links.ts';
import {
  ARCHIVE,
  archiveLink,
  fileLink,
  folderItems,
  itemError,
  ownFolder,
  type Printing,
  printOne,
  removeFolder,
  type Requester,
  requestFolder,
} from '../services/print-notices.ts';
import { printArchive } from './print-archive.ts';
import { readMassiveRequest, readPrintItem } from './print-model.ts';

const BASE = '/print-payment-notice-service/external/v1/notices';
const EXAMPLES = '/print-payment-notice-service/examples/v1';
const PRODUCT = 'printnotice';
/** A thousand notices of twelve instalments. */
const LARGEST_MASSIVE = 4 * 1024 * 1024;
const REQUEST_ID = /^[\w-]{1,64}$/;

export interface PrintEdgeOptions {
  printing: Printing;
  directory: Directory;
}

export function printEdge(options: PrintEdgeOptions): Edge {
  return {
    name: 'print-payment-notice',
    async register(app) {
      await app.register(async (scope) => {
        scope.addHook('onRequest', async (request, reply) => {
          const given = request.headers['x-request-id'];
          reply.header('x-request-id', typeof given === 'string' && REQUEST_ID.test(given) ? given : request.id);
        });
        registerGeneration(scope, options);
        registerFolders(scope, options);
        registerTemplates(scope, options);
        registerFiles(scope, options);
      });
    },
  };
}

async function requesterOf(request: FastifyRequest, directory: Directory): Promise<Requester> {
  const key = await apiKeyOf(request, directory, PRODUCT);
  return { actor: { kind: 'PARTY', code: key.party } };
}

function registerGeneration(app: FastifyInstance, { printing, directory }: PrintEdgeOptions): void {
  app.post(`${BASE}/generate`, async (request, reply) => {
    const requester = await requesterOf(request, directory);
    const { folderId } = request.query as { folderId?: unknown };
    if (folderId !== undefined && typeof folderId !== 'string') throw InputError.at('folderId', 'is given twice', 'the id of one folder');
    const { fileName, bytes } = await printOne(printing, requester, readPrintItem(request.body), folderId);
    return reply
      .code(201)
      .type('application/pdf')
      .header('content-disposition', `attachment; filename="${fileName}"`)
      .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  });
  app.post(`${BASE}/generate-massive`, { bodyLimit: LARGEST_MASSIVE }, async (request) => {
    const requester = await requesterOf(request, directory);
    const key = request.headers['idempotency-key'];
    const items = readMassiveRequest(request.body);
    const folder = await requestFolder(printing, requester, { idempotencyKey: typeof key === 'string' ? key : '', items });
    return { folder_id: folder.id };
  });
}

type FolderParameters = { folderId: string; fileId: string; errorId: string };

function registerFolders(app: FastifyInstance, { printing, directory }: PrintEdgeOptions): void {
  const folderOf = async (request: FastifyRequest): Promise<PrintFolder & FolderParameters> => {
    const parameters = request.params as FolderParameters;
    return { ...parameters, ...(await ownFolder(printing, await requesterOf(request, directory), parameters.folderId)) };
  };
  const statusOf = async (folder: PrintFolder) => {
    const items = await folderItems(printing, folder, {});
    const idsOf = (state: string) => items.flatMap((item) => (item.state === state ? [item.fileId] : []));
    return { status: folder.status, processedNotices: idsOf('DONE'), noticesInError: idsOf('ERROR') };
  };
  const absolute = (request: FastifyRequest, path: string) => ({ signedUrl: `${request.protocol}://${request.host}${path}` });

  app.get(`${BASE}/folder/:folderId/status`, async (request) => statusOf(await folderOf(request)));
  app.get(`${BASE}/folder/:folderId/error/:errorId`, async (request) => {
    const folder = await folderOf(request);
    const { error } = await itemError(printing, folder, folder.errorId);
    const { code, description, at } = error;
    // The contract declares the answer of `status` here, by what looks like a slip; so both are in it.
    return { code, description, createdAt: toIso(at), compressionError: false, ...(await statusOf(folder)) };
  });
  app.get(`${BASE}/folder/:folderId/url`, async (request) => absolute(request, await archiveLink(printing, await folderOf(request))));
  app.get(`${BASE}/folder/:folderId/file/:fileId/url`, async (request) => {
    const folder = await folderOf(request);
    return absolute(request, await fileLink(printing, folder, folder.fileId));
  });
  app.delete(`${BASE}/folder/:folderId`, async (request, reply) => {
    await removeFolder(printing, await folderOf(request));
    return reply.code(200).send();
  });
}

function registerTemplates(app: FastifyInstance, { printing, directory }: PrintEdgeOptions): void {
  const resource = (request: FastifyRequest, { id, description }: Template) => ({
    templateId: id,
    description,
    templateExampleUrl: `${request.protocol}://${request.host}${EXAMPLES}/${id}.pdf`,
  });
  app.get(`${BASE}/templates`, async (request) => {
    await requesterOf(request, directory);
    return TEMPLATES.map((template) => resource(request, template));
  });
  app.get(`${BASE}/templates/:templateId`, async (request) => {
    await requesterOf(request, directory);
    const { templateId } = request.params as { templateId: string };
    const template = templateOf(templateId);
    if (!template) throw new PrintError('TEMPLATE_NOT_FOUND', 'There is no such template.');
    return { ...resource(request, template), exampleRequest: requestOf(template) };
  });
  const examples = new Map<string, Promise<Uint8Array>>();
  app.get(`${EXAMPLES}/:file`, async (request, reply) => {
    const template = templateOf((request.params as { file: string }).file.replace(/\.pdf$/, ''));
    if (!template) throw new NotFoundError('There is no such example.');
    const bytes = await (examples.get(template.id) ?? example(printing, template, examples));
    return reply.type('application/pdf').send(Buffer.from(bytes));
  });
}

/** What one sends to get the example of a template. */
function requestOf(template: Template) {
  const { templateId, creditorFiscalCode, debtor, notice } = sampleItem(template);
  return { templateId, data: { creditorInstitution: { taxCode: creditorFiscalCode }, debtor, notice } };
}

/** Each example is drawn once. */
function example(printing: Printing, template: Template, drawn: Map<string, Promise<Uint8Array>>): Promise<Uint8Array> {
  const checked = checkPrintItem(sampleItem(template), SAMPLE_CREDITOR);
  invariant(checked.ok, 'the sample of a template is right');
  const making = printing.pool.print({ notice: checked.value, createdAt: printing.clock.now() }, { urgent: true });
  drawn.set(template.id, making);
  making.catch(() => drawn.delete(template.id));
  return making;
}

function registerFiles(app: FastifyInstance, { printing }: PrintEdgeOptions): void {
  app.get(`${FILES_PATH}/:folderId/:fileName`, async (request, reply) => {
    const { folderId, fileName } = request.params as { folderId: string; fileName: string };
    const { expires, signature } = request.query as { expires?: unknown; signature?: unknown };
    const valid =
      typeof expires === 'string' &&
      typeof signature === 'string' &&
      (await printing.links.verify({ folderId, fileName, expires, signature }));
    const folder = valid ? await findFolder(printing.database, folderId) : undefined;
    if (!folder) throw new NotFoundError('The link is not one of ours, has expired, or its file is gone: ask for a new one.');
    reply.header('content-disposition', `attachment; filename="${fileName}"`).header('cache-control', 'private, no-store');
    if (fileName === ARCHIVE) {
      const items = await folderItems(printing, folder, { state: 'DONE' });
      const read = (fileId: string) => readFile(printing.database, folderId, fileId);
      return reply.type('application/zip').send(printArchive(items, { createdAt: folder.createdAt, read }));
    }
    const bytes = await readFile(printing.database, folderId, fileName.replace(/\.pdf$/, ''));
    if (!bytes) throw new NotFoundError('The file is gone.');
    return reply.type('application/pdf').send(bytes);
  });
}
