import { InvariantError } from '../faults/index.ts';
import { qualifiedName, xmlElement } from './xml.ts';
import type { XmlElement } from './xml.ts';

/** One thing that is wrong with a message. Holds no value of the message, so that it may be told and logged. */
export interface MessageIssue {
  /** Where, from the message's own element: `paGetPaymentRes.data.transferList.transfer[2].IBAN`. */
  readonly path: string;
  /** What should have been there: `1 to 35 characters`. */
  readonly expected: string;
}

/** More than these say nothing new, and a hostile message could hold thousands. */
const maximumIssues = 20;

const instanceNamespace = 'http://www.w3.org/2001/XMLSchema-instance';
const instanceAttributes: readonly string[] = ['type', 'schemaLocation', 'noNamespaceSchemaLocation'];

/** Where a reader or writer stands in a message, and what it found. */
export class MessageContext {
  readonly issues: MessageIssue[] = [];
  /** The namespace of the elements inside the message's own: none, unless the schema says elementFormDefault="qualified". */
  readonly localNamespace: string;
  readonly #path: string[] = [];

  constructor(localNamespace: string) {
    this.localNamespace = localNamespace;
  }

  /** Runs the work one step further down. */
  within<T>(step: string, work: () => T): T {
    this.#path.push(step);
    try {
      return work();
    } finally {
      this.#path.pop();
    }
  }

  /** Notes an issue here, or at a step below. */
  report(expected: string, step?: string): undefined {
    if (this.issues.length < maximumIssues) {
      // Names of elements may come from the message; they are cut, since nothing says how long they are.
      this.issues.push({ path: (step === undefined ? this.#path : [...this.#path, step.slice(0, 60)]).join('.'), expected });
    }
  }
}

/**
 * How a value is written in XML: the description from which a message is validated, read and built.
 * Neither direction throws for a wrong value; both report to the context.
 */
export interface XmlType<Value> {
  /** What a right value looks like, for people. */
  readonly expected: string;
  /** The value of an element whose attributes have been checked; undefined after an issue was reported. */
  read(element: XmlElement, context: MessageContext): Value | undefined;
  /** The content of an element that holds the value; undefined after an issue was reported. */
  write(value: Value, context: MessageContext): string | readonly XmlElement[] | undefined;
}

/** What an {@link XmlType} or {@link Message} is about. */
export type ValueOf<Type> = Type extends XmlType<infer Value> ? Value : Type extends Message<infer Value> ? Value : never;

/** The outcome of reading a message: its value, or everything found wrong (at most 20 issues). */
export type MessageReading<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly issues: readonly MessageIssue[] };

/** One message of a contract: a global element of its XSD. */
export interface Message<Value> {
  readonly namespace: string;
  /** Local name of the message's element. */
  readonly element: string;
  /** Validates and reads. */
  read(element: XmlElement): MessageReading<Value>;
  /** Builds, elements in the order of the schema. @throws InvariantError when the value breaks the schema: our own bug. */
  write(value: Value): XmlElement;
}

/** A request with its answer: one operation of a WSDL. */
export interface Operation<Request, Response> {
  /** Name in the WSDL, also the SOAPAction: `paVerifyPaymentNotice`. */
  readonly name: string;
  readonly request: Message<Request>;
  readonly response: Message<Response>;
}

/**
 * Describes a message.
 * @param definition.qualified true when the schema has elementFormDefault="qualified" (that of reporting flows); the
 * wrapper is always qualified, and without the attribute everything inside it is in no namespace.
 */
export function message<Value>(definition: {
  readonly namespace: string;
  readonly prefix: string;
  readonly element: string;
  readonly type: XmlType<Value>;
  readonly qualified?: boolean;
}): Message<Value> {
  const { namespace, prefix, element: name, type } = definition;
  const localNamespace = definition.qualified === true ? namespace : '';
  return {
    namespace,
    element: name,
    read(element) {
      const context = new MessageContext(localNamespace);
      if (element.name !== name || element.namespace !== namespace) {
        context.report(`the element ${qualifiedName({ namespace, name })}`, name);
        return { ok: false, issues: context.issues };
      }
      const value = context.within(name, () => readElement(element, type, context));
      return context.issues.length === 0 ? { ok: true, value: value as Value } : { ok: false, issues: context.issues };
    },
    write(value) {
      const context = new MessageContext(localNamespace);
      const content = context.within(name, () => type.write(value, context));
      const [issue] = context.issues;
      if (issue !== undefined || content === undefined) {
        throw new InvariantError(`a message would break its schema: ${issue?.path ?? name} needs ${issue?.expected ?? type.expected}`);
      }
      return xmlElement(name, content, { namespace, prefix });
    },
  };
}

/** Checks the attributes of an element, then reads it. */
export function readElement<Value>(element: XmlElement, type: XmlType<Value>, context: MessageContext): Value | undefined {
  for (const attribute of element.attributes) {
    // The schemas declare no attributes; those of XML Schema itself are always allowed, but nil only where the schema says so.
    const known = attribute.namespace === instanceNamespace && instanceAttributes.includes(attribute.name);
    if (!known) context.report('no attribute', `@${attribute.name}`);
  }
  return type.read(element, context);
}

/** What is wrong with a message, in one sentence of at most three issues. */
export function sentenceOf(issues: readonly MessageIssue[]): string {
  const told = issues.slice(0, 3).map((issue) => `${issue.path}: expected ${issue.expected}`);
  return told.join('; ') + (issues.length > told.length ? `; and ${issues.length - told.length} more` : '');
}
