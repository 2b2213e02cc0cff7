/** What operators do with the platform itself: its jobs, failed work, and the clock of test runs. Source: design section 7. */
import { ConflictError, InputError, LimitError } from '@nodo-aperto/kernel/faults';
import type { FailedTask, JobRun, Jobs } from '@nodo-aperto/kernel/jobs';
import { type Clock, DAY, DeadlineExceededError, MINUTE, SECOND, type TestClock } from '@nodo-aperto/kernel/time';

/** Recurrent work that operators may start. Each is hosted by the subgraph whose business it is. */
export const OPERATOR_JOBS = [
  'TOKEN_EXPIRY',
  'RECEIPT_DELIVERY',
  'IDEMPOTENCY_CLEANUP',
  'STATION_PROBE',
  'STAND_IN_EVALUATION',
  'KPI_MONTHLY',
  'KPI_DRIFT',
  'PARTNER_QUALIFICATION',
  'SERVICE_LEVEL_OUTAGES',
  'SERVICE_LEVEL_RETENTION',
  'RECEIPT_RETENTION',
  'PRINT_RETENTION',
  'ARRIVAL_RETENTION',
  'REPORTING_DEADLINES',
  'REPORTING_RETENTION',
  'POSITION_STATUS',
  'ACCOUNT_CHANGES',
  'ONBOARDING_EXPIRY',
] as const;
export type OperatorJob = (typeof OPERATOR_JOBS)[number];

export interface PlatformState {
  /** Platform time, epoch milliseconds. */
  readonly now: number;
  /** Whether the clock can be moved. */
  readonly testClock: boolean;
  /** How many times as fast as real time platform time runs. */
  readonly clockSpeed: number;
}

export interface OperationsService {
  state(): PlatformState;
  /** Runs a job and answers when it has finished, also when it failed. @throws NotFoundError when no service hosts it; UnavailableError */
  runJob(job: OperatorJob): Promise<JobRun>;
  /** Latest runs, newest first. */
  jobRuns(options: { name?: OperatorJob; first: number }): Promise<JobRun[]>;
  /** Pieces of work that used up their tries. */
  failedTasks(options: { first: number; after?: string }): Promise<FailedTask[]>;
  retryTask(id: string): Promise<void>;
  /** Moves platform time ahead, makes everything run that is due then, and waits for it a while. @throws ConflictError without the test clock */
  advanceClock(minutes: number): Promise<PlatformState>;
  /** Lets platform time run so many times as fast as real time, for an hour at most. @throws ConflictError without the test clock */
  setClockSpeed(speed: number): Promise<PlatformState>;
}

const JOB_DEADLINE_MS = 120_000;
/** How long, in real time, moving the clock waits for the work that it made due; what takes longer goes on. */
const DUE_WORK_MS = 10 * SECOND;
/** At most a year at a time, and ten years from real time: tokens and certificates end somewhere. */
const LONGEST_STEP_MINUTES = (366 * DAY) / MINUTE;
const LONGEST_OFFSET_MS = 3_660 * DAY;
const FASTEST = 1_000;

export function operationsService({ clock, testClock, jobs }: { clock: Clock; testClock?: TestClock; jobs: Jobs }): OperationsService {
  const state = (): PlatformState => ({ now: clock.now(), testClock: testClock !== undefined, clockSpeed: testClock?.speed() ?? 1 });
  return {
    state,
    runJob: (job) => jobs.runNow(job, { deadlineMs: JOB_DEADLINE_MS }),
    jobRuns: (options) => jobs.runs(options),
    failedTasks: (options) => jobs.failed(options),
    retryTask: (id) => jobs.retry(id),
    async advanceClock(minutes) {
      const moved = movable(testClock);
      if (!Number.isInteger(minutes) || minutes < 1 || minutes > LONGEST_STEP_MINUTES) {
        throw InputError.at('minutes', `is ${minutes}`, `a whole number from 1 to ${LONGEST_STEP_MINUTES}`);
      }
      if (moved.offset() + minutes * MINUTE > LONGEST_OFFSET_MS)
        throw new LimitError('The clock is ten years ahead of real time; start the platform again.');
      await moved.advance(minutes * MINUTE);
      await jobs.wake();
      await dueWorkDone(jobs);
      return state();
    },
    async setClockSpeed(speed) {
      const moved = movable(testClock);
      if (!(speed >= 1 && speed <= FASTEST)) throw InputError.at('speed', `is ${speed}`, `a number from 1 to ${FASTEST}`);
      await moved.setSpeed(speed);
      await jobs.wake();
      return state();
    },
  };
}

function movable(testClock: TestClock | undefined): TestClock {
  if (testClock) return testClock;
  throw new ConflictError('The clock of this platform is real time and cannot be moved; start it with --test-clock.');
}

async function dueWorkDone(jobs: Jobs): Promise<void> {
  try {
    await jobs.settled(DUE_WORK_MS);
  } catch (error) {
    if (!(error instanceof DeadlineExceededError)) throw error;
  }
}
