/** A small world around the platform: one creditor as a real SOAP server, one PSP, and what each of them does. */
import { seededStreams } from '@nodo-aperto/kernel/random';
import { testLogger, until } from '@nodo-aperto/kernel/testing';
import { realClock } from '@nodo-aperto/kernel/time';
import { type CreditorSpecification, type Fleet, type IssuedNotice, startFleet } from '@nodo-aperto/simulator';
import { stringify } from 'yaml';
import { ask } from './graphql-client.ts';
import type { RunningPlatform } from './shapes.ts';

export const CREDITOR: CreditorSpecification = {
  fiscalCode: '77777777777',
  name: 'Comune di Prova',
  brokerCode: '77777777777',
  stationCode: '77777777777_01',
  primitiveVersion: 2,
  segregationCode: '02',
  ibans: ['IT60X0542811101000000123456'],
};
export const PSP = '60000000001';
export const CHANNEL = '60000000001_01';
export const CITIZEN = 'RSSMRA80A01H501U';

/** The parties of the world as a directory file. */
export function directoryFile(endpoint: string, settings: Record<string, unknown> = {}): string {
  return stringify({
    creditorBrokers: [{ code: CREDITOR.brokerCode, name: CREDITOR.name, enabled: true, extendedFaultBean: false }],
    creditorInstitutions: [
      { fiscalCode: CREDITOR.fiscalCode, name: CREDITOR.name, enabled: true, ibans: [{ iban: CREDITOR.ibans[0], postal: false }] },
    ],
    stations: [
      {
        code: CREDITOR.stationCode,
        broker: CREDITOR.brokerCode,
        enabled: true,
        primitiveVersion: 2,
        endpoint,
        password: 'pwdpwdpwd',
        standInFlag: true,
      },
    ],
    routes: [
      {
        creditorInstitution: CREDITOR.fiscalCode,
        station: CREDITOR.stationCode,
        auxDigit: 3,
        segregationCode: CREDITOR.segregationCode,
        broadcast: false,
        aca: true,
        standIn: true,
      },
    ],
    pspBrokers: [{ code: PSP, name: 'Banca di Prova', enabled: true, extendedFaultBean: false }],
    psps: [{ code: PSP, name: 'Banca di Prova', fiscalCode: PSP, enabled: true }],
    channels: [
      {
        code: CHANNEL,
        broker: PSP,
        psps: [PSP],
        password: 'pwdpwdpwd',
        enabled: true,
        paymentModel: 'ATTIVATO_PRESSO_PSP',
        standInFlag: true,
      },
    ],
    apiKeys: [
      { key: 'test-key-creditor', party: CREDITOR.fiscalCode, products: ['aca', 'gpd', 'fdrorg', 'bizevents'] },
      { key: 'test-key-psp', party: PSP, products: ['fdrpsp'] },
    ],
    settings,
  });
}

export interface World extends AsyncDisposable {
  readonly fleet: Fleet;
  readonly tokens: Record<'operator' | 'creditor' | 'psp' | 'citizen', string>;
  /** The creditor issues a notice and loads it in ACA. */
  issue(amount?: number): Promise<IssuedNotice>;
  activate(notice: IssuedNotice): Promise<Activation>;
  sendOutcome(paymentToken: string, outcome?: 'OK' | 'KO'): Promise<Answer>;
  /** Issues, activates and pays a notice. @returns its token */
  pay(): Promise<string>;
  /** The same world by way of another gateway, once the services behind that one know the parties. */
  through(graphqlUrl: string): Promise<World>;
}

export interface Answer {
  outcome: 'OK' | 'KO';
  fault: { code: string; description: string | null; originalFaultCode: string | null } | null;
}
export interface Activation extends Answer {
  paymentToken: string | null;
  totalAmount: number | null;
  standin: boolean | null;
}

const CREATE = 'mutation ($input: CreatePositionInput!) { createPosition(input: $input) { outcome errors { path message } } }';
const ACTIVATE = `mutation ($input: ActivatePaymentNoticeV2Input!) {
  activatePaymentNoticeV2(input: $input) { outcome fault { code description originalFaultCode } paymentToken totalAmount standin }
}`;
const OUTCOME = `mutation ($input: SendPaymentOutcomeInput!) {
  sendPaymentOutcome(input: $input) { outcome fault { code description originalFaultCode } }
}`;

/** Starts the creditor, loads the directory, and waits until payments knows the parties. */
export async function openWorld(
  platform: Pick<RunningPlatform, 'graphqlUrl' | 'token'>,
  settings: Record<string, unknown> = {},
): Promise<World> {
  const url = platform.graphqlUrl;
  const fleet = await startFleet({ creditors: [CREDITOR], clock: realClock(), random: seededStreams('e2e'), log: testLogger() });
  const tokens = {
    operator: await platform.token({ role: 'OPERATOR' }),
    creditor: await platform.token({ role: 'EC', tenant: CREDITOR.fiscalCode }),
    psp: await platform.token({ role: 'PSP', tenant: PSP }),
    citizen: await platform.token({ role: 'CITIZEN', fiscalCode: CITIZEN }),
  };
  const at = (gateway: string): World => ({
    fleet,
    tokens,
    async through(gateway) {
      await knownEverywhere(gateway, tokens);
      return at(gateway);
    },
    async issue(amount = 12_345) {
      const notice = fleet.issueNotice(CREDITOR.stationCode, {
        amount,
        description: 'TARI 2026',
        debtor: { type: 'F', code: CITIZEN, fullName: 'Mario Rossi' },
      });
      const input = {
        creditorFiscalCode: CREDITOR.fiscalCode,
        debtorType: 'F',
        debtorFiscalCode: CITIZEN,
        debtorFullName: 'Mario Rossi',
        iuv: notice.iuv,
        noticeNumber: notice.noticeNumber,
        amount,
        description: 'TARI 2026',
        expirationDate: '2099-12-31T23:59:59+01:00',
      };
      const { createPosition } = await ask<{ createPosition: { outcome: string; errors: unknown[] } }>(gateway, CREATE, {
        token: tokens.creditor,
        variables: { input },
      });
      if (createPosition.outcome === 'REJECTED') throw new Error(`The position was rejected: ${JSON.stringify(createPosition.errors)}`);
      return notice;
    },
    async activate(notice) {
      const input = {
        idChannel: CHANNEL,
        qrCode: { fiscalCode: notice.creditorFiscalCode, noticeNumber: notice.noticeNumber },
        amount: notice.amount,
      };
      return (await ask<{ activatePaymentNoticeV2: Activation }>(gateway, ACTIVATE, { token: tokens.psp, variables: { input } }))
        .activatePaymentNoticeV2;
    },
    async sendOutcome(paymentToken, outcome = 'OK') {
      const details = {
        paymentMethod: 'cash',
        fee: 100,
        payer: { uniqueIdentifier: { entityUniqueIdentifierType: 'F', entityUniqueIdentifierValue: CITIZEN }, fullName: 'Mario Rossi' },
        applicationDate: '2026-11-23',
        transferDate: '2026-11-24',
      };
      const input = { idChannel: CHANNEL, paymentToken, outcome, ...(outcome === 'OK' && { details }) };
      return (await ask<{ sendPaymentOutcome: Answer }>(gateway, OUTCOME, { token: tokens.psp, variables: { input } })).sendPaymentOutcome;
    },
    async pay() {
      const world = at(gateway);
      const activation = await world.activate(await world.issue());
      if (!activation.paymentToken) throw new Error(`The activation failed: ${JSON.stringify(activation.fault)}`);
      const answer = await world.sendOutcome(activation.paymentToken);
      if (answer.outcome !== 'OK') throw new Error(`The outcome was refused: ${JSON.stringify(answer.fault)}`);
      return activation.paymentToken;
    },
    [Symbol.asyncDispose]: () => fleet.stop(),
  });
  const world = at(url);
  try {
    await loadDirectory(url, tokens.operator, directoryFile(fleet.endpointOf(CREDITOR.stationCode), settings));
    await knownEverywhere(url, tokens);
  } catch (error) {
    await fleet.stop();
    throw error;
  }
  return world;
}

async function loadDirectory(url: string, token: string, file: string): Promise<void> {
  const query = 'mutation ($file: String!) { importDirectory(file: $file) { created updated issues { line path message expected } } }';
  const { importDirectory } = await ask<{ importDirectory: { issues: unknown[] } }>(url, query, { token, variables: { file } });
  if (importDirectory.issues.length > 0) throw new Error(`The directory was not loaded: ${JSON.stringify(importDirectory.issues)}`);
}

/** Other subgraphs follow onboarding within a moment: a verification that reaches the creditor tells that payments has. */
async function knownEverywhere(url: string, tokens: World['tokens']): Promise<void> {
  const query = `mutation ($input: VerifyPaymentNoticeInput!) { verifyPaymentNotice(input: $input) { fault { code } } }`;
  const input = { idChannel: CHANNEL, qrCode: { fiscalCode: CREDITOR.fiscalCode, noticeNumber: '302000000000009966' } };
  await until(
    async () => {
      const answer = await ask<{ verifyPaymentNotice: { fault: { code: string } | null } }>(url, query, {
        token: tokens.psp,
        variables: { input },
      });
      return answer.verifyPaymentNotice.fault?.code === 'PPT_ERRORE_EMESSO_DA_PAA';
    },
    { what: 'payments to know the parties', timeoutMs: 20_000 },
  );
  const probe = 'mutation ($input: CreatePositionInput!) { createPosition(input: $input) { errors { path code } } }';
  await until(
    async () => {
      const answer = await ask<{ createPosition: { errors: { path: string }[] } }>(url, probe, {
        token: tokens.creditor,
        variables: {
          input: {
            creditorFiscalCode: CREDITOR.fiscalCode,
            iuv: '02000000000009966',
            amount: 0,
            description: 'x',
            debtorType: 'F',
            debtorFiscalCode: CITIZEN,
            debtorFullName: 'x',
            expirationDate: '2099-12-31T23:59:59+01:00',
          },
        },
      });
      return answer.createPosition.errors.some(({ path }) => path === 'noticeNumber');
    },
    { what: 'notices to know the parties', timeoutMs: 20_000 },
  );
}
