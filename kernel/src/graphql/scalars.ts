/** Scalars of the graph: every one validates what comes in and says what was expected. */
import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import type { Parsed } from '../faults/index.ts';
import { parseEntityIdentifier, parseIban, parseIuv, parseNoticeNumber } from '../identifiers/index.ts';
import { type EuroCents, parseEuroCents } from '../money/index.ts';
import { isLocalDate, parseInstant, toIso } from '../time/index.ts';

function invalid(name: string, expected: string, shown: unknown): GraphQLError {
  const text =
    typeof shown === 'string'
      ? JSON.stringify(shown.slice(0, 64))
      : typeof shown === 'number'
        ? String(shown)
        : `a value of type ${typeof shown}`;
  return new GraphQLError(`${text} is not a valid ${name}: expected ${expected}.`, { extensions: { code: 'BAD_USER_INPUT' } });
}

/** A scalar that is a string on the wire. */
function textScalar(name: string, description: string, parse: (value: string) => Parsed<string>): GraphQLScalarType<string, string> {
  const read = (value: unknown): string => {
    const result = typeof value === 'string' ? parse(value) : ({ ok: false, expected: 'a string' } as const);
    if (!result.ok) throw invalid(name, result.expected, value);
    return result.value;
  };
  return new GraphQLScalarType<string, string>({
    name,
    description,
    serialize: (value) => String(value),
    parseValue: read,
    parseLiteral: (node: ValueNode) => read(node.kind === Kind.STRING ? node.value : undefined),
  });
}

export const EuroCentsScalar = new GraphQLScalarType<EuroCents, number>({
  name: 'EuroCents',
  description: 'An amount of money in integer euro cents, from 0 to 99999999999 (999,999,999.99 €). It does not fit in Int.',
  serialize: (value) => readCents(value),
  parseValue: (value) => readCents(value),
  parseLiteral: (node) => readCents(node.kind === Kind.INT ? Number(node.value) : undefined),
});

function readCents(value: unknown): EuroCents {
  const result = parseEuroCents(value);
  if (!result.ok) throw invalid('EuroCents', result.expected, value);
  return result.value;
}

export const FiscalCodeScalar = textScalar(
  'FiscalCode',
  'A tax code: 11 digits for an organization, 16 letters and digits for a person. Checked by shape, as at the edges.',
  (value) => parseEntityIdentifier(value),
);
export const NoticeNumberScalar = textScalar(
  'NoticeNumber',
  'The number printed on a payment notice (numero avviso): 18 digits.',
  (value) => parseNoticeNumber(value),
);
export const IuvScalar = textScalar(
  'Iuv',
  'The creditor’s reference of a payment (identificativo univoco di versamento): 1 to 35 characters.',
  (value) => parseIuv(value),
);
export const IbanScalar = textScalar('Iban', 'An IBAN, without spaces.', (value) => parseIban(value));
export const DateScalar = textScalar('Date', 'A calendar day, YYYY-MM-DD.', (value) =>
  isLocalDate(value) ? { ok: true, value } : { ok: false, expected: 'a calendar day such as 2026-03-31' },
);

export const DateTimeScalar = new GraphQLScalarType<number, string>({
  name: 'DateTime',
  description: 'An instant in ISO 8601, answered in UTC with milliseconds. Read with or without an offset; without one it is Italian time.',
  serialize: (value) => toIso(typeof value === 'number' ? value : (value as { getTime(): number }).getTime()),
  parseValue: readInstant,
  parseLiteral: (node) => readInstant(node.kind === Kind.STRING ? node.value : undefined),
});

function readInstant(value: unknown): number {
  const instant = typeof value === 'string' && value.length <= 40 ? parseInstant(value) : undefined;
  if (instant === undefined) throw invalid('DateTime', 'an instant such as 2026-03-31T10:15:00+02:00', value);
  return instant;
}

/** A whole number that does not fit in 32 bits, as a decimal string. */
export const LongScalar = new GraphQLScalarType<bigint | number, string>({
  name: 'Long',
  description: 'A whole number of up to 64 bits, written as a decimal string.',
  serialize: (value) => String(value),
  parseValue: readLong,
  parseLiteral: (node) => readLong(node.kind === Kind.STRING || node.kind === Kind.INT ? node.value : undefined),
});

function readLong(value: unknown): bigint {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  if (typeof text !== 'string' || !/^-?\d{1,18}$/.test(text)) throw invalid('Long', 'a whole number of at most 18 digits', value);
  return BigInt(text);
}
