/** Writes a batch of calls: the calls themselves, and what they add to every sum. */
import type { Transaction } from '@nodo-aperto/kernel/database';
import { asDate, toIso } from '@nodo-aperto/kernel/time';
import { type Grain, GRAINS } from '../../domain/service-level/grain.ts';
import { type LevelSum, type Series, type Sums, sumUp, type TimedCall } from '../../domain/service-level/sum-up.ts';
import { ADD_LEVELS, columnsOf } from './columns.ts';
import { HOURS, isKept, MINUTES, OBSERVED_CALLS, type Partitioned, Partitions } from './partitions.ts';
import { SeriesNumbers, wholeOf } from './series.ts';

export interface CallBatch {
  /** UUID: a batch that is known adds nothing. */
  batch: string;
  calls: readonly TimedCall[];
}

export class CallRecorder {
  readonly #partitions: Partitions;
  readonly #numbers = new SeriesNumbers();

  constructor(partitions = new Partitions()) {
    this.#partitions = partitions;
  }

  /** @returns whether the batch was new */
  async add(transaction: Transaction, { batch, calls }: CallBatch, now: number): Promise<boolean> {
    const instants = calls.map(({ at }) => at);
    for (const partitioned of [OBSERVED_CALLS, MINUTES, HOURS]) {
      await this.#partitions.ensure(transaction, partitioned, kept(instants, partitioned, now));
    }
    if (!(await isNew(transaction, batch, now))) return false;
    const sums = sumUp(calls);
    const series = sums.levels.MONTH.map((sum) => sum.series);
    const numberOf = await this.#numbers.of(transaction, [...series, ...sums.subjects.map(({ subject }) => wholeOf(subject))]);
    await addRaw(transaction, { batch, calls }, now);
    for (const grain of GRAINS) await addLevels(transaction, grain, keptLevels(sums, grain, now), numberOf);
    await addFaults(transaction, sums, numberOf);
    await addMinutes(transaction, sums, numberOf);
    await markDue(transaction, sums, numberOf);
    return true;
  }
}

type NumberOf = (series: Series) => number;

function kept(instants: readonly number[], partitioned: Partitioned, now: number): number[] {
  return instants.filter((instant) => isKept(partitioned, instant, now));
}

function keptLevels(sums: Sums, grain: Grain, now: number): LevelSum[] {
  const partitioned = { MINUTE: MINUTES, HOUR: HOURS, DAY: undefined, MONTH: undefined }[grain];
  return partitioned ? sums.levels[grain].filter(({ start }) => isKept(partitioned, start, now)) : sums.levels[grain];
}

async function isNew(transaction: Transaction, batch: string, now: number): Promise<boolean> {
  const rows = await transaction.query(
    'insert into observed_batch (batch, received_at) values ($1, $2) on conflict do nothing returning batch',
    [batch, asDate(now)],
  );
  return rows.length > 0;
}

async function addRaw(transaction: Transaction, { batch, calls }: CallBatch, now: number): Promise<void> {
  const rows = calls.flatMap((call, number) => {
    if (!isKept(OBSERVED_CALLS, call.at, now)) return [];
    const { paymentToken, durationMs, faultCode, standIn = false, probe = false, ...rest } = call;
    return {
      ...rest,
      at: toIso(call.at),
      batch,
      number,
      payment_token: paymentToken,
      duration_ms: durationMs,
      fault_code: faultCode,
      stand_in: standIn,
      probe,
    };
  });
  if (rows.length === 0) return;
  await transaction.query('insert into observed_call select * from json_populate_recordset(null::observed_call, $1::json)', [
    JSON.stringify(rows),
  ]);
}

async function addLevels(transaction: Transaction, grain: Grain, sums: readonly LevelSum[], numberOf: NumberOf): Promise<void> {
  if (sums.length === 0) return;
  const rows = sums.map(({ series, start, tally }) => ({ series: numberOf(series), start: toIso(start), ...columnsOf(tally) }));
  await transaction.query(ADD_LEVELS[grain], [JSON.stringify(rows)], { name: `quality_add_level_${grain.toLowerCase()}` });
}

async function addFaults(transaction: Transaction, { faults }: Sums, numberOf: NumberOf): Promise<void> {
  if (faults.length === 0) return;
  await transaction.query(
    `insert into level_fault as known (series, day, fault, calls)
      select series, day, fault, calls from json_populate_recordset(null::level_fault, $1::json) order by series, day, fault
      on conflict (series, day, fault) do update set calls = known.calls + excluded.calls`,
    [JSON.stringify(faults.map(({ series, ...sum }) => ({ ...sum, series: numberOf(series) })))],
    { name: 'quality_add_level_faults' },
  );
}

const BIT = "set_bit(repeat('0', 1500)::bit(1500), minute, 1)";

async function addMinutes(transaction: Transaction, { minutes }: Sums, numberOf: NumberOf): Promise<void> {
  await transaction.query(
    `insert into level_minutes as known (series, day, called, answered)
      select series, day, bit_or(${BIT}), coalesce(bit_or(${BIT}) filter (where answered), repeat('0', 1500)::bit(1500))
        from json_to_recordset($1::json) as noted (series integer, day date, minute integer, answered boolean)
        group by series, day order by series, day
      on conflict (series, day) do update set called = known.called | excluded.called, answered = known.answered | excluded.answered`,
    [JSON.stringify(minutes.map(({ subject, ...sum }) => ({ ...sum, series: numberOf(wholeOf(subject)) })))],
    { name: 'quality_add_level_minutes' },
  );
}

/** Outages are looked for again where a call was not answered, and where one may have ended or been interrupted. */
async function markDue(transaction: Transaction, { subjects }: Sums, numberOf: NumberOf): Promise<void> {
  const rows = subjects.map(({ subject, firstAt, unanswered }) => ({
    series: numberOf(wholeOf(subject)),
    from_at: toIso(firstAt),
    unanswered,
  }));
  await transaction.query(
    `insert into outage_due as known (series, from_at)
      select series, from_at from json_to_recordset($1::json) as noted (series integer, from_at timestamptz, unanswered boolean)
        where unanswered or exists (select 1 from outage
          where outage.series = noted.series and (outage.until_at is null or outage.until_at > noted.from_at))
        order by series
      on conflict (series) do update set from_at = least(known.from_at, excluded.from_at)`,
    [JSON.stringify(rows)],
    { name: 'quality_mark_outages_due' },
  );
}
