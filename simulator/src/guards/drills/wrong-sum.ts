/** Stands before a creditor's station and makes the transfers of its payments a cent more than their amount. */
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { InvariantError } from '@nodo-aperto/kernel/faults';

export interface WrongSum extends AsyncDisposable {
  /** The URL to call in the station's place. */
  readonly endpoint: string;
}

const MOST_BYTES = 1_000_000;
const TRANSFER = /(<(?:\w+:)?transferAmount>)(\d+\.\d)(\d)/;

/** @param endpointOf where the station is */
export async function standBefore(endpointOf: () => string): Promise<WrongSum> {
  const server = createServer((request, response) => {
    const pass = async (): Promise<void> => {
      const { soapaction } = request.headers;
      const answer = await fetch(endpointOf(), {
        method: 'POST',
        headers: {
          'content-type': request.headers['content-type'] ?? 'text/xml; charset=utf-8',
          ...(typeof soapaction === 'string' && { soapaction }),
        },
        body: await textOf(request),
      });
      const text = await answer.text();
      const body = text.replace(
        TRANSFER,
        (_whole, tag: string, amount: string, last: string) => `${tag}${amount}${(Number(last) + 1) % 10}`,
      );
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/xml' }).end(body);
    };
    pass().catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new InvariantError('a server that listens has an address');
  return {
    endpoint: `http://127.0.0.1:${address.port}/pa-for-node`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += String(chunk);
    if (text.length > MOST_BYTES) throw new RangeError('a message is too long');
  }
  return text;
}
