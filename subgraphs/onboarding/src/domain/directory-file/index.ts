export { type FileEntry, readDirectoryFile } from './read-file.ts';
export { type Change, type KnownDirectory, planImport } from './plan-import.ts';
export { type DirectoryContents, writeDirectoryFile, writeObject } from './write-file.ts';
export type { FileIssue } from './yaml-source.ts';
