/** Payment options for PSPs. Contract: openapi/orgs_payment_options.json; errors and limits: Domain facts, Payments §5.1, §5.3. */
import { STATUS_CODES } from 'node:http';
import type { Directory } from '@nodo-aperto/kernel/directory';
import {
  ExposedError,
  Fault,
  type FaultCode,
  faultCodeEntry,
  ForbiddenError,
  UnauthenticatedError,
  wireCodeOf,
} from '@nodo-aperto/kernel/faults';
import { apiKeyOf } from '@nodo-aperto/kernel/http';
import type { Logger } from '@nodo-aperto/kernel/logging';
import type { Edge } from '@nodo-aperto/kernel/subgraph';
import { SECOND, toLocalDateTime, toOffsetIso } from '@nodo-aperto/kernel/time';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { InstalmentView, OptionView } from '../domain/payment-options.ts';
import { findPaymentOptions, type OptionsDependencies, type PaymentOptions } from '../services/find-payment-options.ts';
import { RateWindow } from './rate-window.ts';

const URL = '/payment-options/service/v1/payment-options/organizations/:creditor/notices/:nav';
/** As many calls of one key as the official service takes. */
const CALLS = { most: 1_500, perMs: 10 * SECOND };

export function paymentOptionsEdge(options: OptionsDependencies & { log: Logger }): Edge {
  const { clock, log } = options;
  const window = new RateWindow(CALLS.most, CALLS.perMs);
  const fail = (reply: FastifyReply, fault: Fault): FastifyReply => {
    const { httpStatus = 500, faultString } = faultCodeEntry(fault.code);
    const now = clock.now();
    return reply.code(httpStatus).send({
      httpStatusCode: httpStatus,
      httpStatusDescription: STATUS_CODES[httpStatus],
      errorMessage: fault.description ?? faultString,
      appErrorCode: wireCodeOf(fault.code),
      timestamp: Math.floor(now / 1_000),
      dateTime: toLocalDateTime(now),
    });
  };
  return {
    name: 'payment-options',
    async register(app) {
      await app.register(async (scope) => {
        scope.setErrorHandler((error, request, reply) => {
          const known = faultOf(error);
          if (known.code === 'ODP_018') log.error({ err: error, reference: request.id }, 'payment options could not be answered');
          return fail(reply, known);
        });
        scope.route({
          method: ['GET', 'POST'],
          url: URL,
          async handler(request, reply) {
            const session = request.headers['x-session-id'];
            if (typeof session === 'string' && /^[\w-]{1,64}$/.test(session)) reply.header('x-session-id', session);
            const party = await callerOf(request, options.directory);
            const wait = window.take(party, clock.now());
            if (wait > 0)
              return reply
                .code(429)
                .header('retry-after', Math.ceil(wait / SECOND))
                .send();
            const { creditor = '', nav = '' } = request.params as { creditor?: string; nav?: string };
            const found = await findPaymentOptions(options, { creditorFiscalCode: creditor, noticeNumber: nav });
            return found instanceof Fault ? fail(reply, found) : reply.send(answerOf(found));
          },
        });
      });
    },
  };
}

/** The key's party, and the PSP that it asks for: itself, or one that its channels serve. @throws Fault and the errors of keys */
async function callerOf(request: FastifyRequest, directory: Directory): Promise<string> {
  const { party } = await apiKeyOf(request, directory, 'options');
  const { idPsp } = request.query as { idPsp?: unknown };
  if (idPsp === undefined) return checkedPsp(party, party, directory);
  if (typeof idPsp !== 'string' || !/^[\x21-\x7e]{1,35}$/.test(idPsp))
    throw new Fault('ODP_001', { description: 'idPsp has to be the code of a PSP, 1 to 35 characters.' });
  return checkedPsp(idPsp, party, directory);
}

async function checkedPsp(code: string, party: string, directory: Directory): Promise<string> {
  const psp = await directory.psp(code);
  if (!psp) throw new Fault('ODP_002', { description: `No PSP has the code ${code}.` });
  if (!psp.enabled) throw new Fault('ODP_003', { description: `The PSP ${code} is disabled.` });
  if (code === party) return party;
  const broker = await directory.pspBroker(party);
  if (!broker) throw new Fault('ODP_004', { description: 'The key belongs to no broker of PSPs.' });
  if (!broker.enabled) throw new Fault('ODP_005', { description: `The broker ${party} is disabled.` });
  const channels = await directory.children('channel', party);
  if (!channels.some(({ data }) => data.psps.includes(code)))
    throw new Fault('ODP_007', { description: `The key does not act for the PSP ${code}.` });
  return party;
}

function faultOf(error: unknown): Fault {
  if (error instanceof Fault) return error;
  const as = (code: FaultCode, { message }: Error): Fault => new Fault(code, { description: message });
  if (error instanceof UnauthenticatedError) return as('ODP_006', error);
  if (error instanceof ForbiddenError) return as('ODP_007', error);
  if (error instanceof ExposedError) return as('ODP_001', error);
  const { statusCode = 500 } = error as { statusCode?: number };
  return new Fault(statusCode < 500 ? 'ODP_001' : 'ODP_018');
}

function answerOf({ organizationFiscalCode, companyName, officeName, standIn, options }: PaymentOptions) {
  return { organizationFiscalCode, companyName, officeName, standin: standIn, paymentOptions: options.map(optionOf) };
}

function optionOf(option: OptionView) {
  return {
    description: option.description,
    numberOfInstallments: option.installments.length,
    amount: option.amount,
    ...datesOf(option),
    status: option.status,
    statusReason: option.statusReason,
    allCCP: option.allCCP,
    installments: option.installments.map((each: InstalmentView) => ({ ...each, ...datesOf(each) })),
  };
}

function datesOf({ dueDate, validFrom }: { dueDate: number; validFrom?: number }) {
  return { dueDate: toOffsetIso(dueDate), validFrom: validFrom === undefined ? undefined : toOffsetIso(validFrom) };
}
