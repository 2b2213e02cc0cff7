/** What institutions must do of the roadmap, by when, and whether they have. Source: domain facts, Onboarding section 6. */
import type { Principal } from '@nodo-aperto/kernel/auth';
import type { Database } from '@nodo-aperto/kernel/database';
import { ConflictError, InputError } from '@nodo-aperto/kernel/faults';
import { type Clock, toLocalDate } from '@nodo-aperto/kernel/time';
import { initiativesFor } from '../domain/initiatives.ts';
import { addressOf, type Institution } from '../domain/permissions/institution.ts';
import { isComputed } from '../domain/roadmap/adoption.ts';
import { inOrder, isToDo, type Obligation, obligationOf } from '../domain/roadmap/obligations.ts';
import { type AdoptionDeclaration, declarationsOf, factsOf, saveDeclaration } from '../persistence/adoption-store.ts';
import { actorName, recordAudit } from '../persistence/audit-log.ts';
import type { PermissionService } from './permissions.ts';

/** An obligation, and the revision of the declaration that it may rest on (0: none). */
export interface InstitutionObligation extends Obligation {
  readonly declarationRevision: number;
}

export interface DeclarationRequest {
  readonly initiative: string;
  readonly adopted: boolean;
  readonly note?: string | null;
  /** The revision of the declaration that is replaced; 0 when there is none. */
  readonly revision: number;
  readonly institution?: Institution | null;
}

export interface RoadmapService {
  /** What concerns the caller's institution, what is to be done first before the rest. @throws ForbiddenError, InputError */
  obligations(principal: Principal, options: { institution?: Institution | null; onlyToDo: boolean }): Promise<InstitutionObligation[]>;
  /** Says whether an initiative is adopted that the platform cannot see. @throws InputError, ForbiddenError; ConflictError with both versions */
  declare(principal: Principal, request: DeclarationRequest): Promise<InstitutionObligation>;
}

const LONGEST_NOTE = 500;
const LOCK = 'select pg_advisory_xact_lock(hashtextextended($1, 3))';

export function roadmapService(parts: { database: Database; clock: Clock; permissions: PermissionService }): RoadmapService {
  const { database, clock, permissions } = parts;
  const read = async (institution: Institution): Promise<InstitutionObligation[]> => {
    const [facts, declarations] = [await factsOf(database, institution), await declarationsOf(database, institution)];
    const today = toLocalDate(clock.now());
    return initiativesFor(facts.subject).map((initiative) => {
      const declaration = declarations.find((each) => each.initiative === initiative.id);
      const declared = declaration && adoptionSaid(declaration);
      return {
        ...obligationOf(initiative, facts, { today, ...(declared && { declared }) }),
        declarationRevision: declaration?.revision ?? 0,
      };
    });
  };
  return {
    async obligations(principal, { institution: given, onlyToDo }) {
      const { institution } = await permissions.actingFor(principal, 'ROADMAP', given);
      const all = inOrder(await read(institution)) as InstitutionObligation[];
      return onlyToDo ? all.filter(isToDo) : all;
    },
    async declare(principal, request) {
      const { institution } = await permissions.actingFor(principal, 'REGISTRATION', request.institution);
      const { subject } = await factsOf(database, institution);
      const note = request.note?.trim() || undefined;
      if (note !== undefined && note.length > LONGEST_NOTE)
        throw InputError.at('note', 'is too long', `at most ${LONGEST_NOTE} characters`);
      const concerning = initiativesFor(subject).filter(({ id }) => !isComputed(id, subject));
      if (!concerning.some(({ id }) => id === request.initiative))
        throw InputError.at(
          'initiative',
          'is not declared by you: it does not concern you, or the platform sees for itself',
          concerning.map(({ id }) => id).join(' or ') || 'nothing: the platform sees everything that concerns you',
        );
      await database.transaction(async (tx) => {
        await tx.query(LOCK, [`onboarding adoption ${addressOf(institution)}`]);
        const known = (await declarationsOf(tx, institution)).find(({ initiative }) => initiative === request.initiative);
        assertSeen(known, request.revision);
        const now = clock.now();
        const declaration: AdoptionDeclaration = {
          institution,
          initiative: request.initiative,
          adopted: request.adopted,
          ...(note !== undefined && { note }),
          declaredBy: actorName(principal),
          declaredAt: now,
          revision: request.revision + 1,
        };
        await saveDeclaration(tx, declaration);
        const address = addressOf(institution);
        const detail = { adopted: request.adopted, revision: declaration.revision };
        const about = { objectKind: 'ADOPTION', objectCode: request.initiative, audience: [address], onBehalfOf: address };
        await recordAudit(tx, principal, now, [{ action: 'DECLARED', ...about, detail }]);
      });
      const found = (await read(institution)).find(({ initiative }) => initiative.id === request.initiative);
      return found as InstitutionObligation;
    },
  };
}

function adoptionSaid({ adopted, note, declaredAt }: AdoptionDeclaration) {
  const evidence = note ?? (adopted ? 'The institution says so.' : 'The institution says that it has not.');
  return { adopted, evidence, ...(adopted && { since: declaredAt }) };
}

function assertSeen(known: AdoptionDeclaration | undefined, seen: number): void {
  const current = known?.revision ?? 0;
  if (current === seen) return;
  throw new ConflictError(`You have seen revision ${seen} of the declaration, which is now at revision ${current}; read it again.`, {
    seen: { revision: seen },
    current: { revision: current, ...(known && { content: JSON.stringify({ adopted: known.adopted, note: known.note }) }) },
  });
}
