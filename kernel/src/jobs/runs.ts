/** The record of runs. Every change is told on a channel, so that who waits for a run hears of its end in any process. */
import type { Database } from '../database/index.ts';
import { type Clock, fromDate } from '../time/index.ts';
import type { JobName, JobRun, JobRunState, JobSummary } from './definitions.ts';

/** Channel on which the id of every finished run is told. */
export const RUN_CHANNEL = 'job_run';

const KEPT_PER_NAME = 100;
const TEXT_LIMIT = 2_000;

interface Row {
  id: string;
  name: string;
  state: JobRunState;
  forced: boolean;
  requested_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
  processed: number;
  detail: string | null;
  error: string | null;
}

const COLUMNS = 'id, name, state, forced, requested_at, started_at, finished_at, processed, detail, error';

export interface RunRecord {
  get(id: string): Promise<JobRun | undefined>;
  /** Newest first. */
  list(name: JobName | undefined, first: number): Promise<JobRun[]>;
  /** Notes the start of a run. False when it may not start: it was cancelled, or has run. */
  start(id: string, name: JobName, forced: boolean): Promise<boolean>;
  succeed(id: string, summary: JobSummary): Promise<void>;
  fail(id: string, reason: string): Promise<void>;
  /** Takes back a run that has not started. False when it has. */
  cancel(id: string): Promise<boolean>;
  /** Ends the runs of a name that a process left half-way. */
  failAbandoned(name: JobName): Promise<void>;
}

export function runRecord(database: Database, clock: Clock): RunRecord {
  const finish = async (
    id: string,
    state: JobRunState,
    processed: number,
    detail: string | undefined,
    error: string | undefined,
  ): Promise<void> => {
    const [row] = await database.query<{ name: string }>(
      `update run set state = $2, finished_at = $3, processed = $4, detail = $5, error = $6 where id = $1 returning name, pg_notify('${RUN_CHANNEL}', id::text)`,
      [id, state, clock.date(), processed, detail?.slice(0, TEXT_LIMIT), error?.slice(0, TEXT_LIMIT)],
    );
    if (row) await prune(database, row.name);
  };
  return {
    async get(id) {
      const [row] = await database.query<Row>(`select ${COLUMNS} from run where id = $1`, [id]);
      return row && toRun(row);
    },
    async list(name, first) {
      const rows = await database.query<Row>(
        `select ${COLUMNS} from run where $1::text is null or name = $1 order by requested_at desc, id limit $2`,
        [name ?? null, first],
      );
      return rows.map(toRun);
    },
    async start(id, name, forced) {
      const rows = await database.query(
        `insert into run (id, name, state, forced, requested_at, started_at) values ($1, $2, 'RUNNING', $3, $4, $4)
          on conflict (id) do update set state = 'RUNNING', started_at = excluded.started_at where run.state = 'QUEUED' returning id`,
        [id, name, forced, clock.date()],
      );
      return rows.length > 0;
    },
    succeed: (id, { processed, detail }) => finish(id, 'SUCCEEDED', processed, detail, undefined),
    fail: (id, reason) => finish(id, 'FAILED', 0, undefined, reason),
    async cancel(id) {
      const rows = await database.query(
        `update run set state = 'CANCELLED', finished_at = $2 where id = $1 and state = 'QUEUED' returning id`,
        [id, clock.date()],
      );
      return rows.length > 0;
    },
    async failAbandoned(name) {
      await database.query(
        `update run set state = 'FAILED', finished_at = $2, error = 'The process that ran it ended' where name = $1 and state = 'RUNNING'
          returning pg_notify('${RUN_CHANNEL}', id::text)`,
        [name, clock.date()],
      );
    },
  };
}

async function prune(database: Database, name: JobName): Promise<void> {
  await database.query(
    `delete from run where name = $1 and state not in ('QUEUED', 'RUNNING')
      and requested_at < (select requested_at from run where name = $1 order by requested_at desc offset ${KEPT_PER_NAME} limit 1)`,
    [name],
  );
}

function toRun(row: Row): JobRun {
  const { id, name, state, forced, processed } = row;
  return {
    id,
    name,
    state,
    forced,
    requestedAt: fromDate(row.requested_at),
    ...(row.started_at && { startedAt: fromDate(row.started_at) }),
    ...(row.finished_at && { finishedAt: fromDate(row.finished_at) }),
    processed,
    ...(row.detail !== null && { detail: row.detail }),
    ...(row.error !== null && { error: row.error }),
  };
}
