/** Why something could not be printed or fetched, with the codes of the official service. Source: Domain facts, Reporting and receipts §4.1. */
import { type ExposedCode, ExposedError } from '@nodo-aperto/kernel/faults';

const KINDS = {
  TEMPLATE_NOT_FOUND: [404, 'NOT_FOUND'],
  FOLDER_NOT_AVAILABLE: [404, 'NOT_FOUND'],
  ERROR_NOT_FOUND: [404, 'NOT_FOUND'],
  COULD_NOT_GET_FILE_URL: [404, 'NOT_FOUND'],
  INSTITUTION_NOT_FOUND: [404, 'NOT_FOUND'],
  NOTICE_REQUEST_YET_TO_PROCESS: [403, 'FORBIDDEN'],
  NOT_ALLOWED_ON_CI_CODE: [403, 'FORBIDDEN'],
} as const;

export type PrintErrorKind = keyof typeof KINDS;

export class PrintError extends ExposedError {
  override readonly name = 'PrintError';
  override readonly code: ExposedCode;
  override readonly status: number;
  /** One of the official codes. */
  override readonly title: PrintErrorKind;

  constructor(kind: PrintErrorKind, message: string) {
    super(message);
    [this.status, this.code] = KINDS[kind];
    this.title = kind;
  }
}
