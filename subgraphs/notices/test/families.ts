/** Families of notices for tests: a creditor with a station that answers payment options, one that is asynchronous, and one that is closed. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { apiKeyHash } from '@nodo-aperto/kernel/directory';
import { DAY, toIso } from '@nodo-aperto/kernel/time';
import { paymentBooked, type PaymentSnapshot } from '@nodo-aperto/schema/events';
import { expect } from 'vitest';
import { BROKER, CREDITOR, DEBTOR_CODE, IBAN, iuvOf, populate, startPlatform } from './platform.ts';

export const PSP = '60000000001';
export type Body = Record<string, unknown>;

export const numberOf = (segregation: string, number: number) => ({
  iuv: `${segregation}${iuvOf(number).slice(2)}`,
  nav: `3${segregation}${iuvOf(number).slice(2)}`,
});

/** What the creditor's station does when it is asked. */
export interface StationReply {
  status: number;
  body: unknown;
  method?: string;
  hang?: boolean;
}

export type Families = Awaited<ReturnType<typeof startFamilies>>;

export async function startFamilies() {
  const platform = await startPlatform();
  const station = { reply: { status: 500, body: 'unset' } as StationReply, asked: [] as string[] };
  await populate(platform);
  const server = createServer((request, response) => {
    station.asked.push(`${request.method} ${request.url}`);
    if (station.reply.hang) return;
    if (station.reply.method && station.reply.method !== request.method) return void response.writeHead(405).end();
    response.writeHead(station.reply.status, { 'content-type': 'application/json' });
    response.end(typeof station.reply.body === 'string' ? station.reply.body : JSON.stringify(station.reply.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const restEndpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/rest/`;
  await platform.directory('creditorBroker', BROKER, { code: BROKER, name: 'Intermediario', enabled: true, extendedFaultBean: false });
  for (const [number, segregationCode, more] of [
    ['02', '48', { paymentOptions: true, restEndpoint }],
    ['03', '49', { asynchronous: true }],
    ['04', '50', { enabled: false }],
  ] as const) {
    const code = `${BROKER}_${number}`;
    const entry = {
      code,
      broker: BROKER,
      enabled: true,
      primitiveVersion: 2 as const,
      endpoint: 'http://127.0.0.1:1/',
      password: 'pwdpwdpwd',
    };
    await platform.directory('station', code, { ...entry, standInFlag: true, paymentOptions: false, ...more });
    const route = {
      creditorInstitution: CREDITOR,
      station: code,
      auxDigit: 3,
      segregationCode,
      broadcast: false,
      aca: true,
      standIn: true,
    };
    await platform.directory('route', `${CREDITOR}/${code}`, route);
  }
  const psp = { code: PSP, name: 'Banca di Prova', fiscalCode: '60000000001', enabled: true };
  await platform.directory('psp', PSP, psp);
  await platform.directory('psp', 'CLOSED', { ...psp, code: 'CLOSED', enabled: false });
  for (const [key, party] of [
    ['key-options', PSP],
    ['key-broker-psp', BROKER],
  ] as const)
    await platform.directory('apiKey', apiKeyHash(key), { hash: apiKeyHash(key), party, products: ['options', 'pull'] });

  async function call(method: string, path: string, options: { key?: string; headers?: Record<string, string>; body?: unknown } = {}) {
    const { key = 'key-options', headers = {}, body } = options;
    const response = await fetch(platform.base + path, {
      method,
      headers: { 'Ocp-Apim-Subscription-Key': key, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Body, headers: response.headers };
  }
  const inDays = (days: number) => toIso(platform.clock.now() + days * DAY);

  /** A position of a single notice and two plans of two instalments. */
  async function create(iupd: string, segregation: string, number: number, options: { base?: string; overrides?: Body } = {}) {
    const option = (offset: number, plan?: string) => ({
      iuv: numberOf(segregation, number + offset).iuv,
      amount: plan ? 5_000 : 9_000,
      description: plan ? `Rata ${offset}` : 'Soluzione unica',
      isPartialPayment: plan !== undefined,
      ...(plan && { plan }),
      dueDate: inDays(30 + offset),
      transfer: [{ idTransfer: '1', amount: plan ? 5_000 : 9_000, remittanceInformation: 'Mensa', category: '9/0101108TS/', iban: IBAN }],
    });
    const created = await call(
      'POST',
      `/${options.base ?? 'aca'}/debt-positions-service/v1/organizations/${CREDITOR}/debtpositions?toPublish=true`,
      {
        key: 'key-creditor',
        body: {
          iupd,
          type: 'F',
          fiscalCode: DEBTOR_CODE,
          fullName: 'Mario Rossi',
          companyName: 'Comune di Prova',
          switchToExpired: true,
          paymentOption: [
            option(0),
            option(1, 'Due rate'),
            option(2, 'Due rate'),
            option(3, 'Due rate, dopo'),
            option(4, 'Due rate, dopo'),
          ],
          ...options.overrides,
        },
      },
    );
    expect(created.status).toBe(201);
    return created.body;
  }

  async function book(noticeNumber: string, token: string, change: Partial<PaymentSnapshot> = {}): Promise<void> {
    const now = platform.clock.now();
    await platform.state(paymentBooked, {
      paymentToken: token.repeat(32),
      creditorFiscalCode: CREDITOR,
      creditorName: 'Comune di Prova',
      noticeNumber,
      iuv: noticeNumber.slice(1),
      amount: 5_000,
      description: 'Mensa',
      debtor: { type: 'F', fiscalCode: DEBTOR_CODE, fullName: 'Mario Rossi' },
      transfers: [
        { idTransfer: 1, amount: 5_000, creditorFiscalCode: CREDITOR, iban: IBAN, remittanceInformation: 'x', transferCategory: 'c' },
      ],
      pspCode: PSP,
      pspName: 'Banca di Prova',
      pspBrokerCode: PSP,
      channelCode: `${PSP}_01`,
      creditorBrokerCode: BROKER,
      stationCode: `${BROKER}_01`,
      standIn: false,
      status: 'PAID',
      activatedAt: toIso(now),
      expiresAt: toIso(now + 1_000),
      outcomeAt: toIso(now),
      outcome: 'OK',
      late: false,
      revision: 2,
      ...change,
    });
  }

  return {
    platform,
    station,
    call,
    create,
    book,
    inDays,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await platform.stop();
    },
  };
}
