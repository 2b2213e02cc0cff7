import { hasValidCheckDigits, type NoticeNumber, parseNoticeNumber } from '@nodo-aperto/kernel/identifiers';
import { seededStreams } from '@nodo-aperto/kernel/random';
import { describe, expect, it } from 'vitest';
import { type CreditorAccount, defaultCreditorIban } from './creditor-iban.ts';
import { generateNoticeNumber, type NoticeRoute } from './generate-notice-number.ts';
import { noticeNumberWarnings } from './notice-number-warnings.ts';

const numberOf = (text: string): NoticeNumber => {
  const parsed = parseNoticeNumber(text);
  if (!parsed.ok) throw new Error(parsed.expected);
  return parsed.value;
};

describe('generateNoticeNumber', () => {
  const generate = (...routes: NoticeRoute[]) => {
    const result = generateNoticeNumber(routes, seededStreams(1).stream('numbers'));
    return result.ok ? result.value : undefined;
  };

  it('makes numbers of the creditor’s routes, aux digit 3 before 0 before 2, with right check digits', () => {
    const three = { auxDigit: 3, segregationCode: '47' };
    const zero = { auxDigit: 0, applicationCode: '01' };
    const two = { auxDigit: 2 };
    expect(generate(two, zero, three)).toMatch(/^347\d{15}$/);
    expect(generate(two, zero)).toMatch(/^001\d{15}$/);
    expect(generate(two)).toMatch(/^2\d{17}$/);
    for (const route of [three, zero, two]) expect(hasValidCheckDigits(numberOf(generate(route) ?? ''))).toBe(true);
  });

  it('refuses a creditor whose notices come from others or reach no station', () => {
    expect(generateNoticeNumber([{ auxDigit: 1 }], seededStreams(1).stream('numbers'))).toMatchObject({
      ok: false,
      refusal: { kind: 'UNPROCESSABLE' },
    });
  });
});

describe('noticeNumberWarnings', () => {
  it('is silent about a right number', () => {
    expect(noticeNumberWarnings(numberOf('347123456789012389'), '47123456789012389')).toEqual([]);
    expect(noticeNumberWarnings(numberOf('001123456789012313'), '123456789012313')).toEqual([]);
  });

  it('names wrong check digits and an IUV that does not belong', () => {
    expect(noticeNumberWarnings(numberOf('311111111112222222'), '11111111112222222')).toMatchObject([{ path: 'noticeNumber' }]);
    expect(noticeNumberWarnings(numberOf('347123456789012389'), 'X')).toMatchObject([{ path: 'iuv', expected: '47123456789012389' }]);
  });
});

describe('defaultCreditorIban', () => {
  it('is the flagged account, else the one changed last, else the first', () => {
    const accounts: CreditorAccount[] = [
      { iban: 'A', changedAt: 1 },
      { iban: 'B', changedAt: 3 },
      { iban: 'C', changedAt: 2 },
      { iban: 'D', labels: ['CUP'] },
    ];
    expect(defaultCreditorIban(accounts)).toBe('B');
    expect(defaultCreditorIban([...accounts, { iban: 'E', labels: ['CUP', 'ACA'] }])).toBe('E');
    expect(defaultCreditorIban([{ iban: 'A' }, { iban: 'B' }])).toBe('A');
    expect(defaultCreditorIban([])).toBe(undefined);
  });
});
