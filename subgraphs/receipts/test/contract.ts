/** Checks answers against the official OpenAPI files, which are not part of the project: CONTRACTS_DIR, by default beside it. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const FILE = resolve(ROOT, process.env['CONTRACTS_DIR'] ?? '../shared/contracts', 'openapi/biz_events.json');

export const hasContract = existsSync(FILE);

interface Schema {
  $ref?: string;
  type?: string;
  enum?: unknown[];
  required?: string[];
  properties?: Record<string, Schema>;
  items?: Schema;
}

/** What is wrong with a value, as a named schema of the contract has it; empty when nothing is. Unknown fields count as wrong. */
export function faultsOf(name: string, value: unknown): string[] {
  const document = JSON.parse(readFileSync(FILE, 'utf8')) as { components: { schemas: Record<string, Schema> } };
  const { schemas } = document.components;
  const check = (schema: Schema, at: string, each: unknown): string[] => {
    if (schema.$ref) return check(schemas[schema.$ref.split('/').at(-1)!]!, at, each);
    if (schema.enum && !schema.enum.includes(each)) return [`${at} is not one of ${schema.enum.join(', ')}`];
    if (schema.type === 'array') {
      return Array.isArray(each) ? each.flatMap((item, index) => check(schema.items!, `${at}[${index}]`, item)) : [`${at} is no array`];
    }
    if (schema.type !== 'object')
      return typeof each === (schema.type === 'integer' ? 'number' : schema.type) ? [] : [`${at} is no ${schema.type}`];
    if (typeof each !== 'object' || each === null) return [`${at} is no object`];
    const missing = (schema.required ?? []).filter((key) => !(key in each)).map((key) => `${at}.${key} is missing`);
    const present = Object.entries(each).flatMap(([key, item]) => {
      const property = schema.properties?.[key];
      return property ? check(property, `${at}.${key}`, item) : [`${at}.${key} is unknown`];
    });
    return [...missing, ...present];
  };
  return check(schemas[name]!, name, value);
}
