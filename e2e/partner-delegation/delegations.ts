/** What a creditor delegates to its partner, or takes back, holds in every subgraph: in lists, single objects, events, writes and REST. */
import { until } from '@nodo-aperto/kernel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { ask, send, websocket } from '../support/graphql-client.ts';
import { type RunningPlatform, runShape, type Shape } from '../support/shapes.ts';

const [PARTNER, PSP, PERSON] = ['66666666666', '60000000001', 'RSSMRA80A01H501U'];
/** One creditor says something of the partner, the other never does. */
const [GUARDED, OPEN] = ['77777777777', '88888888888'];
const STATION = `${PARTNER}_01`;
const CHANNEL = `${PSP}_01`;
const creditors = [GUARDED, OPEN];
/** The station leaves the positions to the platform: nobody has to answer for it. */
const DIRECTORY = stringify({
  creditorBrokers: [{ code: PARTNER, name: 'Software di Prova' }],
  creditorInstitutions: creditors.map((fiscalCode) => ({
    fiscalCode,
    name: `Comune ${fiscalCode}`,
    ibans: [{ iban: 'IT60X0542811101000000123456' }],
  })),
  stations: [
    {
      code: STATION,
      broker: PARTNER,
      endpoint: 'https://station.example.it/pa',
      password: 'pwdpwdpwd',
      standInFlag: true,
      asynchronous: true,
    },
  ],
  routes: creditors.map((creditorInstitution) => ({
    creditorInstitution,
    station: STATION,
    auxDigit: 3,
    segregationCode: '02',
    aca: true,
    standIn: true,
  })),
  pspBrokers: [{ code: PSP, name: 'Banca di Prova' }],
  psps: [{ code: PSP, name: 'Banca di Prova', fiscalCode: PSP }],
  channels: [{ code: CHANNEL, broker: PSP, psps: [PSP], password: 'pwdpwdpwd', standInFlag: true }],
  apiKeys: [{ key: 'partner-key', party: PARTNER, products: ['gpd', 'bizevents', 'fdrorg'] }],
});

/** The tests of the feature, on a platform of the shape. */
export function describeDelegations(shape: Shape): void {
  describe(`what creditors let a partner do, ${shape}`, () => {
    let platform: RunningPlatform;
    let tokens: Record<'operator' | 'partner' | 'psp', string>;
    let iuv = 1;
    const paid = new Map<string, string>();

    const call = <Data>(token: string, query: string, variables: object = {}): Promise<Data> =>
      ask<Data>(platform.graphqlUrl, query, { token, variables });
    const rest = async (service: 'notices' | 'receipts' | 'reporting', path: string, init: RequestInit = {}): Promise<number> => {
      const headers = { 'Ocp-Apim-Subscription-Key': 'partner-key', 'content-type': 'application/json' };
      return (await fetch(`${platform.edgeUrl(service)}${path}`, { ...init, headers, signal: AbortSignal.timeout(30_000) })).status;
    };
    const positions = (creditor: string): string => `/gpd/debt-positions-service/v1/organizations/${creditor}/debtpositions`;

    interface Written {
      createPosition: { outcome: string; errors: { code: string }[] };
    }
    const create = async (creditorFiscalCode: string): Promise<{ noticeNumber: string; codes: string[] }> => {
      const reference = `02${String((iuv += 1)).padStart(13, '0')}`;
      const digits = String(Number(BigInt(`3${reference}`) % 93n)).padStart(2, '0');
      const input = {
        creditorFiscalCode,
        iuv: `${reference}${digits}`,
        amount: 1_000,
        description: 'TARI',
        debtorType: 'F',
        debtorFiscalCode: PERSON,
        debtorFullName: 'Mario Rossi',
        expirationDate: '2099-12-31T23:59:59+01:00',
      };
      const query = 'mutation ($input: CreatePositionInput!) { createPosition(input: $input) { outcome errors { code } } }';
      const { data, errors = [] } = await send<Written>(platform.graphqlUrl, query, { token: tokens.partner, variables: { input } });
      const refusals = errors.map(({ extensions }) => String(extensions?.['code']));
      return {
        noticeNumber: `3${reference}${digits}`,
        codes: [...refusals, ...(data?.createPosition.errors ?? []).map(({ code }) => code)],
      };
    };
    const pay = async (creditor: string): Promise<string> => {
      const { noticeNumber, codes } = await create(creditor);
      expect(codes).toEqual([]);
      return until(() => payNotice(creditor, noticeNumber), { what: 'the notice to be paid', timeoutMs: 30_000 });
    };
    const payNotice = async (creditor: string, noticeNumber: string): Promise<string | undefined> => {
      const input = { idChannel: CHANNEL, qrCode: { fiscalCode: creditor, noticeNumber }, amount: 1_000 };
      const { activatePaymentNoticeV2: activation } = await call<{ activatePaymentNoticeV2: { paymentToken: string | null } }>(
        tokens.psp,
        'mutation ($input: ActivatePaymentNoticeV2Input!) { activatePaymentNoticeV2(input: $input) { paymentToken } }',
        { input },
      );
      const { paymentToken } = activation;
      if (!paymentToken) return undefined;
      const payer = { uniqueIdentifier: { entityUniqueIdentifierType: 'F', entityUniqueIdentifierValue: PERSON }, fullName: 'Mario Rossi' };
      const details = { paymentMethod: 'cash', fee: 100, payer, applicationDate: '2026-11-23', transferDate: '2026-11-24' };
      await call(tokens.psp, 'mutation ($input: SendPaymentOutcomeInput!) { sendPaymentOutcome(input: $input) { outcome } }', {
        input: { idChannel: CHANNEL, paymentToken, outcome: 'OK', details },
      });
      return paymentToken;
    };
    /** Of which creditors the partner sees the payment, the receipt, and what happened. */
    const seen = async (): Promise<Record<string, string[]>> => {
      const whose = (tokensSeen: readonly string[]) => creditors.filter((creditor) => tokensSeen.includes(paid.get(creditor) ?? ''));
      const found: string[] = [];
      for (const paymentToken of paid.values()) {
        const query = 'query ($paymentToken: String!) { payment(paymentToken: $paymentToken) { paymentToken } }';
        const { payment } = await call<{ payment: { paymentToken: string } | null }>(tokens.partner, query, { paymentToken });
        if (payment) found.push(payment.paymentToken);
      }
      const lists = await call<{
        receipts: { edges: { node: { id: string } }[] };
        paymentEventLog: { edges: { node: { paymentToken: string } }[] };
        receiptEventLog: { edges: { node: { receiptId: string } }[] };
      }>(
        tokens.partner,
        `{ receipts(first: 100) { edges { node { id } } } paymentEventLog(first: 100) { edges { node { paymentToken } } }
         receiptEventLog(first: 100) { edges { node { receiptId } } } }`,
      );
      return {
        payments: whose(found),
        receipts: whose(lists.receipts.edges.map(({ node }) => node.id)),
        paymentEvents: whose(lists.paymentEventLog.edges.map(({ node }) => node.paymentToken)),
        receiptEvents: whose(lists.receiptEventLog.edges.map(({ node }) => node.receiptId)),
      };
    };
    const all = (codes: readonly string[]) => ({ payments: codes, receipts: codes, paymentEvents: codes, receiptEvents: codes });
    const shows = (codes: readonly string[]) =>
      until(async () => JSON.stringify(await seen()) === JSON.stringify(all(codes)), {
        what: `the partner to see what is of ${codes.join(' and ')}`,
        timeoutMs: 30_000,
      });
    const delegate = (functions: string[], revision?: number) =>
      call(
        tokens.operator,
        `mutation ($functions: [PlatformFunction!]!, $revision: Int) {
        delegateToPartner(partner: "${PARTNER}", creditor: "${GUARDED}", functions: $functions, revision: $revision) { revision } }`,
        { functions, revision },
      );

    beforeAll(async () => {
      platform = await runShape(shape);
      tokens = {
        operator: await platform.token({ role: 'OPERATOR' }),
        partner: await platform.token({ role: 'PARTNER', tenant: PARTNER }),
        psp: await platform.token({ role: 'PSP', tenant: PSP }),
      };
      const load = 'mutation ($file: String!) { importDirectory(file: $file) { issues { message path } } }';
      expect(await call(tokens.operator, load, { file: DIRECTORY })).toEqual({ importDirectory: { issues: [] } });
      for (const creditor of creditors)
        await until(async () => (await create(creditor)).codes.length === 0, { what: 'notices to know the parties', timeoutMs: 30_000 });
    });
    afterAll(() => platform?.[Symbol.asyncDispose]());

    it('is everything that goes through its station, until they say otherwise', async () => {
      for (const creditor of creditors) paid.set(creditor, await pay(creditor));
      await shows(creditors);
      for (const creditor of creditors) expect(await rest('notices', positions(creditor))).toBe(200);
    });

    it('is what was delegated and nothing else, also on a stream that was open before', async () => {
      const events: string[] = [];
      const client = websocket(platform.graphqlUrl, tokens.partner);
      const end = client.subscribe<{ paymentEvents: { creditorFiscalCode: string } }>(
        { query: `subscription { paymentEvents { creditorFiscalCode } }` },
        { next: ({ data }) => void (data && events.push(data.paymentEvents.creditorFiscalCode)), error: () => {}, complete: () => {} },
      );
      await until(async () => (await pay(OPEN), events.includes(OPEN)), { what: 'the stream to be open', timeoutMs: 30_000 });
      await delegate(['POSITIONS_READ', 'POSITIONS_WRITE']);
      await shows([OPEN]);
      events.length = 0;
      await pay(GUARDED);
      await pay(OPEN);
      await until(() => events.includes(OPEN), { what: 'the event of the other creditor', timeoutMs: 30_000 });
      expect(events).not.toContain(GUARDED);
      end();
      await client.dispose();
      const bizEvents = `/bizevents/service/v1/organizations/${GUARDED}/receipts/${paid.get(GUARDED)}`;
      expect([await rest('receipts', bizEvents), await rest('receipts', bizEvents.replace(GUARDED, OPEN))]).toEqual([403, 404]);
      expect(await rest('reporting', `/fdr-org/service/v1/organizations/${GUARDED}/fdrs`)).toBe(403);
    });

    it('may be to read but not to write', async () => {
      await delegate(['POSITIONS_READ', 'PAYMENTS_READ', 'RECEIPTS_READ'], 1);
      await shows(creditors);
      await until(async () => (await create(GUARDED)).codes.includes('FORBIDDEN'), { what: 'writing to be refused', timeoutMs: 30_000 });
      expect((await create(OPEN)).codes).toEqual([]);
      expect(await rest('notices', positions(GUARDED))).toBe(200);
      expect(await rest('notices', positions(GUARDED), { method: 'POST', body: '{}' })).toBe(403);
      expect(await rest('notices', positions(OPEN), { method: 'POST', body: '{}' })).toBe(400);
    });

    it('is nothing after it was revoked', async () => {
      const revoke = `mutation { revokePartnerDelegation(partner: "${PARTNER}", creditor: "${GUARDED}", revision: 2) { revokedAt } }`;
      await call(tokens.operator, revoke);
      await shows([OPEN]);
      await until(async () => (await rest('notices', positions(GUARDED))) === 403, { what: 'reading to be refused', timeoutMs: 30_000 });
      const notices = `{ notices(creditorFiscalCode: "${GUARDED}") { edges { node { noticeNumber } } } }`;
      // A stranger is told the same as of a creditor that has none.
      expect(await call(tokens.partner, notices)).toEqual({ notices: { edges: [] } });
    });
  });
}
