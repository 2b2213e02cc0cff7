/** The directory file: read into the directory in one transaction or not at all, and written out again. Source: design section 7. */
import type { Database } from '@nodo-aperto/kernel/database';
import type { DirectoryData, DirectoryKind } from '@nodo-aperto/kernel/directory';
import {
  type DirectoryContents,
  type FileIssue,
  planImport,
  readDirectoryFile,
  writeDirectoryFile,
} from '../domain/directory-file/index.ts';
import { FILE_KINDS, type RuleOptions } from '../domain/kinds.ts';
import type { Actor } from '../persistence/audit-log.ts';
import type { DirectoryStore } from '../persistence/directory-store.ts';
import { findObjects } from '../persistence/mappings.ts';
import { loadKnown } from './known-directory.ts';

/** What an import did. With issues nothing was changed and all counts are 0. */
export interface ImportResult {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  /** What is wrong with the file, in the order of its lines; at most 1000. */
  readonly issues: readonly FileIssue[];
  /** How many issues there are in all. */
  readonly issueCount: number;
}

export interface DirectoryFileService {
  /**
   * Creates and updates all objects of a file, or none.
   * @param by who asks for it
   */
  importDirectory(text: string, by: Actor): Promise<ImportResult>;
  /** All objects, as a file that changes nothing when it is imported again. Secrets are digests. */
  exportDirectory(): Promise<string>;
}

const MOST_ISSUES = 1_000;

export function directoryFileService(parts: { database: Database; store: DirectoryStore; rules: RuleOptions }): DirectoryFileService {
  const { database, store, rules } = parts;
  return {
    async importDirectory(text, by) {
      const file = readDirectoryFile(text, rules);
      return store.write(by, async (writer) => {
        const plan = planImport(file, await loadKnown(writer, file.entries), writer.now);
        if (plan.issues.length > 0) return refusal(plan.issues);
        await writer.save(plan.changes);
        const created = plan.changes.filter((change) => change.created).length;
        return { created, updated: plan.changes.length - created, unchanged: plan.unchanged, issues: [], issueCount: 0 };
      });
    },
    exportDirectory: () => exported(database),
  };
}

function refusal(issues: readonly FileIssue[]): ImportResult {
  return { created: 0, updated: 0, unchanged: 0, issues: issues.slice(0, MOST_ISSUES), issueCount: issues.length };
}

async function exported(database: Database): Promise<string> {
  const contents: { [Kind in DirectoryKind]?: DirectoryData[Kind][] } = {};
  // One snapshot: a change that is committed meanwhile is in all sections or in none.
  await database.transaction(async (transaction) => {
    await transaction.query('set transaction isolation level repeatable read, read only');
    for (const kind of FILE_KINDS) contents[kind] = (await findObjects(transaction.manager, kind, {})).map(({ object }) => object) as never;
  });
  return writeDirectoryFile(contents as DirectoryContents);
}
