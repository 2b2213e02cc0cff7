/** Accounts that wait for their day, hours of maintenance, exports, and what institutions must do of the roadmap. */
import { DAY, HOUR, MINUTE, SECOND, toIso, toLocalDate } from '@nodo-aperto/kernel/time';
import { flowDraftCreated, noticeChanged } from '@nodo-aperto/schema/events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CREDITOR, OTHER_CREDITOR, PARTNER, POPULATION, PSP, STATION } from './population.ts';
import { creditor, errorCode, type Hosted, host, nodesOf, operator, type Page, partner, psp } from './support.ts';

let hosted: Hosted;
beforeAll(async () => {
  hosted = await host();
  await hosted.services.directoryFile.importDirectory(POPULATION, 'test');
});
afterAll(() => hosted?.hosting.stop());

const FIRST = 'IT60X0542811101000000123456';
const SECOND_ACCOUNT = 'GB82WEST12345698765432';
const today = (days = 0): string => toLocalDate(hosted.clock.now() + days * DAY);

interface Results {
  revision: number;
  results: {
    outcome: string;
    issues: { path: string; message: string }[];
    change: { id: string; effectiveOn: string; revision: number } | null;
  }[];
}
const CHANGE = `mutation ($items: [AccountRequestInput!]!, $revision: Int!, $creditor: String) {
  changeAccounts(items: $items, revision: $revision, creditor: $creditor) {
    revision results { iban outcome issues { path message expected } change { id kind state effectiveOn revision } } } }`;

async function creditorNow(code = CREDITOR) {
  const source = `{ creditorInstitution(fiscalCode: "${code}") { revision configuration { ibans { iban labels description validFrom } } } }`;
  type Seen = { creditorInstitution: { revision: number; configuration: { ibans: { iban: string; labels: string[] }[] } } };
  return (await hosted.run<Seen>(operator, source)).creditorInstitution;
}
async function change(items: object[], caller = creditor(CREDITOR)): Promise<Results> {
  const variables = { items, revision: (await creditorNow()).revision, creditor: CREDITOR };
  return (await hosted.run<{ changeAccounts: Results }>(caller, CHANGE, variables)).changeAccounts;
}
const runJob = () => hosted.run<{ runJob: object }>(operator, 'mutation { runJob(job: ACCOUNT_CHANGES) { state processed error } }');

describe('accounts', () => {
  it('are announced, labelled and refused one by one', async () => {
    const { results } = await change([
      { action: 'CREATE', iban: SECOND_ACCOUNT, labels: ['ACA'], description: 'Tributi' },
      { action: 'CREATE', iban: 'IT00' },
      { action: 'UPDATE', iban: FIRST, labels: ['ACA', 'CUP'], description: 'Tesoreria' },
      { action: 'DELETE', iban: FIRST, deleteOn: today(9) },
    ]);
    expect(results.map(({ outcome }) => outcome)).toEqual(['PLANNED', 'REFUSED', 'APPLIED', 'REFUSED']);
    expect(results[0]?.change).toMatchObject({ effectiveOn: today(7), state: 'PENDING' });
    expect(results[1]?.issues).toEqual([{ path: 'items[1].iban', message: 'is not valid', expected: expect.any(String) }]);
    expect(results[3]?.issues).toMatchObject([{ message: 'is the only account' }]);
    expect((await creditorNow()).configuration.ibans).toMatchObject([{ iban: FIRST, labels: ['ACA', 'CUP'], description: 'Tesoreria' }]);
  });

  it('hold from their day on, and take their labels along', async () => {
    expect((await runJob()).runJob).toMatchObject({ state: 'SUCCEEDED', processed: 0 });
    hosted.clock.advance(8 * DAY);
    expect((await runJob()).runJob).toMatchObject({ state: 'SUCCEEDED', error: null });
    expect((await creditorNow()).configuration.ibans).toMatchObject([
      { iban: FIRST, labels: ['CUP'] },
      { iban: SECOND_ACCOUNT, labels: ['ACA'], description: 'Tributi' },
    ]);
  });

  it('are deleted on a later day, unless that is taken back or no longer possible', async () => {
    const { results } = await change([
      { action: 'DELETE', iban: FIRST, deleteOn: today(1) },
      { action: 'DELETE', iban: FIRST, deleteOn: today(2) },
    ]);
    expect(results.map(({ outcome }) => outcome)).toEqual(['PLANNED', 'REFUSED']);
    const { id = '', revision = 0 } = results[0]?.change ?? {};
    const cancel = (caller = creditor(CREDITOR), seen = revision) =>
      hosted.execute(caller, `mutation { cancelAccountChange(id: "${id}", revision: ${seen}) { state } }`);
    expect(errorCode(await cancel(creditor(OTHER_CREDITOR)))).toBe('FORBIDDEN');
    expect(errorCode(await cancel(creditor(CREDITOR), 7))).toBe('CONFLICT');
    expect((await cancel()).data).toEqual({ cancelAccountChange: { state: 'CANCELED' } });
    expect(errorCode(await cancel(creditor(CREDITOR), revision + 1))).toBe('CONFLICT');
    expect(errorCode(await hosted.execute(operator, 'mutation { cancelAccountChange(id: "x", revision: 1) { state } }'))).toBe('NOT_FOUND');

    await change([
      { action: 'DELETE', iban: FIRST, deleteOn: today(1) },
      { action: 'DELETE', iban: SECOND_ACCOUNT, deleteOn: today(1) },
    ]);
    hosted.clock.advance(DAY);
    await runJob();
    expect((await creditorNow()).configuration.ibans).toHaveLength(1);
    const { accountChanges } = await hosted.run<{ accountChanges: Page<{ state: string; kind: string; reason: string | null }> }>(
      creditor(CREDITOR),
      '{ accountChanges { edges { node { kind state reason } } } }',
    );
    expect(
      nodesOf(accountChanges)
        .map(({ kind, state, reason }) => `${kind} ${state} ${reason}`)
        .toSorted(),
    ).toEqual(['CREATE COMPLETED null', 'DELETE CANCELED null', 'DELETE COMPLETED null', 'DELETE FAILED It is the only account.']);
  });

  it('are changed by who may, having seen what is there', async () => {
    const variables = { items: [{ action: 'UPDATE', iban: FIRST }], revision: 1, creditor: CREDITOR };
    for (const caller of [creditor(OTHER_CREDITOR), partner(PARTNER), psp(PSP)])
      expect(errorCode(await hosted.execute(caller, CHANGE, variables))).toBe('FORBIDDEN');
    const { errors } = await hosted.execute(creditor(CREDITOR), CHANGE, variables);
    expect(errors?.[0]?.extensions).toMatchObject({
      code: 'CONFLICT',
      versions: { seen: { revision: 1, content: expect.stringContaining(FIRST) }, current: { content: expect.any(String) } },
    });
    expect(errorCode(await hosted.execute(creditor(CREDITOR), CHANGE, { ...variables, items: [] }))).toBe('BAD_USER_INPUT');
    await hosted.run(
      operator,
      `mutation { delegateToPartner(partner: "${PARTNER}", functions: [IBANS], creditor: "${CREDITOR}") { revision } }`,
    );
    const { results } = await change([{ action: 'CREATE', iban: 'DE89370400440532013000' }], partner(PARTNER));
    expect(results[0]?.outcome).toBe('PLANNED');
  });
});

describe('hours of maintenance', () => {
  const schedule = async (start: number, hours: number, caller = creditor(CREDITOR)) => {
    const input = { station: STATION, start: toIso(start), end: toIso(start + hours * HOUR), standIn: false };
    const source = 'mutation ($input: MaintenanceInput!) { scheduleMaintenance(input: $input) { code standIn revision } }';
    return (await hosted.run<{ scheduleMaintenance: { code: string; standIn: boolean; revision: number } }>(caller, source, { input }))
      .scheduleMaintenance;
  };
  const summary = async (caller = creditor(CREDITOR), rest = '(year: 2031)') =>
    (
      await hosted.run<{ maintenanceSummary: object }>(
        caller,
        `{ maintenanceSummary${rest} { usedHours scheduledHours remainingHours extraHours annualHoursLimit } }`,
      )
    ).maintenanceSummary;

  it('beyond those of the year force Stand-In', async () => {
    const begin = Date.parse('2031-03-01T00:00:00Z');
    expect(await schedule(begin, 36)).toMatchObject({ standIn: false });
    expect(await schedule(begin + 2 * DAY, 1)).toMatchObject({ standIn: true });
    expect(await summary()).toEqual({ usedHours: 0, scheduledHours: 37, remainingHours: 0, extraHours: 1, annualHoursLimit: 36 });
    await hosted.run(operator, 'mutation { updateSettings(input: { maintenanceHoursPerYear: 40 }) { maintenanceHoursPerYear } }');
    expect(await schedule(begin + 4 * DAY, 1)).toMatchObject({ standIn: false });
    expect(await summary(operator, `(year: 2031, institution: { role: EC, code: "${CREDITOR}" })`)).toMatchObject({ remainingHours: 2 });
    expect(errorCode(await hosted.execute(creditor(CREDITOR), '{ maintenanceSummary(year: 1) { usedHours } }'))).toBe('BAD_USER_INPUT');
  });

  it('are given back by an early end, on the quarter hour', async () => {
    const now = hosted.clock.now();
    const { code, revision } = await schedule(now - MINUTE, 4, operator);
    const finish = (seen: number, caller = creditor(CREDITOR)) =>
      hosted.execute<{ finishMaintenance: { end: string } }>(
        caller,
        `mutation { finishMaintenance(code: "${code}", revision: ${seen}) { end revision } }`,
      );
    expect(errorCode(await finish(revision, partner(PARTNER)))).toBe('NOT_FOUND');
    expect(errorCode(await finish(revision + 1))).toBe('CONFLICT');
    const { data } = await finish(revision);
    expect(Date.parse(data?.finishMaintenance.end ?? '') % (15 * MINUTE)).toBe(0);
    hosted.clock.advance(HOUR);
    expect(errorCode(await finish(revision + 1))).toBe('CONFLICT');
    const listed = async (state: string) =>
      nodesOf(
        (
          await hosted.run<{ maintenances: Page<{ code: string }> }>(
            creditor(CREDITOR),
            `{ maintenances(station: "${STATION}", state: ${state}) { edges { node { code } } } }`,
          )
        ).maintenances,
      ).map((each) => each.code);
    expect(await listed('FINISHED')).toEqual([code]);
    expect(await listed('IN_PROGRESS')).toEqual([]);
    expect(await listed('SCHEDULED')).toHaveLength(4);
  });
});

describe('exports', () => {
  interface ExportPage {
    content: string;
    rows: number;
    hasNextPage: boolean;
    endCursor: string | null;
  }
  const page = async (caller: Parameters<Hosted['run']>[0], options: string): Promise<ExportPage> =>
    (await hosted.run<{ exportPage: ExportPage }>(caller, `{ exportPage(${options}) { content rows hasNextPage endCursor } }`)).exportPage;

  it('page by page are the whole, in CSV and JSON', async () => {
    const whole = await page(operator, 'subject: STATIONS, format: CSV, first: 1000');
    const first = await page(operator, 'subject: STATIONS, format: CSV, first: 1');
    const second = await page(operator, `subject: STATIONS, format: CSV, first: 1000, after: "${first.endCursor}"`);
    expect([first.hasNextPage, second.hasNextPage]).toEqual([true, false]);
    expect(first.content + second.content).toBe(whole.content);
    expect(whole.content.split('\r\n')[0]).toMatch(/^code,broker,enabled,/);
    const rows = JSON.parse((await page(operator, 'subject: CREDITOR_INSTITUTIONS, format: JSON')).content) as object[];
    expect(rows).toMatchObject([
      { fiscalCode: CREDITOR, stations: [STATION] },
      { fiscalCode: OTHER_CREDITOR, stations: [`${PARTNER}_01`] },
    ]);
    expect(whole.content).not.toMatch(/password|pwdpwdpwd/);
  });

  it('hold what is the caller’s, and no formulas', async () => {
    await hosted.services.directoryFile.importDirectory(
      `creditorInstitutions: [{ fiscalCode: "${OTHER_CREDITOR}", name: "=SUM(A1)", ibans: [{ iban: ${FIRST} }, { iban: ${SECOND_ACCOUNT} }] }]`,
      'test',
    );
    const mine = await page(partner(PARTNER), 'subject: IBANS, format: CSV');
    expect(mine.rows).toBe(2);
    expect(mine.content).toContain(`${OTHER_CREDITOR},'=SUM(A1),`);
    expect(mine.content).not.toContain(CREDITOR);
    const next = await page(partner(PARTNER), 'subject: IBANS, format: JSON, first: 1');
    const last = await page(partner(PARTNER), `subject: IBANS, format: JSON, first: 1, after: "${next.endCursor}"`);
    expect([next, last].flatMap(({ content }) => (JSON.parse(content) as { iban: string }[]).map(({ iban }) => iban))).toEqual([
      SECOND_ACCOUNT,
      FIRST,
    ]);
    expect((await page(creditor(CREDITOR), 'subject: CREDITOR_INSTITUTIONS, format: CSV')).rows).toBe(1);
    for (const caller of [creditor(OTHER_CREDITOR), psp(PSP)])
      expect(errorCode(await hosted.execute(caller, '{ exportPage(subject: IBANS, format: CSV) { rows } }'))).toBe('FORBIDDEN');
    expect(errorCode(await hosted.execute(operator, '{ exportPage(subject: IBANS, format: CSV, first: 1001) { rows } }'))).toBe(
      'BAD_USER_INPUT',
    );
  });
});

describe('the roadmap', () => {
  interface Obligation {
    initiative: { id: string };
    requirement: string;
    state: string;
    source: string;
    dueDate: string | null;
    adoptedSince: string | null;
    declarationRevision: number;
  }
  const obligations = async (caller: Parameters<Hosted['run']>[0], rest = ''): Promise<Obligation[]> =>
    (
      await hosted.run<{ myObligations: Obligation[] }>(
        caller,
        `{ myObligations${rest} { initiative { id } requirement state source dueDate evidence adoptedSince declarationRevision } }`,
      )
    ).myObligations;
  const of = (all: Obligation[], id: string) => all.find(({ initiative }) => initiative.id === id);

  it('tells what must still be done, by when, and what facts show to be done', async () => {
    const before = await obligations(creditor(CREDITOR));
    expect(before[0]).toMatchObject({ initiative: { id: 'ACA' }, requirement: 'MANDATORY', state: 'OVERDUE', dueDate: '2024-03-31' });
    expect(of(before, 'STAND_IN')).toBeUndefined();
    await hosted.state(noticeChanged, notice);
    expect(of(await obligations(creditor(CREDITOR)), 'ACA')).toBeUndefined();
    const all = await obligations(creditor(CREDITOR), '(onlyToDo: false)');
    expect(of(all, 'ACA')).toMatchObject({ state: 'DONE', source: 'COMPUTED', adoptedSince: expect.any(String) });
    expect(of(all, 'STAND_IN')).toMatchObject({ state: 'DONE', source: 'COMPUTED' });
    const other = await obligations(operator, `(institution: { role: EC, code: "${OTHER_CREDITOR}" })`);
    expect(other.map(({ initiative, state }) => `${initiative.id} ${state}`)).toContain('ACA OVERDUE');
  });

  it('sees flows that a PSP makes by the new primitives', async () => {
    expect(of(await obligations(psp(PSP)), 'REPORTING_FLOWS')).toMatchObject({ state: 'OVERDUE' });
    const name = `2026-11-23${PSP}-0001`;
    const flow = { pspCode: PSP, name, revision: 1, creditorFiscalCode: CREDITOR, declaredPayments: 1, declaredAmount: 100 };
    await hosted.state(flowDraftCreated, { ...flow, createdAt: toIso(hosted.clock.now()) });
    const all = await obligations(psp(PSP), '(onlyToDo: false)');
    expect(of(all, 'REPORTING_FLOWS')).toMatchObject({ state: 'DONE', source: 'COMPUTED' });
    expect(of(all, 'UNATTRIBUTED_PSP')).toMatchObject({ requirement: 'UNCERTAIN', state: 'OPEN', source: 'UNKNOWN' });
    expect(of(all, 'STAND_IN')).toMatchObject({ state: 'DONE' });
  });

  it('takes a declaration where nothing is seen, and only there', async () => {
    const declare = (initiative: string, revision: number, caller = creditor(CREDITOR)) =>
      hosted.execute<{ declareAdoption: Obligation }>(
        caller,
        `mutation { declareAdoption(initiative: "${initiative}", adopted: true, revision: ${revision}, note: "Dal 2026") { state source declarationRevision } }`,
      );
    expect((await declare('PULL_PAYMENTS', 0)).data?.declareAdoption).toEqual({
      state: 'DONE',
      source: 'DECLARED',
      declarationRevision: 1,
    });
    const late = await declare('PULL_PAYMENTS', 0);
    expect(late.errors?.[0]?.extensions).toMatchObject({
      code: 'CONFLICT',
      versions: { current: { revision: 1, content: expect.any(String) } },
    });
    for (const initiative of ['ACA', 'UNATTRIBUTED_PSP', 'nothing']) expect(errorCode(await declare(initiative, 0))).toBe('BAD_USER_INPUT');
    expect(of(await obligations(creditor(CREDITOR)), 'PULL_PAYMENTS')).toBeUndefined();
    expect((await obligations(partner(PARTNER))).map(({ initiative }) => initiative.id)).toEqual(['BACK_OFFICE']);
  });
});

const notice = {
  creditorFiscalCode: CREDITOR,
  creditorName: 'Comune di Prova',
  noticeNumber: '302000000000000000',
  iuv: '02000000000000000',
  positionId: 'P1',
  amount: 100,
  description: 'TARI',
  status: 'VALID' as const,
  dueDate: '2099-12-31',
  expirationDate: '2099-12-31T23:59:59Z',
  switchToExpired: false,
  payStandIn: true,
  aca: true,
  debtor: { type: 'F' as const, fiscalCode: 'RSSMRA80A01H501U', fullName: 'Mario Rossi' },
  transfers: [
    {
      idTransfer: 1,
      creditorFiscalCode: CREDITOR,
      amount: 100,
      iban: FIRST,
      remittanceInformation: 'TARI',
      transferCategory: '9/0101108TS/',
    },
  ],
  createdAt: toIso(0 + SECOND),
  updatedAt: toIso(0 + SECOND),
  revision: 1,
};
