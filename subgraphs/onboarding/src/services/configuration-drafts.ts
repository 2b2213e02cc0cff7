/**
 * Stations, channels and brokers as their owners configure them: proposed, reviewed by operators, and in force once approved. What is in force works on
 * while a new configuration of it is reviewed. Source: domain facts, Onboarding section 5.6.
 */
import type { PlatformFunction, Principal } from '@nodo-aperto/kernel/auth';
import type { Database } from '@nodo-aperto/kernel/database';
import { ConflictError, InputError, LimitError, NotFoundError } from '@nodo-aperto/kernel/faults';
import { type DraftEvent, type DraftState, isOpen, nextDraftState } from '../domain/configuration/draft-state.ts';
import { firstFreeCode } from '../domain/configuration/free-code.ts';
import { type Change, type FileEntry, writeObject } from '../domain/directory-file/index.ts';
import { type DirectoryEntries, type RuleOptions, rulesOf } from '../domain/kinds.ts';
import { addressOf, type Institution, type InstitutionRole } from '../domain/permissions/institution.ts';
import { actorName, auditKind } from '../persistence/audit-log.ts';
import type { DirectoryStore, DirectoryWriter } from '../persistence/directory-store.ts';
import {
  codesUnderReview,
  type DraftKind,
  findDraft,
  listDrafts,
  saveDraft,
  type StoredDraft,
  takenCodes,
} from '../persistence/draft-store.ts';
import type { Stored } from '../persistence/mappings.ts';
import { loadKnown } from './known-directory.ts';
import { apply, assertPassword, checkReferences, readInput } from './objects.ts';
import type { PermissionService } from './permissions.ts';

export interface ProposalOptions {
  /** Of an edit: the code; absent for what is new, which is given the next free one. */
  readonly code?: string | null;
  /** Of an edit: the revision of the draft under review that the caller has seen, or where none is, of the configuration in force. */
  readonly revision?: number | null;
  /** Whose it is, where not the caller's own. */
  readonly institution?: Institution | null;
}

export interface ConfigurationDraftService {
  /**
   * The owner creates a station, a channel or itself as a broker, or edits one. The code of a broker is its institution's.
   * @throws InputError naming every bad field; ForbiddenError; NotFoundError for what is not the caller's; ConflictError with both versions
   */
  propose(principal: Principal, kind: DraftKind, input: object, options: ProposalOptions): Promise<StoredDraft>;
  /** A reviewer asks for changes. @throws NotFoundError, InputError; ConflictError in another state or for another revision */
  askChanges(principal: Principal, kind: DraftKind, code: string, review: { note: string; revision: number }): Promise<StoredDraft>;
  /** A reviewer approves: the configuration is in force. @throws NotFoundError; ConflictError, also when what it replaces has changed */
  approve(principal: Principal, kind: DraftKind, code: string, revision: number): Promise<StoredDraft>;
  /** Drafts of the caller's institution, for operators of all, in the order of their codes. */
  list(
    principal: Principal,
    kind: DraftKind,
    options: { institution?: Institution | null; states?: readonly DraftState[] | null; after?: string; limit: number },
  ): Promise<StoredDraft[]>;
  /** Which of the codes have a draft that waits for a review or for its owner. */
  underReview(kind: DraftKind, codes: readonly string[]): Promise<string[]>;
}

const FUNCTIONS: Readonly<Record<DraftKind, PlatformFunction>> = {
  station: 'STATIONS',
  channel: 'CHANNELS',
  creditorBroker: 'REGISTRATION',
  pspBroker: 'REGISTRATION',
};
const LONGEST_NOTE = 1_000;

export function configurationDraftService(parts: {
  database: Database;
  store: DirectoryStore;
  rules: RuleOptions;
  permissions: PermissionService;
}): ConfigurationDraftService {
  const { database, store, rules, permissions } = parts;

  const review = (
    principal: Principal,
    { kind, code, revision, event }: { kind: DraftKind; code: string; revision: number; event: DraftEvent },
    work: (writer: DirectoryWriter, draft: StoredDraft) => Promise<Partial<StoredDraft>>,
  ): Promise<StoredDraft> =>
    store.write(principal, async (writer) => {
      const draft = await findDraft(writer, kind, code);
      if (!draft) throw new NotFoundError(`There is no draft of ${rulesOf(kind).what} of this code.`);
      assertSeen(draft, revision);
      const state = nextDraftState(draft.state, event);
      if (!state)
        throw new ConflictError(
          `The draft is ${draft.state}: ${event === 'APPROVE' ? 'it cannot be approved' : 'no changes can be asked for'}.`,
        );
      const { note: _note, ...rest } = draft;
      const changed: StoredDraft = {
        ...rest,
        ...(await work(writer, draft)),
        state,
        reviewedBy: actorName(principal),
        changedAt: writer.nowMs,
        revision: draft.revision + 1,
      };
      await record(writer, changed, event);
      return changed;
    });

  return {
    async propose(principal, kind, input, { code: given, revision, institution: named }) {
      const acting = await permissions.actingFor(principal, FUNCTIONS[kind], named);
      const broker = acting.institution.code;
      const ofBroker = isBrokerKind(kind);
      if (ofBroker) assertSide(kind, acting.institution);
      return store.write(principal, async (writer) => {
        const code = ofBroker ? broker : (given ?? (await nextCode(writer, broker)));
        const draft = await findDraft(writer, kind, code);
        const [live] = await writer.load(kind, [code]);
        if (given && !ofBroker) assertOwn(kind, broker, draft?.broker ?? ownerOf(live));
        const open = draft && isOpen(draft.state) ? draft : undefined;
        const current = open ?? live;
        if (given || ofBroker) assertCurrent(kind, code, current, revision ?? undefined);
        const entry = readInput(kind, { ...input, code, ...(!ofBroker && { broker }) }, rules) as DirectoryEntries[DraftKind];
        const known = await loadKnown(writer, [{ kind, code, entry } as FileEntry]);
        checkReferences(rulesOf(kind).references(entry as never), known);
        const object = rulesOf(kind).complete(entry as never, current?.object as never, writer.now);
        assertPassword(object);
        const state = nextDraftState(draft?.state ?? (live && 'APPROVED'), 'PROPOSE');
        const proposed: StoredDraft = {
          kind,
          code,
          broker,
          state: state ?? 'TO_CHECK',
          object,
          ...(live && { basedOn: live.revision }),
          proposedBy: actorName(principal),
          proposedAt: writer.nowMs,
          changedAt: writer.nowMs,
          revision: (draft?.revision ?? 0) + 1,
        };
        await record(writer, proposed, 'PROPOSE', addressOf(acting.institution));
        return proposed;
      });
    },
    askChanges(principal, kind, code, { note, revision }) {
      const text = note.trim();
      if (text === '' || text.length > LONGEST_NOTE)
        throw InputError.at('note', 'is not valid', `what is to be changed, in 1 to ${LONGEST_NOTE} characters`);
      return review(principal, { kind, code, revision, event: 'ASK_CHANGES' }, async () => ({ note: text }));
    },
    approve: (principal, kind, code, revision) =>
      review(principal, { kind, code, revision, event: 'APPROVE' }, async (writer, draft) => {
        const known = await loadKnown(writer, [{ kind, code, entry: draft.object } as FileEntry]);
        const live = known.stored(kind, code);
        if (live?.revision !== draft.basedOn) throw changedMeanwhile(draft, live);
        checkReferences(rulesOf(kind).references(draft.object as never), known);
        const change = { kind, code, object: draft.object, created: live === undefined } as Change;
        await apply(writer, change, live);
        return {};
      }),
    async list(principal, kind, { institution: named, states, after, limit }) {
      const all = principal.role === 'OPERATOR' && !named;
      const broker = all ? undefined : (await permissions.actingFor(principal, FUNCTIONS[kind], named)).institution.code;
      return listDrafts(database, kind, { broker, states: states ?? undefined, after, limit });
    },
    underReview: (kind, codes) => codesUnderReview(database, kind, codes),
  };
}

/** The one writer of the directory asks: two who ask at once get two codes. */
async function nextCode(writer: DirectoryWriter, broker: string): Promise<string> {
  const code = firstFreeCode(broker, await takenCodes(writer, broker));
  if (code === undefined) throw new LimitError('All codes of this broker are taken.');
  return code;
}

const BROKER_SIDES: Readonly<Record<'creditorBroker' | 'pspBroker', InstitutionRole>> = { creditorBroker: 'EC', pspBroker: 'PSP' };

function isBrokerKind(kind: DraftKind): kind is keyof typeof BROKER_SIDES {
  return Object.hasOwn(BROKER_SIDES, kind);
}

/** A creditor connects creditors, a PSP connects PSPs, a partner either. */
function assertSide(kind: keyof typeof BROKER_SIDES, { role }: Institution): void {
  if (role !== 'PARTNER' && role !== BROKER_SIDES[kind])
    throw InputError.at('side', 'is not the side of the institution', role === 'EC' ? 'CREDITORS' : 'PSPS');
}

function ownerOf(live: Stored<DraftKind> | undefined): string | undefined {
  return live && 'broker' in live.object ? live.object.broker : undefined;
}

function assertOwn(kind: DraftKind, broker: string, owner: string | undefined): void {
  if (owner !== broker) throw new NotFoundError(`There is no such ${kind} of yours.`);
}

function assertSeen(draft: StoredDraft, seen: number): void {
  if (draft.revision !== seen) throw conflict(draft.kind, draft.code, seen, draft);
}

function assertCurrent(
  kind: DraftKind,
  code: string,
  current: StoredDraft | Stored<DraftKind> | undefined,
  seen: number | undefined,
): void {
  if (!current || current.revision === seen) return;
  if (seen === undefined)
    throw new ConflictError(`The ${kind} ${code} is at revision ${current.revision}; read it and give the revision you have seen.`);
  throw conflict(kind, code, seen, current);
}

function conflict(
  kind: DraftKind,
  code: string,
  seen: number,
  current: { revision: number; object: StoredDraft['object'] },
): ConflictError {
  return new ConflictError(
    `You have seen revision ${seen} of the ${kind} ${code}, which is now at revision ${current.revision}; read it again.`,
    {
      seen: { revision: seen },
      current: { revision: current.revision, content: writeObject(kind, current.object) },
    },
  );
}

function changedMeanwhile(draft: StoredDraft, live: Stored<DraftKind> | undefined): ConflictError {
  const { kind, code, basedOn = 0, object } = draft;
  return new ConflictError(
    `The ${kind} ${code} has changed since this was proposed (revision ${basedOn}, now ${live?.revision ?? 0}); its owner has to propose it again.`,
    {
      seen: { revision: basedOn, content: writeObject(kind, object) },
      current: { revision: live?.revision ?? 0, ...(live && { content: writeObject(kind, live.object) }) },
    },
  );
}

async function record(writer: DirectoryWriter, draft: StoredDraft, event: DraftEvent, onBehalfOf?: string): Promise<void> {
  const { kind, code, broker, state, revision, note } = draft;
  await saveDraft(writer, draft);
  const sides = kind === 'station' || kind === 'creditorBroker' ? (['EC', 'PARTNER'] as const) : (['PSP', 'PARTNER'] as const);
  await writer.audit({
    action: event,
    objectKind: `${auditKind(kind)}_DRAFT`,
    objectCode: code,
    audience: sides.map((role) => addressOf({ role, code: broker })),
    ...(onBehalfOf !== undefined && { onBehalfOf }),
    detail: { state, revision, ...(note !== undefined && { note }) },
  });
}
