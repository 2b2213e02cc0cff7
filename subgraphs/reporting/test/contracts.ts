/** Checks answers against the official OpenAPI files, which are not part of the project: CONTRACTS_DIR, by default beside it. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const FOLDER = resolve(ROOT, process.env['CONTRACTS_DIR'] ?? '../shared/contracts', 'openapi');

/** Whether the files are there; without them the checks are skipped. */
export const hasContracts = existsSync(FOLDER);

type Json = Record<string, unknown>;
export type Method = 'get' | 'post' | 'put' | 'delete';

/**
 * What is wrong with answers, as a contract has it.
 * @param file e.g. "fdr_psp.json"
 */
export function contract(file: string) {
  const document = JSON.parse(readFileSync(resolve(FOLDER, file), 'utf8')) as Json;
  const ajv = new Ajv({ strict: false, allErrors: true });
  ajv.addFormat('date-time', (text: string) => /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/.test(text));
  ajv.addFormat('date', /^\d{4}-\d{2}-\d{2}$/);
  for (const name of ['int32', 'int64', 'double']) ajv.addFormat(name, true);
  ajv.addSchema(document, 'contract');
  const pointer = (part: string): string => part.replaceAll('/', '~1').replaceAll('{', '%7B').replaceAll('}', '%7D');
  return {
    faultsOf(method: Method, path: string, status: number, body: unknown): string[] {
      const validate = ajv.getSchema(
        `contract#/paths/${pointer(path)}/${method}/responses/${status}/content/${pointer('application/json')}/schema`,
      );
      if (!validate) return [`the contract has no answer ${status} to ${method} ${path}`];
      void validate(body);
      return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
    },
    requestFaultsOf(method: Method, path: string, body: unknown): string[] {
      const validate = ajv.getSchema(
        `contract#/paths/${pointer(path)}/${method}/requestBody/content/${pointer('application/json')}/schema`,
      );
      if (!validate) return [`the contract has no body of ${method} ${path}`];
      void validate(body);
      return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
    },
  };
}
