import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../finding.ts';
import { apiReference } from './api-reference.ts';
import { brokenLinks } from './links.ts';

/** Documents that are not as the code is: links that lead nowhere, an API reference of another schema. */
export function checkDocuments(root: string): Finding[] {
  const stale = [...apiReference(root)].filter(
    ([path, text]) => !existsSync(join(root, path)) || readFileSync(join(root, path), 'utf8') !== text,
  );
  const what = 'is not what the schema says; write it anew: node boot.mjs checks/documents/write.ts';
  return [...stale.map(([where]) => ({ where, what })), ...brokenLinks(root)];
}
