import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Finding } from '../finding.ts';
import { readSourceTree } from '../structure/source-tree.ts';

/** Links of documents to files, folders and headings of this repository that are not there. */
export function brokenLinks(root: string): Finding[] {
  const documents = readSourceTree(root).files.filter((file) => file.endsWith('.md'));
  const anchors = new Map<string, ReadonlySet<string>>();
  const anchorsOf = (file: string) => {
    const known = anchors.get(file) ?? headings(readFileSync(join(root, file), 'utf8'));
    anchors.set(file, known);
    return known;
  };
  return documents.flatMap((file) =>
    linksOf(readFileSync(join(root, file), 'utf8')).flatMap(({ target, line }) => {
      const [path = '', anchor] = target.split('#');
      const to = path === '' ? file : join(dirname(file), decodeURI(path));
      if (!existsSync(join(root, to))) return [{ where: `${file}:${line}`, what: `leads to "${target}", which is not there` }];
      const missing = anchor !== undefined && to.endsWith('.md') && !anchorsOf(to).has(anchor);
      return missing ? [{ where: `${file}:${line}`, what: `leads to "${target}", but that document has no such heading` }] : [];
    }),
  );
}

function linksOf(text: string): { target: string; line: number }[] {
  return [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(({ 1: target = '', index }) =>
    /^[a-z]+:/.test(target) ? [] : [{ target, line: text.slice(0, index).split('\n').length }],
  );
}

/** Code with its letters blanked, so that lines and places stay. */
function withoutCode(text: string): string {
  return text
    .replaceAll(/^```[\s\S]*?^```/gm, (block) => block.replaceAll(/[^\n]/g, ' '))
    .replaceAll(/`[^`\n]*`/g, (code) => ' '.repeat(code.length));
}

/** Headings as the anchors that renderers make of them. */
function headings(text: string): ReadonlySet<string> {
  const lines = text.replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(/^#+ (.*)$/gm);
  return new Set(
    [...lines].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\- _]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}
