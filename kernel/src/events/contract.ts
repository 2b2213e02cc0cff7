/** What an event is: the contract that a service publishes, and the envelope that travels. */
import type { ZodType } from 'zod';
import { InvariantError } from '../faults/index.ts';

/** The services that state facts; each owns one stream, kept in the schema of the same name. */
export const STREAM_NAMES = ['onboarding', 'notices', 'payments', 'receipts', 'reporting', 'quality'] as const;
export type StreamName = (typeof STREAM_NAMES)[number];

/**
 * A kind of fact that a service states. Contracts live in the schema workspace; publishers and consumers share them.
 * A change that breaks readers is a new version of the same name.
 */
export interface EventContract<Name extends string = string, Data = unknown> {
  /** Subject and past participle, e.g. "payment.booked". */
  readonly name: Name;
  /** Whole number from 1. */
  readonly version: number;
  readonly source: StreamName;
  /** Shape of the data; unknown fields are dropped when an event is written. */
  readonly schema: ZodType<Data>;
  /** Key of the thing that the fact is about; facts about one thing stay in order. */
  entityKey(data: Data): string;
  /** Version of the thing after the fact: grows with every change of it, so that readers can drop what is older. */
  revision(data: Data): number;
  /** Who besides operators may see it: `EC:77777777777`, `PSP:…`, `BROKER:…`, `CITIZEN:…`. */
  audience(data: Data): readonly string[];
  /** One sentence for people. */
  readonly describes: string;
}

const NAME = /^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+$/;

/**
 * Declares an event contract.
 * @throws InvariantError when its name or version is not well-formed
 */
export function defineEvent<Name extends string, Data>(contract: EventContract<Name, Data>): EventContract<Name, Data> {
  if (!NAME.test(contract.name)) throw new InvariantError(`Event name "${contract.name}" is not of the form "subject.happened"`);
  if (!Number.isSafeInteger(contract.version) || contract.version < 1)
    throw new InvariantError(`Event ${contract.name} has version ${contract.version}`);
  return Object.freeze(contract);
}

/** An event as readers get it: CloudEvents 1.0, with the platform's extension attributes. Shared between readers: never change one. */
export interface PlatformEvent<Data = unknown> {
  /** UUID; the same for every delivery of the event. */
  readonly id: string;
  readonly specversion: '1.0';
  /** `nodoaperto.payment.booked.v1` */
  readonly type: string;
  /** `/nodo-aperto/payments` */
  readonly source: string;
  /** Key of the thing that it is about. */
  readonly subject: string;
  /** When it was stated, ISO 8601 in UTC, platform time. */
  readonly time: string;
  readonly name: string;
  readonly version: number;
  readonly revision: number;
  readonly audience: readonly string[];
  /** W3C trace context of the request that caused it. */
  readonly traceparent?: string;
  /** Place in its stream; grows in the order in which readers get events. */
  readonly position: bigint;
  readonly data: Data;
}

/** The CloudEvents `type` of a name and version. */
export function eventType(name: string, version: number): string {
  return `nodoaperto.${name}.v${version}`;
}

/** The CloudEvents `source` of a stream. */
export function eventSource(stream: string): string {
  return `/nodo-aperto/${stream}`;
}

/** Whether an event is of a contract (name and version). */
export function isEvent<Name extends string, Data>(
  contract: EventContract<Name, Data>,
  event: PlatformEvent,
): event is PlatformEvent<Data> {
  return event.name === contract.name && event.version === contract.version;
}

// One event goes to many readers of a process: it is checked for the first of them.
const checked = new WeakMap<PlatformEvent, { readonly contract: unknown; readonly data: unknown }>();

/**
 * The data of an event, checked against its contract. All readers of a process share it, as they share the event: never change it.
 * @throws InvariantError when the event is of another contract or its data has another shape
 */
export function dataOf<Name extends string, Data>(contract: EventContract<Name, Data>, event: PlatformEvent): Data {
  const known = checked.get(event);
  if (known?.contract === contract) return known.data as Data;
  if (!isEvent(contract, event))
    throw new InvariantError(`Event ${event.id} is ${event.type}, not ${eventType(contract.name, contract.version)}`);
  const parsed = contract.schema.safeParse(event.data);
  if (!parsed.success)
    throw new InvariantError(`Event ${event.id} (${event.type}) does not have the shape of its contract: ${issuesOf(parsed.error)}`);
  checked.set(event, { contract, data: parsed.data });
  return parsed.data;
}

/** The paths and messages of a failed check, without the values (which may be personal data). */
export function issuesOf(error: { issues: readonly { path: readonly PropertyKey[]; message: string }[] }): string {
  return error.issues.map((issue) => `${issue.path.map(String).join('.') || '(root)'}: ${issue.message}`).join('; ');
}
