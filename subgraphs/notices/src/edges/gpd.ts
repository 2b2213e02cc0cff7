/**
 * The debt positions interface: the fuller model, for positions of the archive (contract openapi/gpd-4-aca.json) and for those that an
 * asynchronous creditor leaves to the platform (openapi/gpd.json). Each of the two sees its own positions only.
 */
import type { Directory } from '@nodo-aperto/kernel/directory';
import { ForbiddenError, fromZod, InputError, invariant } from '@nodo-aperto/kernel/faults';
import { apiKeyOf } from '@nodo-aperto/kernel/http';
import type { Edge } from '@nodo-aperto/kernel/subgraph';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Coverage, isCovered } from '../domain/covered-notices.ts';
import type { Refusal } from '../domain/outcome.ts';
import { type DebtPosition, instalmentsOf, placedNotice } from '../domain/position.ts';
import { deleteDebtPosition, invalidateDebtPosition, publishDebtPosition, updateDebtPosition } from '../services/change-debt-position.ts';
import { createDebtPosition } from '../services/create-debt-position.ts';
import type { Actor } from '../services/creditors.ts';
import { markNoticePaid } from '../services/mark-notice-paid.ts';
import type { WriteResult, Writing } from '../services/position-writes.ts';
import type { NoticeReads } from '../services/read-notices.ts';
import { MOST_REPLACED, replaceCreditorIban } from '../services/replace-iban.ts';
import { optionResponseOf, positionModelOf, positionResponseOf } from './gpd-answers.ts';
import { readListQuery } from './gpd-list-query.ts';
import { accountShape, instantShape, readPositionModel } from './gpd-model.ts';
import { sendRefusal, warningOf } from './refusals.ts';

export interface GpdOptions {
  writing: Writing;
  reads: NoticeReads;
  directory: Directory;
}

/** One of the two interfaces: the product that opens it, and whose positions it has. */
export interface GpdService {
  readonly product: 'aca' | 'gpd';
  readonly aca: boolean;
  /** What its answers call themselves. */
  readonly serviceType: 'ACA' | 'GPD';
}
export const ACA_SERVICE: GpdService = { product: 'aca', aca: true, serviceType: 'ACA' };
export const GPD_SERVICE: GpdService = { product: 'gpd', aca: false, serviceType: 'GPD' };

const publishQuery = z.object({ toPublish: z.enum(['true', 'false']).default('false') });
const paidBody = z.object({ paymentDate: instantShape.optional() });
const ibanQuery = z.object({ oldIban: accountShape, limit: z.coerce.number().int().min(1).max(MOST_REPLACED).default(MOST_REPLACED) });
const ibanBody = z.object({ newIban: accountShape });
const REQUEST_ID = /^[\w-]{1,64}$/;

type Parameters = { creditor: string; iupd: string; nav: string };
/** A call whose key was checked. */
export interface GpdCall extends Parameters {
  actor: Actor;
  coverage: Coverage;
}

export function gpdEdge(service: GpdService, options: GpdOptions): Edge {
  return {
    name: `${service.product}-debt-positions`,
    async register(app) {
      await app.register(
        async (scope) => {
          answerRequestIds(scope);
          registerReads(scope, service, options);
          registerWrites(scope, service, options);
        },
        { prefix: `/${service.product}/debt-positions-service/v1/organizations/:creditor` },
      );
    },
  };
}

/** The caller's request id comes back, or one of ours. */
export function answerRequestIds(scope: FastifyInstance): void {
  scope.addHook('onRequest', async (request, reply) => {
    const given = request.headers['x-request-id'];
    reply.header('x-request-id', typeof given === 'string' && REQUEST_ID.test(given) ? given : request.id);
  });
}

function registerReads(app: FastifyInstance, service: GpdService, options: GpdOptions): void {
  const { reads } = options;
  const { aca } = service;
  app.get('/debtpositions', async (request) => {
    const { creditor, coverage } = await gpdCallOf(request, service, options);
    const { page, ...query } = readListQuery(request.query, creditor);
    const { positions, total } = await reads.positions({ ...query, aca, ...(coverage !== 'ALL' && { prefixes: coverage }) });
    return {
      payment_position_list: positions.map(positionResponseOf),
      page_info: { page, limit: query.limit, items_found: positions.length, total_pages: Math.ceil(total / query.limit) },
    };
  });
  app.get('/debtpositions/:iupd', async (request, reply) => {
    const { creditor, iupd, coverage } = await gpdCallOf(request, service, options);
    const position = await reads.position({ creditorFiscalCode: creditor, iupd });
    if (position?.aca === aca) return positionResponseOf(covered(position, coverage));
    const issue = { path: 'iupd', message: 'is of no position of the creditor', expected: 'the IUPD of a position' };
    return sendRefusal(reply, { kind: 'NOT_FOUND', issues: [issue] });
  });
  app.get('/paymentoptions/:nav', async (request, reply) => {
    const { creditor, nav, coverage } = await gpdCallOf(request, service, options);
    const [view] = await reads.notices([{ creditorFiscalCode: creditor, noticeNumber: nav }]);
    if (view?.position.aca === aca) {
      const position = covered(view.position, coverage);
      return { ...optionResponseOf(position, view), iupd: position.iupd, serviceType: service.serviceType };
    }
    const issue = { path: 'nav', message: 'is of no notice of the creditor', expected: 'the number of a notice' };
    return sendRefusal(reply, { kind: 'NOT_FOUND', issues: [issue] });
  });
}

/** @throws ForbiddenError when a notice of the position is another broker's */
function covered(position: DebtPosition, coverage: Coverage): DebtPosition {
  if (instalmentsOf(position).every(({ instalment }) => isCovered(coverage, instalment.noticeNumber))) return position;
  throw new ForbiddenError('The key does not act for the segregation code of this position.');
}

function registerWrites(app: FastifyInstance, service: GpdService, options: GpdOptions): void {
  const { writing } = options;
  const { aca } = service;
  app.post('/debtpositions', async (request, reply) => {
    const { creditor, actor } = await gpdCallOf(request, service, options);
    const { draft, named } = readPositionModel(request.body, creditor);
    const result = await createDebtPosition(writing, draft, { actor, creditorFiscalCode: creditor, aca, publish: toPublish(request) });
    return sendModel(reply.code(201), named(result));
  });
  app.put('/debtpositions/:iupd', async (request, reply) => {
    const { creditor, actor, iupd } = await gpdCallOf(request, service, options);
    const { draft, named } = readPositionModel(request.body, creditor);
    const key = { creditorFiscalCode: creditor, iupd };
    const result = await updateDebtPosition(writing, draft, { actor, key, aca, publish: toPublish(request) });
    return sendModel(reply, named(result));
  });
  for (const [action, change] of [
    ['publish', publishDebtPosition],
    ['invalidate', invalidateDebtPosition],
  ] as const) {
    app.post(`/debtpositions/:iupd/${action}`, async (request, reply) => {
      const { creditor, actor, iupd } = await gpdCallOf(request, service, options);
      return sendModel(reply, await change(writing, { actor, aca, key: { creditorFiscalCode: creditor, iupd } }));
    });
  }
  app.delete('/debtpositions/:iupd', async (request, reply) => {
    const { creditor, actor, iupd } = await gpdCallOf(request, service, options);
    const result = await deleteDebtPosition(writing, { actor, aca, key: { creditorFiscalCode: creditor, iupd } });
    return result.ok
      ? reply.type('application/json').send(JSON.stringify('The debt position was deleted.'))
      : sendRefusal(reply, result.refusal);
  });
  registerPayments(app, service, options);
}

/** The notice is `nav` in this interface. */
function inContractNames({ kind, issues }: Refusal): Refusal {
  return { kind, issues: issues.map((issue) => (issue.path === 'noticeNumber' ? { ...issue, path: 'nav' } : issue)) };
}

function registerPayments(app: FastifyInstance, service: GpdService, options: GpdOptions): void {
  const { writing } = options;
  const { aca } = service;
  app.post('/paymentoptions/paids/:nav', async (request, reply) => {
    const { creditor, actor, nav } = await gpdCallOf(request, service, options);
    const { paymentDate } = parsed(paidBody, request.body ?? {});
    const paidAt = paymentDate === undefined ? {} : { paidAt: paymentDate };
    const result = await markNoticePaid(writing, { actor, aca, creditorFiscalCode: creditor, noticeNumber: nav, ...paidAt });
    if (!result.ok) return sendRefusal(reply, inContractNames(result.refusal));
    const placed = placedNotice(result.value.position, nav);
    invariant(placed !== undefined, 'a marked notice is in its position');
    return reply.send({ ...optionResponseOf(result.value.position, placed), serviceType: service.serviceType });
  });
  app.patch('/debtpositions/transfers', async (request, reply) => {
    const { creditor, actor } = await gpdCallOf(request, service, options);
    const { oldIban, limit } = parsed(ibanQuery, request.query);
    const { newIban } = parsed(ibanBody, request.body ?? {});
    if (oldIban === newIban) throw InputError.at('newIban', 'is the old IBAN', 'another IBAN');
    const change = { from: oldIban, to: newIban, most: limit };
    const result = await replaceCreditorIban(writing, { actor, aca, creditorFiscalCode: creditor, ...change });
    if (!result.ok) return sendRefusal(reply, result.refusal);
    return reply.send({ description: 'The IBAN was replaced in the open positions.', updatedTransfers: result.value });
  });
}

/** `warnings` is there only when something was odd. */
function sendModel(reply: FastifyReply, result: WriteResult): Promise<FastifyReply> | FastifyReply {
  if (!result.ok) return sendRefusal(reply, result.refusal);
  const { position, warnings } = result.value;
  return reply.send({ ...positionModelOf(position), ...(warnings.length > 0 && { warnings: warnings.map(warningOf) }) });
}

/** Who calls, and about what. @throws UnauthenticatedError, ForbiddenError for another party's code */
export async function gpdCallOf(request: FastifyRequest, { product }: GpdService, { writing, directory }: GpdOptions): Promise<GpdCall> {
  const key = await apiKeyOf(request, directory, product);
  const parameters = request.params as Parameters;
  const actor: Actor = { kind: 'PARTY', code: key.party };
  const coverage = await writing.creditors.coverage(
    actor,
    parameters.creditor,
    request.method === 'GET' ? 'POSITIONS_READ' : 'POSITIONS_WRITE',
  );
  if (coverage.length === 0) throw new ForbiddenError('The key does not act for this organization.');
  return { ...parameters, actor, coverage };
}

/** @throws InputError */
function toPublish(request: FastifyRequest): boolean {
  return parsed(publishQuery, request.query).toPublish === 'true';
}

/** @throws InputError naming every field that is wrong */
export function parsed<Shape extends z.ZodType>(shape: Shape, value: unknown): z.output<Shape> {
  const result = shape.safeParse(value);
  if (!result.success) throw fromZod(result.error);
  return result.data;
}
