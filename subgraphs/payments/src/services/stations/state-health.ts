/** States that calls to a station began to fail, or are answered again. Stated by changes only: a station that goes on failing is stated once. */
import type { Station } from '@nodo-aperto/kernel/directory';
import { fromDate, toIso } from '@nodo-aperto/kernel/time';
import { stationHealthChanged } from '@nodo-aperto/schema/events';
import { changeHealth, readFailing } from '../../persistence/station-queries.ts';
import type { DecisionOptions } from './decide-stand-in.ts';
import { creditorsOf } from './station-creditors.ts';

export async function stateHealth(
  { database, directory, clock, outbox }: DecisionOptions,
  station: Station,
  { failing, reason }: { readonly failing: boolean; readonly reason: string },
): Promise<void> {
  // Asked first without a lock: after most failed calls nothing has changed.
  if (((await readFailing(database, station.code)) ?? false) === failing) return;
  const creditors = await creditorsOf(directory, station.code);
  await database.transaction(async (transaction) => {
    const now = clock.date();
    const revision = await changeHealth(transaction, { stationCode: station.code, failing, now });
    if (revision === undefined) return;
    await outbox.append(transaction, stationHealthChanged, {
      stationCode: station.code,
      brokerCode: station.broker,
      creditors,
      health: failing ? 'FAILING' : 'ANSWERING',
      reason,
      at: toIso(fromDate(now)),
      revision,
    });
  });
}
