/** `/nodo/nodo-per-pa/v1`: how creditors' stations read flows over SOAP. Contract: wsdl/xsd/nodeForPa.xsd. */
import { Readable } from 'node:stream';
import type { Fault } from '@nodo-aperto/kernel/faults';
import { buildEnvelope, handleSoap, SOAP_CONTENT_TYPE, soapOperation } from '@nodo-aperto/kernel/soap';
import type { Edge } from '@nodo-aperto/kernel/subgraph';
import type { FlowLine } from '../../domain/flow.ts';
import { linesPast } from '../../persistence/line-pages.ts';
import type { FlowRow } from '../../persistence/tables.ts';
import { legacyFlow, type LegacyReading, type LegacyReads, listLegacyFlows } from '../../services/read-legacy-flows.ts';
import type { EdgeServices } from '../edge-services.ts';
import { beanOf } from './faults.ts';
import {
  FLOW_ELEMENT,
  type ListFlowsRequest,
  MOST_LISTED,
  nodoChiediElencoFlussiRendicontazione,
  nodoChiediFlussoRendicontazione,
} from './messages.ts';
import { asBase64, flowDocument } from './write-document.ts';

const PATH = '/nodo/nodo-per-pa/v1';
const LARGEST_MESSAGE = 64 * 1024;
const LINES_PER_PAGE = 1_000;

function readingOf(request: ListFlowsRequest): LegacyReading {
  return {
    brokerCode: request.identificativoIntermediarioPA,
    stationCode: request.identificativoStazioneIntermediarioPA,
    password: request.password,
    creditorFiscalCode: request.identificativoDominio,
    pspCode: request.identificativoPSP,
  };
}

async function* pagesOf(reads: LegacyReads, flow: FlowRow): AsyncGenerator<FlowLine[]> {
  for (let index = 0; ; ) {
    const lines = await linesPast(reads.database, flow.id, index, LINES_PER_PAGE);
    const last = lines.at(-1);
    if (!last) return;
    yield lines;
    index = last.index;
  }
}

/** The answer with the flow in it, as it is read. */
async function* answerWith(reads: LegacyReads, flow: FlowRow): AsyncGenerator<string> {
  const empty = buildEnvelope(nodoChiediFlussoRendicontazione.response.write({ [FLOW_ELEMENT.name]: '' }));
  const tag = `<${FLOW_ELEMENT.name}/>`;
  const at = empty.indexOf(tag);
  yield `${empty.slice(0, at)}<${FLOW_ELEMENT.name}>`;
  yield* asBase64(flowDocument(flow, pagesOf(reads, flow)));
  yield `</${FLOW_ELEMENT.name}>${empty.slice(at + tag.length)}`;
}

function operationsOf(reads: LegacyReads, found: (flow: FlowRow) => void) {
  return {
    nodoChiediElencoFlussiRendicontazione: soapOperation({
      operation: nodoChiediElencoFlussiRendicontazione,
      async handle(request) {
        const flows = await listLegacyFlows(reads, readingOf(request), MOST_LISTED);
        const idRendicontazione = flows.map(({ name, flowDate }) => ({ identificativoFlusso: name, dataOraFlusso: flowDate }));
        return { elencoFlussiRendicontazione: { totRestituiti: flows.length, idRendicontazione } };
      },
      refuse: (fault) => ({ fault: beanOf(fault) }),
    }),
    nodoChiediFlussoRendicontazione: soapOperation({
      operation: nodoChiediFlussoRendicontazione,
      async handle(request) {
        found(await legacyFlow(reads, readingOf(request), request.identificativoFlusso));
        // The flow itself is written as it is read, instead of this.
        return {};
      },
      refuse: (fault: Fault) => ({ fault: beanOf(fault) }),
    }),
  };
}

export function legacyCreditorEdge({ writing, stations, log }: EdgeServices): Edge {
  const reads: LegacyReads = { database: writing.database, clock: writing.clock, directory: stations };
  return {
    name: 'nodo-per-pa',
    async register(app) {
      await app.register(async (scope) => {
        scope.removeAllContentTypeParsers();
        scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
        scope.post(PATH, { bodyLimit: LARGEST_MESSAGE }, async (request, reply) => {
          let flow: FlowRow | undefined;
          const answer = await handleSoap({
            body: (request.body ?? '') as Buffer,
            contentType: request.headers['content-type'],
            operations: operationsOf(reads, (each) => {
              flow = each;
            }),
            limits: { maxBytes: LARGEST_MESSAGE },
            onUnexpected: (error) => log.error({ err: error, reference: request.id }, 'a legacy request failed'),
            reference: request.id,
          });
          const body = flow ? Readable.from(answerWith(reads, flow)) : answer.body;
          return reply
            .code(answer.status)
            .type(flow ? SOAP_CONTENT_TYPE : answer.contentType)
            .send(body);
        });
      });
    },
  };
}
