/** Progress of printing: live, and as a list with the same cursors. */
import { audienceOf } from '@nodo-aperto/kernel/auth';
import { dataOf, decodeCursor, encodeCursor, type EventSelection, type PlatformEvent } from '@nodo-aperto/kernel/events';
import { Allow, type Connection, pageSize } from '@nodo-aperto/kernel/graphql';
import { parseInstant } from '@nodo-aperto/kernel/time';
import { printFolderProgressed } from '@nodo-aperto/schema/events';
import { Arg, Ctx, ID, Int, Query, Resolver, Root, Subscription } from 'type-graphql';
import { callerOf, type NoticesContext } from './context.ts';
import { PrintFolderEventConnection, PrintFolderEventType } from './print-types.ts';

const STREAM = 'notices';
const AFTER = {
  nullable: true,
  description: 'Cursor of the last event seen; absent: from now on for a subscription, from the oldest kept for a list.',
} as const;
const FOLDER = { nullable: true, description: 'Only events of this request.' } as const;

function present(event: PlatformEvent): PrintFolderEventType {
  const { folderId, status, requested, processed, failed } = dataOf(printFolderProgressed, event);
  const at = parseInstant(event.time) ?? 0;
  return { cursor: encodeCursor(STREAM, event.position), id: event.id, at, folderId, status, requested, processed, failed };
}

function selectionFor(context: NoticesContext, folderId: string | null | undefined): EventSelection {
  const subject = folderId ? { subject: `print-folder/${folderId}` } : {};
  return { names: [printFolderProgressed.name], audience: audienceOf(callerOf(context)), ...subject };
}

@Resolver(() => PrintFolderEventType)
export class PrintFolderEventResolver {
  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Subscription(() => PrintFolderEventType, {
    description: 'Progress of the caller’s requests to print, as it happens; goes on from a cursor without loss or repeat.',
    subscribe: async (data: { args: unknown; context: unknown }) => {
      const context = data.context as NoticesContext;
      const { after, folderId } = data.args as { after?: string | null; folderId?: string | null };
      const position = after ? decodeCursor(STREAM, after) : undefined;
      return context.services.stream.subscribe({ ...selectionFor(context, folderId), after: position });
    },
  })
  printFolderEvents(
    @Root() event: PlatformEvent,
    @Arg('folderId', () => ID, FOLDER) _folderId: string | null,
    @Arg('after', () => String, AFTER) _after: string | null,
  ): PrintFolderEventType {
    return present(event);
  }

  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Query(() => PrintFolderEventConnection, { description: 'The same events as a list, oldest first.' })
  async printFolderEventLog(
    @Ctx() context: NoticesContext,
    @Arg('folderId', () => ID, FOLDER) folderId: string | null,
    @Arg('after', () => String, AFTER) after: string | null,
    @Arg('first', () => Int, { nullable: true, description: 'How many events, up to 100.' }) first: number | null,
  ): Promise<Connection<PrintFolderEventType>> {
    const position = after ? decodeCursor(STREAM, after) : 0n;
    const page = await context.services.stream.read({ ...selectionFor(context, folderId), after: position, first: pageSize(first) });
    const edges = page.events.map((event) => ({ cursor: encodeCursor(STREAM, event.position), node: present(event) }));
    return { edges, pageInfo: { hasNextPage: page.hasMore, endCursor: encodeCursor(STREAM, page.lastPosition) } };
  }
}
