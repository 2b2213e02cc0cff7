import type { InputIssue } from '@nodo-aperto/kernel/faults';
import type { Metadata } from './position.ts';

/** The most entries of metadata that a creditor may attach. */
const MOST_METADATA = 10;
/** Written by the platform when the costs of a notification are added; a creditor may not set it. */
const RESERVED_METADATA_KEY = 'NOTIFICATION_FEE';

/** At most ten entries of metadata, with unique keys. Source: Domain facts, Payments §4.3. */
export function checkMetadata(metadata: readonly Metadata[] | undefined, path: string): InputIssue[] {
  if (!metadata) return [];
  const place = `${path}.metadata`;
  if (metadata.length > MOST_METADATA)
    return [{ path: place, message: `has ${metadata.length} entries`, expected: `at most ${MOST_METADATA} entries` }];
  const keys = metadata.map(({ key }) => key);
  const repeated = keys.findIndex((key, index) => keys.indexOf(key) !== index);
  return repeated < 0 ? [] : [{ path: `${place}[${repeated}].key`, message: 'is used twice', expected: 'unique keys' }];
}

/** The reserved key is refused as a conflict, not as bad input. Source: Domain facts, Payments §4.3. */
export function checkReservedKeys(metadata: readonly Metadata[] | undefined, path: string): InputIssue[] {
  const index = metadata?.findIndex(({ key }) => key === RESERVED_METADATA_KEY) ?? -1;
  if (index < 0) return [];
  return [
    { path: `${path}.metadata[${index}].key`, message: `${RESERVED_METADATA_KEY} is reserved for the platform`, expected: 'another key' },
  ];
}
