import type { Finding } from '../finding.ts';
import { importCycles } from './cycles.ts';
import { wrongDirections } from './directions.ts';
import { foldersWithoutReadme, longFiles, roomsOfSubgraphs } from './rooms.ts';
import { readSourceTree } from './source-tree.ts';
import { unused } from './unused.ts';
import { waitsByTime } from './waits.ts';

/** Everything about the layout below `root` that does not hold. */
export function checkStructure(root: string): Finding[] {
  const tree = readSourceTree(root);
  return [
    ...roomsOfSubgraphs(tree),
    ...foldersWithoutReadme(tree),
    ...longFiles(tree),
    ...wrongDirections(tree),
    ...importCycles(tree),
    ...unused(tree),
    ...waitsByTime(tree),
  ];
}
