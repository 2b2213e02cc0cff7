/**
 * GET  /back-office/v1/requests/{id}/contract         the contract as it is to be signed, PDF
 * GET  /back-office/v1/requests/{id}/signed-contract  as it came back signed
 * PUT  /back-office/v1/requests/{id}/signed-contract  hands the signed one in: multipart/form-data with the part "contract", or the file itself
 * Source: domain facts, Onboarding sections 5.2 and 5.3.
 */
import { ExposedError, InputError } from '@nodo-aperto/kernel/faults';
import type { Edge } from '@nodo-aperto/kernel/subgraph';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ContractErrorCode } from '../domain/contracts/contract-check.ts';
import type { OnboardingRequestService } from '../services/onboarding/requests.ts';
import type { PermissionService } from '../services/permissions.ts';
import { BACK_OFFICE_PATH, callerOf, type Verify } from './caller.ts';

interface Options {
  readonly onboarding: OnboardingRequestService;
  readonly permissions: PermissionService;
  readonly verify: Verify;
}

/** Bytes of a signed contract, most. */
const LARGEST_CONTRACT = 2 * 1_024 * 1_024;
/** What the parts of a form add to a file. */
const FORM_OVERHEAD = 4_096;
const EXPECTED = 'the signed contract, as the part "contract" of multipart/form-data or as a body of type application/pkcs7-mime';

/** The signed contract is not in order; the request stays as it is. */
class ContractRefusedError extends ExposedError {
  override readonly name = 'ContractRefusedError';
  override readonly code = 'BAD_USER_INPUT';
  override readonly title = 'Contract refused';
  override readonly status = 422;

  constructor(code: ContractErrorCode, message: string, expected: string) {
    super(`${code}: ${message} Expected: ${expected}.`);
  }
}

export function contractEdge({ onboarding, permissions, verify }: Options): Edge {
  const send = async (request: FastifyRequest, reply: FastifyReply, signed: boolean): Promise<FastifyReply> => {
    const principal = await callerOf(request, verify, 'CITIZEN', 'EC', 'PSP', 'PARTNER', 'OPERATOR');
    await permissions.assertHolds(principal, 'CONTRACTS');
    const file = await onboarding.contractFile(principal, idOf(request), signed);
    const { fileName = 'contract.pdf' } = (await onboarding.contract(idOf(request))) ?? {};
    return reply
      .type(signed ? 'application/pkcs7-mime' : 'application/pdf')
      .header('content-disposition', `attachment; filename="${signed ? `${fileName}.p7m` : fileName}"`)
      .header('cache-control', 'private, no-store')
      .send(Buffer.from(file));
  };
  return {
    name: 'onboarding-contracts',
    async register(app) {
      await app.register(
        async (scope) => {
          for (const type of ['multipart/form-data', 'application/pkcs7-mime', 'application/octet-stream'])
            scope.addContentTypeParser(type, { parseAs: 'buffer', bodyLimit: LARGEST_CONTRACT + FORM_OVERHEAD }, (_request, body, done) =>
              done(null, body),
            );
          scope.get('/:id/contract', (request, reply) => send(request, reply, false));
          scope.get('/:id/signed-contract', (request, reply) => send(request, reply, true));
          scope.put('/:id/signed-contract', async (request) => {
            const principal = await callerOf(request, verify, 'CITIZEN', 'OPERATOR');
            const { request: changed, refusal } = await onboarding.sign(principal, idOf(request), await fileOf(request));
            if (refusal) throw new ContractRefusedError(refusal.code, refusal.message, refusal.expected);
            const { id, state, revision, reason } = changed;
            return { id, state, revision, ...(reason !== undefined && { reason }) };
          });
        },
        { prefix: `${BACK_OFFICE_PATH}/requests` },
      );
    },
  };
}

function idOf(request: FastifyRequest): string {
  return (request.params as { id: string }).id;
}

/** @throws InputError when there is no file, or one too large */
async function fileOf(request: FastifyRequest): Promise<Uint8Array> {
  const { body } = request;
  const type = request.headers['content-type'] ?? '';
  if (!Buffer.isBuffer(body) || body.length === 0) throw InputError.at('contract', 'is missing', EXPECTED);
  const file = type.startsWith('multipart/form-data') ? await partOf(body, type) : body;
  if (file.length > LARGEST_CONTRACT) throw InputError.at('contract', 'is too large', `at most ${LARGEST_CONTRACT} bytes`);
  return file;
}

async function partOf(body: Buffer, type: string): Promise<Uint8Array> {
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData().catch(() => undefined);
  const part = form?.get('contract');
  if (!(part instanceof Blob) || part.size === 0) throw InputError.at('contract', 'is missing', EXPECTED);
  return Buffer.from(await part.arrayBuffer());
}
