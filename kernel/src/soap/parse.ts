import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { decodeBytes } from './bytes.ts';
import { isXmlText } from './characters.ts';
import { SoapClientError } from './errors.ts';
import { resolveElements } from './tree.ts';
import type { RawNode } from './tree.ts';
import type { XmlElement } from './xml.ts';

/** How much a document may hold. All are counted before, or while, it is read; none afterwards. */
export interface XmlLimits {
  /** Bytes of the document (characters, when it comes as a string). */
  readonly maxBytes: number;
  /** Elements nested in one another. */
  readonly maxDepth: number;
  /** Elements altogether. */
  readonly maxElements: number;
}

/**
 * Ample for every message of the node but reporting flows: a receipt with five transfers and full metadata has some 300
 * elements, an outcome with 25 revenue stamps some 150 KB. A hostile document of this size costs some 100 ms at worst.
 */
export const defaultXmlLimits: XmlLimits = { maxBytes: 256 * 1024, maxDepth: 32, maxElements: 5000 };

// Nothing is interpreted by the library: no numbers, no trimming, no entities. References are decoded in one place,
// after CDATA sections have been told apart.
const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  textNodeName: '#text',
  cdataPropName: '#cdata',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  processEntities: false,
  ignoreDeclaration: true,
  maxNestedTags: 100_000,
  jPath: false,
  // Names stay as they are; the three that could reach a prototype are refused by the library.
  onDangerousProperty: (name) => name,
});

/**
 * Reads a document into elements with resolved namespaces.
 * Refused, each with a sentence that names it: anything not well-formed, a DOCTYPE (and with it every entity but the
 * five predefined), processing instructions, undeclared prefixes, and what exceeds a limit.
 * @param charset the character set named by the transport, if it names one.
 * @throws SoapClientError
 */
export function parseXml(body: Uint8Array | string, limits: Partial<XmlLimits> = {}, charset?: string): XmlElement {
  const bounds = { ...defaultXmlLimits, ...limits };
  if (body.length > bounds.maxBytes) {
    throw new SoapClientError(`the document is larger than the ${bounds.maxBytes} bytes allowed`, { httpStatus: 413 });
  }
  const text = typeof body === 'string' ? body.replace(/^\uFEFF/, '') : decodeBytes(body, charset);
  if (!isXmlText(text)) throw new SoapClientError('the document holds a character that XML does not allow');
  checkMarkup(text, bounds);
  const wellFormed = XMLValidator.validate(text);
  if (wellFormed !== true) {
    // The library's own sentence may quote the document, and with it somebody's data: only the place is told.
    throw new SoapClientError(`the document is not well-formed XML (line ${wellFormed.err.line}, column ${wellFormed.err.col ?? 1})`);
  }
  return resolveElements(rawTree(text), bounds.maxDepth);
}

function rawTree(text: string): RawNode[] {
  try {
    return parser.parse(text) as RawNode[];
  } catch {
    throw new SoapClientError('the document is not well-formed XML');
  }
}

/**
 * One quick pass over the markup before any tree is built: it refuses what is never wanted and counts the elements,
 * so that a hostile document costs no more than its own length.
 */
function checkMarkup(text: string, bounds: XmlLimits): void {
  let elements = 0;
  let at = text.startsWith('<?xml') ? endOf(text, '?>', 5, 'the XML declaration') : 0;
  for (at = text.indexOf('<', at); at !== -1; at = text.indexOf('<', at)) {
    if (text.startsWith('<!--', at)) at = endOf(text, '-->', at + 4, 'a comment');
    else if (text.startsWith('<![CDATA[', at)) at = endOf(text, ']]>', at + 9, 'a CDATA section');
    else if (text[at + 1] === '!') throw new SoapClientError('a DOCTYPE or other declaration is not allowed');
    else if (text[at + 1] === '?') throw new SoapClientError('a processing instruction is not allowed');
    else if (text[at + 1] === '/') at += 2;
    else {
      elements += 1;
      if (elements > bounds.maxElements) throw new SoapClientError(`the document has more than the ${bounds.maxElements} elements allowed`);
      at += 1;
    }
  }
  if (elements === 0) throw new SoapClientError('the document holds no XML element');
}

function endOf(text: string, terminator: string, from: number, what: string): number {
  const end = text.indexOf(terminator, from);
  if (end === -1) throw new SoapClientError(`${what} is not closed`);
  return end + terminator.length;
}
