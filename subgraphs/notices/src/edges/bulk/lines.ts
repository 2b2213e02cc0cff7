/** Takes a byte stream apart into lines, without ever holding more than one line and one chunk. */

/** The longest line that is read: a position of the fuller model with all its options fits. */
export const LONGEST_LINE = 256 * 1024;

/** What a decoder puts in the place of bytes that are not UTF-8. */
export const REPLACEMENT = '\uFFFD';

/** What is wrong with a line that has it: kept as it is, names would be misspelt on notices and receipts. */
export const NOT_UTF8 = { path: '', message: 'the line has bytes that are not UTF-8', expected: 'text in UTF-8, without U+FFFD' } as const;

export interface Line {
  /** From 1, as editors count. */
  readonly line: number;
  /** Without its end; undefined when it is too long to be read. */
  readonly text: string | undefined;
}

/** The lines of each chunk that has any; lines of nothing but blanks are left out, though they count. */
export async function* linesOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<Line[]> {
  const decoder = new TextDecoder();
  let rest = '';
  let dropped = false;
  let count = 0;
  const finish = (text: string): Line[] => {
    count += 1;
    const tooLong = dropped || text.length > LONGEST_LINE;
    dropped = false;
    if (tooLong) return [{ line: count, text: undefined }];
    return text.trim() === '' ? [] : [{ line: count, text }];
  };
  for await (const chunk of source) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    const lines = parts.flatMap(finish);
    if (rest.length > LONGEST_LINE) {
      rest = '';
      dropped = true;
    }
    if (lines.length > 0) yield lines;
  }
  const last = rest + decoder.decode();
  if (last !== '' || dropped) {
    const lines = finish(last);
    if (lines.length > 0) yield lines;
  }
}
