import { describe, expect, it } from 'vitest';
import { createLogger } from './index.ts';

function capture(work: (log: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = [];
  work(createLogger({ service: 'test', level: 'debug', stream: { write: (line) => lines.push(line) } }));
  return lines.join('');
}

describe('logging', () => {
  it('redacts by key, at any depth, and keeps the rest', () => {
    const text = capture((log) =>
      log.info({ payment: { paymentToken: 'a'.repeat(32), debtor: { fullName: 'Mario Rossi' }, amount: 1200 } }, 'paid'),
    );
    expect(text).not.toContain('a'.repeat(32));
    expect(text).not.toContain('Mario Rossi');
    expect(JSON.parse(text)).toMatchObject({ service: 'test', level: 'info', msg: 'paid', payment: { amount: 1200 } });
  });

  it.each([
    ['a tax code in a message', 'no debtor RSSMRA80A01H501U here'],
    ['a tax code with omocodia letters', 'no debtor RSSMRA8LA01H5L1U here'],
    ['an IBAN', 'credited IT60X0542811101000000123456'],
    ['a bearer token', 'sent Bearer abcdefghijklmnop'],
  ])('redacts %s', (_what, message) => {
    const text = capture((log) => log.warn(message));
    expect(text).not.toMatch(/RSSMRA|IT60X|abcdefghijklmnop/);
    expect(text).toContain('[redacted]');
  });

  it('redacts inside errors and their causes, and in children', () => {
    const text = capture((log) => {
      const error = new Error('failed for RSSMRA80A01H501U', { cause: new Error('IT60X0542811101000000123456') });
      log.child({ fiscalCode: 'RSSMRA80A01H501U' }).error({ err: error }, 'broke');
    });
    expect(text).not.toMatch(/RSSMRA80A01H501U|IT60X0542811101000000123456/);
    expect(text).toContain('broke');
  });

  it('keeps the codes of public bodies, which are public', () => {
    expect(capture((log) => log.info({ creditor: '77777777777' }, 'creditor 77777777777'))).toContain('creditor 77777777777');
  });
});
