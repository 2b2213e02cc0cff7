/**
 * GET /bizevents/service/v1/organizations/{fiscalCode}/receipts/{iur}[/paymentoptions/{iuv}]: how creditors fetch receipts.
 * The contract's 422 (several receipts under one IUR) cannot happen here: the IUR is the payment token, which is unique.
 * Source: the official biz_events contract; Receipts §3.2; Domain facts, Payments §3.9.
 */
import type { Directory } from '@nodo-aperto/kernel/directory';
import type { Edge } from '@nodo-aperto/kernel/subgraph';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RECEIPTS_INTERFACE } from '../domain/fetch-path.ts';
import { type Fetching, fetchReceipt } from '../services/fetch-receipt.ts';
import { enter } from './creditor-access.ts';
import { receiptModel } from './receipt-model.ts';

interface Parameters {
  organizationfiscalcode: string;
  iur: string;
  iuv?: string;
}

export function bizEventsEdge(options: Fetching & { readonly directory: Directory }): Edge {
  const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { organizationfiscalcode: creditorFiscalCode, iur: receiptId, iuv } = request.params as Parameters;
    await enter(options, request, reply, creditorFiscalCode);
    const content = await fetchReceipt(options, { creditorFiscalCode, receiptId, ...(iuv !== undefined && { iuv }) });
    return reply.code(200).type('application/json').send(receiptModel(content));
  };
  return {
    name: 'bizevents',
    async register(app) {
      app.get(`${RECEIPTS_INTERFACE}/organizations/:organizationfiscalcode/receipts/:iur`, answer);
      app.get(`${RECEIPTS_INTERFACE}/organizations/:organizationfiscalcode/receipts/:iur/paymentoptions/:iuv`, answer);
    },
  };
}
