import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { apiReference } from './api-reference.ts';

const root = resolve(import.meta.dirname, '../..');
mkdirSync(join(root, 'docs/api'), { recursive: true });
for (const [path, text] of apiReference(root)) writeFileSync(join(root, path), text);
