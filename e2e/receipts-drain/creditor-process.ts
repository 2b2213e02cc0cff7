/** A creditor's station in a process of its own, so that it takes no time from the platform: notes which receipts came, in their order. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const RECEIPT_ID = /<receiptId>([^<]+)<\/receiptId>/;
const OK = `<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:paf="http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd"><soapenv:Body><paf:paSendRTV2Response><outcome>OK</outcome></paf:paSendRTV2Response></soapenv:Body></soapenv:Envelope>`;

const received: string[] = [];
const load = { now: 0, most: 0 };

const server = createServer((request, response) => {
  load.now += 1;
  load.most = Math.max(load.most, load.now);
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const receiptId = RECEIPT_ID.exec(Buffer.concat(chunks).toString())?.[1];
    if (receiptId) received.push(receiptId);
    load.now -= 1;
    response.writeHead(receiptId ? 200 : 400, { 'content-type': 'text/xml; charset=utf-8' }).end(OK);
  });
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('message', (question: 'COUNT' | 'ALL') =>
  process.send?.(question === 'COUNT' ? { count: received.length } : { received, most: load.most }),
);
process.on('disconnect', () => process.exit());
