/** Pull payments: what somebody owes, for themselves or for a PSP that they let ask. Source: Domain facts, Payments §6. */
import type { Database, ReadDatabase } from '@nodo-aperto/kernel/database';
import type { Directory } from '@nodo-aperto/kernel/directory';
import { ForbiddenError, InputError } from '@nodo-aperto/kernel/faults';
import { type Connection, listCursor, readListCursor, toConnection } from '@nodo-aperto/kernel/graphql';
import type { Clock } from '@nodo-aperto/kernel/time';
import { allowed, type Outcome, refused } from '../domain/outcome.ts';
import type { DebtPosition } from '../domain/position.ts';
import { consentEnd, isConsentInForce, type PullConsent } from '../domain/pull-consent.ts';
import { isPullable } from '../domain/pull-payments.ts';
import {
  listConsents,
  owedPositions,
  type PullCursor,
  type PullKey,
  type PullQuery,
  readConsent,
  saveConsent,
} from '../persistence/pull-store.ts';
import type { NoticeReads, PageOptions } from './read-notices.ts';

export type PullFilter = Pick<PullQuery, 'debtorFiscalCode' | 'dueFrom' | 'creditorFiscalCode'>;

export interface ConsentChange {
  debtorFiscalCode: string;
  pspCode: string;
  by: PullConsent['recordedBy'];
  reference?: string;
  /** Epoch milliseconds; a year from now when absent. */
  expiresAt?: number;
}

export interface PullPayments {
  /** @throws ForbiddenError when the citizen has not consented */
  assertConsent(debtorFiscalCode: string, pspCode: string): Promise<void>;
  /** Oldest first. */
  page(filter: PullFilter, page: PageOptions): Promise<Connection<DebtPosition>>;
  /** A numbered page, from 0. */
  numbered(filter: PullFilter, page: { limit: number; page: number }): Promise<DebtPosition[]>;
  give(change: ConsentChange): Promise<Outcome<PullConsent>>;
  /** Revoking what is not in force is refused. */
  revoke(change: Pick<ConsentChange, 'debtorFiscalCode' | 'pspCode' | 'by'>): Promise<Outcome<PullConsent>>;
  consents(debtorFiscalCode: string, page: PageOptions): Promise<Connection<PullConsent>>;
  consent(debtorFiscalCode: string, pspCode: string): Promise<PullConsent | undefined>;
}

export function pullPayments(dependencies: {
  database: Database;
  /** For what is asked most. */
  reading: ReadDatabase;
  clock: Clock;
  reads: NoticeReads;
  directory: Pick<Directory, 'psp'>;
}): PullPayments {
  const { database, reading, clock, reads, directory } = dependencies;
  const load = async (keys: readonly PullKey[], debtorFiscalCode: string): Promise<Map<PullKey, DebtPosition>> => {
    const now = clock.now();
    const positions = await reads.positionsOf(keys);
    const byKey = new Map(positions.map((position) => [`${position.creditorFiscalCode}/${position.iupd}`, position]));
    return new Map(
      keys.flatMap((key) => {
        const position = byKey.get(`${key.creditorFiscalCode}/${key.iupd}`);
        // It may have been paid or withdrawn between the two reads.
        return position && isPullable(position, debtorFiscalCode, now) ? [[key, position] as const] : [];
      }),
    );
  };
  return {
    async assertConsent(debtorFiscalCode, pspCode) {
      if (isConsentInForce(await readConsent(database, debtorFiscalCode, pspCode), clock.now())) return;
      throw new ForbiddenError('No consent of this person to this PSP is recorded or in force: record it before asking on their behalf.');
    },
    async page(filter, { size, after }) {
      const keys = await owedPositions(reading, { ...filter, now: clock.now(), limit: size + 1, after: readCursor(after) });
      const found = await load(keys.slice(0, size), filter.debtorFiscalCode);
      const shown = keys.filter((key, index) => index >= size || found.has(key));
      return toConnection(shown, size - (keys.length - shown.length), {
        cursor: ({ at, creditorFiscalCode, iupd }) => listCursor(at, creditorFiscalCode, iupd),
        node: (key) => found.get(key) as DebtPosition,
      });
    },
    async numbered(filter, { limit, page }) {
      const keys = await owedPositions(reading, { ...filter, now: clock.now(), limit, offset: page * limit });
      return [...(await load(keys, filter.debtorFiscalCode)).values()];
    },
    async give({ debtorFiscalCode, pspCode, by, reference, expiresAt }) {
      const psp = await directory.psp(pspCode);
      if (!psp?.enabled)
        return refused('NOT_FOUND', { path: 'pspCode', message: 'is of no PSP that works', expected: 'the code of a PSP' });
      const now = clock.now();
      const end = consentEnd(expiresAt, now);
      if (!end.ok) return end;
      const consent: PullConsent = {
        debtorFiscalCode,
        pspCode,
        recordedBy: by,
        ...(reference !== undefined && { reference }),
        givenAt: now,
        expiresAt: end.value,
      };
      await database.transaction((transaction) => saveConsent(transaction, consent, { at: now, by }));
      return allowed(consent);
    },
    async revoke({ debtorFiscalCode, pspCode, by }) {
      const now = clock.now();
      return database.transaction(async (transaction): Promise<Outcome<PullConsent>> => {
        const known = await readConsent(transaction, debtorFiscalCode, pspCode);
        if (!known || !isConsentInForce(known, now)) {
          return refused('NOT_FOUND', { path: 'pspCode', message: 'has no consent in force', expected: 'a PSP that has one' });
        }
        const revoked = { ...known, revokedAt: now };
        await saveConsent(transaction, revoked, { at: now, by });
        return allowed(revoked);
      });
    },
    async consents(debtorFiscalCode, { size, after }) {
      const [psp] = readListCursor(after, 1) ?? [];
      const last = psp === undefined ? {} : { after: String(psp) };
      const rows = await listConsents(database, { debtorFiscalCode, limit: size + 1, ...last });
      return toConnection(rows, size, { cursor: ({ pspCode }) => listCursor(pspCode), node: (row) => row });
    },
    consent: (debtorFiscalCode, pspCode) => readConsent(database, debtorFiscalCode, pspCode),
  };
}

function readCursor(after: string | null | undefined): PullCursor | undefined {
  const values = readListCursor(after, 3);
  if (!values) return undefined;
  const [at, creditorFiscalCode, iupd] = values;
  if (typeof at !== 'number' || !Number.isSafeInteger(at) || typeof creditorFiscalCode !== 'string' || typeof iupd !== 'string') {
    throw InputError.at('after', 'the cursor is not one of this list', 'the endCursor or an edge cursor of an earlier page');
  }
  return { at, creditorFiscalCode, iupd };
}
