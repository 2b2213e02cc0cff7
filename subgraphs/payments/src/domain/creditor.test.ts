import { Fault } from '@nodo-aperto/kernel/faults';
import { euroCents } from '@nodo-aperto/kernel/money';
import type { CallFailure, FailureKind } from '@nodo-aperto/kernel/soap';
import { describe, expect, it } from 'vitest';
import { type Beneficiary, beneficiariesOf, checkPaymentData, type PaymentData, refusalOf, verifiedOption } from './creditor-answer.ts';
import { faultOfFailure, isMonitoredFault, isStationFault } from './creditor-fault.ts';

const CREDITOR = '66666666666';
const OTHER = '77777777777';
const IBAN = 'IT60X0542811101000000123456';
const OTHER_IBAN = 'IT30N0103076271000001823603';

describe('how a failed call counts (§2.3, §3.1)', () => {
  it.each<[FailureKind, string, boolean]>([
    ['REFUSED', 'PPT_STAZIONE_INT_PA_IRRAGGIUNGIBILE', true],
    ['RESET', 'PPT_STAZIONE_INT_PA_IRRAGGIUNGIBILE', true],
    ['TIMEOUT', 'PPT_STAZIONE_INT_PA_TIMEOUT', true],
    ['SERVICE_NOT_ACTIVE', 'PPT_STAZIONE_INT_PA_SERVIZIO_NON_ATTIVO', true],
    ['HTTP_ERROR', 'PPT_STAZIONE_INT_PA_ERRORE_RESPONSE', false],
    ['MALFORMED', 'PPT_STAZIONE_INT_PA_ERRORE_RESPONSE', false],
  ])('%s → %s, monitored: %s', (kind, code, monitored) => {
    const failure: CallFailure = { kind, evidence: { phase: 'ANSWER', detail: 'why', elapsedMs: 1, attempts: 1 } };
    const fault = faultOfFailure(failure);
    expect({ code: fault.code, description: fault.description }).toEqual({ code, description: 'why' });
    expect(isMonitoredFault(fault.code)).toBe(monitored);
    expect(isStationFault(fault.code)).toBe(true);
  });

  it('what the creditor or the configuration says is no fault of the station', () => {
    for (const code of ['PPT_ERRORE_EMESSO_DA_PAA', 'PPT_IBAN_NON_CENSITO', 'PPT_STAZIONE_INT_PA_SCONOSCIUTA'] as const) {
      expect(isMonitoredFault(code)).toBe(false);
      expect(isStationFault(code)).toBe(false);
    }
  });
});

describe('a creditor’s refusal', () => {
  it('is passed on under the creditor’s own id', () => {
    const fault = refusalOf(
      { outcome: 'KO', fault: { faultCode: 'PAA_PAGAMENTO_SCADUTO', faultString: 'scaduto', description: 'il 31/12' } },
      CREDITOR,
    );
    expect(fault).toMatchObject({
      code: 'PPT_ERRORE_EMESSO_DA_PAA',
      id: CREDITOR,
      original: { code: 'PAA_PAGAMENTO_SCADUTO', string: 'scaduto', description: 'il 31/12' },
    });
    const bare = refusalOf({ outcome: 'KO', fault: { faultCode: 'PAA_SEMANTICA', faultString: 'semantica' } }, CREDITOR);
    expect(bare?.original).toEqual({ code: 'PAA_SEMANTICA', string: 'semantica' });
  });

  it('without a fault is a wrong answer, and an OK is none', () => {
    expect(refusalOf({ outcome: 'KO' }, CREDITOR)?.code).toBe('PPT_STAZIONE_INT_PA_ERRORE_RESPONSE');
    expect(refusalOf({ outcome: 'OK' }, CREDITOR)).toBeUndefined();
  });
});

describe('a creditor’s answer (§2.2)', () => {
  const transfer = (
    idTransfer: number,
    cents: number,
    fiscalCodePA = CREDITOR,
    iban: string | undefined = IBAN,
  ): PaymentData['transferList'][number] => ({
    idTransfer,
    transferAmount: euroCents(cents),
    fiscalCodePA,
    IBAN: iban,
    remittanceInformation: 'TARI',
    transferCategory: '0101101IM',
  });
  const dataOf = (...transferList: PaymentData['transferList']): PaymentData => ({
    creditorReferenceId: '02000000000000001',
    paymentAmount: euroCents(transferList.reduce((sum, each) => sum + each.transferAmount, 0)),
    dueDate: '2026-12-31',
    description: 'TARI',
    companyName: 'Comune di Prova',
    debtor: {
      uniqueIdentifier: { entityUniqueIdentifierType: 'F', entityUniqueIdentifierValue: 'RSSMRA80A01H501U' },
      fullName: 'Mario Rossi',
    },
    transferList,
  });
  const known = new Map<string, Beneficiary>([
    [CREDITOR, { enabled: true, ibans: new Set([IBAN]) }],
    [OTHER, { enabled: true, ibans: new Set([OTHER_IBAN]) }],
  ]);
  const codeOf = (data: PaymentData | undefined, beneficiaries: ReadonlyMap<string, Beneficiary> = known): string | undefined => {
    const result = checkPaymentData(data, beneficiaries);
    return 'fault' in result ? result.fault.code : undefined;
  };

  it('is taken when everything in it is right', () => {
    const data = dataOf(transfer(1, 5_000), transfer(2, 7_345, OTHER, OTHER_IBAN.toLowerCase()));
    expect(codeOf(data)).toBeUndefined();
    expect(checkPaymentData(data, known)).toEqual({ data });
    expect(beneficiariesOf(dataOf(transfer(1, 1), transfer(2, 1), transfer(3, 1, OTHER)))).toEqual([CREDITOR, OTHER]);
  });

  it('may hold five transfers, the most there can be', () => {
    expect(codeOf(dataOf(...[1, 2, 3, 4, 5].map((id) => transfer(id, 1))))).toBeUndefined();
  });

  it('may hold a stamp instead of an IBAN', () => {
    const stamp = {
      ...transfer(2, 1_600),
      IBAN: undefined,
      richiestaMarcaDaBollo: { hashDocumento: 'AAAA', tipoBollo: '01' as const, provinciaResidenza: 'RM' },
    };
    expect(codeOf(dataOf(transfer(1, 1), stamp))).toBeUndefined();
  });

  it.each<[string, PaymentData | undefined, string]>([
    ['nothing', undefined, 'PPT_STAZIONE_INT_PA_ERRORE_RESPONSE'],
    ['no transfers', dataOf(), 'PPT_STAZIONE_INT_PA_ERRORE_RESPONSE'],
    ['six transfers', dataOf(...[1, 2, 3, 4, 5, 6].map((id) => transfer(id, 1))), 'PPT_STAZIONE_INT_PA_ERRORE_RESPONSE'],
    ['a repeated idTransfer', dataOf(transfer(1, 1), transfer(1, 1)), 'PPT_STAZIONE_INT_PA_ERRORE_RESPONSE'],
    ['a wrong sum', { ...dataOf(transfer(1, 100)), paymentAmount: euroCents(101) }, 'PPT_STAZIONE_INT_PA_ERRORE_RESPONSE'],
    ['an unknown beneficiary', dataOf(transfer(1, 1, '99999999999')), 'PPT_STAZIONE_INT_PA_ERRORE_RESPONSE'],
    ['an IBAN that is none', dataOf(transfer(1, 1, CREDITOR, 'not an iban')), 'PPT_STAZIONE_INT_PA_ERRORE_RESPONSE'],
    ['an unregistered IBAN', dataOf(transfer(1, 1, CREDITOR, 'IT45R0760103200000000001016')), 'PPT_IBAN_NON_CENSITO'],
    ['the IBAN of another creditor', dataOf(transfer(1, 1, OTHER, IBAN)), 'PPT_IBAN_NON_CENSITO'],
  ])('with %s is refused', (_name, data, code) => {
    expect(codeOf(data)).toBe(code);
  });

  it('that pays a disabled creditor is refused', () => {
    const disabled = new Map([...known, [OTHER, { enabled: false, ibans: new Set([OTHER_IBAN]) }] as const]);
    expect(codeOf(dataOf(transfer(1, 1), transfer(2, 1, OTHER, OTHER_IBAN)), disabled)).toBe('PPT_STAZIONE_INT_PA_ERRORE_RESPONSE');
  });

  it('to a verification holds exactly one amount', () => {
    const option = { amount: euroCents(12_345), options: 'EQ' as const, allCCP: false };
    expect(verifiedOption({ paymentList: [option] })).toEqual({ option });
    const missing = verifiedOption({});
    expect('fault' in missing && missing.fault).toBeInstanceOf(Fault);
    expect('fault' in missing && missing.fault.code).toBe('PPT_STAZIONE_INT_PA_ERRORE_RESPONSE');
  });
});
