import { InvariantError } from '../faults/index.ts';
import { escapeAttribute, escapeText } from './characters.ts';
import type { XmlElement } from './xml.ts';

/** Namespace URIs to prefixes, for one document. All are declared on the outermost element, where older parsers expect them. */
type Prefixes = ReadonlyMap<string, string>;

const legalName = /^[A-Za-z_][A-Za-z0-9_.-]*$/;

/**
 * Writes an element and all below it, without white space between elements.
 * Prefixes are those the elements wish for, or `ns1`, `ns2`…; elements in no namespace are written bare.
 * @throws InvariantError when a text or name cannot be written, or an element holds both text and elements.
 */
export function writeXml(root: XmlElement): string {
  const prefixes = choosePrefixes(root);
  let declarations = '';
  for (const [namespace, prefix] of prefixes) declarations += ` xmlns:${prefix}="${escapeAttribute(namespace)}"`;
  return write(root, prefixes, declarations);
}

/** {@link writeXml} after an XML declaration. */
export function writeDocument(root: XmlElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>${writeXml(root)}`;
}

function choosePrefixes(root: XmlElement): Prefixes {
  const wishes = new Map<string, string | undefined>();
  collect(root, wishes);
  const prefixes = new Map<string, string>();
  const taken = new Set<string>();
  for (const [namespace, wish] of wishes) {
    let prefix = wish;
    for (let number = 1; prefix === undefined || taken.has(prefix); number += 1) prefix = `ns${number}`;
    taken.add(prefix);
    prefixes.set(namespace, prefix);
  }
  return prefixes;
}

function collect(element: XmlElement, wishes: Map<string, string | undefined>): void {
  if (element.namespace !== '' && wishes.get(element.namespace) === undefined) {
    const { prefix } = element;
    // "xml…" is reserved, and the default namespace would capture the bare elements inside.
    const usable = prefix !== undefined && legalName.test(prefix) && !prefix.toLowerCase().startsWith('xml');
    wishes.set(element.namespace, usable ? prefix : undefined);
  }
  for (const attribute of element.attributes) {
    if (attribute.namespace !== '' && !wishes.has(attribute.namespace)) wishes.set(attribute.namespace, undefined);
  }
  for (const child of element.children) collect(child, wishes);
}

function write(element: XmlElement, prefixes: Prefixes, declarations: string): string {
  const name = written(element, prefixes);
  let tag = name + declarations;
  for (const attribute of element.attributes) tag += ` ${written(attribute, prefixes)}="${escapeAttribute(attribute.value)}"`;
  if (element.children.length > 0) {
    if (element.text.trim() !== '') throw new InvariantError(`the element ${element.name} would hold both text and elements`);
    let content = '';
    for (const child of element.children) content += write(child, prefixes, '');
    return `<${tag}>${content}</${name}>`;
  }
  return element.text === '' ? `<${tag}/>` : `<${tag}>${escapeText(element.text)}</${name}>`;
}

function written(name: { readonly namespace: string; readonly name: string }, prefixes: Prefixes): string {
  if (!legalName.test(name.name)) throw new InvariantError('a name to be written is no XML name of ours (letters, digits, "_", "-", ".")');
  return name.namespace === '' ? name.name : `${prefixes.get(name.namespace)}:${name.name}`;
}
