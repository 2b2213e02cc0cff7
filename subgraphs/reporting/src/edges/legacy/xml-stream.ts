/**
 * Reads XML as it arrives, into the kernel's elements, so that a message is validated by its schema although it is never whole in memory: some
 * elements are handed over one by one, the text of one goes elsewhere as it comes.
 */
import { SoapClientError, xmlElement, type XmlElement } from '@nodo-aperto/kernel/soap';
import { SaxesParser } from 'saxes';

export interface XmlStreamOptions {
  /** Elements altogether, and nested in one another. */
  readonly maxElements: number;
  readonly maxDepth: number;
  /** Elements that are handed over when they are complete, instead of being kept in their parent. */
  readonly take?: { readonly name: string; readonly namespace: string; readonly to: (element: XmlElement) => void };
  /** The element whose text goes elsewhere; it is kept as an empty one. */
  readonly divert?: { readonly name: string; readonly namespace: string; readonly to: (text: string) => void };
}

/** An element that is not complete yet. */
interface Open {
  namespace: string;
  name: string;
  prefix: string;
  attributes: { namespace: string; name: string; value: string }[];
  children: XmlElement[];
  text: string;
  /** How many children were there when the first one was taken. */
  childrenBefore?: number;
}

type Named = { readonly name: string; readonly namespace: string };
const isOf = (element: Named, wanted: Named | undefined): boolean =>
  wanted !== undefined && element.name === wanted.name && element.namespace === wanted.namespace;

const XMLNS = 'http://www.w3.org/2000/xmlns/';

/** One document. @throws SoapClientError from every method once the document is not well-formed, or over a limit */
export class XmlStream {
  readonly #options: XmlStreamOptions;
  readonly #parser = new SaxesParser({ xmlns: true });
  readonly #open: Open[] = [];
  #root: Open | undefined;
  #elements = 0;
  /** Whether the parser is inside the element whose text goes elsewhere, and between its tags. */
  #diverting = false;
  #inMarkup = false;

  constructor(options: XmlStreamOptions) {
    this.#options = options;
    const refuse = (what: string) => (): never => {
      throw new SoapClientError(`${what} is not allowed`);
    };
    this.#parser.on('doctype', refuse('a DOCTYPE or other declaration'));
    this.#parser.on('processinginstruction', refuse('a processing instruction'));
    this.#parser.on('error', () => {
      // The library's own sentence may quote the document, and with it somebody's data: only the place is told.
      throw new SoapClientError(`the document is not well-formed XML (line ${this.#parser.line}, column ${this.#parser.column})`);
    });
    this.#parser.on('opentag', ({ uri, local, prefix, attributes }) => {
      const own = Object.values(attributes).filter((attribute) => attribute.uri !== XMLNS);
      this.#begin({
        namespace: uri,
        name: local,
        prefix,
        attributes: own.map((attribute) => ({ namespace: attribute.uri, name: attribute.local, value: attribute.value })),
        children: [],
        text: '',
      });
    });
    this.#parser.on('text', (text) => this.#addText(text));
    this.#parser.on('cdata', (text) => this.#addText(text));
    this.#parser.on('closetag', () => this.#end());
  }

  /** The elements that are not complete yet, the outermost first. */
  get open(): readonly Readonly<Open>[] {
    return this.#open;
  }

  write(text: string): void {
    if (!this.#options.divert) {
      this.#parser.write(text);
      return;
    }
    for (let at = 0; at < text.length; ) at = this.#diverting && !this.#inMarkup ? this.#writeDiverted(text, at) : this.#writeTag(text, at);
  }

  /**
   * The end of the document.
   * @returns its outermost element; `orderly` is false when elements that were kept stood after or between those that were taken
   */
  close(): { root: XmlElement; orderly: boolean } {
    this.#parser.close();
    const root = this.#root;
    if (!root) throw new SoapClientError('the document holds no XML element');
    return { root, orderly: root.childrenBefore === undefined || root.childrenBefore === root.children.length };
  }

  /** Text of the diverted element never passes through the parser, which would keep all of it until the next tag. */
  #writeDiverted(text: string, at: number): number {
    const end = text.indexOf('<', at);
    const piece = end === -1 ? text.slice(at) : text.slice(at, end);
    if (piece !== '') this.#options.divert?.to(piece);
    if (end === -1) return text.length;
    this.#inMarkup = true;
    return end;
  }

  /** Up to the end of the next tag, since the one after it may be the one that is diverted. */
  #writeTag(text: string, at: number): number {
    const end = text.indexOf('>', at);
    const next = end === -1 ? text.length : end + 1;
    this.#parser.write(text.slice(at, next));
    if (end !== -1) this.#inMarkup = false;
    return next;
  }

  #begin(element: Open): void {
    const { maxElements, maxDepth } = this.#options;
    this.#elements += 1;
    if (this.#elements > maxElements) throw new SoapClientError(`the document has more than the ${maxElements} elements allowed`);
    if (this.#open.length >= maxDepth) throw new SoapClientError(`the elements are nested more than ${maxDepth} deep`);
    this.#root ??= element;
    this.#open.push(element);
    if (isOf(element, this.#options.divert)) this.#diverting = true;
  }

  #addText(text: string): void {
    const element = this.#open.at(-1);
    if (!element) return;
    if (isOf(element, this.#options.divert)) this.#options.divert?.to(text);
    else element.text += text;
  }

  #end(): void {
    const element = this.#open.pop();
    const parent = this.#open.at(-1);
    if (!element || !parent) return;
    if (isOf(element, this.#options.divert)) this.#diverting = false;
    if (this.#open.length === 1 && isOf(element, this.#options.take)) {
      parent.childrenBefore ??= parent.children.length;
      this.#options.take?.to(element);
    } else {
      parent.children.push(element);
    }
  }
}

/** A copy of an element as far as it has come, for looking at what stands before a long one. */
export function soFar(element: Readonly<Open>, last: Named): XmlElement {
  return { ...element, children: [...element.children, xmlElement(last.name, '', { namespace: last.namespace })] };
}
