/** A new creditor and a new PSP go from nothing to a paid notice, by the public API only. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seededStreams } from '@nodo-aperto/kernel/random';
import { testLogger, until } from '@nodo-aperto/kernel/testing';
import { realClock } from '@nodo-aperto/kernel/time';
import { type CreditorSpecification, type Fleet, startFleet } from '@nodo-aperto/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, send } from '../support/graphql-client.ts';
import { runPlatform } from '../support/platform-process.ts';
import { type RunningPlatform, runShape, SHAPES } from '../support/shapes.ts';

const [ROSSI, VERDI] = ['RSSMRA80A01H501U', 'VRDLGU75C10F205J'];
const CREDITOR: CreditorSpecification = {
  fiscalCode: '80000000010',
  name: 'Comune di Prova',
  brokerCode: '80000000010',
  stationCode: '80000000010_01',
  primitiveVersion: 2,
  segregationCode: '02',
  ibans: ['IT60X0542811101000000123456'],
};
const COMUNE = {
  type: 'PA',
  origin: 'IPA',
  originId: 'c_p001',
  fiscalCode: CREDITOR.fiscalCode,
  name: CREDITOR.name,
  digitalAddress: 'protocollo@pec.comuneprova.example.it',
  address: 'Piazza del Municipio 1, 00100 Roma (RM)',
  direct: true,
};
const BANK = {
  type: 'PSP',
  origin: 'SELC',
  fiscalCode: '90000000017',
  name: 'Banca di Prova',
  digitalAddress: 'banca@pec.example.it',
  address: 'Via della Banca 2, 20100 Milano (MI)',
  direct: true,
  psp: {
    abiCode: '03999',
    vatNumberGroup: false,
    providerNames: ['Banca di Prova'],
    contractType: 'STANDARD',
    contractId: 'C-1',
    businessRegisterNumber: 'MI-1',
    legalRegisterName: 'Albo delle banche',
    legalRegisterNumber: '1',
  },
};
const PSP = 'ABI03999';
const CHANNEL = `${PSP}_01`;
const manager = (fiscalCode: string, name: string, familyName: string) => ({
  role: 'MANAGER',
  fiscalCode,
  name,
  familyName,
  email: `${name}.${familyName}@example.it`.toLowerCase(),
});

interface Request {
  id: string;
  state: string;
  revision: number;
}

describe.each(SHAPES)('from nothing to a paid notice, %s', (shape) => {
  let platform: RunningPlatform;
  let fleet: Fleet;
  let operator: string;
  beforeAll(async () => {
    platform = await runShape(shape);
    fleet = await startFleet({ creditors: [CREDITOR], clock: realClock(), random: seededStreams('onboarding'), log: testLogger() });
    operator = await platform.token({ role: 'OPERATOR' });
  });
  afterAll(async () => {
    await fleet?.stop();
    await platform?.[Symbol.asyncDispose]();
  });

  const call = <Data>(token: string, query: string, variables: object = {}): Promise<Data> =>
    ask<Data>(platform.graphqlUrl, query, { token, variables });

  const request = async (token: string, institution: object, user: object): Promise<Request> => {
    const mutation = 'mutation ($input: OnboardingRequestInput!) { requestOnboarding(input: $input) { id state revision } }';
    return (await call<{ requestOnboarding: Request }>(token, mutation, { input: { institution, users: [user] } })).requestOnboarding;
  };

  /** Takes the contract, signs it with the developers' tool, and hands it in. */
  async function signContract(token: string, id: string, signer: string): Promise<{ status: number; answer: unknown }> {
    const headers = { authorization: `Bearer ${token}` };
    const path = `${platform.edgeUrl('onboarding')}/back-office/v1/requests/${id}`;
    const contract = await fetch(`${path}/contract`, { headers, signal: AbortSignal.timeout(30_000) });
    const file = join(platform.folder, `${id}.pdf`);
    await writeFile(file, Buffer.from(await contract.arrayBuffer()));
    const tool = await runPlatform(['sign-test', file, '--fiscal-code', signer, '--data', platform.folder]);
    expect(tool).toMatchObject({ code: 0, stdout: `${file}.p7m\n` });
    const body = new FormData();
    body.set('contract', new Blob([await readFile(`${file}.p7m`)]), 'contract.pdf.p7m');
    const handedIn = await fetch(`${path}/signed-contract`, { method: 'PUT', headers, body, signal: AbortSignal.timeout(30_000) });
    return { status: handedIn.status, answer: await handedIn.json() };
  }

  /** The platform's operators look at what is proposed, and approve it. */
  const approve = (kind: string, { code, revision }: { code: string; revision: number }): Promise<unknown> =>
    call(
      operator,
      'mutation ($kind: ConfigurationKind!, $code: String!, $revision: Int!) { approveConfiguration(kind: $kind, code: $code, revision: $revision) { state } }',
      { kind, code, revision },
    );

  const COMPLETED = { status: 200, answer: { state: 'COMPLETED' } };

  it('a creditor of the public index asks, signs, and configures itself', async () => {
    const rossi = await platform.token({ role: 'CITIZEN', fiscalCode: ROSSI });
    const asked = await request(rossi, COMUNE, manager(ROSSI, 'Mario', 'Rossi'));
    expect(asked.state).toBe('PENDING');
    expect(await signContract(rossi, asked.id, VERDI)).toMatchObject({
      status: 422,
      answer: { detail: expect.stringContaining('002-1004') },
    });
    expect(await signContract(rossi, asked.id, ROSSI)).toMatchObject(COMPLETED);
    expect(await call(rossi, '{ myInstitutions { role institution { role code } } }')).toEqual({
      myInstitutions: [{ role: 'MANAGER', institution: { role: 'EC', code: CREDITOR.fiscalCode } }],
    });

    // From here on the manager acts for the institution, and the operators review.
    const acting = await platform.token({ role: 'EC', tenant: CREDITOR.fiscalCode, fiscalCode: ROSSI });
    const { proposeStation } = await call<{ proposeStation: { code: string; revision: number } }>(
      acting,
      'mutation ($input: StationProposalInput!) { proposeStation(input: $input) { code revision } }',
      { input: { endpoint: fleet.endpointOf(CREDITOR.stationCode), password: 'pwdpwdpwd' } },
    );
    expect(proposeStation.code).toBe(CREDITOR.stationCode);
    await approve('STATION', proposeStation);
    const { creditorInstitution } = await call<{ creditorInstitution: { revision: number } }>(
      acting,
      `{ creditorInstitution(fiscalCode: "${CREDITOR.fiscalCode}") { revision } }`,
    );
    const configured = await call(
      acting,
      `mutation ($revision: Int!, $iban: String!, $route: RouteInput!) {
      changeAccounts(revision: $revision, items: [{ action: CREATE, iban: $iban }]) { results { outcome } }
      associateStation(input: $route) { change } }`,
      {
        iban: CREDITOR.ibans[0],
        revision: creditorInstitution.revision,
        route: {
          creditorInstitution: CREDITOR.fiscalCode,
          station: CREDITOR.stationCode,
          auxDigit: 3,
          segregationCode: CREDITOR.segregationCode,
        },
      },
    );
    expect(configured).toEqual({ changeAccounts: { results: [{ outcome: 'APPLIED' }] }, associateStation: { change: 'CREATED' } });
  });

  it('a PSP asks, is approved, signs, and proposes its channel', async () => {
    const verdi = await platform.token({ role: 'CITIZEN', fiscalCode: VERDI });
    const asked = await request(verdi, BANK, manager(VERDI, 'Luigi', 'Verdi'));
    expect(asked.state).toBe('TOBEVALIDATED');
    const { approveOnboarding } = await call<{ approveOnboarding: Request }>(
      operator,
      'mutation ($id: ID!, $revision: Int!) { approveOnboarding(id: $id, revision: $revision) { id state revision } }',
      { id: asked.id, revision: asked.revision },
    );
    expect(approveOnboarding.state).toBe('PENDING');
    expect(await signContract(verdi, asked.id, VERDI)).toMatchObject(COMPLETED);
    const acting = await platform.token({ role: 'PSP', tenant: PSP, fiscalCode: VERDI });
    const { proposeChannel } = await call<{ proposeChannel: { code: string; revision: number } }>(
      acting,
      'mutation ($input: ChannelProposalInput!) { proposeChannel(input: $input) { code revision } }',
      { input: { psps: [PSP], password: 'pwdpwdpwd' } },
    );
    expect(proposeChannel.code).toBe(CHANNEL);
    await approve('CHANNEL', proposeChannel);
  });

  it('and the PSP pays a notice of the creditor', async () => {
    const psp = await platform.token({ role: 'PSP', tenant: PSP });
    const notice = fleet.issueNotice(CREDITOR.stationCode, {
      amount: 12_345,
      description: 'TARI 2026',
      debtor: { type: 'F', code: ROSSI, fullName: 'Mario Rossi' },
    });
    const qrCode = { fiscalCode: notice.creditorFiscalCode, noticeNumber: notice.noticeNumber };
    const activate = `mutation ($input: ActivatePaymentNoticeV2Input!) {
    activatePaymentNoticeV2(input: $input) { outcome paymentToken fault { code } } }`;
    type Activation = { activatePaymentNoticeV2: { outcome: string; paymentToken: string | null } };
    // The payments follow onboarding within a moment.
    const token = await until(
      async () => {
        const variables = { input: { idChannel: CHANNEL, qrCode, amount: notice.amount } };
        const { data } = await send<Activation>(platform.graphqlUrl, activate, { token: psp, variables });
        return data?.activatePaymentNoticeV2.paymentToken;
      },
      { what: 'the notice to be activated', timeoutMs: 20_000 },
    );
    const details = {
      paymentMethod: 'cash',
      fee: 100,
      payer: { uniqueIdentifier: { entityUniqueIdentifierType: 'F', entityUniqueIdentifierValue: ROSSI }, fullName: 'Mario Rossi' },
      applicationDate: '2026-11-23',
      transferDate: '2026-11-24',
    };
    const outcome = 'mutation ($input: SendPaymentOutcomeInput!) { sendPaymentOutcome(input: $input) { outcome } }';
    const input = { idChannel: CHANNEL, paymentToken: token, outcome: 'OK', details };
    expect(await call(psp, outcome, { input })).toEqual({ sendPaymentOutcome: { outcome: 'OK' } });
    await until(() => fleet.receipts(CREDITOR.stationCode).length === 1, { what: 'the receipt at the creditor', timeoutMs: 20_000 });
    expect(fleet.notice(CREDITOR.stationCode, notice.noticeNumber)).toMatchObject({ status: 'PAID', paymentToken: token });
  });
});
