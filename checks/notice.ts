import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from './finding.ts';

interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly version?: string; readonly license?: string; readonly dev?: boolean; readonly link?: boolean }>
  >;
}

/** Licences that ask for nothing but their own text, which every package carries. */
const PERMISSIVE =
  /^\(?(MIT|ISC|0BSD|BSD-[23]-Clause|Apache-2\.0|BlueOak-1\.0\.0|Unlicense|CC0-1\.0|Python-2\.0|PostgreSQL|MIT-0)( (AND|OR) [\w.-]+)*\)?$/;

/** Packages at run time whose licence asks for more and that NOTICE does not name with licence and version. */
export function checkNotice(root: string): Finding[] {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lock;
  const notice = readFileSync(join(root, 'NOTICE'), 'utf8').split('\n');
  return Object.entries(packages).flatMap(([path, { version = '', license, dev, link }]) => {
    const name = path.split('node_modules/').at(-1) ?? '';
    if (!path.startsWith('node_modules/') || dev === true || link === true || license === undefined || PERMISSIVE.test(license)) return [];
    const family = name.replace(/-(android|darwin|freebsd|linux|win32)-.*$/, '-*');
    const named = notice.some((line) => line.includes(`${family} ${version}`) && line.includes(license));
    return named ? [] : [{ where: 'NOTICE', what: `does not name ${name} ${version} under ${license}` }];
  });
}
