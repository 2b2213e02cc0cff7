/** States of a request to print many notices. Source: Domain facts, Reporting and receipts §4.1. */
import type { PrintFolderStatus } from '@nodo-aperto/schema/events';

export interface FolderCounts {
  readonly requested: number;
  readonly processed: number;
  readonly failed: number;
}

/** The state that follows from what became of the notices: work goes on until each is printed or in error. */
export function statusOfCounts({ requested, processed, failed }: FolderCounts): PrintFolderStatus {
  if (processed + failed < requested) return processed + failed === 0 ? 'INSERTED' : 'PROCESSING';
  if (failed === 0) return 'PROCESSED';
  return processed === 0 ? 'FAILED' : 'PROCESSED_WITH_FAILURES';
}

/** Whether nothing more happens to the folder by itself. */
export function isSettled(status: PrintFolderStatus): boolean {
  return status === 'PROCESSED' || status === 'PROCESSED_WITH_FAILURES' || status === 'FAILED';
}

/** The archive of a folder is released only when every notice of it was printed. */
export function hasArchive(status: PrintFolderStatus): boolean {
  return status === 'PROCESSED';
}
