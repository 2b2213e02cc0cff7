import { readElement } from './message.ts';
import type { MessageContext, XmlType } from './message.ts';
import { xmlElement } from './xml.ts';
import type { XmlElement } from './xml.ts';

/** One child element, or several of the same name, and the property that holds it. */
interface Slot {
  readonly element: string;
  readonly property: string;
  readonly type: XmlType<unknown>;
  readonly minimum: number;
  readonly maximum: number;
  /** Whether the property is an array; else it is the value itself. */
  readonly repeats: boolean;
}

/**
 * A part of a sequence: one slot, or a choice of which exactly one (or, if optional, at most one) is there.
 * `Shape` is the object type of the properties it stands for.
 */
export interface Part<Shape> {
  readonly alternatives: readonly Slot[];
  readonly optional: boolean;
  /** Only for the type system. */
  readonly shape?: Shape;
}

type UnionToIntersection<Union> = (Union extends unknown ? (member: Union) => void : never) extends (member: infer All) => void
  ? All
  : never;
type ShapeOfPart<One> = One extends Part<infer Shape> ? Shape : never;

/** The object type that the parts of a sequence make together. */
export type ShapeOf<Parts extends readonly Part<unknown>[]> = Plain<UnionToIntersection<ShapeOfPart<Parts[number]>>>;
/** The same object type, written out: what editors and error messages then show. */
type Plain<Shape> = { [Key in keyof Shape]: Shape[Key] } & {};

function part<Shape>(slot: Slot): Part<Shape> {
  return { alternatives: [slot], optional: slot.minimum === 0 };
}

/** A child that must be there. `property` names it in TypeScript when its own name does not do (`e-mail`). */
export function required<Element extends string, Value, Property extends string = Element>(
  element: Element,
  type: XmlType<Value>,
  property?: Property,
): Part<{ [Key in Property]: Value }> {
  return part({ element, property: property ?? element, type: type as XmlType<unknown>, minimum: 1, maximum: 1, repeats: false });
}

/** A child that may be there (minOccurs="0"): an undefined property is left out. */
export function optional<Element extends string, Value, Property extends string = Element>(
  element: Element,
  type: XmlType<Value>,
  property?: Property,
): Part<{ [Key in Property]?: Value | undefined }> {
  return part({ element, property: property ?? element, type: type as XmlType<unknown>, minimum: 0, maximum: 1, repeats: false });
}

/** A child that occurs so many times in the sequence itself: an array, empty when there is none. */
export function repeated<Element extends string, Value, Property extends string = Element>(
  element: Element,
  type: XmlType<Value>,
  occurs: { readonly minimum: number; readonly maximum: number },
  property?: Property,
): Part<{ [Key in Property]: readonly Value[] }> {
  return part({ element, property: property ?? element, type: type as XmlType<unknown>, ...occurs, repeats: true });
}

/** Exactly one of these children (xsd:choice), or at most one when `optional` is set; all its properties are optional in TypeScript. */
export function choice<const Parts extends readonly Part<unknown>[]>(
  parts: Parts,
  options: { readonly optional?: boolean } = {},
): Part<Partial<ShapeOf<Parts>>> {
  return { alternatives: parts.flatMap((one) => one.alternatives), optional: options.optional ?? false };
}

/** Children in a fixed order (xsd:sequence), as one object. Properties of absent children are absent. */
export function sequence<const Parts extends readonly Part<unknown>[]>(...parts: Parts): XmlType<ShapeOf<Parts>> {
  const expected = `the elements ${parts.flatMap((one) => one.alternatives.map((slot) => slot.element)).join(', ')}`;
  return {
    expected,
    read: (element, context) => readParts(parts, element, context) as ShapeOf<Parts>,
    write: (value, context) => writeParts(parts, value as Readonly<Record<string, unknown>>, context),
  };
}

/** An element that holds nothing but the same child so many times: `transferList` with its `transfer`s, as an array. */
export function list<Value>(
  element: string,
  type: XmlType<Value>,
  occurs: { readonly minimum?: number; readonly maximum: number },
): XmlType<readonly Value[]> {
  const body = sequence(repeated(element, type, { minimum: occurs.minimum ?? 1, maximum: occurs.maximum }, 'items'));
  return {
    expected: body.expected,
    read: (holder, context) => body.read(holder, context)?.items,
    write: (items, context) => body.write({ items }, context),
  };
}

function readParts(parts: readonly Part<unknown>[], element: XmlElement, context: MessageContext): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  if (element.text.trim() !== '') context.report('elements only, no text between them');
  const { children } = element;
  let at = 0;
  for (const one of parts) {
    at = skipForeign(one, children, at, context);
    const slot = one.alternatives.find((alternative) => matches(alternative, children[at], context));
    if (slot === undefined) {
      if (!one.optional) reportMissing(one, children[at], context);
      for (const alternative of one.alternatives) if (alternative.repeats) result[alternative.property] = [];
      continue;
    }
    const end = endOfRun(slot, children, at, context);
    result[slot.property] = readRun(slot, children.slice(at, end), context);
    at = end;
  }
  for (const child of children.slice(at)) context.report('no such element here', child.name);
  return result;
}

function matches(slot: Slot, child: XmlElement | undefined, context: MessageContext): boolean {
  return child !== undefined && child.name === slot.element && child.namespace === context.localNamespace;
}

/** A required child that stands further on is taken from there, so that one stray element makes one issue, not many. */
function skipForeign(one: Part<unknown>, children: readonly XmlElement[], at: number, context: MessageContext): number {
  if (one.optional) return at;
  const found = children.findIndex((child, index) => index >= at && one.alternatives.some((slot) => matches(slot, child, context)));
  for (const child of children.slice(at, found)) if (found > at) context.report('no such element here', child.name);
  return Math.max(at, found);
}

function reportMissing(one: Part<unknown>, next: XmlElement | undefined, context: MessageContext): void {
  const names = one.alternatives.map((slot) => slot.element);
  const unqualified = next !== undefined && names.includes(next.name);
  const namespace = context.localNamespace === '' ? 'without a namespace' : `in the namespace ${context.localNamespace}`;
  context.report(`the element ${names.join(' or ')}${unqualified ? `, ${namespace}` : ''}`);
}

function endOfRun(slot: Slot, children: readonly XmlElement[], from: number, context: MessageContext): number {
  let end = from;
  while (matches(slot, children[end], context)) end += 1;
  const length = end - from;
  if (length < slot.minimum || length > slot.maximum) {
    const most = Number.isFinite(slot.maximum) ? ` to ${slot.maximum}` : ' or more';
    context.report(slot.repeats ? `${slot.minimum}${most} times this element` : 'this element once', slot.element);
  }
  return end;
}

function readRun(slot: Slot, children: readonly XmlElement[], context: MessageContext): unknown {
  // What exceeds the maximum has been reported; it is not worth reading.
  const values = children
    .slice(0, slot.maximum)
    .map((child, index) => context.within(step(slot, index), () => readElement(child, slot.type, context)));
  return slot.repeats ? values : values[0];
}

/** Positions are told from 1, as the field numbers its transfers. */
function step(slot: Slot, index: number): string {
  return slot.repeats ? `${slot.element}[${index + 1}]` : slot.element;
}

function writeParts(parts: readonly Part<unknown>[], value: Readonly<Record<string, unknown>>, context: MessageContext): XmlElement[] {
  const result: XmlElement[] = [];
  for (const one of parts) {
    const present = one.alternatives.filter((slot) => value[slot.property] !== undefined);
    const [slot] = present;
    if (slot === undefined && !one.optional) reportMissing(one, undefined, context);
    if (present.length > 1) context.report(`only one of ${one.alternatives.map((alternative) => alternative.element).join(', ')}`);
    if (slot !== undefined) result.push(...writeSlot(slot, value[slot.property], context));
  }
  return result;
}

function writeSlot(slot: Slot, value: unknown, context: MessageContext): XmlElement[] {
  const values: readonly unknown[] = slot.repeats ? (value as readonly unknown[]) : [value];
  if (values.length < slot.minimum || values.length > slot.maximum) {
    context.report(`${slot.minimum} to ${slot.maximum} times this element`, slot.element);
  }
  const options = { namespace: context.localNamespace };
  return values.flatMap((one, index) => {
    const content = context.within(step(slot, index), () => slot.type.write(one, context));
    return content === undefined ? [] : [xmlElement(slot.element, content, options)];
  });
}
