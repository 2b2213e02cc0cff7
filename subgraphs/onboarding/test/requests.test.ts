import { createTestAuthority, signForTest } from '@nodo-aperto/kernel/signatures';
import { until } from '@nodo-aperto/kernel/testing';
import type { Principal } from '@nodo-aperto/kernel/auth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onboarding } from '../src/index.ts';
import { citizen, creditor, errorCode, type Hosted, host, nodesOf, operator, type Page, partner, psp } from './support.ts';

const [ROSSI, VERDI] = ['RSSMRA80A01H501U', 'VRDLGU75C10F205J'];
const rossi = citizen(ROSSI);
const verdi = citizen(VERDI);
const MANAGER = { role: 'MANAGER', fiscalCode: ROSSI, name: 'Mario', familyName: 'Rossi', email: 'mario.rossi@example.it' };
const DELEGATE = { role: 'DELEGATE', fiscalCode: VERDI, name: 'Luigi', familyName: 'Verdi', email: 'luigi.verdi@example.it' };
const COMUNE = {
  type: 'PA',
  origin: 'IPA',
  originId: 'c_p001',
  fiscalCode: '80000000010',
  name: 'Comune di Prova',
  digitalAddress: 'protocollo@pec.comuneprova.example.it',
  address: 'Piazza 1',
  direct: true,
};
const VALLE = {
  ...COMUNE,
  originId: 'c_v002',
  fiscalCode: '80000000028',
  name: 'Comune di Valle Alta',
  digitalAddress: 'protocollo@pec.vallealta.example.it',
};
const BANK = {
  type: 'PSP',
  origin: 'SELC',
  fiscalCode: '90000000017',
  name: 'Banca di Prova',
  digitalAddress: 'banca@pec.example.it',
  address: 'Via 2',
  direct: true,
  psp: {
    abiCode: '03999',
    vatNumberGroup: false,
    providerNames: ['Banca di Prova'],
    contractType: 'STANDARD',
    contractId: 'C-1',
    businessRegisterNumber: 'RM-1',
    legalRegisterName: 'Albo delle banche',
    legalRegisterNumber: '1',
  },
};

interface Request {
  id: string;
  state: string;
  workflow: string;
  revision: number;
  reason: string | null;
  expiresAt: string;
  contract: { digest: string; signers: string[] | null } | null;
  steps: { state: string }[];
}
const FIELDS = 'id state workflow revision reason expiresAt contract { digest signers } steps { state }';
const REQUEST = `mutation ($input: OnboardingRequestInput!) { requestOnboarding(input: $input) { ${FIELDS} } }`;
const UPLOAD = `mutation ($id: ID!, $content: String!) { uploadSignedContract(id: $id, content: $content) {
  accepted refusal { code message expected } request { ${FIELDS} } } }`;

let hosted: Hosted;
const authority = await createTestAuthority(Date.parse('2026-01-01T00:00:00Z'));
beforeAll(async () => {
  const definition: typeof onboarding = {
    ...onboarding,
    start: (given) => onboarding.start({ ...given, options: { ...given.options, onboarding: { contractAnchors: authority.certificate } } }),
  };
  hosted = await host({ definition });
});
afterAll(() => hosted?.hosting.stop());

const ask = async (institution: object, users: object[] = [MANAGER], by: Principal = rossi): Promise<Request> =>
  (await hosted.run<{ requestOnboarding: Request }>(by, REQUEST, { input: { institution, users } })).requestOnboarding;
const change = async (by: Principal, what: string, { id, revision }: Request, more = ''): Promise<Request> =>
  (await hosted.run<Record<string, Request>>(by, `mutation { ${what}(id: "${id}", revision: ${revision}${more}) { ${FIELDS} } }`))[what]!;
const fileOf = async (by: Principal, id: string, signed = false): Promise<Buffer> => {
  const query = `{ onboardingContractFile(requestId: "${id}", signed: ${signed}) { content } }`;
  const { onboardingContractFile } = await hosted.run<{ onboardingContractFile: { content: string } }>(by, query);
  return Buffer.from(onboardingContractFile.content, 'base64');
};
const upload = async (by: Principal, id: string, bytes: Uint8Array) => {
  const variables = { id, content: Buffer.from(bytes).toString('base64') };
  type Upload = { accepted: boolean; refusal: { code: string } | null; request: Request };
  return (await hosted.run<{ uploadSignedContract: Upload }>(by, UPLOAD, variables)).uploadSignedContract;
};
const sign = (document: Uint8Array, ...people: string[]) =>
  signForTest(
    authority,
    document,
    people.map((fiscalCode) => ({ fiscalCode })),
    { at: hosted.clock.now() },
  );

describe('a creditor of the public index', () => {
  let request: Request;

  it('asks, and finds its contract', async () => {
    request = await ask(COMUNE, [MANAGER, DELEGATE]);
    expect(request).toMatchObject({ state: 'PENDING', workflow: 'CONTRACT_REGISTRATION', contract: { signers: null } });
    expect(request.steps.map(({ state }) => state)).toEqual(['REQUEST', 'PENDING']);
    const document = await fileOf(rossi, request.id);
    expect(document.subarray(0, 5).toString()).toBe('%PDF-');
    expect(document.length).toBeLessThan(120_000);
    expect(errorCode(await hosted.execute(rossi, REQUEST, { input: { institution: COMUNE, users: [MANAGER] } }))).toBe('CONFLICT');
  });

  it('is shown to the people whom it names and to operators only', async () => {
    const query = `{ onboardingRequest(id: "${request.id}") { state } onboardingRequests { edges { cursor node { id } } pageInfo { hasNextPage endCursor } } }`;
    type Found = { onboardingRequest: unknown; onboardingRequests: Page<{ id: string }> };
    for (const by of [rossi, verdi, operator]) {
      const found = await hosted.run<Found>(by, query);
      expect(found.onboardingRequest).toEqual({ state: 'PENDING' });
      expect(nodesOf(found.onboardingRequests).map(({ id }) => id)).toContain(request.id);
    }
    const page = await hosted.run<Found>(rossi, query);
    const after = page.onboardingRequests.pageInfo.endCursor;
    const next = await hosted.run<Found>(rossi, query.replace('onboardingRequests {', `onboardingRequests(after: "${after}") {`));
    expect(nodesOf(next.onboardingRequests)).toEqual([]);
    const other = Buffer.from('[1e300,"x"]').toString('base64url');
    for (const cursor of ['nonsense', other])
      expect(errorCode(await hosted.execute(rossi, `{ onboardingRequests(after: "${cursor}") { edges { cursor } } }`))).toBe(
        'BAD_USER_INPUT',
      );
    for (const by of [citizen('BNCGLI85M41L219Z'), creditor('80000000028'), psp('80000000010')]) {
      const found = await hosted.run<Found>(by, query);
      expect([found.onboardingRequest, nodesOf(found.onboardingRequests)]).toEqual([null, []]);
      expect(errorCode(await hosted.execute(by, `{ onboardingContractFile(requestId: "${request.id}") { content } }`))).toBe('NOT_FOUND');
    }
  });

  it('hands in what is not in order, and is told what is wrong', async () => {
    const document = await fileOf(rossi, request.id);
    expect((await upload(rossi, request.id, document)).refusal).toMatchObject({ code: '002-1000' });
    expect((await upload(rossi, request.id, await sign(Buffer.from('another'), ROSSI))).refusal).toMatchObject({ code: '002-1001' });
    const refused = await upload(verdi, request.id, await sign(document, VERDI));
    expect(refused).toMatchObject({ accepted: false, refusal: { code: '002-1004' }, request: { state: 'PENDING' } });
    const content = 'A'.repeat(300_000);
    for (const bad of [content, '%%%%', 'AAA'])
      expect(errorCode(await hosted.execute(rossi, UPLOAD, { id: request.id, content: bad }))).toBe('BAD_USER_INPUT');
    const stranger = citizen('BNCGLI85M41L219Z');
    expect(errorCode(await hosted.execute(stranger, UPLOAD, { id: request.id, content: 'AAAA' }))).toBe('NOT_FOUND');
  });

  it('takes part once its manager has signed, with its people, its history and its events', async () => {
    const signed = await sign(await fileOf(rossi, request.id), ROSSI);
    const before = await hosted.services.stream.head();
    const done = await upload(rossi, request.id, signed);
    expect(done).toMatchObject({ accepted: true, refusal: null, request: { state: 'COMPLETED', contract: { signers: [ROSSI] } } });
    expect((await fileOf(operator, request.id, true)).equals(Buffer.from(signed))).toBe(true);

    const manager: Principal = { ...creditor(COMUNE.fiscalCode), fiscalCode: ROSSI };
    const found = await hosted.run<{ myInstitutions: unknown[]; auditLog: Page<{ action: string; objectKind: string }> }>(
      manager,
      `{ myInstitutions { role institution { role code } } institutionUsers { edges { node { fiscalCode role } } }
        creditorInstitution(fiscalCode: "${COMUNE.fiscalCode}") { name enabled }
        onboardingRequest(id: "${request.id}") { state }
        auditLog(first: 50) { edges { cursor node { action objectKind } } pageInfo { hasNextPage endCursor } } }`,
    );
    expect(found).toMatchObject({
      myInstitutions: [{ role: 'MANAGER', institution: { role: 'EC', code: COMUNE.fiscalCode } }],
      institutionUsers: { edges: [{ node: { fiscalCode: ROSSI, role: 'MANAGER' } }, { node: { fiscalCode: VERDI, role: 'DELEGATE' } }] },
      creditorInstitution: { name: COMUNE.name, enabled: true },
      onboardingRequest: { state: 'COMPLETED' },
    });
    const actions = nodesOf(found.auditLog).map(({ action, objectKind }) => `${objectKind} ${action}`);
    expect(actions).toEqual(
      expect.arrayContaining([
        'ONBOARDING_REQUEST REQUESTED',
        'ONBOARDING_REQUEST CONTRACT_REFUSED',
        'ONBOARDING_REQUEST SIGN',
        'USER APPOINTED',
      ]),
    );
    const events = await until(
      async () => {
        const read = await hosted.services.stream.read({ after: before, first: 10 });
        return read.events.length === 2 && read.events;
      },
      { what: 'the events of both objects' },
    );
    expect(events.map(({ subject }) => subject).toSorted()).toEqual([
      `creditorBroker:${COMUNE.fiscalCode}`,
      `creditorInstitution:${COMUNE.fiscalCode}`,
    ]);
    expect(errorCode(await hosted.execute(rossi, UPLOAD, { id: request.id, content: 'AAAA' }))).toBe('CONFLICT');
    expect(errorCode(await hosted.execute(rossi, REQUEST, { input: { institution: COMUNE, users: [MANAGER] } }))).toBe('CONFLICT');
  });
});

describe('a PSP', () => {
  it('is approved first, signs, and takes part under its ABI code', async () => {
    const request = await ask(BANK);
    expect(request).toMatchObject({ state: 'TOBEVALIDATED', contract: null });
    expect(errorCode(await hosted.execute(rossi, UPLOAD, { id: request.id, content: 'AAAA' }))).toBe('CONFLICT');
    const approve = `mutation { approveOnboarding(id: "${request.id}", revision: 1) { id } }`;
    expect(errorCode(await hosted.execute(rossi, approve))).toBe('FORBIDDEN');
    const approved = await change(operator, 'approveOnboarding', request);
    expect(approved.state).toBe('PENDING');
    expect(errorCode(await hosted.execute(operator, approve))).toBe('CONFLICT');
    expect((await upload(rossi, request.id, await sign(await fileOf(rossi, request.id), ROSSI))).accepted).toBe(true);
    expect(await hosted.run(psp('ABI03999'), '{ psp(code: "ABI03999") { name fiscalCode } }')).toEqual({
      psp: { name: BANK.name, fiscalCode: BANK.fiscalCode },
    });
  });

  it('must give its data', async () => {
    const answer = await hosted.execute(rossi, REQUEST, { input: { institution: { ...BANK, psp: null }, users: [MANAGER] } });
    expect(errorCode(answer)).toBe('BAD_USER_INPUT');
    expect(JSON.stringify(answer.errors)).toContain('institution.psp');
  });
});

describe('other ways', () => {
  it('a partner is completed by the approval, and a company by the word of its manager', async () => {
    const base = { ...BANK, psp: null, direct: false };
    const asked = await ask({ ...base, type: 'PT', fiscalCode: '90000000025', name: 'Partner', partnerSides: ['CREDITORS', 'PSPS'] });
    const approved = await change(operator, 'approveOnboarding', asked);
    expect(approved).toMatchObject({ state: 'COMPLETED', workflow: 'FOR_APPROVE_PT', contract: null });
    const manager: Principal = { ...partner('90000000025'), fiscalCode: ROSSI };
    const { myPermissions } = await hosted.run<{ myPermissions: { function: string }[] }>(manager, '{ myPermissions { function } }');
    expect(myPermissions.map((each) => each.function)).toEqual(expect.arrayContaining(['STATIONS', 'CHANNELS']));

    const company = { type: 'PG', origin: 'INFOCAMERE', fiscalCode: '80000000069', name: 'Servizi Esempio S.r.l.', address: 'Via 1' };
    const pending = await ask({ ...company, digitalAddress: 'servizi@pec.serviziesempio.example.it' }, [MANAGER, DELEGATE]);
    expect(pending).toMatchObject({ state: 'PENDING', workflow: 'CONFIRMATION', contract: null });
    const confirm = `mutation { confirmOnboarding(id: "${pending.id}", revision: 1) { id } }`;
    expect(errorCode(await hosted.execute(verdi, confirm))).toBe('FORBIDDEN');
    expect((await change(rossi, 'confirmOnboarding', pending)).state).toBe('COMPLETED');
  });

  it('is rejected with a reason, or taken back, and may be asked for again', async () => {
    const bank = { ...BANK, fiscalCode: '90000000033', psp: { ...BANK.psp, abiCode: '03998' } };
    const first = await ask(bank);
    const reject = (reason: string) => change(operator, 'rejectOnboarding', first, `, reason: ${JSON.stringify(reason)}`);
    await expect(reject(' ')).rejects.toThrow(/reason/);
    expect(await reject('The register does not know it.')).toMatchObject({ state: 'REJECTED', reason: 'The register does not know it.' });
    await expect(change(rossi, 'withdrawOnboarding', first)).rejects.toThrow(/revision/);
    const second = await ask(bank);
    expect((await change(rossi, 'withdrawOnboarding', second)).state).toBe('DELETED');
  });

  it('fails when the institution has become a party meanwhile', async () => {
    const bank = { ...BANK, fiscalCode: '90000000041', psp: { ...BANK.psp, abiCode: '03997' } };
    const request = await change(operator, 'approveOnboarding', await ask(bank));
    await hosted.services.directoryFile.importDirectory('psps: [{ code: ABI03997, name: b, fiscalCode: "90000000041" }]', 'test');
    const done = await upload(rossi, request.id, await sign(await fileOf(rossi, request.id), ROSSI));
    expect(done).toMatchObject({ accepted: false, refusal: null, request: { state: 'FAILED', contract: { signers: null } } });
    expect(done.request.reason).toMatch(/already/);
  });

  it('is not open to whoever is not named, nor for what the registry does not say', async () => {
    const input = { institution: VALLE, users: [MANAGER] };
    expect(errorCode(await hosted.execute(verdi, REQUEST, { input }))).toBe('FORBIDDEN');
    const answer = await hosted.execute(rossi, REQUEST, { input: { ...input, institution: { ...VALLE, name: 'Altro' } } });
    expect(errorCode(answer)).toBe('BAD_USER_INPUT');
    expect(await hosted.run(rossi, '{ registeredInstitution(fiscalCode: "80000000028") { name originId } }')).toEqual({
      registeredInstitution: [{ name: VALLE.name, originId: VALLE.originId }],
    });
  });

  it('ends with its time', async () => {
    const request = await ask(VALLE, [MANAGER], operator);
    hosted.clock.advance(30 * 86_400_000);
    expect(errorCode(await hosted.execute(rossi, UPLOAD, { id: request.id, content: 'AAAA' }))).toBe('CONFLICT');
    const { runJob } = await hosted.run<{ runJob: { state: string } }>(operator, 'mutation { runJob(job: ONBOARDING_EXPIRY) { state } }');
    expect(runJob.state).toBe('SUCCEEDED');
    const { onboardingRequest } = await hosted.run<{ onboardingRequest: Request }>(
      rossi,
      `{ onboardingRequest(id: "${request.id}") { state reason } }`,
    );
    expect(onboardingRequest).toEqual({ state: 'REJECTED', reason: 'The time to complete the request is over.' });
  });
});

describe('a person with many requests under way', () => {
  const PAOLA = 'NREPLA70T50G273M';
  const paola = citizen(PAOLA);
  const manager = { ...MANAGER, fiscalCode: PAOLA, name: 'Paola', familyName: 'Neri' };
  const service = (index: number) => ({
    ...COMUNE,
    type: 'GSP',
    origin: 'SELC',
    originId: undefined,
    fiscalCode: `9000000${1_000 + index}`,
  });

  it('makes another one only when one of them has ended', async () => {
    const made: Request[] = [];
    for (let index = 0; index < 10; index += 1) made.push(await ask(service(index), [manager], paola));
    const input = { institution: service(10), users: [manager] };
    const refused = await hosted.execute(paola, REQUEST, { input });
    expect([errorCode(refused), refused.errors?.[0]?.message]).toEqual([
      'LIMIT_EXCEEDED',
      expect.stringContaining('10 requests under way'),
    ]);
    await change(paola, 'withdrawOnboarding', made[0]!);
    expect((await ask(service(10), [manager], paola)).state).toBe('TOBEVALIDATED');
  });
});
