import { createClient } from 'graphql-ws';
import { Arg, Ctx, Field, Mutation, ObjectType, Query, Resolver, Root, Subscription } from 'type-graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { PRINCIPAL_HEADER, type Principal, principalSealer } from '../src/auth/index.ts';
import { defineEvent, type PlatformEvent } from '../src/events/index.ts';
import { Allow, buildSubgraph, type SubgraphContext } from '../src/graphql/index.ts';
import { createHttpService } from '../src/http/index.ts';
import { cryptographicStream } from '../src/random/index.ts';
import { type Hosting, hostSubgraphs, serveSubgraph, type SubgraphDefinition, type SubgraphHost } from '../src/subgraph/index.ts';
import { testDatabaseUrl, testLogger, until } from '../src/testing/index.ts';
import { realClock } from '../src/time/index.ts';

const noteAdded = defineEvent({
  name: 'note.added',
  version: 1,
  source: 'quality',
  schema: z.object({ text: z.string() }),
  describes: 'A note was added.',
  entityKey: (note) => note.text,
  revision: () => 1,
  audience: () => [],
});

interface NoteServices {
  add(text: string): Promise<void>;
  host: SubgraphHost;
}

@ObjectType('Note', { description: 'A note.' })
class NoteType {
  @Field(() => String, { description: 'Its text.' })
  text!: string;
}

@Resolver()
class NoteResolver {
  @Query(() => [NoteType], { description: 'All notes.' })
  async notes(@Ctx() { services }: SubgraphContext<NoteServices>): Promise<NoteType[]> {
    return services.host.database.query<{ text: string }>('select text from note order by text limit 100');
  }

  @Allow('OPERATOR')
  @Mutation(() => Boolean, { description: 'Adds a note.' })
  async addNote(@Arg('text', () => String) text: string, @Ctx() { services }: SubgraphContext<NoteServices>): Promise<boolean> {
    await services.add(text);
    return true;
  }

  @Allow('OPERATOR')
  @Subscription(() => NoteType, {
    description: 'Notes as they are added.',
    subscribe: ({ context }: { context: SubgraphContext<NoteServices> }) => context.services.host.stream.subscribe({ after: 0n }),
  })
  noteAdded(@Root() event: PlatformEvent<{ text: string }>): NoteType {
    return event.data;
  }
}

const consumed: string[] = [];
const runs: string[] = [];
const definition: SubgraphDefinition = {
  name: 'quality',
  describes: 'Notes.',
  entities: [],
  migrations: [{ name: '0001-note', up: ['create table note (text text primary key)'] }],
  publishes: [noteAdded],
  graphql: () => buildSubgraph({ resolvers: [NoteResolver], references: {} }),
  async start(host) {
    return {
      services: {
        host,
        add: (text: string) =>
          host.database.transaction(async (tx) => {
            await tx.query('insert into note (text) values ($1)', [text]);
            await host.outbox.append(tx, noteAdded, { text });
          }),
      } satisfies NoteServices,
      consumers: [
        {
          name: 'quality.notes',
          source: 'quality',
          names: ['note.added'],
          handle: async (event: PlatformEvent) => void consumed.push((event.data as { text: string }).text),
        },
      ],
      jobs: [{ name: 'NOTE_COUNT', everyMs: 3_600_000, run: async () => (runs.push('run'), { processed: 1 }) }],
      tasks: [],
      edges: [],
    };
  },
};

const OPERATOR: Principal = { subject: 'o', role: 'OPERATOR', expiresAt: Number.MAX_SAFE_INTEGER };
const sealer = principalSealer({ secret: 'x'.repeat(32), clock: realClock() });
let hosting: Hosting;
let base: string;
let stop: () => Promise<void>;

beforeAll(async () => {
  hosting = await hostSubgraphs([definition], {
    databaseUrl: await testDatabaseUrl(),
    clock: realClock(),
    log: testLogger(),
    random: () => cryptographicStream(),
    options: { allowPrivateEndpoints: true },
  });
  const http = createHttpService({ log: testLogger(), random: cryptographicStream() });
  const serving = await serveSubgraph(http.app, hosting.subgraphs[0]!, sealer);
  base = `http://127.0.0.1:${await http.listen({ host: '127.0.0.1', port: 0 })}/graphql`;
  stop = async () => {
    await serving.stop();
    await http.close();
    await hosting.stop();
  };
});

afterAll(() => stop());

const post = async (query: string, headers: Record<string, string>) => {
  const response = await fetch(base, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
  return {
    status: response.status,
    body: (await response.json()) as { data?: Record<string, unknown>; errors?: { message: string; extensions: { code: string } }[] },
  };
};

describe('a hosted subgraph behind HTTP', () => {
  it('lets in only who comes with an unbroken seal', async () => {
    expect((await post('{ notes { text } }', {})).status).toBe(401);
    expect((await post('{ notes { text } }', { [PRINCIPAL_HEADER]: 'a.b' })).status).toBe(401);
    expect((await post('{ notes { text } }', { [PRINCIPAL_HEADER]: sealer.seal(undefined) })).body.data).toEqual({ notes: [] });
  });

  it('keeps its own wall: roles are checked again', async () => {
    const answer = await post('mutation { addNote(text: "a") }', { [PRINCIPAL_HEADER]: sealer.seal(undefined) });
    expect(answer.body.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });

  it('does a mutation, states the fact, feeds its consumer and runs jobs on demand', async () => {
    expect((await post('mutation { addNote(text: "first") }', { [PRINCIPAL_HEADER]: sealer.seal(OPERATOR) })).body.data).toEqual({
      addNote: true,
    });
    await until(() => consumed.includes('first'), { what: 'the consumer to get the note' });
    const before = runs.length;
    expect(await hosting.jobs.runNow('NOTE_COUNT', { deadlineMs: 10_000 })).toMatchObject({ state: 'SUCCEEDED', processed: 1 });
    expect(runs.length).toBeGreaterThan(before);
  });

  it('streams over one websocket, each subscription with its own sealed caller', async () => {
    const client = createClient({ url: base.replace('http', 'ws'), webSocketImpl: WebSocket, retryAttempts: 0 });
    const query = 'subscription { noteAdded { text } }';
    const allowed = client.iterate({ query, extensions: { [PRINCIPAL_HEADER]: sealer.seal(OPERATOR) } });
    expect((await allowed.next()).value?.data).toEqual({ noteAdded: { text: 'first' } });
    await allowed.return?.();
    for (const extensions of [{ [PRINCIPAL_HEADER]: sealer.seal(undefined) }, {}]) {
      const refused = client.iterate({ query, extensions });
      const answer = await refused.next().catch((error: unknown) => ({ value: { errors: error as { extensions: { code: string } }[] } }));
      expect(answer.value?.errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
    }
    await client.dispose();
  });

  it('destroys upgrades to other paths', async () => {
    const socket = new WebSocket(base.replace('http', 'ws').replace('/graphql', '/other'));
    const failed = await new Promise((resolve) => socket.once('error', () => resolve('refused')));
    expect(failed).toBe('refused');
  });
});
