export type {
  FailedTask,
  JobContext,
  JobDefinition,
  JobName,
  JobRun,
  JobRunState,
  JobSummary,
  TaskContext,
  TaskDefinition,
} from './definitions.ts';
export { type EnqueueOptions, type Jobs, type JobsOptions, postgresJobs } from './jobs.ts';
