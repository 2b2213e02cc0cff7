/** The writing side of the replica: keeps every revision that onboarding states, in whatever order they come. */
import type { Transaction } from '../database/index.ts';
import type { ConsumerDefinition } from '../events/consumer.ts';
import { issuesOf, type PlatformEvent } from '../events/contract.ts';
import { InvariantError } from '../faults/index.ts';
import { DIRECTORY_ENTRY_CHANGED, type DirectoryChange, directoryChangeShape } from './shapes.ts';

/** Key of the cached look-up of one entry. */
export const entryKey = (kind: string, code: string): string => `=${kind}:${code}`;
/** Key of the cached look-up of the entries that belong to something. */
export const childrenKey = (kind: string, parent: string): string => `>${kind}:${parent}`;

/** Told instead of keys when there are too many: forget everything. */
export const EVERYTHING = '*';
// A notification carries at most 8000 bytes.
const LONGEST_NOTICE = 7_000;

/** The channel on which a schema's changed look-ups are told. */
export const directoryChannel = (schema: string): string => `directory_${schema}`;

export interface ReplicaOptions {
  schema: string;
  /** Called after the commit, with the keys of the look-ups that changed. */
  onChange(keys: readonly string[]): void;
}

/** The consumer that fills a schema's replica. */
export function replicaConsumer({ schema, onChange }: ReplicaOptions): ConsumerDefinition {
  const apply = async (events: readonly PlatformEvent[], transaction: Transaction): Promise<void> => {
    const changes = events.map(changeOf);
    await store(changes, transaction);
    const keys = await changedKeys(changes, transaction);
    const text = keys.join('\n');
    await transaction.query('select pg_notify($1, $2)', [
      directoryChannel(schema),
      Buffer.byteLength(text) > LONGEST_NOTICE ? EVERYTHING : text,
    ]);
    transaction.afterCommit(() => onChange(keys));
  };
  return {
    name: `${schema}.directory`,
    source: 'onboarding',
    names: [DIRECTORY_ENTRY_CHANGED.name],
    handle: (event, transaction) => apply([event], transaction),
    handleBatch: apply,
  };
}

function changeOf(event: PlatformEvent): DirectoryChange {
  if (event.version !== DIRECTORY_ENTRY_CHANGED.version)
    throw new InvariantError(`Event ${event.id} is of version ${event.version} of the directory's changes`);
  const parsed = directoryChangeShape.safeParse(event.data);
  if (!parsed.success) throw new InvariantError(`Event ${event.id} is not a change of the directory: ${issuesOf(parsed.error)}`);
  return parsed.data;
}

/** A revision is written once and never changed: repeats fall away, and order does not matter. */
async function store(changes: readonly DirectoryChange[], transaction: Transaction): Promise<void> {
  const rows = changes.map(({ validFrom, ...rest }) => ({ ...rest, valid_from: validFrom }));
  await transaction.query(
    `insert into directory_entry (kind, code, revision, parent, deleted, valid_from, data)
      select kind, code, revision, parent, deleted, valid_from, data from jsonb_to_recordset($1::jsonb)
        as change (kind text, code text, revision bigint, parent text, deleted boolean, valid_from timestamptz, data jsonb)
      on conflict do nothing`,
    [JSON.stringify(rows)],
  );
}

/** The entries themselves, and the lists of everything that they belong to or did belong to. */
async function changedKeys(changes: readonly DirectoryChange[], transaction: Transaction): Promise<string[]> {
  const parents = await transaction.query<{ kind: string; parent: string }>(
    `select distinct entry.kind, entry.parent from directory_entry as entry
      join unnest($1::text[], $2::text[]) as change (kind, code) on entry.kind = change.kind and entry.code = change.code
      where entry.parent is not null`,
    [changes.map((change) => change.kind), changes.map((change) => change.code)],
  );
  const entries = changes.map((change) => entryKey(change.kind, change.code));
  return [...new Set([...entries, ...parents.map(({ kind, parent }) => childrenKey(kind, parent))])];
}
