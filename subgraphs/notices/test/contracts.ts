/** Checks answers against the official OpenAPI files, which are not part of the project: CONTRACTS_DIR, by default beside it. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { resolve } from 'node:path';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const FOLDER = resolve(ROOT, process.env['CONTRACTS_DIR'] ?? '../shared/contracts');

/** Whether the files are there; without them the checks are skipped. */
export const hasContracts = existsSync(resolve(FOLDER, 'openapi'));

interface Contract {
  /** What is wrong with an answer, as the contract has it; empty when nothing is. */
  faultsOf(method: string, path: string, status: number, body: unknown): string[];
  /** What is wrong with a request body. */
  requestFaultsOf(method: string, path: string, body: unknown): string[];
}

type Json = Record<string, unknown>;

/** @param file e.g. "paCreatePosition.json" */
export function contract(file: string): Contract {
  const document = withJsonSchema(JSON.parse(readFileSync(resolve(FOLDER, 'openapi', file), 'utf8'))) as Json;
  const ajv = new Ajv({ strict: false, allErrors: true });
  // Formats of OpenAPI and of the files' own that say nothing about the value's shape.
  for (const name of ['int32', 'int64', 'local-date-time']) ajv.addFormat(name, true);
  (formats as unknown as { default: (to: Ajv) => void }).default(ajv);
  ajv.addSchema(document, 'contract');
  const check = (pointer: string, value: unknown): string[] => {
    const validate = ajv.getSchema(`contract#${pointer}`);
    if (!validate) return [`the contract has nothing at ${pointer}`];
    void validate(JSON.parse(JSON.stringify(value)));
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  };
  const place = (method: string, path: string): string =>
    `/paths/${path.replaceAll('~', '~0').replaceAll('/', '~1').replaceAll('{', '%7B').replaceAll('}', '%7D')}/${method.toLowerCase()}`;
  return {
    faultsOf(method, path, status, body) {
      const operation = ((document['paths'] as Json)[path] as Json | undefined)?.[method.toLowerCase()] as Json | undefined;
      const response = (operation?.['responses'] as Json | undefined)?.[String(status)] as Json | undefined;
      if (!response) return [`the contract has no answer ${status} to ${method} ${path}`];
      const schema = ((response['content'] as Json | undefined)?.['application/json'] as Json | undefined)?.['schema'];
      return schema ? check(`${place(method, path)}/responses/${status}/content/application~1json/schema`, body) : [];
    },
    requestFaultsOf: (method, path, body) => check(`${place(method, path)}/requestBody/content/application~1json/schema`, body),
  };
}

/** OpenAPI 3.0 writes a few things otherwise than JSON Schema. */
function withJsonSchema(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withJsonSchema);
  if (typeof value !== 'object' || value === null) return value;
  const { exclusiveMaximum, ...rest } = Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withJsonSchema(each)])) as Json;
  if (exclusiveMaximum !== true) return exclusiveMaximum === undefined ? rest : { ...rest, exclusiveMaximum };
  const { maximum, ...unbounded } = rest;
  return { ...unbounded, exclusiveMaximum: maximum };
}
