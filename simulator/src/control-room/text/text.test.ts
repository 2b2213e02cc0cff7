import { describe, expect, it } from 'vitest';
import { en } from './en.ts';
import { initialLanguage, LANGUAGES, speechOf } from './index.ts';
import { it as italian } from './it.ts';

const gaps = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).toSorted();

describe('the phrases', () => {
  it('are the same in every language, none of them empty', () => {
    expect(Object.keys(italian).toSorted()).toEqual(Object.keys(en).toSorted());
    for (const texts of Object.values(LANGUAGES)) for (const text of Object.values(texts)) expect(text.trim()).not.toBe('');
  });

  it('have the same gaps in every language', () => {
    const phrases = Object.keys(en) as (keyof typeof en)[];
    expect(phrases.filter((phrase) => gaps(italian[phrase]).join(' ') !== gaps(en[phrase]).join(' '))).toEqual([]);
  });
});

describe('the language to begin with', () => {
  it.each([
    ['en', ['it-IT'], 'en'],
    [null, ['it-IT', 'en'], 'it'],
    [null, ['de-DE', 'it'], 'it'],
    [null, ['de-DE'], 'en'],
    ['fr', ['it'], 'it'],
  ] as const)('chosen before %s, preferred %j: %s', (chosen, preferred, expected) => {
    expect(initialLanguage(chosen, preferred)).toBe(expected);
  });
});

describe('speech', () => {
  it('fills gaps and leaves what it has no word for', () => {
    expect(speechOf('en').say('outageUntil', { time: '10:00:00' })).toBe('until 10:00:00');
    expect(speechOf('it').say('outageUntil')).toBe('fino alle {time}');
  });

  it('knows names put together, and shows codes that it does not know', () => {
    expect(speechOf('it').sayOf('fault', 'OFF')).toBe('Spenta');
    expect(speechOf('it').sayOf('fault', 'MELTED')).toBe('MELTED');
  });

  it('writes money and times as the language does, times in Italian time', () => {
    expect(speechOf('it').money(123_456).replaceAll(/\s/g, ' ')).toBe('1234,56 €');
    expect(speechOf('en').money(123_456)).toBe('€1,234.56');
    expect(speechOf('en').time(1_795_443_652_000)).toBe('15:20:52');
    expect(speechOf('en').time(Number.NaN)).toBe('–');
  });
});
