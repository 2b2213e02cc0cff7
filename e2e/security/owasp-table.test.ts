/** The table of OWASP's items in docs/security.md names tests that are there, and every test of those lists. */
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

const read = (path: string): Promise<string> => readFile(new URL(path, import.meta.url), 'utf8');

it('each item of the lists has a test by the name that the document says, and none is left out', async () => {
  const [table, ...sources] = await Promise.all(['../../docs/security.md', './owasp-graphql.test.ts', './owasp-api.test.ts'].map(read));
  const told = [...table!.matchAll(/^\| (?:GraphQL:|API\d+ ).*?\| (.*) \|$/gm)].flatMap(([, cell]) =>
    [...cell!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!),
  );
  const names = sources.flatMap((source) =>
    [...source.matchAll(/\bit(?:\.each\(\[[^\]]*\]\))?\(\s*['`](.+?)['`],/g)].map(([, name]) => name!),
  );
  for (const item of Array.from({ length: 10 }, (_each, place) => `| API${place + 1} `)) expect(table).toContain(item);
  expect(told.length).toBeGreaterThan(25);
  expect(told.filter((name) => !names.includes(name))).toEqual([]);
  expect(names.filter((name) => !told.includes(name))).toEqual([]);
});
