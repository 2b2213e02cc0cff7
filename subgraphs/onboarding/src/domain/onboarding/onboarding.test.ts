import { describe, expect, it } from 'vitest';
import { institutionOf, isTaken, partiesOf } from './directory-parties.ts';
import { EXPIRY_DAYS, expiryFrom, isExpired } from './expiry.ts';
import { INSTITUTION_TYPES, ORIGINS, roleOfType, TYPES_THAT_TAKE_PART } from './institution-type.ts';
import { registryIssues, registryOf, registrySchema } from './registry.ts';
import { REGISTRY_SAMPLE } from './registry-sample.ts';
import { requestIssues } from './request-issues.ts';
import { nextState, OPEN_STATES, REQUEST_EVENTS, REQUEST_STATES } from './request-state.ts';
import { type InstitutionData, PARTNER_SIDES, type RequestContent, type RequestedUser, SIGNATORY_ROLES } from './request.ts';
import { completionOf, needsApproval, workflowFor, WORKFLOWS } from './workflow.ts';

const DAY = 86_400_000;
const manager: RequestedUser = {
  role: 'MANAGER',
  fiscalCode: 'RSSMRA80A01H501U',
  name: 'Mario',
  familyName: 'Rossi',
  email: 'mario.rossi@example.it',
};
const creditor: InstitutionData = {
  type: 'PA',
  origin: 'IPA',
  originId: 'c_p001',
  fiscalCode: '80000000010',
  name: 'Comune di Prova',
  digitalAddress: 'protocollo@pec.comuneprova.example.it',
  address: 'Piazza 1',
  recipientCode: 'UFPRV1',
  aggregator: false,
  direct: true,
};
const psp: InstitutionData = {
  ...creditor,
  type: 'PSP',
  origin: 'SELC',
  originId: null,
  recipientCode: null,
  name: 'Banca di Prova',
  psp: {
    abiCode: '03069',
    vatNumberGroup: false,
    providerNames: ['Banca'],
    contractType: 'STANDARD',
    contractId: 'C-1',
    businessRegisterNumber: '1',
    legalRegisterName: 'Albo',
    legalRegisterNumber: '2',
  },
};
const request = (institution: Partial<InstitutionData> = {}, users: readonly RequestedUser[] = [manager]): RequestContent => ({
  institution: { ...creditor, ...institution },
  users,
});
const pathsOf = (issues: readonly { path: string }[]): string[] => issues.map(({ path }) => path);

describe('types of institutions', () => {
  it('take part as creditors, PSPs, partners, or not at all', () => {
    const byRole = (role: string | undefined) => INSTITUTION_TYPES.filter((type) => roleOfType(type) === role);
    expect(byRole('EC')).toEqual(['PA', 'PG', 'GSP', 'SCP', 'PRV', 'GPU']);
    expect(byRole('PSP')).toEqual(['PSP']);
    expect(byRole('PARTNER')).toEqual(['PT']);
    expect(byRole(undefined)).toEqual(['SA', 'AS', 'REC', 'CON', 'PRV_PF', 'SCEC']);
    expect(TYPES_THAT_TAKE_PART).toHaveLength(8);
  });
});

describe('workflows', () => {
  it.each([
    ['PT', 'SELC', true, 'FOR_APPROVE_PT'],
    ['PA', 'IPA', true, 'CONTRACT_REGISTRATION_AGGREGATOR'],
    ['PA', 'IPA', false, 'CONTRACT_REGISTRATION'],
    ['GSP', 'IPA', false, 'CONTRACT_REGISTRATION'],
    ['SA', 'ANAC', false, 'CONTRACT_REGISTRATION'],
    ['AS', 'IVASS', false, 'CONTRACT_REGISTRATION'],
    ['PRV_PF', 'ADE', false, 'CONTRACT_REGISTRATION'],
    ['PG', 'INFOCAMERE', false, 'CONFIRMATION'],
    ['GPU', 'SELC', false, 'FOR_APPROVE_GPU'],
    ['PSP', 'SELC', false, 'FOR_APPROVE'],
    ['GSP', 'SELC', false, 'FOR_APPROVE'],
    ['SCP', 'INFOCAMERE', false, 'FOR_APPROVE'],
    ['PRV', 'PDND_INFOCAMERE', false, 'FOR_APPROVE'],
  ] as const)('%s from %s, aggregator %s: %s', (type, origin, aggregator, expected) => {
    expect(workflowFor({ type, origin, aggregator })).toBe(expected);
  });

  it('need an approval, a contract, or the word of a manager', () => {
    expect(WORKFLOWS.filter(needsApproval)).toEqual(['FOR_APPROVE_PT', 'FOR_APPROVE_GPU', 'FOR_APPROVE']);
    expect(WORKFLOWS.map(completionOf)).toEqual(['APPROVAL', 'CONTRACT', 'CONTRACT', 'CONFIRMATION', 'CONTRACT', 'CONTRACT']);
  });
});

describe('states of a request', () => {
  /** What can happen, event by event: `from>to`. */
  const table = (workflow: (typeof WORKFLOWS)[number]) =>
    Object.fromEntries(
      REQUEST_EVENTS.map((event) => [
        event,
        REQUEST_STATES.flatMap((state) => {
          const next = nextState(workflow, state, event);
          return next ? [`${state}>${next}`] : [];
        }),
      ]),
    );
  const ends = {
    REJECT: ['REQUEST>REJECTED', 'TOBEVALIDATED>REJECTED', 'PENDING>REJECTED'],
    EXPIRE: ['REQUEST>REJECTED', 'PENDING>REJECTED'],
    WITHDRAW: ['REQUEST>DELETED', 'TOBEVALIDATED>DELETED', 'PENDING>DELETED'],
    FAIL: ['REQUEST>FAILED', 'TOBEVALIDATED>FAILED', 'PENDING>FAILED'],
  };

  it.each([
    ['FOR_APPROVE_PT', 'REQUEST>TOBEVALIDATED', ['TOBEVALIDATED>COMPLETED'], [], []],
    ['CONTRACT_REGISTRATION_AGGREGATOR', 'REQUEST>PENDING', ['TOBEVALIDATED>PENDING'], ['PENDING>COMPLETED'], []],
    ['CONTRACT_REGISTRATION', 'REQUEST>PENDING', ['TOBEVALIDATED>PENDING'], ['PENDING>COMPLETED'], []],
    ['CONFIRMATION', 'REQUEST>PENDING', ['TOBEVALIDATED>PENDING'], [], ['PENDING>COMPLETED']],
    ['FOR_APPROVE_GPU', 'REQUEST>TOBEVALIDATED', ['TOBEVALIDATED>PENDING'], ['PENDING>COMPLETED'], []],
    ['FOR_APPROVE', 'REQUEST>TOBEVALIDATED', ['TOBEVALIDATED>PENDING'], ['PENDING>COMPLETED'], []],
  ] as const)('%s', (workflow, accept, approve, sign, confirm) => {
    expect(table(workflow)).toEqual({ ...ends, ACCEPT: [accept], APPROVE: approve, SIGN: sign, CONFIRM: confirm });
  });

  it('are left by nothing once the request has ended', () => {
    for (const state of REQUEST_STATES.filter((each) => !OPEN_STATES.includes(each)))
      for (const workflow of WORKFLOWS) for (const event of REQUEST_EVENTS) expect(nextState(workflow, state, event)).toBeUndefined();
  });
});

describe('expiry', () => {
  it('comes after 30 days, or as configured, and its instant counts', () => {
    expect(expiryFrom(1_000)).toBe(1_000 + EXPIRY_DAYS * DAY);
    expect(expiryFrom(1_000, 2)).toBe(1_000 + 2 * DAY);
    const pending = { state: 'PENDING', expiresAt: 100 } as const;
    expect([isExpired(pending, 99), isExpired(pending, 100)]).toEqual([false, true]);
    expect(isExpired({ ...pending, state: 'REQUEST' }, 100)).toBe(true);
    expect(isExpired({ ...pending, state: 'TOBEVALIDATED' }, 1e12)).toBe(false);
    expect(isExpired({ ...pending, state: 'COMPLETED' }, 1e12)).toBe(false);
  });
});

describe('a request', () => {
  it('is right as creditors, PSPs and partners make it', () => {
    expect(requestIssues(request())).toEqual([]);
    expect(requestIssues(request(psp))).toEqual([]);
    expect(requestIssues(request({ ...psp, psp: { ...psp.psp!, abiCode: null } }))).toEqual([]);
    expect(requestIssues(request({ type: 'PT', origin: 'SELC', partnerSides: ['PSPS'] }))).toEqual([]);
    const delegate = { ...manager, role: 'DELEGATE' } as const;
    expect(requestIssues(request({}, [manager, delegate]))).toEqual([]);
  });

  it('names every field of the institution that is not valid', () => {
    const bad = {
      type: 'AS',
      fiscalCode: '1',
      name: ' ',
      address: 'x'.repeat(141),
      digitalAddress: 'no',
      originId: '%',
      recipientCode: 'x',
    };
    expect(pathsOf(requestIssues(request(bad as Partial<InstitutionData>)))).toEqual(
      ['type', 'fiscalCode', 'name', 'address', 'digitalAddress', 'originId', 'recipientCode'].map((each) => `institution.${each}`),
    );
  });

  it('has the data of its type and no others', () => {
    expect(requestIssues(request({ type: 'PSP' }))[0]).toMatchObject({ path: 'institution.psp', message: 'is missing' });
    expect(requestIssues(request({ psp: psp.psp! }))[0]).toMatchObject({ path: 'institution.psp', message: 'is given' });
    expect(requestIssues(request({ type: 'PT' }))[0]).toMatchObject({ path: 'institution.partnerSides', message: 'is missing' });
    expect(requestIssues(request({ partnerSides: ['PSPS'] }))[0]).toMatchObject({ path: 'institution.partnerSides', message: 'is given' });
    const bad = {
      abiCode: '1',
      vatNumberGroup: true,
      providerNames: [],
      contractType: '',
      contractId: ' ',
      businessRegisterNumber: '\n',
      legalRegisterName: '',
      legalRegisterNumber: '',
    };
    expect(pathsOf(requestIssues(request({ ...psp, psp: bad })))).toEqual(
      Object.keys(bad).flatMap((each) => (each === 'vatNumberGroup' ? [] : [`institution.psp.${each}`])),
    );
  });

  it.each<[Partial<InstitutionData>, string[]]>([
    [{ recipientCode: 'UFPRV12', name: 'n'.repeat(140) }, []],
    [{ recipientCode: 'xUFPRV1' }, ['institution.recipientCode']],
    [{ recipientCode: 'UFPRV1x' }, ['institution.recipientCode']],
    [{ ...psp, psp: { ...psp.psp!, providerNames: Array.from({ length: 20 }, () => 'Banca') } }, []],
    [{ ...psp, psp: { ...psp.psp!, providerNames: Array.from({ length: 21 }, () => 'Banca') } }, ['institution.psp.providerNames']],
    [{ ...psp, psp: { ...psp.psp!, providerNames: ['Banca', ''] } }, ['institution.psp.providerNames']],
    [{ ...psp, psp: { ...psp.psp!, abiCode: 'x03069' } }, ['institution.psp.abiCode']],
    [{ ...psp, psp: { ...psp.psp!, abiCode: '030690' } }, ['institution.psp.abiCode']],
  ])('has fields that fit from end to end: %j', (institution, paths) =>
    expect(pathsOf(requestIssues(request(institution)))).toEqual(paths),
  );

  it('names its people properly', () => {
    const paths = (...users: RequestedUser[]) => pathsOf(requestIssues(request({}, users)));
    expect(paths()).toEqual(['users']);
    expect(paths({ ...manager, role: 'DELEGATE' })).toEqual(['users']);
    expect(paths(manager, manager)).toEqual(['users.1']);
    expect(paths(manager, { ...manager, role: 'DELEGATE', email: 'other@example.it' })).toEqual(['users.1.email']);
    const bad = { role: 'MANAGER', fiscalCode: 'RSSMRA80A01H501', name: '', familyName: '', email: 'no' } as const;
    expect(paths(bad)).toEqual(['users.0.fiscalCode', 'users.0.name', 'users.0.familyName', 'users.0.email']);
    expect(paths({ ...manager, fiscalCode: 'RSS' })).toEqual(['users.0.fiscalCode']);
    expect(paths(...Array.from({ length: 21 }, () => manager))[0]).toBe('users');
    // No more is said of each than of those who may be there.
    expect(paths(...Array.from({ length: 100 }, () => manager))).toHaveLength(20);
    expect(paths(...Array.from({ length: 20 }, () => manager))).not.toContain('users');
  });
});

describe('the registry', () => {
  const registry = registryOf(REGISTRY_SAMPLE);

  it('holds well-formed entries, found by fiscal code and origin', () => {
    expect(registrySchema.parse({ institutions: REGISTRY_SAMPLE }).institutions).toEqual(REGISTRY_SAMPLE);
    expect(registry.find('80000000010', 'IPA')?.name).toBe('Comune di Prova');
    expect(registry.find('80000000010', 'ANAC')).toBeUndefined();
    expect(registry.find('99999999999', 'IPA')).toBeUndefined();
    const [first] = REGISTRY_SAMPLE;
    const twice = registryOf([{ ...first!, origin: 'ADE' }, first!]);
    expect(twice.entriesOf('80000000010').map(({ origin }) => origin)).toEqual(['IPA', 'ADE']);
    expect(twice.entriesOf('99999999999')).toEqual([]);
    expect(ORIGINS).toHaveLength(7);
  });

  it('agrees with a request, whatever its capitals and blanks', () => {
    expect(registryIssues(request({ name: ' COMUNE  di prova' }), registry)).toEqual([]);
    expect(registryIssues(request({ originId: null, recipientCode: null }), registry)).toEqual([]);
  });

  it('says what differs', () => {
    const other = { originId: 'x', name: 'Comune di Altro', digitalAddress: 'altro@pec.example.it', recipientCode: 'ZZZZZZ' };
    expect(pathsOf(registryIssues(request(other), registry))).toEqual(
      ['originId', 'name', 'digitalAddress', 'recipientCode'].map((each) => `institution.${each}`),
    );
    expect(pathsOf(registryIssues(request({ fiscalCode: '99999999999' }), registry))).toEqual(['institution.fiscalCode']);
    expect(pathsOf(registryIssues(request({ origin: 'SELC' }), registry))).toEqual(['institution.origin']);
    expect(pathsOf(registryIssues(request({ type: 'SCP', fiscalCode: '99999999999' }), registry))).toEqual(['institution.fiscalCode']);
  });

  it('is not asked for institutions of other origins that an operator looks at', () => {
    expect(registryIssues({ institution: psp, users: [manager] }, registry)).toEqual([]);
    expect(pathsOf(registryIssues(request({ type: 'PG', origin: 'ADE' }), registry))).toEqual(['institution.fiscalCode']);
  });

  it('knows who manages companies', () => {
    const entry = REGISTRY_SAMPLE.find(({ origin }) => origin === 'INFOCAMERE')!;
    const { originId, fiscalCode, name, digitalAddress } = entry;
    const company = { type: 'PG', origin: 'INFOCAMERE', originId, fiscalCode, name, digitalAddress, recipientCode: null } as const;
    expect(registryIssues(request(company), registry)).toEqual([]);
    const stranger = { ...manager, fiscalCode: 'VRDLGU75C10F205J' };
    expect(pathsOf(registryIssues(request(company, [stranger]), registry))).toEqual(['users.0.fiscalCode']);
    expect(registryIssues(request(company, [manager, { ...stranger, role: 'DELEGATE' }]), registry)).toEqual([]);
  });
});

describe('completion', () => {
  const kinds = (institution: InstitutionData) => partiesOf(institution).map(({ kind, code }) => `${kind} ${code}`);

  it('makes the institution a party', () => {
    expect(kinds(creditor)).toEqual(['creditorInstitution 80000000010', 'creditorBroker 80000000010']);
    expect(kinds({ ...creditor, direct: false })).toEqual(['creditorInstitution 80000000010']);
    expect(partiesOf({ ...creditor, type: 'PRV' })[0]).toMatchObject({ input: { publicAdministration: false } });
    expect(partiesOf(creditor)[0]?.input).not.toHaveProperty('publicAdministration');
    expect(kinds(psp)).toEqual(['psp ABI03069', 'pspBroker ABI03069']);
    expect(partiesOf({ ...psp, direct: false })).toEqual([
      { kind: 'psp', code: 'ABI03069', input: { code: 'ABI03069', name: 'Banca di Prova', fiscalCode: '80000000010', contract: 'C-1' } },
    ]);
    const partner = { ...creditor, type: 'PT', partnerSides: ['CREDITORS', 'PSPS'] } as const;
    expect(kinds(partner)).toEqual(['creditorBroker 80000000010', 'pspBroker 80000000010']);
    expect(kinds({ ...creditor, type: 'AS' })).toEqual([]);
    expect(kinds({ ...creditor, type: 'PT' })).toEqual([]);
  });

  it('is not possible for who is a party already', () => {
    const entries = partiesOf(creditor);
    expect(isTaken(entries, [])).toBe(false);
    expect(isTaken(entries, entries.slice(1))).toBe(false);
    expect(isTaken(entries, entries.slice(0, 1))).toBe(true);
    const sides = partiesOf({ ...creditor, type: 'PT', partnerSides: PARTNER_SIDES });
    expect([isTaken(sides, sides.slice(0, 1)), isTaken(sides, sides)]).toEqual([false, true]);
    expect(isTaken(partiesOf(psp), partiesOf(psp))).toBe(true);
    expect(isTaken([], [])).toBe(false);
    expect(SIGNATORY_ROLES).toEqual(['MANAGER', 'DELEGATE']);
  });

  it('names it as callers are named', () => {
    expect(institutionOf(creditor)).toEqual({ role: 'EC', code: '80000000010' });
    expect(institutionOf({ ...psp, psp: { ...psp.psp!, abiCode: null } })).toEqual({ role: 'PSP', code: 'PSP80000000010' });
    expect(institutionOf({ ...psp, psp: null })).toEqual({ role: 'PSP', code: 'PSP80000000010' });
    expect(partiesOf({ ...psp, psp: null, direct: false })[0]?.input).not.toHaveProperty('contract');
    expect(institutionOf({ ...creditor, type: 'AS' })).toBeUndefined();
  });
});
