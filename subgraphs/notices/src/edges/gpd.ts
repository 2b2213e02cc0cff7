/** The debt positions interface for ACA: the fuller model. Contract: openapi/gpd-4-aca.json. */
import type { Directory } from '@nodo-aperto/kernel/directory';
import { ForbiddenError, fromZod, invariant } from '@nodo-aperto/kernel/faults';
import { apiKeyOf } from '@nodo-aperto/kernel/http';
import type { Edge } from '@nodo-aperto/kernel/subgraph';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { placedNotice } from '../domain/position.ts';
import { deleteDebtPosition, invalidateDebtPosition, publishDebtPosition, updateDebtPosition } from '../services/change-debt-position.ts';
import { createDebtPosition } from '../services/create-debt-position.ts';
import type { Actor } from '../services/creditors.ts';
import { markNoticePaid } from '../services/mark-notice-paid.ts';
import type { WriteResult, Writing } from '../services/position-writes.ts';
import type { NoticeReads } from '../services/read-notices.ts';
import { optionResponseOf, positionModelOf, positionResponseOf } from './gpd-answers.ts';
import { readListQuery } from './gpd-list-query.ts';
import { instantShape, readPositionModel } from './gpd-model.ts';
import { sendRefusal } from './refusals.ts';

export interface GpdOptions {
  writing: Writing;
  reads: NoticeReads;
  directory: Directory;
}

const BASE = '/aca/debt-positions-service/v1/organizations/:creditor';
const publishQuery = z.object({ toPublish: z.enum(['true', 'false']).default('false') });
const paidBody = z.object({ paymentDate: instantShape.optional() });
const REQUEST_ID = /^[\w-]{1,64}$/;

type Parameters = { creditor: string; iupd: string; nav: string };

export function gpdForAcaEdge(options: GpdOptions): Edge {
  return {
    name: 'aca-debt-positions',
    async register(app) {
      await app.register(async (scope) => {
        scope.addHook('onRequest', async (request, reply) => {
          const given = request.headers['x-request-id'];
          reply.header('x-request-id', typeof given === 'string' && REQUEST_ID.test(given) ? given : request.id);
        });
        registerReads(scope, options);
        registerWrites(scope, options);
      });
    },
  };
}

function registerReads(app: FastifyInstance, { reads, ...options }: GpdOptions): void {
  app.get(`${BASE}/debtpositions`, async (request) => {
    const { creditor } = await callOf(request, { reads, ...options });
    const { page, ...query } = readListQuery(request.query, creditor);
    const { positions, total } = await reads.positions(query);
    return {
      payment_position_list: positions.map(positionResponseOf),
      page_info: { page, limit: query.limit, items_found: positions.length, total_pages: Math.ceil(total / query.limit) },
    };
  });
  app.get(`${BASE}/debtpositions/:iupd`, async (request, reply) => {
    const { creditor, iupd } = await callOf(request, { reads, ...options });
    const position = await reads.position({ creditorFiscalCode: creditor, iupd });
    if (position) return positionResponseOf(position);
    const issue = { path: 'iupd', message: 'is of no position of the creditor', expected: 'the IUPD of a position' };
    return sendRefusal(reply, { kind: 'NOT_FOUND', issues: [issue] });
  });
}

function registerWrites(app: FastifyInstance, options: GpdOptions): void {
  const { writing } = options;
  app.post(`${BASE}/debtpositions`, async (request, reply) => {
    const { creditor, actor } = await callOf(request, options);
    const { draft, named } = readPositionModel(request.body, creditor);
    const result = await createDebtPosition(writing, draft, {
      actor,
      creditorFiscalCode: creditor,
      aca: true,
      publish: toPublish(request),
    });
    return result.ok ? reply.code(201).send(positionModelOf(result.value.position)) : sendRefusal(reply, named(result.refusal));
  });
  app.put(`${BASE}/debtpositions/:iupd`, async (request, reply) => {
    const { creditor, actor, iupd } = await callOf(request, options);
    const { draft, named } = readPositionModel(request.body, creditor);
    const key = { creditorFiscalCode: creditor, iupd };
    const result = await updateDebtPosition(writing, draft, { actor, key, publish: toPublish(request) });
    return result.ok ? reply.send(positionModelOf(result.value.position)) : sendRefusal(reply, named(result.refusal));
  });
  for (const [action, change] of [
    ['publish', publishDebtPosition],
    ['invalidate', invalidateDebtPosition],
  ] as const) {
    app.post(`${BASE}/debtpositions/:iupd/${action}`, async (request, reply) => {
      const { creditor, actor, iupd } = await callOf(request, options);
      return sendModel(reply, await change(writing, { actor, key: { creditorFiscalCode: creditor, iupd } }));
    });
  }
  app.delete(`${BASE}/debtpositions/:iupd`, async (request, reply) => {
    const { creditor, actor, iupd } = await callOf(request, options);
    const result = await deleteDebtPosition(writing, { actor, key: { creditorFiscalCode: creditor, iupd } });
    return result.ok
      ? reply.type('application/json').send(JSON.stringify('The debt position was deleted.'))
      : sendRefusal(reply, result.refusal);
  });
  app.post(`${BASE}/paymentoptions/paids/:nav`, async (request, reply) => {
    const { creditor, actor, nav } = await callOf(request, options);
    const body = paidBody.safeParse(request.body ?? {});
    if (!body.success) throw fromZod(body.error);
    const { paymentDate } = body.data;
    const result = await markNoticePaid(writing, {
      actor,
      creditorFiscalCode: creditor,
      noticeNumber: nav,
      ...(paymentDate !== undefined && { paidAt: paymentDate }),
    });
    if (!result.ok) return sendRefusal(reply, result.refusal);
    const placed = placedNotice(result.value.position, nav);
    invariant(placed !== undefined, 'a marked notice is in its position');
    return reply.send({ ...optionResponseOf(result.value.position, placed), serviceType: 'ACA' });
  });
}

function sendModel(reply: FastifyReply, result: WriteResult): Promise<FastifyReply> | FastifyReply {
  return result.ok ? reply.send(positionModelOf(result.value.position)) : sendRefusal(reply, result.refusal);
}

/** Who calls, and about what. @throws UnauthenticatedError, ForbiddenError for another party's code */
async function callOf(request: FastifyRequest, { writing, directory }: GpdOptions): Promise<Parameters & { actor: Actor }> {
  const key = await apiKeyOf(request, directory, 'aca');
  const parameters = request.params as Parameters;
  const actor: Actor = { kind: 'PARTY', code: key.party };
  if (!(await writing.creditors.mayActFor(actor, parameters.creditor)))
    throw new ForbiddenError('The key does not act for this organization.');
  return { ...parameters, actor };
}

/** @throws InputError */
function toPublish(request: FastifyRequest): boolean {
  const query = publishQuery.safeParse(request.query);
  if (!query.success) throw fromZod(query.error);
  return query.data.toPublish === 'true';
}
