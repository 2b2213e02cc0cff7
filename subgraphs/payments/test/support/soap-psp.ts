/** A PSP that speaks SOAP to the subgraph's edge over a real socket, and holds every message against the official schema where it is at hand. */
import { createHttpService, type EdgeLimits } from '@nodo-aperto/kernel/http';
import { cryptographicStream } from '@nodo-aperto/kernel/random';
import { buildEnvelope, type Operation, parseEnvelope } from '@nodo-aperto/kernel/soap';
import { testLogger } from '@nodo-aperto/kernel/testing';
import { hasContracts, type OfficialSchema, officialSchema } from '../../../../kernel/test/soap-official-schemas.ts';
import { NODE_FOR_PSP_PATH } from '../../src/edges/node-for-psp.ts';
import { CHANNEL, PASSWORD, PSP } from './parties.ts';
import type { TestSubgraph } from './subgraph.ts';

/** Who calls, as every message says it. */
export const CALLER = { idPSP: PSP, idBrokerPSP: PSP, idChannel: CHANNEL, password: PASSWORD };

export interface RawReply {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

export interface SoapPsp extends AsyncDisposable {
  readonly url: string;
  /** Sends a message of the contract and reads its answer. */
  call<Request, Response>(operation: Operation<Request, Response>, request: Request): Promise<Response>;
  /** Sends whatever it is given. */
  post(body: string | Uint8Array, headers?: Record<string, string>): Promise<RawReply>;
  /** How many messages were held against the official schema. */
  readonly judged: () => number;
}

/** Serves the edges of the subgraph on a free port. */
export async function startSoapPsp(subgraph: TestSubgraph, edgeLimits?: EdgeLimits): Promise<SoapPsp> {
  const http = createHttpService({ log: testLogger(), random: cryptographicStream(), ...(edgeLimits && { edgeLimits }) });
  for (const edge of subgraph.edges) await edge.register(http.app);
  const port = await http.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${port}${NODE_FOR_PSP_PATH}`;
  const schema: OfficialSchema | undefined = hasContracts ? officialSchema('wsdl/xsd/nodeForPsp.xsd') : undefined;
  let judged = 0;

  function judge(envelope: string): void {
    if (!schema) return;
    judged += 1;
    const complaint = schema.complaintAboutBody(envelope);
    if (complaint !== undefined) throw new Error(`a message breaks nodeForPsp.xsd: ${complaint}\n${envelope}`);
  }

  async function post(body: string | Uint8Array, headers: Record<string, string> = { 'content-type': 'text/xml; charset=utf-8' }) {
    const reply = await fetch(url, { method: 'POST', body: typeof body === 'string' ? body : Buffer.from(body), headers });
    return { status: reply.status, contentType: reply.headers.get('content-type') ?? '', text: await reply.text() };
  }

  return {
    url,
    post,
    async call(operation, request) {
      const envelope = buildEnvelope(operation.request.write(request));
      judge(envelope);
      const reply = await post(envelope, { 'content-type': 'text/xml; charset=utf-8', soapaction: `"${operation.name}"` });
      if (reply.status !== 200) throw new Error(`${operation.name} was answered with HTTP ${reply.status}: ${reply.text}`);
      judge(reply.text);
      const reading = operation.response.read(parseEnvelope(reply.text).element);
      if (!reading.ok) throw new Error(`the answer to ${operation.name} cannot be read: ${JSON.stringify(reading.issues)}`);
      return reading.value;
    },
    judged: () => judged,
    async [Symbol.asyncDispose]() {
      schema?.[Symbol.dispose]();
      await http.close();
    },
  };
}
