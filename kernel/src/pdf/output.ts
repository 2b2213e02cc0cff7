/**
 * How what is drawn becomes bytes. pdfkit turns every operator and every line of the file into bytes by itself, and compresses pages as small as
 * can be: together half of the time of a printed notice. Here texts are gathered and made bytes once, and pages are compressed quickly.
 */
import { deflateSync } from 'node:zlib';
import type { PdfDocument } from './document.ts';

/** What is used of a document of pdfkit, which has no types for it. */
interface Written {
  _write(data: string | Uint8Array): void;
  _offset: number;
  page: { content: Content };
  on(event: 'pageAdded', handler: () => void): void;
}
interface Content {
  data: Record<string, unknown>;
  compress: boolean;
  buffer: Uint8Array[];
  write(chunk: string | Uint8Array): void;
  finalize(): void;
}

/** The usual level takes three times as long for a twentieth fewer bytes. */
const LEVEL = 1;

/** Lines of text and bytes, in the order in which they come. */
class Gathered {
  #text = '';
  readonly #chunks: Uint8Array[] = [];

  /** Characters above 255 do not occur: text of people stands in the file in its own encodations. */
  add(data: string | Uint8Array): void {
    if (typeof data === 'string') {
      this.#text += data;
      this.#text += '\n';
      return;
    }
    this.#flush();
    this.#chunks.push(data);
  }

  bytes(): Uint8Array {
    this.#flush();
    return this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
  }

  #flush(): void {
    if (this.#text === '') return;
    this.#chunks.push(Buffer.from(this.#text, 'latin1'));
    this.#text = '';
  }
}

const outputs = new WeakMap<PdfDocument, Gathered>();

/** Gathers what the document writes from now on; ask for it before its first page. */
export function gatherOutput(document: PdfDocument): void {
  const file = new Gathered();
  outputs.set(document, file);
  const written = document as unknown as Written;
  written._write = (data) => {
    file.add(data);
    written._offset += typeof data === 'string' ? data.length + 1 : data.length;
  };
  written.on('pageAdded', () => gatherContent(written.page.content));
}

function gatherContent(content: Content): void {
  const operators = new Gathered();
  for (const chunk of content.buffer) operators.add(chunk);
  content.write = (chunk) => operators.add(chunk);
  const finalize = content.finalize.bind(content);
  content.finalize = () => {
    content.data.Filter = 'FlateDecode';
    content.compress = false;
    content.buffer = [deflateSync(operators.bytes(), { level: LEVEL })];
    finalize();
  };
}

/**
 * Ends the document.
 * @returns the whole file
 */
export function pdfBytes(document: PdfDocument): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    // What was written before it was gathered.
    const head: Uint8Array[] = [];
    document.on('data', (chunk: Uint8Array) => head.push(chunk));
    document.on('error', reject);
    document.on('end', () => resolve(Buffer.concat([...head, outputs.get(document)?.bytes() ?? new Uint8Array()])));
    document.end();
  });
}
