/** How columns become JavaScript values in raw queries (entities have MikroORM's own mapping). */
import { type CustomTypesConfig, types } from 'pg';

const INT8 = 20;
const DATE = 1082;
// Widened, because pg's types do not list the oids of arrays.
const TEXT_ARRAY: number = 1009;
const INT8_ARRAY = 1016;
const DATE_ARRAY = 1182;

function int8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value))
    throw new RangeError(`The database returned ${text}, beyond the whole numbers JavaScript holds exactly; cast the column to text.`);
  return value;
}

const parseTextArray = types.getTypeParser(TEXT_ARRAY, 'text') as (text: string) => (string | null)[];

const parsers = new Map<number, (text: string) => unknown>([
  [INT8, int8],
  [DATE, (text) => text],
  [INT8_ARRAY, (text) => parseTextArray(text).map((item) => (item === null ? null : int8(item)))],
  [DATE_ARRAY, parseTextArray],
]);

/**
 * bigint → number (an error past 2^53), date → 'YYYY-MM-DD', timestamptz → Date, numeric → text, json and jsonb → parsed, bytea → Buffer.
 */
export const valueTypes: CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    const own = format === 'binary' ? undefined : parsers.get(oid);
    return own ?? types.getTypeParser(oid, format as 'text');
  }) as CustomTypesConfig['getTypeParser'],
};
