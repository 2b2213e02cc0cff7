/** Receipts on paper: who gets which copy, what it says, and how long its link lives. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Principal } from '@nodo-aperto/kernel/auth';
import { until } from '@nodo-aperto/kernel/testing';
import { DAY } from '@nodo-aperto/kernel/time';
import type { PaymentSnapshot } from '@nodo-aperto/schema/events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LINK_LIFE_MS } from '../src/services/document-links.ts';
import { type Creditor, startCreditor } from './creditor.ts';
import { citizen, creditor, paymentAt, settle, startPlatform, type TestPlatform } from './platform.ts';
import { COMUNE, DEBTOR, PAYER, STATION } from './samples.ts';

const STRANGER = 'BNCLRA90C43L219Q';
const OTHER = '11111111111';

let platform: TestPlatform;
let station: Creditor;

beforeAll(async () => {
  platform = await startPlatform();
  station = await startCreditor();
  await settle(platform, STATION, station.endpoint);
  await platform.route({ creditorInstitution: COMUNE, station: STATION });
  await platform.apiKey('key-comune', COMUNE, ['bizevents']);
});
afterAll(async () => {
  await station[Symbol.asyncDispose]();
  await platform.stop();
});

async function ask<Data>(principal: Principal, source: string, variables: Record<string, unknown> = {}): Promise<Data> {
  const { data, errors } = await platform.ask<Data>(principal, source, variables);
  expect(errors).toEqual([]);
  return data!;
}
const get = (path: string, key?: string) => fetch(`${platform.base}${path}`, { headers: key ? { 'Ocp-Apim-Subscription-Key': key } : {} });

const canReadPdf = ((): boolean => {
  try {
    execFileSync('pdftotext', ['-v'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

describe('printed copies', () => {
  const PRINT = 'mutation ($id: ID!, $copy: ReceiptCopy) { printReceipt(id: $id, copy: $copy) { state copy } }';
  const DOCUMENT = 'query ($id: ID!, $copy: ReceiptCopy) { receiptDocument(id: $id, copy: $copy) { state copy size downloadPath } }';
  interface Document {
    receiptDocument: { state: string; copy: string; size: number; downloadPath: string };
  }
  let payment: PaymentSnapshot;
  beforeAll(async () => {
    payment = paymentAt(STATION);
    await platform.book(payment);
  });

  async function printed(principal: Principal, copy?: string): Promise<Document['receiptDocument']> {
    await ask(principal, PRINT, { id: payment.paymentToken, copy });
    return until(
      async () => {
        const { receiptDocument } = await ask<Document>(principal, DOCUMENT, { id: payment.paymentToken, copy });
        return receiptDocument.state === 'READY' && receiptDocument;
      },
      { what: 'the copy to be printed' },
    );
  }
  function textOf(pdf: Uint8Array): string {
    const folder = mkdtempSync(join(tmpdir(), 'receipt-'));
    try {
      writeFileSync(join(folder, 'receipt.pdf'), pdf);
      return execFileSync('pdftotext', ['-layout', join(folder, 'receipt.pdf'), '-']).toString();
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
  const download = async (path: string) => new Uint8Array(await (await get(path)).arrayBuffer());

  it('are made on demand, and downloaded by a link that runs out', async () => {
    expect(await ask(citizen(PAYER), DOCUMENT, { id: payment.paymentToken })).toMatchObject({
      receiptDocument: { state: 'NOT_REQUESTED' },
    });
    const document = await printed(citizen(PAYER));
    expect(document).toMatchObject({ copy: 'PAYER', size: expect.any(Number) as number });
    const answer = await get(document.downloadPath);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/pdf']);
    const forged = new URL(document.downloadPath, platform.base);
    forged.searchParams.set('expires', String(platform.clock.now() + DAY));
    for (const path of [
      document.downloadPath.replace('/PAYER', '/DEBTOR'),
      forged.pathname + forged.search,
      document.downloadPath.split('?')[0]!,
      document.downloadPath.replace('/PAYER', '/OTHER'),
    ]) {
      expect((await get(path)).status).toBe(404);
    }
    await platform.advance(LINK_LIFE_MS + 1);
    expect((await get(document.downloadPath)).status).toBe(404);
  });

  it('are nobody else’s', async () => {
    const id = payment.paymentToken;
    for (const [principal, copy] of [
      [citizen(STRANGER), 'PAYER'],
      [citizen(STRANGER), null],
      [citizen(DEBTOR), 'PAYER'],
      [citizen(PAYER), 'ATTESTATION'],
      [creditor(COMUNE), 'PAYER'],
      [creditor(OTHER), null],
    ] as const) {
      const answers = await Promise.all([PRINT, DOCUMENT].map((source) => platform.ask(principal, source, { id, copy })));
      const unknown = await platform.ask(principal, DOCUMENT, { id: 'f'.repeat(32), copy });
      for (const answer of answers) expect(answer.errors).toEqual([{ ...unknown.errors[0], extensions: expect.anything() as unknown }]);
      expect(answers[0]?.errors[0]?.code).toBe('NOT_FOUND');
    }
  });

  it.skipIf(!canReadPdf)('say what they should, and that discharge comes from the creditor', async () => {
    const payer = textOf(await download((await printed(citizen(PAYER))).downloadPath));
    for (const word of [
      'Ricevuta di pagamento',
      payment.paymentToken,
      '12,34 €',
      'Luigi Verdi',
      'Carta di credito',
      '1,50 €',
      'quietanza',
    ]) {
      expect(payer).toContain(word);
    }
    const debtor = textOf(await download((await printed(citizen(DEBTOR))).downloadPath));
    for (const word of ['Ricevuta di pagamento', payment.paymentToken, '12,34 €', 'Mario Rossi', 'quietanza'])
      expect(debtor).toContain(word);
    for (const word of ['Luigi Verdi', PAYER, 'Carta di credito', '1,50']) expect(debtor).not.toContain(word);

    const path = `/receipts/service/v1/organizations/${COMUNE}/receipts/${payment.paymentToken}/attestation`;
    expect((await get(path, 'key-comune')).status).toBe(202);
    const ready = await until(
      async () => {
        const answer = await get(path, 'key-comune');
        return answer.status === 200 && answer;
      },
      { what: 'the attestation' },
    );
    const attestation = textOf(new Uint8Array(await ready.arrayBuffer()));
    for (const word of [
      'Attestazione di pagamento',
      'pagoPA',
      COMUNE,
      payment.iuv,
      'Banca di Prova',
      '12,34 €',
      'TARI',
      'quietanza',
    ].filter((each) => each !== 'TARI')) {
      expect(attestation).toContain(word);
    }
  });
});
