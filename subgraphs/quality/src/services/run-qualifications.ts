/** Executes planned qualifications whose period is over. One that died half-way is executed again; one that fails says why. */
import type { JobSummary } from '@nodo-aperto/kernel/jobs';
import type { Logger } from '@nodo-aperto/kernel/logging';
import { asDate } from '@nodo-aperto/kernel/time';
import { addMonths, type Month, monthOf, spanOf } from '../domain/month.ts';
import { stateAfter } from '../domain/partner/instance.ts';
import { judgeModule, outcomeOfInstance } from '../domain/partner/judge.ts';
import { configurationOf } from '../domain/partner/modules.ts';
import { QualificationFigureRow, QualificationModuleRow, type QualificationRow } from '../persistence/qualification-tables.ts';
import type { Span } from '../persistence/partner-records.ts';
import { partnerDigest, recordsOf, shutdownsOf } from './partner-evidence.ts';
import { addAudit, lockedRow, type QualificationParts } from './qualifications.ts';

const AT_A_TIME = 50;
const ACTOR = 'platform';

export async function runQualifications(parts: QualificationParts & { log: Logger }, signal: AbortSignal): Promise<JobSummary> {
  const lastOver = addMonths(monthOf(parts.clock.now()), -1);
  const rows = await parts.database.query<{ id: string }>(
    `select id from qualification where state in ('PIANIFICATA', 'IN_ESECUZIONE') and to_month <= $1 order by to_month, id limit $2`,
    [lastOver, AT_A_TIME],
  );
  for (const { id } of rows) {
    signal.throwIfAborted();
    await runOne(parts, id);
  }
  return { processed: rows.length, detail: rows.length === 0 ? 'No planned qualification is due.' : `Executed ${rows.length}.` };
}

/** The span of months, from the beginning of the first to the end of the last. */
export function spanOfMonths(fromMonth: Month, toMonth: Month): Span {
  return { from: spanOf(fromMonth).from, until: spanOf(toMonth).until };
}

async function runOne(parts: QualificationParts & { log: Logger }, id: string): Promise<void> {
  const begun = await begin(parts, id);
  if (!begun) return;
  try {
    await execute(parts, id);
  } catch (error) {
    parts.log.error({ err: error, qualification: id }, 'a qualification could not be executed');
    await parts.database.transaction(async (transaction) => {
      const row = await lockedRow(transaction, id);
      row.state = stateAfter(row.state, 'FAIL') ?? row.state;
      row.revision += 1;
      await addAudit(transaction, id, parts.clock.now(), {
        actor: ACTOR,
        action: 'FAIL',
        detail: 'It could not be executed; plan it again.',
      });
    });
  }
}

/** Shows that it runs. @returns whether it still may */
async function begin({ database, clock }: QualificationParts, id: string): Promise<boolean> {
  return database.transaction(async (transaction) => {
    const row = await lockedRow(transaction, id);
    const state = stateAfter(row.state, 'RUN');
    if (state === undefined) return false;
    transaction.manager.assign(row, { state, revision: row.revision + 1 });
    await transaction.manager.nativeUpdate(QualificationModuleRow, { qualification: id }, { outcome: 'RUNNING' });
    await addAudit(transaction, id, clock.now(), { actor: ACTOR, action: 'RUN' });
    return true;
  });
}

async function execute({ database, directory, clock }: QualificationParts, id: string): Promise<void> {
  await database.transaction(async (transaction) => {
    const row = await lockedRow(transaction, id);
    const modules = await transaction.manager.find(QualificationModuleRow, { qualification: id }, { orderBy: { module: 'asc' } });
    await transaction.manager.nativeDelete(QualificationFigureRow, { qualification: id });
    const span = spanOfMonths(row.fromMonth, row.toMonth);
    const shutdowns = await shutdownsOf(transaction, directory, row.partnerCode, span);
    for (const chosen of modules) {
      const records = await recordsOf(transaction, directory, row.partnerCode, chosen.module, span);
      const configuration = configurationOf(chosen.module, chosen.configuration);
      const judged = judgeModule(chosen.module, { records, shutdowns }, monthsOf(row), configuration);
      transaction.manager.assign(chosen, { outcome: judged.outcome, evidenceDigest: partnerDigest(chosen.module, records, shutdowns) });
      for (const { share, ...figure } of judged.periods) {
        transaction.manager.create(QualificationFigureRow, { qualification: id, module: chosen.module, share: share ?? null, ...figure });
      }
    }
    transaction.manager.assign(row, {
      state: stateAfter(row.state, 'FINISH') ?? row.state,
      outcome: outcomeOfInstance(
        modules.map((each) => ({ outcome: each.outcome, manualOutcome: each.manualOutcome ?? null })),
        row.manualOutcome ?? null,
      ),
      executedAt: asDate(clock.now()),
      revision: row.revision + 1,
    });
    await addAudit(transaction, id, clock.now(), { actor: ACTOR, action: 'FINISH', detail: row.outcome });
  });
}

function monthsOf({ fromMonth, toMonth }: Pick<QualificationRow, 'fromMonth' | 'toMonth'>): Month[] {
  const months: Month[] = [];
  for (let month = fromMonth; month <= toMonth; month = addMonths(month, 1)) months.push(month);
  return months;
}
