import type { Finding } from '../finding.ts';
import { CLOSED_ROOMS, IMPURE_KERNEL_ROOMS, PURE_PACKAGES, ROOT_FILES, WORKSPACES } from './layout.ts';
import type { Import, SourceTree } from './source-tree.ts';

const workspaceOf = (file: string) => WORKSPACES.find(({ folder }) => file.startsWith(`${folder}/`));

/** Imports against the directions of the layout: between workspaces, between the rooms of a subgraph, and out of `domain/`. */
export function wrongDirections(tree: SourceTree): Finding[] {
  return tree.imports.flatMap((one) => {
    const what = betweenWorkspaces(one) ?? betweenRooms(one) ?? outOfDomain(one);
    return what === undefined ? [] : [{ where: `${one.from}:${one.line}`, what: `imports "${one.specifier}", but ${what}` }];
  });
}

function betweenWorkspaces({ from, specifier, target }: Import): string | undefined {
  const own = workspaceOf(from);
  if (own === undefined || target === undefined || ROOT_FILES.includes(target) || isBench(from) || isFixture(from, target))
    return undefined;
  const other = workspaceOf(target);
  if (other === undefined) return `${own.folder} imports nothing outside the workspaces`;
  if (other.folder === own.folder) {
    const byName = from.startsWith('kernel/src/') && !specifier.startsWith('.');
    return byName ? 'the kernel imports its own rooms by relative path' : undefined;
  }
  if (!own.mayImport.includes(other.folder)) return `${own.folder} may import ${own.mayImport.join(', ') || 'no other workspace'} only`;
  const byPath = specifier.startsWith('.') && own.folder !== 'e2e' && !target.endsWith('.graphql');
  return byPath ? 'another workspace is imported by its name' : undefined;
}

/** A benchmark measures inner parts, wherever they are. */
const isBench = (file: string) => /\/bench\//.test(file);

/** What the kernel's tests are made of serves those of others too. */
const isFixture = (from: string, target: string) => target.startsWith('kernel/test/') && /\.test\.ts$|\/test\//.test(from);

function betweenRooms({ from, target }: Import): string | undefined {
  const own = /^(subgraphs\/[^/]+\/src)\/([^/]+)\//.exec(from);
  if (own === null || target === undefined || !target.startsWith(`${own[1]}/`)) return undefined;
  const room = target.slice(`${own[1]}/`.length).split('/')[0] ?? '';
  return (CLOSED_ROOMS[own[2] ?? ''] ?? []).includes(room) ? `${own[2]}/ may not know ${room}/` : undefined;
}

function outOfDomain({ from, specifier, target, isOfTypes }: Import): string | undefined {
  if (!/^subgraphs\/[^/]+\/src\/domain\//.test(from) || isOfTypes) return undefined;
  if (target === undefined) return PURE_PACKAGES.includes(specifier) ? undefined : 'domain/ is pure: no I/O, no framework';
  const room = /^kernel\/src\/([^/]+)\//.exec(target)?.[1];
  return room !== undefined && IMPURE_KERNEL_ROOMS.includes(room) ? `domain/ is pure: the kernel's ${room} is not for it` : undefined;
}
