import { dirname } from 'node:path/posix';
import type { Finding } from '../finding.ts';
import { FURTHER_ROOMS, LONGEST, ROOMS, SUBGRAPHS } from './layout.ts';
import type { SourceTree } from './source-tree.ts';

/** Subgraphs that lack a room of the layout or have one that it does not name. */
export function roomsOfSubgraphs({ files }: Pick<SourceTree, 'files'>): Finding[] {
  const found = new Set(files.filter((file) => file.startsWith('subgraphs/')).map((file) => file.split('/')[1] ?? ''));
  const unknown = [...found].filter((name) => !SUBGRAPHS.includes(`subgraphs/${name}`) && name !== 'README.md');
  return [
    ...unknown.map((name) => ({ where: `subgraphs/${name}`, what: 'is no subgraph of the layout (checks/structure/layout.ts)' })),
    ...SUBGRAPHS.flatMap((folder) => {
      const prefix = `${folder}/src/`;
      const rooms = new Set(files.filter((file) => file.startsWith(prefix)).map((file) => file.slice(prefix.length).split('/')[0] ?? ''));
      const allowed: readonly string[] = [...ROOMS, ...FURTHER_ROOMS, 'README.md'];
      return [
        ...ROOMS.filter((room) => !rooms.has(room)).map((room) => ({ where: folder, what: `has no src/${room}; every subgraph has it` })),
        ...[...rooms]
          .filter((room) => !allowed.includes(room))
          .map((room) => ({ where: `${prefix}${room}`, what: 'is no room of a subgraph' })),
      ];
    }),
  ];
}

/** What is data or made by a tool, and needs no README of its own: the one above speaks for it. */
const WITHOUT_README = /^(\.[^/]+|docs|docs\/.*|deploy\/.+|.*\/(corpus|examples|assets|bench|support)|subgraphs\/[^/]+\/(src|test))$/;

/** Folders of the first and second level, and the rooms below `src/`, that do not say what lives there. */
export function foldersWithoutReadme({ files }: Pick<SourceTree, 'files'>): Finding[] {
  const present = new Set(files);
  const folders = new Set(files.flatMap((file) => ancestors(file)).filter(asksForReadme));
  return [...folders]
    .filter((folder) => !WITHOUT_README.test(folder) && !present.has(`${folder}/README.md`))
    .sort()
    .map((where) => ({ where, what: 'has no README.md that says what lives there and what may not' }));
}

function ancestors(file: string): string[] {
  const folder = dirname(file);
  return folder === '.' ? [] : [...ancestors(folder), folder];
}

function asksForReadme(folder: string): boolean {
  return folder.split('/').length <= 2 || /^(subgraphs\/)?[^/]+\/src\/[^/]+$/.test(folder);
}

/** Files too long to be read at once. */
export function longFiles({ files, lengthOf }: Pick<SourceTree, 'files' | 'lengthOf'>): Finding[] {
  return files.flatMap((where) => {
    const most = where.endsWith('.test.ts') ? LONGEST.test : LONGEST.source;
    const length = lengthOf(where);
    return length > most ? [{ where, what: `has ${length} lines; ${most} are the most: two things live in it` }] : [];
  });
}
