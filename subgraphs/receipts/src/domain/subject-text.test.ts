import { describe, expect, it } from 'vitest';
import { subjectText } from './subject-text.ts';

describe('the subject of a receipt', () => {
  const source = (description: string, ...texts: [number, string][]) => ({
    description,
    creditorName: 'Comune di Prova',
    transfers: texts.map(([amount, remittanceInformation]) => ({ amount, remittanceInformation })),
  });

  it.each([
    ['Tassa sui rifiuti', source('Tassa sui rifiuti', [1, 'x'])],
    ['Multa n. 7', source('/RFB/02000000000001101/12.34/TXT/Multa n. 7', [1, 'x'])],
    ['TARI', source('/rfb/02000000000001101', [1, 'small'], [9, '/RFS/RF18/9.00/txt/TARI'])],
    ['the larger', source('Pagamento multibeneficiario', [1, 'the smaller'], [2, 'the larger'])],
    ['text', source('pagamento BPAY', [1, 'text'])],
    ['Pagamento a Comune di Prova', source('/RFB/1', [1, '/RFB/1/0.01'])],
    ['Pagamento a Comune di Prova', source('/RFB/1/TXT/ ')],
    ['Multa n. 8', source('/TXT/Multa n. 8')],
    ['Multa n. 9', source('  Multa n. 9 ')],
    ['Pagamento a Comune di Prova', source(' /RFB/1 ')],
  ])('is “%s”', (subject, given) => {
    expect(subjectText(given)).toBe(subject);
  });
});
