import { describe, expect, it } from 'vitest';
import { claimMs } from './activation-claim.ts';
import { activationKeyMs, idempotencyKeySyntax, isRemembered, otherRequest, requestHash } from './idempotency.ts';
import { activationSyntax, type ActivationFields, outcomeSyntax, type OutcomeFields, verificationSyntax } from './request-syntax.ts';
import { expirationTimeAllowed, expirationTimeSyntax, tokenLifetimeMs } from './token-lifetime.ts';

describe('the life of a token (§2.5)', () => {
  it.each([
    [undefined, undefined],
    [1, undefined],
    [1_800_000, undefined],
    [1_800_001, 'PPT_SINTASSI_EXTRAXSD'],
    [0, 'PPT_SINTASSI_EXTRAXSD'],
    [-5, 'PPT_SINTASSI_EXTRAXSD'],
    [1.5, 'PPT_SINTASSI_EXTRAXSD'],
  ])('expirationTime %s is well-formed or %s', (value, code) => {
    expect(expirationTimeSyntax(value)?.code).toBe(code);
  });

  it('may be shortened, not stretched', () => {
    expect(expirationTimeAllowed(undefined, 600_000)).toBeUndefined();
    expect(expirationTimeAllowed(600_000, 600_000)).toBeUndefined();
    expect(expirationTimeAllowed(600_001, 600_000)?.code).toBe('PPT_AUTORIZZAZIONE');
    expect(tokenLifetimeMs(undefined, 1_800_000)).toBe(1_800_000);
    expect(tokenLifetimeMs(60_000, 1_800_000)).toBe(60_000);
  });
});

describe('idempotency (§2.4)', () => {
  it.each([
    // The three cases of the acceptance suite: key minutes, token milliseconds, what lives.
    [40, 1_800_000, 1_800_000],
    [10, 60_000, 60_000],
    [2, 1_800_000, 120_000],
  ])('a key of %d minutes and a token of %d ms are remembered %d ms', (minutes, tokenMs, expected) => {
    expect(activationKeyMs(minutes, tokenMs)).toBe(expected);
  });

  it.each([
    [undefined, true],
    ['60000000001_1244565744', true],
    ['ab_abcdefGHI9', true],
    ['60000000001.1244565744', false],
    ['60000000001_124456574', false],
    ['60000000001_12445657444', false],
    ['a_1244565744', false],
    [`${'a'.repeat(19)}_1244565744`, false],
    ['60000000001_124456574%', false],
  ])('the key %s is well-formed: %s', (key, right) => {
    expect(idempotencyKeySyntax(key)?.code).toBe(right ? undefined : 'PPT_SINTASSI_EXTRAXSD');
  });

  it.each([
    ['PPT_SINTASSI_EXTRAXSD', false],
    ['PPT_PSP_SCONOSCIUTO', false],
    ['PPT_ERRORE_IDEMPOTENZA', false],
    ['PPT_STAZIONE_INT_PA_IRRAGGIUNGIBILE', false],
    ['PPT_STAZIONE_INT_PA_TIMEOUT', false],
    ['PPT_STAZIONE_INT_PA_SERVIZIO_NON_ATTIVO', false],
    ['PPT_STAZIONE_INT_PA_ERRORE_RESPONSE', false],
    ['PPT_ATTIVAZIONE_IN_CORSO', false],
    ['PPT_SYSTEM_ERROR', false],
    ['PPT_SUPERAMENTOSOGLIA', false],
    ['PPT_PSP_DISABILITATO', true],
    ['PPT_AUTENTICAZIONE', true],
    ['PPT_AUTORIZZAZIONE', true],
    ['PPT_STAZIONE_INT_PA_SCONOSCIUTA', true],
    ['PPT_PAGAMENTO_IN_CORSO', true],
    ['PPT_TOKEN_SCONOSCIUTO', true],
    ['PPT_ERRORE_EMESSO_DA_PAA', true],
  ] as const)('%s is remembered: %s', (code, remembered) => {
    expect(isRemembered(code)).toBe(remembered);
  });

  it('knows a request by its content, not by the order of its fields', () => {
    const request = { amount: 100, qrCode: { fiscalCode: '1', noticeNumber: '2' }, list: ['b', 'a', null] };
    const same = { list: ['b', 'a', null], qrCode: { noticeNumber: '2', fiscalCode: '1' }, amount: 100, dueDate: undefined };
    expect(requestHash(request)).toMatch(/^[0-9a-f]{64}$/);
    expect(requestHash(same)).toBe(requestHash(request));
    for (const other of [
      { ...request, amount: 101 },
      { ...request, dueDate: '2026-01-01' },
      { ...request, list: ['a', 'b', null] },
    ]) {
      expect(requestHash(other)).not.toBe(requestHash(request));
    }
    expect(otherRequest().code).toBe('PPT_ERRORE_IDEMPOTENZA');
  });
});

describe('the form of requests (§1.4, §2.3)', () => {
  const caller = { idPSP: '60000000001', idBrokerPSP: '60000000001', idChannel: '60000000001_01', password: 'pwdpwdpwd' };
  const activation: ActivationFields = {
    ...caller,
    idempotencyKey: '60000000001_1244565744',
    qrCode: { fiscalCode: '66666666666', noticeNumber: '302120000000000011' },
    expirationTime: 120_000,
    amount: 1_000,
    dueDate: '2026-12-31',
    paymentNote: 'causale',
  };
  const outcome: OutcomeFields = {
    ...caller,
    paymentTokens: ['a'.repeat(32)],
    details: {
      fee: 0,
      applicationDate: '2026-12-31',
      transferDate: '2027-01-01',
      payer: { fiscalCode: 'RSSMRA80A01H501U', fullName: 'Mario Rossi' },
    },
  };

  it('right ones pass, with and without what is optional', () => {
    expect(verificationSyntax(activation)).toBeUndefined();
    expect(activationSyntax(activation)).toBeUndefined();
    expect(activationSyntax({ idPSP: 'P', idChannel: 'C', qrCode: activation.qrCode, amount: 1 })).toBeUndefined();
    expect(outcomeSyntax(outcome)).toBeUndefined();
    expect(outcomeSyntax({ ...caller, paymentTokens: ['x', 'y'] })).toBeUndefined();
    expect(outcomeSyntax({ ...outcome, details: { fee: 1, applicationDate: '2026-12-31', transferDate: '2026-12-31' } })).toBeUndefined();
  });

  it.each<[string, Partial<ActivationFields>]>([
    ['idPSP', { idPSP: '' }],
    ['idPSP', { idPSP: 'x'.repeat(36) }],
    ['idBrokerPSP', { idBrokerPSP: '' }],
    ['idChannel', { idChannel: 'x'.repeat(36) }],
    ['password', { password: '1234567' }],
    ['password', { password: 'x'.repeat(16) }],
    ['idempotencyKey', { idempotencyKey: '1244565744' }],
    ['qrCode.fiscalCode', { qrCode: { fiscalCode: '1234567890', noticeNumber: '302120000000000011' } }],
    ['qrCode.noticeNumber', { qrCode: { fiscalCode: '66666666666', noticeNumber: '12345678901234567A' } }],
    ['expirationTime', { expirationTime: 1_800_001 }],
    ['amount', { amount: 0 }],
    ['amount', { amount: 100_000_000_000 }],
    ['amount', { amount: 0.5 }],
    ['dueDate', { dueDate: '12-28-2021' }],
    ['paymentNote', { paymentNote: '' }],
    ['paymentNote', { paymentNote: 'x'.repeat(211) }],
  ])('an activation with a wrong %s is refused by its name', (field, change) => {
    const fault = activationSyntax({ ...activation, ...change });
    expect(fault?.code).toBe('PPT_SINTASSI_EXTRAXSD');
    expect(fault?.description).toMatch(new RegExp(`^${field.replace('.', '\\.')}: expected `));
  });

  it.each<[string, Partial<OutcomeFields>]>([
    ['idChannel', { idChannel: '' }],
    ['idempotencyKey', { idempotencyKey: 'x' }],
    ['paymentTokens', { paymentTokens: [] }],
    ['paymentTokens', { paymentTokens: ['1', '2', '3', '4', '5', '6'] }],
    ['paymentTokens', { paymentTokens: ['1', '1'] }],
    ['paymentToken', { paymentTokens: ['x'.repeat(36)] }],
    ['details.fee', { details: { ...outcome.details, fee: -1, applicationDate: '2026-12-31', transferDate: '2026-12-31' } }],
    ['details.applicationDate', { details: { fee: 1, applicationDate: '2026-02-30', transferDate: '2026-12-31' } }],
    ['details.transferDate', { details: { fee: 1, applicationDate: '2026-12-31', transferDate: 'tomorrow' } }],
    [
      'details.payer.entityUniqueIdentifierValue',
      { details: { fee: 1, applicationDate: '2026-12-31', transferDate: '2026-12-31', payer: { fiscalCode: 'X', fullName: 'A' } } },
    ],
    [
      'details.payer.fullName',
      {
        details: {
          fee: 1,
          applicationDate: '2026-12-31',
          transferDate: '2026-12-31',
          payer: { fiscalCode: 'XX', fullName: 'A'.repeat(71) },
        },
      },
    ],
  ])('an outcome with a wrong %s is refused by its name', (field, change) => {
    const fault = outcomeSyntax({ ...outcome, ...change });
    expect(fault?.code).toBe('PPT_SINTASSI_EXTRAXSD');
    expect(fault?.description).toContain(`${field}: expected `);
  });
});

it('a claim outlives the call that it covers', () => {
  expect(claimMs(7_000)).toBeGreaterThan(7_000);
});
