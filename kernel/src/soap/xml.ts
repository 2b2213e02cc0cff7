/** An attribute with its namespace resolved; the declarations themselves (`xmlns…`) are not among the attributes. */
export interface XmlAttribute {
  readonly namespace: string;
  readonly name: string;
  readonly value: string;
}

/**
 * One element, the same shape for what was read and for what is to be written.
 * Names are resolved: `namespace` is the URI (empty when the element is in none) and `name` the local part,
 * so that nothing ever depends on the prefix which the sender chose.
 */
export interface XmlElement {
  readonly namespace: string;
  readonly name: string;
  readonly attributes: readonly XmlAttribute[];
  readonly children: readonly XmlElement[];
  /** The text directly inside, joined and decoded; always a string, whatever it looks like. */
  readonly text: string;
  /** The prefix it was read with, or the one wished for when it is written; never part of its identity. */
  readonly prefix?: string;
}

/** An element as a plain value: text for a leaf, else one property per child name, an array where a child repeats. */
export type XmlValue = string | XmlObject | readonly (string | XmlObject)[];

/** Child values by local name, in the order of first appearance. Has no prototype, so that no name can collide with one. */
export interface XmlObject {
  readonly [name: string]: XmlValue;
}

const none: readonly never[] = [];

/** Makes an element out of text, or out of child elements in their order. */
export function xmlElement(
  name: string,
  content: string | readonly XmlElement[],
  options: { namespace?: string; prefix?: string; attributes?: readonly XmlAttribute[] } = {},
): XmlElement {
  const isText = typeof content === 'string';
  return {
    namespace: options.namespace ?? '',
    name,
    attributes: options.attributes ?? none,
    children: isText ? none : content,
    text: isText ? content : '',
    prefix: options.prefix,
  };
}

/** The first child with this local name and namespace (none by default), or undefined. */
export function childOf(element: XmlElement, name: string, namespace = ''): XmlElement | undefined {
  return element.children.find((child) => child.name === name && child.namespace === namespace);
}

/** The text of the first child with this local name, or undefined when there is no such child. */
export function textOf(element: XmlElement, name: string, namespace = ''): string | undefined {
  return childOf(element, name, namespace)?.text;
}

/** `{namespace}name`, or the bare name when the element is in no namespace: for keys and for error messages. */
export function qualifiedName(element: { readonly namespace: string; readonly name: string }): string {
  return element.namespace === '' ? element.name : `{${element.namespace}}${element.name}`;
}

/** The children of an element as an {@link XmlObject}; a child that occurs more than once becomes an array. */
export function toObject(element: XmlElement): XmlObject {
  const result: Record<string, XmlValue> = Object.create(null);
  for (const child of element.children) {
    const value = child.children.length === 0 ? child.text : toObject(child);
    const before = result[child.name];
    if (before === undefined) result[child.name] = value;
    else if (isList(before)) result[child.name] = [...before, value];
    else result[child.name] = [before, value];
  }
  return result;
}

function isList(value: XmlValue): value is readonly (string | XmlObject)[] {
  return Array.isArray(value);
}
