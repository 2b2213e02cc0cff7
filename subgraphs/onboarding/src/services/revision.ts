/** Optimistic versions: nobody overwrites what somebody else has changed since it was read. */
import { ConflictError } from '@nodo-aperto/kernel/faults';

/**
 * @param what e.g. "the user"
 * @param seen the revision that the caller has seen
 * @param content what is worth knowing of the present version; never a secret
 * @throws ConflictError with both versions
 */
export function assertRevision(
  what: string,
  seen: number,
  present: { readonly revision: number },
  content: Readonly<Record<string, unknown>>,
): void {
  if (present.revision === seen) return;
  throw new ConflictError(`You have seen revision ${seen} of ${what}, which is now at revision ${present.revision}; read it again.`, {
    seen: { revision: seen },
    current: { revision: present.revision, content: JSON.stringify(content) },
  });
}
