/**
 * GET /bizevents/service/v1/organizations/{fiscalCode}/receipts/{iur}[/paymentoptions/{iuv}]: how creditors fetch receipts.
 * Source: the official biz_events contract; Receipts §3.2; Domain facts, Payments §3.9.
 */
import type { Directory } from '@nodo-aperto/kernel/directory';
import { ForbiddenError, NotFoundError } from '@nodo-aperto/kernel/faults';
import { apiKeyOf } from '@nodo-aperto/kernel/http';
import { isCreditorFiscalCode } from '@nodo-aperto/kernel/identifiers';
import type { Edge } from '@nodo-aperto/kernel/subgraph';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { creditorsOf } from '../domain/receipt-parties.ts';
import type { ReceiptReads } from '../services/read-receipts.ts';
import { receiptModel } from './receipt-model.ts';

const BASE = '/bizevents/service/v1';
const REQUEST_ID = /^[\w-]{1,64}$/;

interface Parameters {
  organizationfiscalcode: string;
  iur: string;
  iuv?: string;
}

export function bizEventsEdge({ directory, reads }: { directory: Directory; reads: ReceiptReads }): Edge {
  const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { organizationfiscalcode: creditor, iur, iuv } = request.params as Parameters;
    const given = request.headers['x-request-id'];
    reply.header('X-Request-Id', typeof given === 'string' && REQUEST_ID.test(given) ? given : request.id);
    const { party } = await apiKeyOf(request, directory, 'bizevents');
    if (!(await mayActFor(directory, party, creditor))) throw new ForbiddenError('The key may not act for this organization.');
    const [found] = await reads.receipts([iur]);
    const content = found?.row.content;
    if (!content || !creditorsOf(content).includes(creditor) || (iuv !== undefined && iuv !== content.iuv)) {
      throw new NotFoundError(`No receipt of the organization has this IUR${iuv === undefined ? '' : ' and IUV'}.`);
    }
    return reply.code(200).type('application/json').send(receiptModel(content));
  };
  return {
    name: 'bizevents',
    async register(app) {
      app.get(`${BASE}/organizations/:organizationfiscalcode/receipts/:iur`, answer);
      app.get(`${BASE}/organizations/:organizationfiscalcode/receipts/:iur/paymentoptions/:iuv`, answer);
    },
  };
}

/** A creditor acts for itself, a broker for the creditors that one of its stations serves. */
async function mayActFor(directory: Directory, party: string, creditor: string): Promise<boolean> {
  if (!isCreditorFiscalCode(creditor)) return false;
  if (party === creditor) return true;
  const stations = await Promise.all((await directory.routes(creditor)).map((route) => directory.station(route.station)));
  return stations.some((station) => station?.broker === party);
}
