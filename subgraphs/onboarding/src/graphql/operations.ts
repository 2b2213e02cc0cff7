/** The operator's surface: the directory as a file, settings, jobs, the clock of test runs. Source: design section 7. */
import { ROLES } from '@nodo-aperto/kernel/auth';
import type { DirectoryKind } from '@nodo-aperto/kernel/directory';
import { Allow, type Connection, DateTimeScalar, listCursor, pageSize, readListCursor, toConnection } from '@nodo-aperto/kernel/graphql';
import type { JobRun } from '@nodo-aperto/kernel/jobs';
import { Arg, Ctx, Float, Int, Mutation, Query, Resolver } from 'type-graphql';
import type { FileIssue } from '../domain/directory-file/index.ts';
import { messageOf, pathText } from '../domain/finding.ts';
import { DEFAULT_HOURS_PER_YEAR } from '../domain/maintenance-quota.ts';
import type { Stored } from '../persistence/mappings.ts';
import type { RevisionView } from '../services/directory-queries.ts';
import type { OperatorJob } from '../services/operations.ts';
import { PLATFORM_VERSION } from '../version.ts';
import { callerOf, type OnboardingContext } from './context.ts';
import { DirectoryRevisionConnection, DirectoryRevisionType } from './entry-types.ts';
import { DirectoryKindEnum, PlatformJobEnum } from './enums.ts';
import { SettingsInput } from './inputs.ts';
import {
  ApiKeyConnection,
  ApiKeyType,
  DirectoryImportType,
  DirectoryIssueType,
  FailedTaskConnection,
  FailedTaskType,
  JobRunType,
  PlatformType,
  SettingsType,
} from './operator-types.ts';
import { pageByCode } from './pages.ts';
import { presentPolicy } from './stand-in-policy.ts';
import { Requires } from './requires.ts';

const FIRST = { nullable: true, description: 'How many, 1 to 100; 20 when absent.' };
const AFTER = { nullable: true, description: 'Cursor after which to read on.' };

@Resolver()
export class Operations {
  @Allow('OPERATOR')
  @Mutation(() => DirectoryImportType, {
    description: 'Loads a directory file (YAML): creates and updates all its objects, or with any mistake none.',
  })
  async importDirectory(
    @Arg('file', () => String, { description: 'The text of the file.' }) file: string,
    @Ctx() context: OnboardingContext,
  ): Promise<DirectoryImportType> {
    const { issues, ...result } = await context.services.directoryFile.importDirectory(file, callerOf(context));
    return { ...result, issues: issues.map(presentIssue) };
  }

  @Allow('OPERATOR')
  @Query(() => String, { description: 'The directory as a file that can be imported again. Passwords and keys are digests.' })
  exportDirectory(@Ctx() { services }: OnboardingContext): Promise<string> {
    return services.directoryFile.exportDirectory();
  }

  @Allow('OPERATOR')
  @Query(() => DirectoryRevisionConnection, { description: 'The versions of an object, newest first.' })
  async directoryHistory(
    @Arg('kind', () => DirectoryKindEnum, { description: 'What kind of object it is.' }) kind: DirectoryKind,
    @Arg('code', () => String, { description: 'Its code.' }) code: string,
    @Arg('first', () => Int, FIRST) first: number | null,
    @Arg('after', () => String, AFTER) after: string | null,
    @Ctx() { services }: OnboardingContext,
  ): Promise<Connection<DirectoryRevisionType>> {
    const size = pageSize(first);
    const [last] = readListCursor(after, 1) ?? [];
    const views = await services.queries.history(kind, code, { ...(typeof last === 'number' && { before: last }), limit: size + 1 });
    return toConnection(views, size, { cursor: (view) => listCursor(view.revision), node: presentRevision });
  }

  @Allow('OPERATOR')
  @Query(() => ApiKeyConnection, { description: 'API keys, in the order of their digests.' })
  apiKeys(
    @Arg('party', () => String, { nullable: true, description: 'Only those of the party of this code.' }) party: string | null,
    @Arg('first', () => Int, FIRST) first: number | null,
    @Arg('after', () => String, AFTER) after: string | null,
    @Ctx() { services }: OnboardingContext,
  ): Promise<Connection<ApiKeyType>> {
    return pageByCode({ first, after }, (page) => services.queries.apiKeys({ ...page, party: party ?? undefined }), presentApiKey);
  }

  @Allow('OPERATOR')
  @Query(() => SettingsType, { description: 'The settings of the platform.' })
  async settings(@Ctx() { services }: OnboardingContext): Promise<SettingsType> {
    return presentSettings(await services.settings.get());
  }

  @Allow('OPERATOR')
  @Mutation(() => SettingsType, { description: 'Changes settings; what is absent stays.' })
  async updateSettings(
    @Arg('input', () => SettingsInput, { description: 'The settings to change.' }) input: SettingsInput,
    @Arg('revision', () => Int, { nullable: true, description: 'The revision that the caller has seen; absent: whatever it is.' }) revision:
      | number
      | null,
    @Ctx() context: OnboardingContext,
  ): Promise<SettingsType> {
    return presentSettings(await context.services.settings.update(input, { revision, by: callerOf(context) }));
  }

  @Allow(...ROLES)
  @Requires('OVERVIEW')
  @Query(() => PlatformType, { description: 'The platform that answers: its time and version.' })
  platform(@Ctx() { services }: OnboardingContext): PlatformType {
    return { ...services.operations.state(), version: PLATFORM_VERSION };
  }

  @Allow('OPERATOR')
  @Mutation(() => DateTimeScalar, {
    description: 'Moves platform time ahead and makes everything run that is due then. Only with the test clock. Answers the new time.',
  })
  async advanceClock(
    @Arg('minutes', () => Int, { description: 'How far, at least 1.' }) minutes: number,
    @Ctx() context: OnboardingContext,
  ): Promise<number> {
    const { now } = await context.services.operations.advanceClock(minutes);
    await noteOperation(context, 'CLOCK_ADVANCED', 'PLATFORM', 'clock', { minutes });
    return now;
  }

  @Allow('OPERATOR')
  @Mutation(() => DateTimeScalar, {
    description:
      'Lets platform time run so many times as fast as real time: days, tokens, retries, everything but the deadlines of calls under way. Ends after an hour. Only with the test clock. Answers the time now.',
  })
  async setClockSpeed(
    @Arg('speed', () => Float, { description: 'From 1, real time, to 1,000.' }) speed: number,
    @Ctx() context: OnboardingContext,
  ): Promise<number> {
    const { now } = await context.services.operations.setClockSpeed(speed);
    await noteOperation(context, 'CLOCK_SPEED_SET', 'PLATFORM', 'clock', { speed });
    return now;
  }

  @Allow('OPERATOR')
  @Mutation(() => JobRunType, { description: 'Runs a job at once, whatever its schedule, and answers when the run has finished.' })
  async runJob(
    @Arg('job', () => PlatformJobEnum, { description: 'Which job.' }) job: OperatorJob,
    @Ctx() context: OnboardingContext,
  ): Promise<JobRunType> {
    await noteOperation(context, 'RUN', 'JOB', job);
    return presentRun(await context.services.operations.runJob(job));
  }

  @Allow('OPERATOR')
  @Query(() => [JobRunType], { description: 'The latest runs, newest first.' })
  async jobRuns(
    @Arg('job', () => PlatformJobEnum, { nullable: true, description: 'Only those of this job.' }) job: OperatorJob | null,
    @Arg('first', () => Int, FIRST) first: number | null,
    @Ctx() { services }: OnboardingContext,
  ): Promise<JobRunType[]> {
    return (await services.operations.jobRuns({ ...(job && { name: job }), first: pageSize(first) })).map(presentRun);
  }

  @Allow('OPERATOR')
  @Query(() => FailedTaskConnection, { description: 'Pieces of work that used up their tries, oldest first.' })
  async failedTasks(
    @Arg('first', () => Int, FIRST) first: number | null,
    @Arg('after', () => String, AFTER) after: string | null,
    @Ctx() { services }: OnboardingContext,
  ): Promise<Connection<FailedTaskType>> {
    const size = pageSize(first);
    const [last] = readListCursor(after, 1) ?? [];
    const rows = await services.operations.failedTasks({ first: size + 1, ...(last !== undefined && { after: String(last) }) });
    return toConnection(rows, size, { cursor: ({ id }) => listCursor(id), node: (row) => row });
  }

  @Allow('OPERATOR')
  @Mutation(() => Boolean, { description: 'Gives a failed piece of work all its tries again.' })
  async retryTask(@Arg('id', () => String, { description: 'Its id.' }) id: string, @Ctx() context: OnboardingContext): Promise<boolean> {
    await context.services.operations.retryTask(id);
    await noteOperation(context, 'RETRIED', 'TASK', id);
    return true;
  }
}

/** What operators do to the platform itself changes no row of this subgraph; it is in the audit all the same. */
function noteOperation(
  context: OnboardingContext,
  action: string,
  objectKind: string,
  objectCode: string,
  detail?: Record<string, unknown>,
) {
  return context.services.audit.note(callerOf(context), { action, objectKind, objectCode, audience: [], ...(detail && { detail }) });
}

function presentIssue(issue: FileIssue): DirectoryIssueType {
  const { kind, line, path, found, expected } = issue;
  return { kind, line, path: pathText(path), message: messageOf(issue), found, expected };
}

function presentSettings({ object, revision }: Stored<'settings'>): SettingsType {
  const { maintenanceHoursPerYear = DEFAULT_HOURS_PER_YEAR } = object;
  return { ...object, ...presentPolicy(object), maintenanceHoursPerYear, revision };
}

function presentApiKey({ code, object, revision }: Stored<'apiKey'>): ApiKeyType {
  return { code, party: object.party, products: object.products, revision };
}

function presentRun({ name, ...run }: JobRun): JobRunType {
  return { ...run, job: name };
}

function presentRevision({ kind, code, revision, removed, content, ...rest }: RevisionView): DirectoryRevisionType {
  return { ...rest, entry: { kind, code, revision, removed, content } };
}
