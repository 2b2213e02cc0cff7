/** `/fdr-psp/service/v1`: how PSPs make flows. Contract: openapi/fdr_psp.json. */
import type { Edge } from '@nodo-aperto/kernel/subgraph';
import type { FastifyRequest } from 'fastify';
import type { FlowAddress } from '../domain/check-address.ts';
import { checkCreditor, checkPsp } from '../domain/check-parties.ts';
import { draftsOf, publishedBy } from '../persistence/flow-pages.ts';
import { addPayments } from '../services/add-payments.ts';
import { createFlow } from '../services/create-flow.ts';
import { deleteFlow } from '../services/delete-flow.ts';
import { flowWanted, linesWanted, type WantedFlow } from '../services/find-flow.ts';
import { publishFlow } from '../services/publish-flow.ts';
import { removePayments } from '../services/remove-payments.ts';
import { checkPspAccess } from './access.ts';
import { createdItem, flowAnswer, lineAnswer, pageAnswer, publishedItem } from './answers.ts';
import type { EdgeServices } from './edge-services.ts';
import { RateLimit } from './rate-limit.ts';
import { allowEmptyBodies, answerRefusals } from './refusals.ts';
import { readAddPayments, readCreateFlow, readDeletePayments, readListQuery, readRevision } from './requests.ts';

const BASE = '/fdr-psp/service/v1/psps/:pspId';
/** A thousand payments, written out generously. */
const LARGEST_BODY = 1024 * 1024;

interface Parameters {
  pspId: string;
  fdr: string;
  organizationId: string;
  revision: string;
}
const parametersOf = (request: FastifyRequest): Parameters => request.params as Parameters;

export function pspEdge({ writing, lines, directory, log }: EdgeServices): Edge {
  const { database, clock } = writing;
  const rate = new RateLimit(clock);
  const addressOf = async (request: FastifyRequest): Promise<FlowAddress> => {
    const { pspId, fdr } = parametersOf(request);
    await checkPspAccess(directory, request, pspId);
    return { pspCode: pspId, name: fdr };
  };
  const wantedBy = async (request: FastifyRequest, which: 'DRAFT' | 'PUBLISHED'): Promise<WantedFlow> => {
    const { organizationId, revision } = parametersOf(request);
    const address = await addressOf(request);
    return { ...address, creditorFiscalCode: organizationId, revision: which === 'DRAFT' ? which : readRevision(revision) };
  };
  const done = (name: string, what: string) => ({ message: `Flow [${name}] ${what}` });
  return {
    name: 'fdr-psp',
    async register(app) {
      await app.register(async (scope) => {
        answerRefusals(scope, log);
        allowEmptyBodies(scope);
        scope.post(`${BASE}/fdrs/:fdr`, async (request, reply) => {
          const address = await addressOf(request);
          await createFlow(writing, address, readCreateFlow(request.body));
          return reply.code(201).send(done(address.name, 'saved'));
        });
        scope.put(`${BASE}/fdrs/:fdr/payments/add`, { bodyLimit: LARGEST_BODY }, async (request, reply) => {
          const address = await addressOf(request);
          rate.admit(request, reply);
          await addPayments(writing, address, readAddPayments(request.body));
          return done(address.name, 'payments added');
        });
        scope.put(`${BASE}/fdrs/:fdr/payments/del`, async (request, reply) => {
          const address = await addressOf(request);
          rate.admit(request, reply);
          await removePayments(writing, address, readDeletePayments(request.body));
          return done(address.name, 'payments deleted');
        });
        scope.post(`${BASE}/fdrs/:fdr/publish`, async (request) => {
          const address = await addressOf(request);
          await publishFlow(writing, address);
          return done(address.name, 'published');
        });
        scope.delete(`${BASE}/fdrs/:fdr`, async (request) => {
          const address = await addressOf(request);
          await deleteFlow(writing, address);
          return done(address.name, 'deleted');
        });
        scope.get(`${BASE}/created`, async (request) => {
          const { pspCode } = await addressOf(request);
          const { createdGt, ...page } = readListQuery(request.query);
          checkPsp(await directory.psp(pspCode));
          const filter = { pspCode, createdAfter: createdGt };
          return pageAnswer(await database.read((manager) => draftsOf(manager, filter, page)), page, createdItem);
        });
        scope.get(`${BASE}/published`, async (request) => {
          const { pspCode } = await addressOf(request);
          const { publishedGt, organizationId, ...page } = readListQuery(request.query);
          checkPsp(await directory.psp(pspCode));
          if (organizationId !== undefined) checkCreditor(await directory.creditorInstitution(organizationId));
          const filter = { pspCode, creditorFiscalCode: organizationId, publishedAfter: publishedGt };
          return pageAnswer(await database.read((manager) => publishedBy(manager, filter, page)), page, publishedItem);
        });
        const draft = `${BASE}/created/fdrs/:fdr/organizations/:organizationId`;
        const published = `${BASE}/published/fdrs/:fdr/revisions/:revision/organizations/:organizationId`;
        for (const [path, which] of [
          [draft, 'DRAFT'],
          [published, 'PUBLISHED'],
        ] as const) {
          scope.get(path, async (request) => flowAnswer(await flowWanted(writing, await wantedBy(request, which))));
          scope.get(`${path}/payments`, async (request) => {
            const wanted = await wantedBy(request, which);
            const page = readListQuery(request.query);
            return pageAnswer(await linesWanted({ ...writing, lines }, wanted, page), page, lineAnswer);
          });
        }
      });
    },
  };
}
