/** What operators do with the qualification of a partner. Every step is noted with who took it and why. */
import type { Database, Transaction } from '@nodo-aperto/kernel/database';
import { ConflictError, InputError, NotFoundError } from '@nodo-aperto/kernel/faults';
import type { RandomStream } from '@nodo-aperto/kernel/random';
import { asDate, type Clock } from '@nodo-aperto/kernel/time';
import { addMonths, isMonth } from '../domain/month.ts';
import { configurationIssues, type ModuleConfiguration } from '../domain/partner/configuration.ts';
import { type InstanceAction, stateAfter, statesFor } from '../domain/partner/instance.ts';
import { outcomeOfInstance } from '../domain/partner/judge.ts';
import type { PartnerModule } from '../domain/partner/modules.ts';
import { QualificationAuditRow, QualificationModuleRow, QualificationRow } from '../persistence/qualification-tables.ts';
import type { PartnerDirectory } from './partner-evidence.ts';

export interface ModuleChoice {
  module: PartnerModule;
  configuration: Partial<ModuleConfiguration>;
}

export interface QualificationDraft {
  partnerCode: string;
  title: string;
  /** YYYY-MM */
  fromMonth: string;
  toMonth: string;
  modules: readonly ModuleChoice[];
}

export interface QualificationParts {
  database: Database;
  clock: Clock;
  directory: PartnerDirectory;
  random: RandomStream;
}

const LONGEST_MONTHS = 12;
const LONGEST_TITLE = 200;
const REASON = { least: 3, most: 500 };

export class Qualifications {
  readonly #parts: QualificationParts;

  constructor(parts: QualificationParts) {
    this.#parts = parts;
  }

  /** @throws InputError naming every field that is wrong */
  async create(draft: QualificationDraft, actor: string): Promise<string> {
    await this.#check(draft);
    const { database, clock, random } = this.#parts;
    const id = random.uuid();
    await database.transaction(async (transaction) => {
      transaction.manager.create(QualificationRow, {
        id,
        ...fieldsOf(draft),
        state: 'BOZZA',
        outcome: 'STANDBY',
        manualOutcome: null,
        createdAt: asDate(clock.now()),
        executedAt: null,
        revision: 1,
      });
      await transaction.manager.flush();
      switchOn(transaction, id, draft.modules);
      await this.#audit(transaction, id, { actor, action: 'CREATE' });
    });
    return id;
  }

  /** Replaces a draft or a plan. @throws ConflictError in another state, or when somebody else has changed it meanwhile */
  async edit(id: string, draft: QualificationDraft, revision: number, actor: string): Promise<void> {
    await this.#check(draft);
    await this.#change(id, 'EDIT', { actor }, async (row, transaction) => {
      if (row.revision !== revision) throw new ConflictError(`The qualification is at revision ${row.revision}, not ${revision}.`);
      if (row.partnerCode !== draft.partnerCode) throw InputError.at('partnerCode', 'is of another partner', row.partnerCode);
      transaction.manager.assign(row, fieldsOf(draft));
      await transaction.manager.nativeDelete(QualificationModuleRow, { qualification: id });
      switchOn(transaction, id, draft.modules);
    });
  }

  /** PLAN, DELETE, ARCHIVE or RESTORE. @throws ConflictError in a state that does not allow it */
  async move(id: string, action: 'PLAN' | 'DELETE' | 'ARCHIVE' | 'RESTORE', actor: string): Promise<void> {
    await this.#change(id, action, { actor }, async () => {});
  }

  /**
   * Puts a person's outcome in the place of the automatic one, of a module or of the whole; null takes it back.
   * @throws ConflictError before it was executed, InputError without a reason
   */
  async override(
    id: string,
    what: { module: PartnerModule | null; outcome: 'OK' | 'KO' | null; reason: string },
    actor: string,
  ): Promise<void> {
    const { module, outcome } = what;
    const reason = what.reason.trim();
    if (reason.length < REASON.least || reason.length > REASON.most)
      throw InputError.at('reason', 'is missing or too long', `a reason of ${REASON.least} to ${REASON.most} characters`);
    const detail = `${outcome ?? 'automatic'}: ${reason}`;
    await this.#change(id, 'OVERRIDE', { actor, module, detail }, async (row, transaction) => {
      const modules = await transaction.manager.find(QualificationModuleRow, { qualification: id });
      if (module === null) row.manualOutcome = outcome;
      else {
        const chosen = modules.find((each) => each.module === module);
        if (!chosen) throw InputError.at('module', `${module} is not switched on`, modules.map((each) => each.module).join(', '));
        chosen.manualOutcome = outcome;
      }
      row.outcome = outcomeOfInstance(
        modules.map((each) => ({ outcome: each.outcome, manualOutcome: each.manualOutcome ?? null })),
        row.manualOutcome ?? null,
      );
    });
  }

  /** Does something to a locked qualification whose state allows it, and notes it. */
  async #change(
    id: string,
    action: InstanceAction,
    note: { actor: string; module?: PartnerModule | null; detail?: string },
    work: (row: QualificationRow, transaction: Transaction) => Promise<void>,
  ): Promise<void> {
    await this.#parts.database.transaction(async (transaction) => {
      const row = await lockedRow(transaction, id);
      const state = stateAfter(row.state, action);
      if (state === undefined)
        throw new ConflictError(`The qualification is ${row.state}; ${action} is possible in ${statesFor(action).join(', ')}.`);
      await work(row, transaction);
      transaction.manager.assign(row, { state, revision: row.revision + 1 });
      await this.#audit(transaction, id, { ...note, action });
    });
  }

  async #audit(
    transaction: Transaction,
    id: string,
    note: { actor: string; action: string; module?: PartnerModule | null; detail?: string },
  ): Promise<void> {
    await addAudit(transaction, id, this.#parts.clock.now(), note);
  }

  async #check({ partnerCode, title, fromMonth, toMonth, modules }: QualificationDraft): Promise<void> {
    const issues: { path: string; message: string; expected: string }[] = [];
    const wrong = (path: string, message: string, expected: string): void => void issues.push({ path, message, expected });
    if (!(await this.#parts.directory.creditorBroker(partnerCode)))
      wrong('partnerCode', 'is not known', 'the code of a broker of creditors');
    if (title.trim() === '' || title.length > LONGEST_TITLE) wrong('title', 'is empty or too long', `1 to ${LONGEST_TITLE} characters`);
    if (!isMonth(fromMonth)) wrong('fromMonth', 'is not a month', 'a month such as 2026-03');
    if (!isMonth(toMonth)) wrong('toMonth', 'is not a month', 'a month such as 2026-03');
    else if (isMonth(fromMonth) && (toMonth < fromMonth || toMonth > addMonths(fromMonth, LONGEST_MONTHS - 1)))
      wrong('toMonth', `is ${toMonth}`, `a month from ${fromMonth} to ${addMonths(fromMonth, LONGEST_MONTHS - 1)}`);
    if (modules.length === 0) wrong('modules', 'is empty', 'at least one module');
    for (const [index, { module, configuration }] of modules.entries()) {
      if (modules.findIndex((each) => each.module === module) !== index) wrong(`modules[${index}].module`, 'is there twice', 'each once');
      for (const { field, expected } of configurationIssues(configuration)) {
        wrong(`modules[${index}].configuration.${field}`, 'is out of range', expected);
      }
    }
    if (issues.length > 0) throw new InputError(issues);
  }
}

/** @throws NotFoundError */
export async function lockedRow(transaction: Transaction, id: string): Promise<QualificationRow> {
  await transaction.query('select 1 from qualification where id = $1 for update', [id]);
  const row = await transaction.manager.findOne(QualificationRow, id);
  if (!row) throw new NotFoundError('There is no such qualification.');
  return row;
}

export async function addAudit(
  transaction: Transaction,
  id: string,
  now: number,
  { actor, action, module = null, detail = '' }: { actor: string; action: string; module?: PartnerModule | null; detail?: string },
): Promise<void> {
  const number = (await transaction.manager.count(QualificationAuditRow, { qualification: id })) + 1;
  transaction.manager.create(QualificationAuditRow, {
    qualification: id,
    number,
    at: asDate(now),
    actor,
    action,
    module,
    detail: detail === '' ? null : detail,
  });
}

function fieldsOf({ partnerCode, title, fromMonth, toMonth }: QualificationDraft) {
  return { partnerCode, title: title.trim(), fromMonth, toMonth };
}

function switchOn(transaction: Transaction, qualification: string, modules: readonly ModuleChoice[]): void {
  for (const { module, configuration } of modules) {
    transaction.manager.create(QualificationModuleRow, {
      qualification,
      module,
      configuration,
      outcome: 'STANDBY',
      manualOutcome: null,
      evidenceDigest: null,
    });
  }
}
