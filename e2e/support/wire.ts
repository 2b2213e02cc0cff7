/** Everything that goes over a wire as SOAP, recorded and held against the official schemas where they are at hand. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseEnvelope, SoapClientError } from '@nodo-aperto/kernel/soap';
import { hasContracts, type OfficialSchema, officialSchema } from '../../kernel/test/soap-official-schemas.ts';

/** One exchange, as text. */
export interface Exchange {
  readonly action: string;
  readonly request: string;
  readonly status: number;
  readonly answer: string;
}

export interface WireRecord extends Disposable {
  readonly exchanges: readonly Exchange[];
  /** What the official schema has against the messages; always empty where it is not at hand. */
  readonly complaints: readonly string[];
  /** How many messages were held against it. */
  judged(): number;
  add(exchange: Exchange): void;
}

/** @param contract the official schema, by its path in the contracts */
export function wireRecord(contract: string): WireRecord {
  const schema: OfficialSchema | undefined = hasContracts ? officialSchema(contract) : undefined;
  const exchanges: Exchange[] = [];
  const complaints: string[] = [];
  let judged = 0;
  const judge = (action: string, message: string): void => {
    if (!schema) return;
    judged += 1;
    const complaint = schema.complaintAboutBody(message);
    if (complaint !== undefined) complaints.push(`${action}: ${complaint}\n${message}`);
  };
  return {
    exchanges,
    complaints,
    judged: () => judged,
    add(exchange) {
      exchanges.push(exchange);
      judge(exchange.action, exchange.request);
      if (exchange.status === 200 && isEnvelope(exchange.answer)) judge(exchange.action, exchange.answer);
    },
    [Symbol.dispose]: () => schema?.[Symbol.dispose](),
  };
}

/** What a creditor answers in confusion is no message, and has no schema. */
function isEnvelope(text: string): boolean {
  try {
    parseEnvelope(text);
    return true;
  } catch (error) {
    if (error instanceof SoapClientError) return false;
    throw error;
  }
}

export interface Tap extends AsyncDisposable {
  readonly url: string;
}

/** A port in front of a station that passes everything on and records it. A station that does not answer is seen to close the connection. */
export async function tap(target: () => string, record: WireRecord): Promise<Tap> {
  const server: Server = createServer(async (request, response) => {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body = Buffer.concat(chunks);
      const headers = {
        'content-type': String(request.headers['content-type']),
        soapaction: String(request.headers['soapaction']),
      };
      const reply = await fetch(target(), { method: 'POST', headers, body, signal: gone.signal });
      const answer = await reply.text();
      record.add({ action: headers.soapaction.replaceAll('"', ''), request: body.toString(), status: reply.status, answer });
      response.writeHead(reply.status, { 'content-type': reply.headers.get('content-type') ?? 'text/xml' }).end(answer);
    } catch {
      // The station broke the connection, or is not there: so is this one.
      request.socket.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/pa-for-node`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
