/** A creditor's station over real HTTP and SOAP: it keeps the receipts it gets, and misbehaves as told. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Fault } from '@nodo-aperto/kernel/faults';
import { type PaSendRTRequest, paSendRT, paSendRTV2, type PaSendRTV2Request } from '@nodo-aperto/kernel/pa-for-node';
import { type EmptyResponse, handleSoap, soapOperation } from '@nodo-aperto/kernel/soap';

/** OK also recognises receipts that it has. SILENT takes the receipt and never answers; SLOW answers once told to. */
export type Behaviour = 'OK' | 'SILENT' | 'SLOW' | 'UNAVAILABLE' | 'GARBAGE' | 'DOWN' | { readonly ko: string };

export interface ReceivedReceipt {
  readonly version: 1 | 2;
  readonly request: PaSendRTRequest | PaSendRTV2Request;
  readonly envelope: string;
  readonly traceparent: string | undefined;
}

export interface Creditor extends AsyncDisposable {
  readonly endpoint: string;
  behaviour: Behaviour;
  /** Every message that came, in order. */
  readonly received: readonly ReceivedReceipt[];
  /** The receipts that had an effect, by id, in the order in which they first came. */
  readonly kept: ReadonlySet<string>;
  /** Calls under way, and the most at once. */
  readonly load: { now: number; most: number };
  /** Told of every receipt that came, before it is answered, and of every answer that went out. */
  onMessage: ((what: 'RECEIVED' | 'ANSWERED') => void) | undefined;
  /** Lets a SLOW station answer so many calls. */
  answer(calls: number): void;
}

export async function startCreditor(): Promise<Creditor> {
  const received: ReceivedReceipt[] = [];
  const kept = new Set<string>();
  const load = { now: 0, most: 0 };
  const held: (() => void)[] = [];
  let allowed = 0;
  const state: { behaviour: Behaviour; onMessage: Creditor['onMessage'] } = { behaviour: 'OK', onMessage: undefined };

  const take = (receiptId: string): EmptyResponse => {
    const { behaviour } = state;
    if (typeof behaviour === 'object') throw new Fault('PAA_SYSTEM_ERROR', { description: behaviour.ko });
    if (kept.has(receiptId)) {
      state.onMessage?.('RECEIVED');
      throw new Fault('PAA_RECEIPT_DUPLICATA');
    }
    kept.add(receiptId);
    return { outcome: 'OK' };
  };
  const operation = (version: 1 | 2, envelope: string, traceparent: string | undefined) => {
    const shared = {
      refuse: (fault: Fault): EmptyResponse => ({
        outcome: 'KO',
        fault: {
          faultCode: fault.code,
          faultString: fault.faultString,
          id: 'EC',
          ...(fault.description !== undefined && { description: fault.description }),
        },
      }),
    };
    const handle = async (request: PaSendRTRequest | PaSendRTV2Request): Promise<EmptyResponse> => {
      received.push({ version, request, envelope, traceparent });
      const response =
        state.behaviour === 'SILENT' || state.behaviour === 'SLOW'
          ? kept.add(request.receipt.receiptId) && ({ outcome: 'OK' } as const)
          : take(request.receipt.receiptId);
      state.onMessage?.('RECEIVED');
      if (state.behaviour === 'SILENT') await new Promise(() => undefined);
      if (state.behaviour === 'SLOW') await turn();
      return response;
    };
    return version === 1
      ? soapOperation({ ...shared, operation: paSendRT, handle })
      : soapOperation({ ...shared, operation: paSendRTV2, handle });
  };
  const turn = (): Promise<void> | undefined => {
    if (allowed > 0) {
      allowed -= 1;
      return undefined;
    }
    return new Promise((resolve) => held.push(resolve));
  };

  const listener = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (state.behaviour === 'DOWN') return void request.socket.destroy();
    if (state.behaviour === 'UNAVAILABLE') return void response.writeHead(503).end();
    if (state.behaviour === 'GARBAGE') return void response.writeHead(200, { 'content-type': 'text/xml' }).end('<html/>');
    load.now += 1;
    load.most = Math.max(load.most, load.now);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const traceparent = request.headers['traceparent'] as string | undefined;
    const reply = await handleSoap({
      body,
      contentType: request.headers['content-type'],
      operations: { paSendRT: operation(1, body.toString(), traceparent), paSendRTV2: operation(2, body.toString(), traceparent) },
      onUnexpected: (error) => {
        throw error;
      },
    });
    load.now -= 1;
    response.writeHead(reply.status, { 'content-type': reply.contentType }).end(reply.body, () => state.onMessage?.('ANSWERED'));
  };
  const server = createServer((request, response) => void listener(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/pa-for-node`,
    get behaviour() {
      return state.behaviour;
    },
    set behaviour(behaviour) {
      state.behaviour = behaviour;
    },
    get onMessage() {
      return state.onMessage;
    },
    set onMessage(told) {
      state.onMessage = told;
    },
    received,
    kept,
    load,
    answer(calls) {
      for (let index = 0; index < calls; index += 1) {
        const next = held.shift();
        if (next) next();
        else allowed += 1;
      }
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
