import { describe, expect, it } from 'vitest';
import { optionGate, type RivalState } from './option-choice.ts';

const CREDITOR = '77777777777';
const codeFor = (...rivals: RivalState[]) => optionGate(rivals, CREDITOR)?.code;

describe('the choice of a payment option', () => {
  it('is free while nothing of the others is paid or being paid', () => {
    expect(optionGate([], CREDITOR)).toBeUndefined();
  });

  it('is over once another one is paid: the notice is unknown, as the creditor would say', () => {
    for (const paid of ['PAID', 'NOTIFIED'] as const) {
      expect(optionGate(['CLAIMED', 'PAYING', paid], CREDITOR)).toMatchObject({
        code: 'PPT_ERRORE_EMESSO_DA_PAA',
        id: CREDITOR,
        original: { code: 'PAA_PAGAMENTO_SCONOSCIUTO' },
      });
    }
  });

  it('waits for a session or an activation of another one', () => {
    expect(codeFor('CLAIMED', 'PAYING')).toBe('PPT_PAGAMENTO_IN_CORSO');
    expect(codeFor('CLAIMED')).toBe('PPT_ATTIVAZIONE_IN_CORSO');
  });
});
