import { decodeReferences } from './characters.ts';
import { SoapClientError } from './errors.ts';
import type { XmlAttribute, XmlElement } from './xml.ts';

/** What the parsing library hands over: one key that names the node, and `:@` for its attributes, raw. */
export type RawNode = Readonly<Record<string, unknown>>;

/** Namespace URIs by prefix; the empty prefix is the default namespace. */
type Scope = ReadonlyMap<string, string>;

const xmlNamespace = 'http://www.w3.org/XML/1998/namespace';
const xmlnsNamespace = 'http://www.w3.org/2000/xmlns/';
const outermost: Scope = new Map([
  ['', ''],
  ['xml', xmlNamespace],
]);
const maximumAttributes = 64;
const none: readonly never[] = [];

/**
 * Turns the library's tree into elements, resolving prefixes by the rules of Namespaces in XML 1.0.
 * @throws SoapClientError when a prefix is not declared, a name is not a qualified name, or elements nest too deep.
 */
export function resolveElements(nodes: readonly RawNode[], maxDepth: number): XmlElement {
  const [root, second] = nodes.filter(isElement);
  if (root === undefined) throw new SoapClientError('the document holds no XML element');
  // The validator overlooks what follows a root element that closes itself.
  if (second !== undefined) throw new SoapClientError('the document is not well-formed XML: it has several root elements');
  return resolve(root, outermost, maxDepth);
}

function resolve(node: RawNode, outer: Scope, depthLeft: number): XmlElement {
  if (depthLeft === 0) throw new SoapClientError('the document nests its elements deeper than allowed');
  const raw = nameOf(node);
  const given = attributesOf(node);
  const scope = given === undefined ? outer : declared(given, outer);
  const [prefix, name] = split(raw);
  const content = node[raw] as readonly RawNode[];
  const children: XmlElement[] = [];
  for (const child of content) {
    if (isElement(child)) children.push(resolve(child, scope, depthLeft - 1));
  }
  return {
    namespace: lookUp(scope, prefix),
    name,
    attributes: given === undefined ? none : attributes(given, scope),
    children: children.length === 0 ? none : children,
    text: textOf(content),
    prefix,
  };
}

function nameOf(node: RawNode): string {
  for (const key in node) if (key !== ':@') return key;
  throw new SoapClientError('the document is not well-formed XML');
}

function isElement(node: RawNode): boolean {
  return node['#text'] === undefined && node['#cdata'] === undefined;
}

function attributesOf(node: RawNode): ReadonlyMap<string, string> | undefined {
  const raw = node[':@'] as Record<string, string> | undefined;
  if (raw === undefined) return undefined;
  const names = Object.keys(raw);
  if (names.length > maximumAttributes) throw new SoapClientError(`an element has more than the ${maximumAttributes} attributes allowed`);
  return new Map(names.map((name) => [name, attributeValue(raw[name] ?? '')]));
}

function attributeValue(raw: string): string {
  if (raw.includes('<')) throw new SoapClientError('"<" must not stand in an attribute value');
  // White space in attributes is normalised before references are decoded (XML 1.0, section 3.3.3).
  return decodeReferences(raw.replace(/[\t\n\r]/g, ' '));
}

function declared(given: ReadonlyMap<string, string>, outer: Scope): Scope {
  let scope: Map<string, string> | undefined;
  for (const [name, uri] of given) {
    if (name !== 'xmlns' && !name.startsWith('xmlns:')) continue;
    const prefix = name === 'xmlns' ? '' : name.slice('xmlns:'.length);
    const reserved = prefix === 'xmlns' || uri === xmlnsNamespace || (prefix === 'xml') !== (uri === xmlNamespace);
    if (reserved || (prefix !== '' && uri === '') || prefix.includes(':')) {
      throw new SoapClientError('a namespace declaration is not allowed by Namespaces in XML');
    }
    scope ??= new Map(outer);
    scope.set(prefix, uri);
  }
  return scope ?? outer;
}

function attributes(given: ReadonlyMap<string, string>, scope: Scope): readonly XmlAttribute[] {
  const result: XmlAttribute[] = [];
  const seen = new Set<string>();
  for (const [raw, value] of given) {
    if (raw === 'xmlns' || raw.startsWith('xmlns:')) continue;
    const [prefix, name] = split(raw);
    // The default namespace is not for attributes.
    const namespace = prefix === '' ? '' : lookUp(scope, prefix);
    if (seen.has(`${namespace} ${name}`)) throw new SoapClientError('an element has the same attribute twice');
    seen.add(`${namespace} ${name}`);
    result.push({ namespace, name, value });
  }
  return result;
}

function split(qualified: string): [prefix: string, name: string] {
  const colon = qualified.indexOf(':');
  if (colon === -1) return ['', qualified];
  const name = qualified.slice(colon + 1);
  if (colon === 0 || name === '' || name.includes(':')) throw new SoapClientError('a name holds a misplaced colon');
  return [qualified.slice(0, colon), name];
}

function lookUp(scope: Scope, prefix: string): string {
  const uri = scope.get(prefix);
  if (uri === undefined) throw new SoapClientError('a namespace prefix is used but not declared');
  return uri;
}

/** Text and CDATA of an element, joined. `]]>` must not stand in plain text (XML 1.0, production [14]). */
function textOf(nodes: readonly RawNode[]): string {
  let text = '';
  for (const node of nodes) {
    const plain = node['#text'];
    if (typeof plain === 'string') {
      if (plain.includes(']]>')) throw new SoapClientError('"]]>" must not stand in text');
      text += decodeReferences(plain);
    } else if (Array.isArray(node['#cdata'])) {
      for (const part of node['#cdata'] as RawNode[]) text += typeof part['#text'] === 'string' ? part['#text'] : '';
    }
  }
  return text;
}
