/** Completes a request, in the transaction that ends it: the institution becomes a party of the directory and its people become users. */
import type { RandomStream } from '@nodo-aperto/kernel/random';
import type { DirectoryKind } from '@nodo-aperto/kernel/directory';
import type { Change, FileEntry } from '../../domain/directory-file/index.ts';
import { type RuleOptions, rulesOf } from '../../domain/kinds.ts';
import { isTaken, partiesOf } from '../../domain/onboarding/directory-parties.ts';
import type { RequestedUser } from '../../domain/onboarding/request.ts';
import { addressOf } from '../../domain/permissions/institution.ts';
import type { AuditNote } from '../../persistence/audit-log.ts';
import type { DirectoryWriter } from '../../persistence/directory-store.ts';
import type { OnboardingRequest } from '../../persistence/request-store.ts';
import { findMember, type InstitutionUser, saveUser } from '../../persistence/user-store.ts';
import { loadKnown } from '../known-directory.ts';
import { readInput } from '../objects.ts';

/** What cannot be done twice: a party that is there already. */
export const TAKEN = 'The institution is a party of the platform already.';

/**
 * @param by who completes it
 * @returns why it cannot be completed; undefined when it was
 */
export async function complete(
  writer: DirectoryWriter,
  request: OnboardingRequest,
  parts: { by: string; random: RandomStream; rules: RuleOptions },
): Promise<string | undefined> {
  const { by, random, rules } = parts;
  const entries = partiesOf(request.content.institution);
  const files = entries.map(({ kind, code, input }) => ({ kind, code, entry: readInput(kind, input, rules) }) as unknown as FileEntry);
  const known = await loadKnown(writer, files);
  const present = entries.filter(({ kind, code }) => known.stored(kind, code) !== undefined);
  if (isTaken(entries, present)) return TAKEN;
  // Whoever was a broker before, e.g. a creditor that becomes a partner, stays the broker that it is.
  const changes = files
    .filter(({ kind, code }) => known.stored(kind, code) === undefined)
    .map(({ kind, code, entry }) => ({ kind, code, object: completed(kind, entry, writer.now), created: true }) as Change);
  await writer.save(changes);
  await writer.audit(...(await appointAll(writer, request, { by, random })));
  return undefined;
}

function completed(kind: DirectoryKind, entry: FileEntry['entry'], now: string): unknown {
  return rulesOf(kind).complete(entry as never, undefined, now);
}

async function appointAll(
  writer: DirectoryWriter,
  { institution, content }: OnboardingRequest,
  { by, random }: { by: string; random: RandomStream },
): Promise<AuditNote[]> {
  const notes: AuditNote[] = [];
  for (const person of oncePerPerson(content.users)) {
    if (await findMember(writer, institution, person.fiscalCode)) continue;
    const { fiscalCode, name, familyName, email, role } = person;
    const now = writer.nowMs;
    const user: InstitutionUser = {
      id: random.uuid(),
      institution,
      fiscalCode,
      name,
      familyName,
      email,
      role,
      state: 'ACTIVE',
      appointedBy: by,
      appointedAt: now,
      changedAt: now,
      revision: 1,
      grants: [],
    };
    await saveUser(writer, user);
    const address = addressOf(institution);
    const detail = { person: fiscalCode, role, functions: [] };
    notes.push({ action: 'APPOINTED', objectKind: 'USER', objectCode: user.id, audience: [address], onBehalfOf: address, detail });
  }
  return notes;
}

/** A person is one thing to an institution: who is a manager too is a manager. */
function oncePerPerson(users: readonly RequestedUser[]): readonly RequestedUser[] {
  const people = new Map<string, RequestedUser>();
  for (const user of users) if (user.role === 'MANAGER' || !people.has(user.fiscalCode)) people.set(user.fiscalCode, user);
  return [...people.values()];
}
