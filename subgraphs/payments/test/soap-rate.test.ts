/** How often a PSP may call over SOAP. Source: docs/security.md. */
import { verifyPaymentNotice } from '@nodo-aperto/kernel/node-for-psp';
import { buildEnvelope, parseEnvelope } from '@nodo-aperto/kernel/soap';
import { afterEach, describe, expect, it } from 'vitest';
import { CREDITOR, OTHER_CHANNEL, OTHER_PSP, PASSWORD } from './support/parties.ts';
import { CALLER, type RawReply, type SoapPsp, startSoapPsp } from './support/soap-psp.ts';
import { startSubgraph } from './support/subgraph.ts';

// So few a second that none comes back while a test runs; five seconds' worth may go at once.
const calls = (count: number): number => count / 5;
const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each[Symbol.asyncDispose]();
});

async function served(
  ofParty: number,
  ofAddress: number,
): Promise<{ psp: SoapPsp; verify: (caller?: typeof CALLER) => Promise<RawReply> }> {
  const subgraph = await startSubgraph();
  open.push(subgraph);
  const limits = { callsPerSecond: calls(ofParty), callsPerSecondOfAddress: calls(ofAddress), connectionsOfAddress: 100 };
  const psp = await startSoapPsp(subgraph, limits);
  open.push(psp);
  const qrCode = { fiscalCode: CREDITOR, noticeNumber: subgraph.newNotice() };
  const verify = (caller = CALLER): Promise<RawReply> => psp.post(buildEnvelope(verifyPaymentNotice.request.write({ ...caller, qrCode })));
  return { psp, verify };
}

describe('the rate of a PSP', { timeout: 60_000 }, () => {
  it('is its own: beyond it the PSP gets a Fault with HTTP 429, and others go on', async () => {
    const { verify } = await served(2, 1_000);
    for (const reply of [await verify(), await verify()]) expect(reply.status).toBe(200);
    const refused = await verify();
    expect(refused).toMatchObject({ status: 429, contentType: expect.stringContaining('text/xml') });
    expect(refused.text).toContain('calls a second');
    expect(parseEnvelope(refused.text).operation).toBe('Fault');
    const other = await verify({ idPSP: OTHER_PSP, idBrokerPSP: OTHER_PSP, idChannel: OTHER_CHANNEL, password: PASSWORD });
    expect(other.status).toBe(200);
  });

  it('is bounded by that of its address, before anything is read', async () => {
    const { psp, verify } = await served(1_000, 2);
    for (const reply of [await verify(), await psp.post('no XML')]) expect(reply.status).not.toBe(429);
    const refused = await psp.post('no XML');
    expect(refused).toMatchObject({ status: 429, contentType: expect.stringContaining('text/xml') });
    expect(parseEnvelope(refused.text).operation).toBe('Fault');
  });
});
