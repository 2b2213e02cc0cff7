export { LONGEST_FILE, type DirectoryFile, type FileEntry, MOST_ENTRIES, readDirectoryFile } from './read-file.ts';
export { type Change, type ImportPlan, type KnownDirectory, planImport } from './plan-import.ts';
export { type DirectoryContents, writeDirectoryFile, writeObject } from './write-file.ts';
export type { FileIssue } from './yaml-source.ts';
