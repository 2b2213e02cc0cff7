/** Pull payments for PSPs, on a citizen's behalf. Contract: openapi/payments_pull.json; errors: Domain facts, Payments §6. */
import { STATUS_CODES } from 'node:http';
import type { Directory } from '@nodo-aperto/kernel/directory';
import { ExposedError, ForbiddenError, InputError } from '@nodo-aperto/kernel/faults';
import { apiKeyOf } from '@nodo-aperto/kernel/http';
import type { Logger } from '@nodo-aperto/kernel/logging';
import type { Edge } from '@nodo-aperto/kernel/subgraph';
import { isLocalDate, startOfLocalDay, toLocalDate, toOffsetIso } from '@nodo-aperto/kernel/time';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type DebtPosition, type Instalment, type PaymentOption } from '../domain/position.ts';
import type { PullPayments } from '../services/pull-payments.ts';
import { noticeStateOf } from './gpd-answers.ts';
import { instantShape } from './gpd-model.ts';
import { parsed } from './gpd.ts';
import { sendRefusal } from './refusals.ts';

const BASE = '/pagopa-gpd-payments-pull/v1';
/** Only persons are asked for: the fiscal code of an organization is refused. */
const PERSON = /^[A-Za-z0-9]{16}$/;
const LAST_PAGE = 100_000;

const query = z.object({
  dueDate: z
    .string()
    .refine(isLocalDate, { params: { expected: 'a day such as 2026-03-31' } })
    .optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
  page: z.coerce.number().int().min(0).max(LAST_PAGE).default(0),
});
const consentBody = z.object({ reference: z.string().trim().min(1).max(140).optional(), expiresAt: instantShape.optional() });

type PullError = 'PPL_600' | 'PPL_601' | 'PPL_900';

/** A code of the interface's own with what is wrong. */
class PullRefusal extends Error {
  readonly code: PullError;

  constructor(code: PullError, message: string) {
    super(message);
    this.code = code;
  }
}

export function pullEdge({ pull, directory, log }: { pull: PullPayments; directory: Directory; log: Logger }): Edge {
  return {
    name: 'pull',
    async register(app) {
      await app.register(async (scope) => {
        scope.setErrorHandler((error, request, reply) => fail(error, request, reply, log));
        scope.get(`${BASE}/info`, async () => ({ name: 'pull payments', version: '1', environment: 'nodo-aperto' }));
        scope.get(`${BASE}/payment-notices/v1`, async (request) => {
          const { party } = await apiKeyOf(request, directory, 'pull');
          const taxCode = taxCodeOf(request.headers['x-tax-code']);
          const { dueDate, limit, page } = parsed(query, request.query);
          await pull.assertConsent(taxCode, party);
          const from = dueDate === undefined ? {} : { dueFrom: startOfLocalDay(dueDate) };
          const positions = await pull.numbered({ debtorFiscalCode: taxCode, ...from }, { limit, page });
          return positions.map((position) => noticeOf(position, taxCode));
        });
        // Ours: how a PSP records that a citizen has let it ask, and that it may no longer.
        scope.put(`${BASE}/consents/:taxCode`, async (request, reply) => {
          const { party } = await apiKeyOf(request, directory, 'pull');
          const debtorFiscalCode = taxCodeOf((request.params as { taxCode: string }).taxCode);
          const given = await pull.give({ debtorFiscalCode, pspCode: party, by: 'PSP', ...parsed(consentBody, request.body ?? {}) });
          if (!given.ok) return sendRefusal(reply, given.refusal);
          const { givenAt, expiresAt, reference } = given.value;
          return reply.code(201).send({ pspCode: party, givenAt: toOffsetIso(givenAt), expiresAt: toOffsetIso(expiresAt), reference });
        });
        scope.delete(`${BASE}/consents/:taxCode`, async (request, reply) => {
          const { party } = await apiKeyOf(request, directory, 'pull');
          const debtorFiscalCode = taxCodeOf((request.params as { taxCode: string }).taxCode);
          const revoked = await pull.revoke({ debtorFiscalCode, pspCode: party, by: 'PSP' });
          return revoked.ok ? reply.code(204).send() : sendRefusal(reply, revoked.refusal);
        });
      });
    },
  };
}

/** @throws PullRefusal */
function taxCodeOf(value: unknown): string {
  if (typeof value === 'string' && PERSON.test(value)) return value.toUpperCase();
  throw new PullRefusal('PPL_601', 'x-tax-code has to be the fiscal code of a person: 16 letters and digits.');
}

function fail(error: unknown, request: FastifyRequest, reply: FastifyReply, log: Logger): FastifyReply {
  const answer = (status: number, detail: string, instance: string): FastifyReply =>
    reply.code(status).send({ title: STATUS_CODES[status], status, detail, instance });
  if (error instanceof PullRefusal) return answer(400, error.message, error.code);
  if (error instanceof InputError) return answer(400, error.message, 'PPL_600');
  if (error instanceof ExposedError) return answer(error.status, error.message, error instanceof ForbiddenError ? 'FORBIDDEN' : error.code);
  const { statusCode = 500, message = '' } = error as { statusCode?: number; message?: string };
  if (statusCode < 500) return answer(statusCode, message, 'PPL_600');
  log.error({ err: error, reference: request.id }, 'pull payments could not be answered');
  return answer(500, `An unexpected error on our side; reference ${request.id}.`, 'PPL_900');
}

function noticeOf(position: DebtPosition, taxCode: string) {
  const debtor = position.options.map((option) => option.debtor ?? position.debtor).find(({ fiscalCode }) => fiscalCode === taxCode);
  const { fullName, type } = debtor ?? position.debtor;
  const published = position.publishedAt ?? position.createdAt;
  const starts = position.options.flatMap(({ validFrom }) => validFrom ?? []);
  return {
    iupd: position.iupd,
    debtorTaxCode: taxCode,
    debtorFullName: fullName,
    debtorType: type,
    paTaxCode: position.creditorFiscalCode,
    paFullName: position.companyName,
    insertedDate: toOffsetIso(position.createdAt),
    publishDate: toOffsetIso(published),
    validityDate: toOffsetIso(starts.length === 0 ? published : Math.min(...starts)),
    status: position.status,
    lastUpdateDate: toLocalDate(position.updatedAt),
    paymentOptions: position.options.map((option) => optionOf(position, option)),
  };
}

function optionOf(position: DebtPosition, option: PaymentOption) {
  const { instalments, description, switchToExpired } = option;
  return {
    description: description ?? instalments[0]?.description,
    numberOfInstallments: instalments.length,
    amount: instalments.reduce((sum, { amount }) => sum + amount, 0),
    dueDate: toOffsetIso(Math.max(...instalments.map(({ dueDate }) => dueDate))),
    isPartialPayment: instalments.length > 1,
    switchToExpired,
    installments: instalments.map((instalment) => instalmentOf(position, instalment)),
  };
}

function instalmentOf(position: DebtPosition, instalment: Instalment) {
  const { retentionDate } = instalment;
  return {
    nav: instalment.noticeNumber,
    iuv: instalment.iuv,
    paTaxCode: position.creditorFiscalCode,
    paFullName: position.companyName,
    amount: instalment.amount,
    description: instalment.description,
    dueDate: toOffsetIso(instalment.dueDate),
    retentionDate: retentionDate === undefined ? undefined : toOffsetIso(retentionDate),
    insertedDate: toOffsetIso(instalment.createdAt),
    notificationFee: 0,
    status: noticeStateOf(instalment),
    lastUpdatedDate: toOffsetIso(instalment.updatedAt),
  };
}
