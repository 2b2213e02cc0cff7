import { isLocalDate, parseInstant, toOffsetIso } from '../time/index.ts';
import type { MessageContext, XmlType } from './message.ts';
import type { XmlElement } from './xml.ts';

/** A value written as text. `read` and `write` give undefined for what is not such a value. */
interface TextCodec<Value> {
  readonly expected: string;
  /** White space around the text is not part of the value (XML Schema: every type but string). */
  readonly collapses: boolean;
  readonly read: (text: string) => Value | undefined;
  readonly write: (value: Value) => string | undefined;
}

/** A type of element that holds text only. */
export function simpleType<Value>(codec: TextCodec<Value>): XmlType<Value> {
  const checked = <Result>(result: Result | undefined, context: MessageContext): Result | undefined =>
    result === undefined ? context.report(codec.expected) : result;
  return {
    expected: codec.expected,
    read(element: XmlElement, context) {
      if (element.children.length > 0) return context.report(`${codec.expected}, not elements`);
      const text = codec.collapses ? element.text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '') : element.text;
      return checked(codec.read(text), context);
    },
    write: (value, context) => checked(codec.write(value), context),
  };
}

function textType<Text extends string>(expected: string, accepts: (text: string) => boolean): XmlType<Text> {
  const same = (text: string): Text | undefined => (accepts(text) ? (text as Text) : undefined);
  return simpleType<Text>({ expected, collapses: false, read: same, write: same });
}

/** Text of so many characters (Unicode characters, as XML Schema counts them). */
export function text(minimum: number, maximum: number): XmlType<string> {
  return textType(minimum === maximum ? `${minimum} characters` : `${minimum} to ${maximum} characters`, (value) => {
    const length = countCharacters(value, maximum);
    return length >= minimum && length <= maximum;
  });
}

function countCharacters(value: string, enough: number): number {
  // A character has at most two code units: clearly too long a text need not be counted.
  if (value.length > 2 * enough) return value.length;
  return value.length - (value.match(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g)?.length ?? 0);
}

/** Text without any bound of its own (xsd:string); the document's limit bounds it. */
export const anyText: XmlType<string> = textType('text', () => true);

/** Text that matches from end to end. `shape` says it in words. */
export function pattern(expression: RegExp, shape: string, maximum = Number.POSITIVE_INFINITY): XmlType<string> {
  const whole = new RegExp(`^(?:${expression.source})$`, 'u');
  return textType(shape, (value) => value.length <= maximum && whole.test(value));
}

/** One of a few words. */
export function oneOf<const Words extends readonly string[]>(...words: Words): XmlType<Words[number]> {
  return textType<Words[number]>(`one of ${words.join(', ')}`, (value) => words.includes(value));
}

/** A whole number (xsd:integer with bounds). */
export function integer(minimum: number, maximum: number): XmlType<number> {
  const within = (value: number): boolean => Number.isSafeInteger(value) && value >= minimum && value <= maximum;
  return simpleType<number>({
    expected: `a whole number from ${minimum} to ${maximum}`,
    collapses: true,
    read(value) {
      const number = /^[+-]?[0-9]{1,40}$/.test(value) ? Number(value) + 0 : Number.NaN;
      return within(number) ? number : undefined;
    },
    write: (value) => (within(value) ? String(value) : undefined),
  });
}

/** xsd:boolean: `true`, `false`, `1`, `0`. */
export const boolean: XmlType<boolean> = simpleType<boolean>({
  expected: 'true or false',
  collapses: true,
  read: (value) => (value === 'true' || value === '1' ? true : value === 'false' || value === '0' ? false : undefined),
  write: (value) => (typeof value === 'boolean' ? String(value) : undefined),
});

const zone = String.raw`(?:Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?`;
const datePattern = new RegExp(`^([0-9]{4}-[0-9]{2}-[0-9]{2})${zone}$`);
const dateTimePattern = new RegExp(`^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.][0-9]+)?${zone}$`);

/** xsd:date as `YYYY-MM-DD`; a zone is allowed on the wire and left out of the value. */
export const localDate: XmlType<string> = simpleType<string>({
  expected: 'a date, YYYY-MM-DD',
  collapses: true,
  read(value) {
    const date = datePattern.exec(value)?.[1];
    return date !== undefined && isCalendarDate(date) ? date : undefined;
  },
  write: (value) => (isCalendarDate(value) ? value : undefined),
});

// XML Schema 1.0 has no year 0.
function isCalendarDate(value: string): boolean {
  return isLocalDate(value) && !value.startsWith('0000');
}

// The years 1 to 9999, a day short of either end so that no offset leads out of them.
const firstInstant = -62_135_510_400_000;
const lastInstant = 253_402_214_400_000;

/** xsd:dateTime as epoch milliseconds; without an offset it is the time of Rome. Written with Rome's offset. */
export const instant: XmlType<number> = simpleType<number>({
  expected: 'a date and time, YYYY-MM-DDThh:mm:ss with or without an offset',
  collapses: true,
  read: (value) => (dateTimePattern.test(value) && !value.startsWith('0000') ? parseInstant(cutFraction(value)) : undefined),
  write: (value) => (Number.isSafeInteger(value) && value > firstInstant && value < lastInstant ? toOffsetIso(value) : undefined),
});

function cutFraction(value: string): string {
  return value.replace(/[.]([0-9]{3})[0-9]+/, '.$1');
}

/** xsd:base64Binary as base64 text without white space, at most so many characters of it. */
export function base64(minimum = 0, maximum = Number.POSITIVE_INFINITY): XmlType<string> {
  const whole = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$/;
  const checked = (value: string): string | undefined =>
    value.length >= minimum && value.length <= maximum && whole.test(value) ? value : undefined;
  const expected = Number.isFinite(maximum) ? `base64 of ${minimum} to ${maximum} characters` : 'base64';
  return simpleType<string>({ expected, collapses: true, read: (value) => checked(value.replace(/[ \t\r\n]/g, '')), write: checked });
}
