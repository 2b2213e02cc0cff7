/** Judges the PSPs of each contract together, once all of them have their results of a month. */
import type { Database } from '@nodo-aperto/kernel/database';
import type { Outbox } from '@nodo-aperto/kernel/events';
import { groupResult } from '../domain/contract-group.ts';
import type { Month } from '../domain/month.ts';
import { groupId, KpiGroupResultRow, KpiResultRow } from '../persistence/tables.ts';
import { judgeResult } from './keep-results.ts';

const CONTRACTS_AT_A_TIME = 100;

/** @returns how many results changed their judged outcome */
export async function judgeGroups(parts: { database: Database; outbox: Outbox }, month: Month, signal: AbortSignal): Promise<number> {
  let changed = 0;
  for (let after = ''; ; ) {
    const contracts = await parts.database.query<{ contract: string }>(
      'select distinct contract from kpi_result where month = $1 and contract > $2 order by contract limit $3',
      [month, after, CONTRACTS_AT_A_TIME],
    );
    for (const { contract } of contracts) {
      signal.throwIfAborted();
      changed += await judgeContract(parts, contract, month);
    }
    if (contracts.length < CONTRACTS_AT_A_TIME) return changed;
    after = contracts.at(-1)?.contract ?? after;
  }
}

async function judgeContract(
  { database, outbox }: { database: Database; outbox: Outbox },
  contract: string,
  month: Month,
): Promise<number> {
  return database.transaction(async (transaction) => {
    const rows = await transaction.manager.find(KpiResultRow, { contract, month }, { orderBy: { id: 'asc' } });
    const groups = new Map<string, KpiResultRow[]>();
    for (const row of rows) {
      const id = groupId(row.kpi, contract, month, row.profile);
      groups.set(id, [...(groups.get(id) ?? []), row]);
    }
    let changed = 0;
    for (const [id, members] of groups) {
      const [{ kpi, profile }] = members as [KpiResultRow];
      const result = groupResult(members);
      const row = { id, contract, kpi, month, profile, psps: members.map(({ pspCode }) => pspCode), ...result };
      await transaction.manager.upsert(KpiGroupResultRow, row);
      for (const member of members) if (await judgeResult(transaction, outbox, member, result.outcome ?? member.outcome)) changed += 1;
    }
    return changed;
  });
}
