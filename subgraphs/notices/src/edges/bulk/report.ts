/** The report of a bulk load: a summary, then a line for each item, kept in a temporary file until the whole input has been read. */
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { invariant } from '@nodo-aperto/kernel/faults';
import { instalmentsOf } from '../../domain/position.ts';
import type { StreamedResult } from '../../services/load-stream.ts';
import type { FieldNames } from '../../services/read-thin-position.ts';

/** Which items the report has a line for. */
export const REPORTS = ['all', 'rejected', 'none'] as const;
export type ReportKind = (typeof REPORTS)[number];

type Counts = Record<'items' | 'created' | 'updated' | 'invalidated' | 'rejected' | 'failed', number>;

/**
 * An input of any length has a report of any length: it goes to a file and not to memory, nor to a caller that does not read before it has
 * sent everything.
 */
export class BulkReport implements AsyncDisposable {
  readonly #kind: ReportKind;
  readonly #names: FieldNames;
  readonly #counts: Counts = { items: 0, created: 0, updated: 0, invalidated: 0, rejected: 0, failed: 0 };
  #folder: string | undefined;
  #file: FileHandle | undefined;

  constructor(kind: ReportKind, names: FieldNames) {
    this.#kind = kind;
    this.#names = names;
  }

  async add(results: readonly StreamedResult[]): Promise<void> {
    const lines: string[] = [];
    for (const result of results) {
      const entry = this.#entryOf(result);
      this.#count(entry.outcome);
      const isBad = entry.outcome === 'REJECTED' || entry.outcome === 'FAILED';
      if (this.#kind === 'all' || (this.#kind === 'rejected' && isBad)) lines.push(JSON.stringify(entry));
    }
    if (lines.length > 0) await (await this.#opened()).appendFile(`${lines.join('\n')}\n`);
  }

  /** The whole report as NDJSON; the summary is its first line. */
  async read(complete: boolean): Promise<Readable> {
    const summary = `${JSON.stringify({ complete, ...this.#counts })}\n`;
    if (!this.#file || this.#folder === undefined) return Readable.from([summary]);
    await this.#file.close();
    const path = join(this.#folder, 'report');
    this.#file = undefined;
    const discard = (): Promise<void> => this[Symbol.asyncDispose]();
    return Readable.from(
      (async function* parts() {
        try {
          yield summary;
          yield* createReadStream(path);
        } finally {
          await discard();
        }
      })(),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
    this.#folder = undefined;
  }

  async #opened(): Promise<FileHandle> {
    if (this.#file) return this.#file;
    this.#folder = await mkdtemp(join(tmpdir(), 'nodo-aperto-report-'));
    this.#file = await open(join(this.#folder, 'report'), 'a', 0o600);
    return this.#file;
  }

  #count(outcome: string): void {
    this.#counts.items += 1;
    const name = outcome.toLowerCase();
    invariant(name in this.#counts, 'every outcome of a bulk load is counted');
    this.#counts[name as keyof Counts] += 1;
  }

  #entryOf(streamed: StreamedResult): { line: number; outcome: string } & Record<string, unknown> {
    const { line } = streamed;
    if ('failed' in streamed)
      return { line, outcome: 'FAILED', errors: [{ code: 'INTERNAL', path: '', message: 'failed on our side; send it again' }] };
    if ('unreadable' in streamed)
      return { line, outcome: 'REJECTED', errors: streamed.unreadable.map((issue) => ({ code: 'INVALID', ...issue })) };
    const { result } = streamed;
    if (!result.ok)
      return { line, outcome: 'REJECTED', errors: result.refusal.issues.map((issue) => ({ code: result.refusal.kind, ...issue })) };
    const { action, position, noticeNumber, warnings } = result.value;
    const numbers = noticeNumber === undefined ? instalmentsOf(position).map(({ instalment }) => instalment.noticeNumber) : [noticeNumber];
    return { line, outcome: action, iupd: position.iupd, [this.#names.noticeNumber]: numbers, ...(warnings.length > 0 && { warnings }) };
  }
}
