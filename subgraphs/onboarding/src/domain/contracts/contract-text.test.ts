import { describe, expect, it } from 'vitest';
import type { InstitutionData, RequestContent } from '../onboarding/request.ts';
import { articlesOf } from './contract-text.ts';

const institution: InstitutionData = {
  type: 'PA',
  origin: 'IPA',
  fiscalCode: '80000000010',
  name: 'Comune di Prova',
  digitalAddress: 'protocollo@pec.example.it',
  address: 'Piazza 1',
  aggregator: false,
  direct: true,
};
const psp = {
  vatNumberGroup: false,
  providerNames: ['Banca Uno', 'Banca Due'],
  contractType: 'STANDARD',
  contractId: 'C-7',
  businessRegisterNumber: 'RM-1',
  legalRegisterName: 'Albo',
  legalRegisterNumber: '9',
};
const person = { fiscalCode: 'RSSMRA80A01H501U', name: 'Mario', familyName: 'Rossi', email: 'mario@example.it' };
const textOf = (changes: Partial<InstitutionData> = {}, users: RequestContent['users'] = [{ ...person, role: 'MANAGER' }]): string =>
  articlesOf({ institution: { ...institution, ...changes }, users }, 'CODE')
    .flatMap(({ title, paragraphs }) => [title, ...paragraphs])
    .join('\n');

describe('the text of a contract', () => {
  it('says who takes part, as what, how and under which code', () => {
    const text = textOf();
    for (const part of ['Comune di Prova', '80000000010', 'in qualità di ente creditore (PA)', 'collegamento diretto', 'codice CODE'])
      expect(text).toContain(part);
    expect(textOf({ direct: false })).toContain('tramite un intermediario');
    expect(textOf({ type: 'PT' })).toContain('partner tecnologico');
    // Types that take no part have no request; the text would call them creditors.
    expect(textOf({ type: 'AS' })).toContain('ente creditore (AS)');
    expect(text).not.toContain('Dati del prestatore');
  });

  it('holds the data of a PSP', () => {
    expect(textOf({ type: 'PSP', psp })).toContain('Banca Uno, Banca Due; codice ABI non assegnato; contratto STANDARD n. C-7');
    expect(textOf({ type: 'PSP', psp: { ...psp, abiCode: '03999' } })).toContain('codice ABI 03999');
  });

  it('names its people', () => {
    const text = textOf({}, [
      { ...person, role: 'MANAGER' },
      { ...person, role: 'DELEGATE' },
    ]);
    expect(text).toContain('Legale rappresentante: Mario Rossi, codice fiscale RSSMRA80A01H501U, mario@example.it.');
    expect(text).toContain('Delegato: Mario Rossi');
  });
});
