/**
 * GET /receipts/service/v1/documents/{receiptId}/{copy}?expires=…&signature=…: a printed copy, by a link that is its own credential.
 * GET /receipts/service/v1/organizations/{fiscalCode}/receipts/{iur}/attestation: the attestation, for creditors with their key; 202 while
 * it is being made. Both are our own interfaces. Source: Receipts §3.2 (attestation), §3.3 and §3.4 (download).
 */
import type { Database } from '@nodo-aperto/kernel/database';
import type { Directory } from '@nodo-aperto/kernel/directory';
import { NotFoundError } from '@nodo-aperto/kernel/faults';
import type { Edge } from '@nodo-aperto/kernel/subgraph';
import type { Clock } from '@nodo-aperto/kernel/time';
import type { FastifyReply } from 'fastify';
import { DOCUMENT_COPIES, type DocumentCopy } from '../domain/document-copies.ts';
import { type DocumentKey, readDocument } from '../persistence/documents.ts';
import { DOCUMENTS_PATH } from '../services/document-links.ts';
import { fetchReceipt } from '../services/fetch-receipt.ts';
import { ensureRequested, openLink, type Printing } from '../services/print-receipt.ts';
import type { ReceiptReads } from '../services/read-receipts.ts';
import { enter } from './creditor-access.ts';

interface Options {
  readonly directory: Directory;
  readonly database: Database;
  readonly clock: Clock;
  readonly reads: ReceiptReads;
  readonly printing: Printing;
}

const LONGEST_SIGNATURE = 64;

export function documentsEdge(options: Options): Edge {
  const { printing, database } = options;
  return {
    name: 'receipt-documents',
    async register(app) {
      app.get(`${DOCUMENTS_PATH}/:receiptId/:copy`, async (request, reply) => {
        const { receiptId, copy } = request.params as { receiptId: string; copy: string };
        const { expires, signature } = request.query as { expires?: unknown; signature?: unknown };
        const given = typeof expires === 'string' && typeof signature === 'string' && signature.length <= LONGEST_SIGNATURE;
        if (!isCopy(copy) || !given) throw new NotFoundError('The link leads to no document, or is no longer valid: ask for a new one.');
        return sendPdf(reply, { receiptId, copy }, await openLink(printing, { receiptId, copy }, { expires, signature }));
      });
      app.get('/receipts/service/v1/organizations/:organizationfiscalcode/receipts/:iur/attestation', async (request, reply) => {
        const { organizationfiscalcode: creditorFiscalCode, iur: receiptId } = request.params as Record<string, string>;
        await enter(options, request, reply, creditorFiscalCode ?? '');
        await fetchReceipt(options, { creditorFiscalCode: creditorFiscalCode ?? '', receiptId: receiptId ?? '' });
        const key: DocumentKey = { receiptId: receiptId ?? '', copy: 'ATTESTATION' };
        await ensureRequested(printing, key);
        const content = await readDocument(database, key);
        if (content) return sendPdf(reply, key, content);
        return reply
          .code(202)
          .header('Retry-After', 1)
          .send({ state: 'GENERATING', detail: 'The document is being made; ask again in a moment.' });
      });
    },
  };
}

function isCopy(text: string): text is DocumentCopy {
  return DOCUMENT_COPIES.some((copy) => copy === text);
}

function sendPdf(reply: FastifyReply, { receiptId, copy }: DocumentKey, content: Buffer): FastifyReply {
  const name = `${copy === 'ATTESTATION' ? 'attestazione' : 'ricevuta'}-${receiptId.replaceAll(/[^\w-]/g, '')}.pdf`;
  return reply
    .type('application/pdf')
    .header('content-disposition', `inline; filename="${name}"`)
    .header('cache-control', 'private, no-store')
    .send(content);
}
