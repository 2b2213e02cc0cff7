import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  Fault,
  FAULT_CODES,
  faultBeanOf,
  faultCodeEntry,
  faultOfCreditor,
  isFaultCode,
  looksLikeFaultCode,
  NODE_FAULT_ID,
  parseFaultCode,
  wireCodeOf,
} from './index.ts';
import type { FaultCode } from './index.ts';

const codes = Object.keys(FAULT_CODES).filter(isFaultCode);
const contracts = resolve(process.env['CONTRACTS_DIR'] ?? '../shared/contracts');

describe('the fault codes', () => {
  it('have the family their name begins with, one sentence, and a status where the family is REST', () => {
    for (const code of codes) {
      const entry = faultCodeEntry(code);
      expect(code.startsWith(`${entry.family}_`), code).toBe(true);
      expect(entry.faultString, code).toMatch(/^[A-Z][^.]*\S.*[.)]$/);
      expect(entry.httpStatus !== undefined, code).toBe(entry.family === 'ODP' || entry.family === 'FDR');
      expect(code, 'a GraphQL enum must be able to carry it').toMatch(/^[A-Z][A-Z0-9_]*$/);
    }
  });

  it.each([
    // Domain facts, Payments §2.3
    ...['PSP', 'INTERMEDIARIO_PSP', 'CANALE', 'DOMINIO', 'INTERMEDIARIO_PA'].flatMap((party) => [
      `PPT_${party}_SCONOSCIUTO`,
      `PPT_${party}_DISABILITATO`,
    ]),
    ...['SCONOSCIUTA', 'DISABILITATA', 'IRRAGGIUNGIBILE', 'SERVIZIO_NON_ATTIVO', 'TIMEOUT', 'ERRORE_RESPONSE'].map(
      (end) => `PPT_STAZIONE_INT_PA_${end}`,
    ),
    ...['SCONOSCIUTO', 'DUPLICATO', 'IN_CORSO', 'SCADUTO', 'ANNULLATO'].map((state) => `PAA_PAGAMENTO_${state}`),
    ...['SCONOSCIUTO', 'SCADUTO', 'SCADUTO_KO'].map((end) => `PPT_TOKEN_${end}`),
    'PPT_ESITO_GIA_ACQUISITO',
    'PPT_ERRORE_IDEMPOTENZA',
    'PPT_ATTIVAZIONE_IN_CORSO',
    'PPT_SUPERAMENTOSOGLIA',
    'PAA_RECEIPT_DUPLICATA',
    'PAA_ID_INTERMEDIARIO_ERRATO',
  ])('know %s', (name) => {
    expect(parseFaultCode(name)).toBe(name);
  });

  it.each<[FaultCode, string, number]>([
    ['ODP_001', 'ODP-001', 400],
    ['ODP_002', 'ODP-002', 404],
    ['ODP_011', 'ODP-011', 503],
    ['ODP_013', 'ODP-013', 500],
    ['ODP_023', 'ODP-023', 502],
    ['FDR_3001', 'FDR-3001', 404],
    ['FDR_3011', 'FDR-3011', 400],
    ['FDR_0500', 'FDR-0500', 500],
  ])('%s is %s on the wire, with HTTP %d', (code, wire, status) => {
    expect([wireCodeOf(code), parseFaultCode(wire), faultCodeEntry(code).httpStatus]).toEqual([wire, code, status]);
  });

  it('are read in every spelling the field uses and in no other', () => {
    expect(parseFaultCode('PPT_STAZIONE_INT_PA_SERVIZIO_NONATTIVO')).toBe('PPT_STAZIONE_INT_PA_SERVIZIO_NON_ATTIVO');
    for (const name of ['', 'ODP-014', 'PPT_NIENTE', 'PPT-SEMANTICA', 'constructor', 'ppt_semantica']) {
      expect(parseFaultCode(name), name).toBeUndefined();
    }
    expect(['PAA_ALTRO_ERRORE', 'ODP-999'].map(looksLikeFaultCode)).toEqual([true, true]);
    expect(['non trovato', '<x>', 'A', 'A'.repeat(61)].map(looksLikeFaultCode)).toEqual([false, false, false, false]);
  });

  it.skipIf(!existsSync(contracts))('include every code of the reporting and payment options contracts, with its status', () => {
    const read = (name: string): string => readFileSync(resolve(contracts, 'openapi', name), 'utf8');
    const reporting = new Map(
      [...read('fdr_psp.json').matchAll(/\*\*(FDR-\d{4})\*\* \| \*((?:[A-Z_]|<br>)+)\*/g)].map((row) => [row[1], row[2]]),
    );
    const options = [...read('orgs_payment_options.json').matchAll(/\*\*(ODP-\d{3})\*\* \| \*(\d{3}) [^|]*\| (PAA_[A-Z_]+)/g)];
    expect(reporting.size).toBeGreaterThan(20);
    expect(options).toHaveLength(11);
    for (const [wire = '', symbol = ''] of reporting) {
      const code = parseFaultCode(wire);
      expect(code && faultCodeEntry(code).symbol, wire).toBe(symbol.replace('<br>', ''));
    }
    for (const [, wire = '', status, creditorCode] of options) {
      const code = parseFaultCode(wire);
      expect(code && [faultCodeEntry(code).httpStatus, faultCodeEntry(code).symbol], wire).toEqual([Number(status), creditorCode]);
    }
  });
});

describe('a fault', () => {
  it('comes from the node unless told otherwise and reads well in a log', () => {
    const fault = new Fault('PPT_PAGAMENTO_IN_CORSO');
    expect([fault.id, fault.description, fault.original]).toEqual([NODE_FAULT_ID, undefined, undefined]);
    expect(fault.message).toBe(`PPT_PAGAMENTO_IN_CORSO: ${FAULT_CODES.PPT_PAGAMENTO_IN_CORSO.faultString}`);
    expect(new Fault('ODP_016', { description: 'avviso che inizia con 0' }).message).toBe('ODP-016: avviso che inizia con 0');
  });

  it('of a creditor carries its fiscal code, and the original one only in the extended bean', () => {
    const original = { code: 'PAA_PAGAMENTO_SCADUTO', string: 'Pagamento scaduto', description: 'scaduto il 31/12' };
    const fault = faultOfCreditor('77777777777', original);
    const plain = {
      faultCode: 'PPT_ERRORE_EMESSO_DA_PAA',
      faultString: FAULT_CODES.PPT_ERRORE_EMESSO_DA_PAA.faultString,
      id: '77777777777',
      description: 'scaduto il 31/12',
    };
    expect(faultBeanOf(fault, { extended: false })).toStrictEqual(plain);
    expect(faultBeanOf(fault, { extended: true })).toStrictEqual({
      ...plain,
      originalFaultCode: 'PAA_PAGAMENTO_SCADUTO',
      originalFaultString: 'Pagamento scaduto',
      originalDescription: 'scaduto il 31/12',
    });
    expect(faultBeanOf(faultOfCreditor('77777777777', { code: 'PAA_X' }), { extended: true })).toStrictEqual({
      faultCode: plain.faultCode,
      faultString: plain.faultString,
      id: plain.id,
      originalFaultCode: 'PAA_X',
    });
  });
});
