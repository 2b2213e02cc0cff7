/** Invented notices, one for each template: what the examples of the templates show. */
import type { PrintCreditor, PrintItem, PrintPart } from '../domain/printing/print-item.ts';
import { type Template, TEMPLATES } from '../domain/printing/templates.ts';

export const SAMPLE_CREDITOR: PrintCreditor = {
  fiscalCode: '77777777777',
  name: 'Comune di Prova',
  office: 'Ufficio Tributi',
  info: 'Tel. 000 123456, lun–ven 9–12',
  website: 'pagamenti.comune.example',
  cbill: 'AAAAA',
  postal: { account: '000000123456', holder: 'Comune di Prova', authorization: 'AUT. DB/XXXX/XXX 00000 DEL 01/01/2026' },
};

const code = (number: number): string => `3471234567890${String(number).padStart(5, '0')}`;
const instalment = (number: number): PrintPart => ({
  code: code(number),
  amount: 12_550,
  dueDate: `2027-${String(number).padStart(2, '0')}-28`,
});

/** @param instalments of a plan; 4 when absent */
export function sampleItem({ id: templateId, kind }: Template, instalments = 4): PrintItem {
  const debtor = {
    fullName: 'Mario Rossi',
    taxCode: 'RSSMRA80A01H501U',
    address: 'Via Garibaldi',
    buildingNumber: '12/B',
    city: 'Prova',
    postalCode: '00100',
    province: 'RM',
  };
  const item = { templateId, creditorFiscalCode: SAMPLE_CREDITOR.fiscalCode, debtor };
  const subject = kind === 'INFRACTION' ? 'Verbale n. 1234/2026 del 10 gennaio 2026' : 'TARI: tassa sui rifiuti, anno 2026';
  if (kind === 'INFRACTION') {
    const [discounted, reduced] = [
      { code: code(1), amount: 2_940, dueDate: '2026-12-05' },
      { code: code(2), amount: 4_200, dueDate: '2027-01-29' },
    ];
    return { ...item, notice: { subject, discounted, reduced } };
  }
  if (kind === 'SINGLE') return { ...item, notice: { subject, code: code(0), paymentAmount: 150_000, dueDate: '2026-12-31' } };
  const parts = Array.from({ length: instalments }, (_, index) => instalment(index + 1));
  return { ...item, notice: { subject, code: code(0), paymentAmount: 12_550 * instalments, dueDate: '2027-01-28', installments: parts } };
}

export { TEMPLATES };
