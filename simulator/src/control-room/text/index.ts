/** The page's languages: which one, and phrases filled in. */
import { en, type Phrase, type Texts } from './en.ts';
import { it } from './it.ts';

export type { Phrase };
export const LANGUAGES = { it, en } as const satisfies Record<string, Texts>;
export type Language = keyof typeof LANGUAGES;

export interface Speech {
  readonly language: Language;
  /** A phrase with its gaps filled. */
  say(phrase: Phrase, gaps?: Readonly<Record<string, string | number>>): string;
  /** A phrase whose name is put together; the last part itself when there is none. */
  sayOf(prefix: string, code: string): string;
  number(value: number, digits?: number): string;
  /** Euro cents as money. */
  money(cents: number): string;
  /** Time of day. */
  time(instant: number): string;
}

/** The language to begin with: the one chosen before, else the first of the browser's that there is, else English. */
export function initialLanguage(chosen: string | null, preferred: readonly string[]): Language {
  const known = (tag: string): Language | undefined =>
    (Object.keys(LANGUAGES) as Language[]).find((each) => tag.toLowerCase().split('-')[0] === each);
  return known(chosen ?? '') ?? preferred.map(known).find((each) => each !== undefined) ?? 'en';
}

export function speechOf(language: Language): Speech {
  const texts: Texts = LANGUAGES[language];
  const locale = language === 'it' ? 'it-IT' : 'en-GB';
  const euro = new Intl.NumberFormat(locale, { style: 'currency', currency: 'EUR' });
  const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit', timeZone: 'Europe/Rome' });
  const say: Speech['say'] = (phrase, gaps = {}) =>
    texts[phrase].replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(gaps[name] ?? whole));
  return {
    language,
    say,
    sayOf: (prefix, code) => (`${prefix}${code}` in texts ? say(`${prefix}${code}` as Phrase) : code),
    number: (value, digits = 0) =>
      new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value),
    money: (cents) => euro.format(cents / 100),
    time: (instant) => (Number.isFinite(instant) ? clock.format(instant) : '–'),
  };
}
