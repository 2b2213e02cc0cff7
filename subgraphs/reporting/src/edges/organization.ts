/** `/fdr-org/service/v1`: how creditors read the flows that they receive. Contract: openapi/fdr_organization.json. */
import type { Edge } from '@nodo-aperto/kernel/subgraph';
import type { FastifyRequest } from 'fastify';
import { checkCreditor, checkPsp } from '../domain/check-parties.ts';
import { startOfList } from '../domain/list-window.ts';
import { publishedFor } from '../persistence/flow-pages.ts';
import { flowWanted, linesWanted, type WantedFlow } from '../services/find-flow.ts';
import { checkCreditorAccess } from './access.ts';
import { flowAnswer, lineAnswer, pageAnswer, receivedItem } from './answers.ts';
import type { EdgeServices } from './edge-services.ts';
import { answerRefusals } from './refusals.ts';
import { readListQuery, readRevision } from './requests.ts';

const BASE = '/fdr-org/service/v1/organizations/:organizationId/fdrs';

interface Parameters {
  organizationId: string;
  fdr: string;
  revision: string;
  pspId: string;
}

export function organizationEdge({ writing, lines, directory, log }: EdgeServices): Edge {
  const { database, clock } = writing;
  const creditorOf = async (request: FastifyRequest): Promise<string> => {
    const { organizationId } = request.params as Parameters;
    await checkCreditorAccess(directory, request, organizationId);
    return organizationId;
  };
  const wantedBy = async (request: FastifyRequest): Promise<WantedFlow> => {
    const { fdr, revision, pspId } = request.params as Parameters;
    return { creditorFiscalCode: await creditorOf(request), pspCode: pspId, name: fdr, revision: readRevision(revision) };
  };
  return {
    name: 'fdr-org',
    async register(app) {
      await app.register(async (scope) => {
        answerRefusals(scope, log);
        scope.get(BASE, async (request) => {
          const creditorFiscalCode = await creditorOf(request);
          const { pspId, publishedGt, flowDate, ...page } = readListQuery(request.query);
          if (pspId !== undefined) checkPsp(await directory.psp(pspId));
          checkCreditor(await directory.creditorInstitution(creditorFiscalCode));
          const now = clock.now();
          const filter = {
            creditorFiscalCode,
            pspCode: pspId,
            publishedAfter: startOfList(publishedGt, now, 'publishedGt'),
            flowDateAfter: flowDate === undefined ? undefined : startOfList(flowDate, now, 'flowDate'),
          };
          return pageAnswer(await database.read((manager) => publishedFor(manager, filter, page)), page, receivedItem);
        });
        const flow = `${BASE}/:fdr/revisions/:revision/psps/:pspId`;
        scope.get(flow, async (request) => flowAnswer(await flowWanted(writing, await wantedBy(request))));
        scope.get(`${flow}/payments`, async (request) => {
          const wanted = await wantedBy(request);
          const page = readListQuery(request.query);
          return pageAnswer(await linesWanted({ ...writing, lines }, wanted, page), page, lineAnswer);
        });
      });
    },
  };
}
