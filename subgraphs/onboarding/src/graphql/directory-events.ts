/** The facts of this subgraph, live and as a list, with the same cursors. */
import { audienceOf, requireRole } from '@nodo-aperto/kernel/auth';
import type { DirectoryKind } from '@nodo-aperto/kernel/directory';
import { dataOf, decodeCursor, encodeCursor, type PlatformEvent } from '@nodo-aperto/kernel/events';
import { InputError } from '@nodo-aperto/kernel/faults';
import { Allow, type Connection, pageSize } from '@nodo-aperto/kernel/graphql';
import { parseInstant } from '@nodo-aperto/kernel/time';
import { directoryEntryChanged } from '@nodo-aperto/schema/events';
import { Arg, Args, ArgsType, Ctx, Field, Int, Query, Resolver, Root, Subscription } from 'type-graphql';
import { writeObject } from '../domain/directory-file/index.ts';
import { callerOf, type OnboardingContext } from './context.ts';
import { DirectoryEventConnection, DirectoryEventType } from './entry-types.ts';
import { DirectoryKindEnum } from './enums.ts';
import { Requires } from './requires.ts';

const READERS = ['EC', 'PSP', 'PARTNER', 'OPERATOR'] as const;

@ArgsType()
class EventArguments {
  @Field(() => String, {
    nullable: true,
    description: 'Cursor of the last event seen. A list begins with the oldest event kept, a subscription with the next one.',
  })
  after?: string | null;

  @Field(() => DirectoryKindEnum, { nullable: true, description: 'With `code`: only events of this one object.' })
  kind?: DirectoryKind | null;

  @Field(() => String, { nullable: true, description: 'With `kind`: only events of this one object.' })
  code?: string | null;
}

@Resolver()
export class DirectoryEvents {
  @Allow(...READERS)
  @Requires('AUDIT')
  @Query(() => DirectoryEventConnection, { description: 'Changes of the caller’s own objects (operators: of all), oldest first.' })
  async directoryEventLog(
    @Args(() => EventArguments) selection: EventArguments,
    @Arg('first', () => Int, { nullable: true, description: 'How many, 1 to 100; 20 when absent.' }) first: number | null,
    @Ctx() context: OnboardingContext,
  ): Promise<Connection<DirectoryEventType>> {
    const page = await context.services.stream.read({
      ...selectionOf(selection, context),
      after: positionOf(selection.after) ?? 0n,
      first: pageSize(first),
    });
    const nodes = page.events.map(presentEvent);
    return {
      edges: nodes.map((node) => ({ cursor: node.cursor, node })),
      pageInfo: { hasNextPage: page.hasMore, endCursor: encodeCursor('onboarding', page.lastPosition) },
    };
  }

  @Allow(...READERS)
  @Requires('AUDIT')
  @Subscription(() => DirectoryEventType, {
    description: 'Changes of the caller’s own objects (operators: of all), as they happen.',
    subscribe: ({ args, context }: { args: EventArguments; context: OnboardingContext }) => follow(args, context),
  })
  directoryEvents(@Root() event: PlatformEvent, @Args(() => EventArguments) _selection: EventArguments): DirectoryEventType {
    return presentEvent(event);
  }
}

async function follow(selection: EventArguments, context: OnboardingContext): Promise<AsyncIterable<PlatformEvent>> {
  await context.services.permissions.assertHolds(requireRole(context.principal, ...READERS), 'AUDIT');
  return context.services.stream.subscribe({ ...selectionOf(selection, context), after: positionOf(selection.after) });
}

function selectionOf({ kind, code }: EventArguments, context: OnboardingContext) {
  if ((kind === undefined || kind === null) !== (code === undefined || code === null)) {
    const [missing, given] = kind ? ['code', 'kind'] : ['kind', 'code'];
    throw InputError.at(missing, 'is missing', `both or none, because ${given} is given`);
  }
  return {
    names: [directoryEntryChanged.name],
    audience: audienceOf(callerOf(context)),
    ...(kind && code && { subject: `${kind}:${code}` }),
  };
}

function positionOf(cursor: string | null | undefined): bigint | undefined {
  return cursor === null || cursor === undefined ? undefined : decodeCursor('onboarding', cursor);
}

function presentEvent(event: PlatformEvent): DirectoryEventType {
  const { kind, code, revision, deleted, data } = dataOf(directoryEntryChanged, event);
  return {
    cursor: encodeCursor('onboarding', event.position),
    id: event.id,
    name: event.name,
    type: event.type,
    at: parseInstant(event.time) ?? 0,
    traceparent: event.traceparent,
    entry: { kind, code, revision, removed: deleted, content: writeObject(kind, data) },
  };
}
