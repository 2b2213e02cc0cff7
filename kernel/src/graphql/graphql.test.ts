import { graphql } from 'graphql';
import { Arg, Ctx, Directive, Field, ID, Int, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Principal, Role } from '../auth/index.ts';
import { currentTrace } from '../events/index.ts';
import { ConflictError, InputError, LimitError, NotFoundError } from '../faults/index.ts';
import { createLogger } from '../logging/index.ts';
import {
  Allow,
  buildSubgraph,
  connectionOf,
  DateTimeScalar,
  EuroCentsScalar,
  listCursor,
  Loaders,
  NoticeNumberScalar,
  pageSize,
  readListCursor,
  type SubgraphContext,
  type SubgraphSchema,
  toConnection,
} from './index.ts';

@Directive('@key(fields: "id")')
@ObjectType({ description: 'A thing.' })
class Thing {
  @Field(() => ID, { description: 'Its id.' })
  id!: string;

  @Field(() => EuroCentsScalar, { description: 'Its price.' })
  price!: number;
}

const ThingConnection = connectionOf('Thing', () => Thing);

@Resolver()
class ThingResolver {
  @Query(() => ThingConnection, { description: 'Things.' })
  things(@Arg('first', () => Int, { nullable: true }) first: number | null) {
    const size = pageSize(first);
    const rows = Array.from({ length: 3 }, (_unused, index) => Object.freeze({ id: String(index), price: 99_999_999_999 }));
    return toConnection(rows.slice(0, size + 1), size, { cursor: (row) => listCursor(row.id), node: (row) => row });
  }

  @Allow('PSP', 'OPERATOR')
  @Query(() => String, { description: 'Only for some.' })
  secret(): string {
    return 'told';
  }

  @Query(() => String, { description: 'Fails as asked.' })
  fail(@Arg('how', () => String) how: string): string {
    if (how === 'input') throw new InputError([{ path: 'how', message: 'bad', expected: 'good' }]);
    if (how === 'absent') throw new NotFoundError('There is no such thing.');
    if (how === 'conflict') throw new ConflictError('Revision 2 is newer than 1.');
    if (how === 'limit') throw new LimitError('Too many.', 7);
    throw new Error('password of the database is hunter2');
  }

  @Mutation(() => String, { nullable: true, description: 'The trace that it runs in.' })
  trace(): string | null {
    return currentTrace() ?? null;
  }

  @Query(() => String, { description: 'Echoes.' })
  echo(
    @Arg('number', () => NoticeNumberScalar) number: string,
    @Arg('at', () => DateTimeScalar) at: number,
    @Ctx() context: SubgraphContext,
  ): string {
    return `${number} ${at} ${context.request.id}`;
  }
}

let built: SubgraphSchema;
const logged: string[] = [];
const log = createLogger({ service: 'test', level: 'error', stream: { write: (line) => logged.push(line) } });

beforeAll(async () => {
  built = await buildSubgraph({
    resolvers: [ThingResolver],
    orphanedTypes: [Thing],
    references: { Thing: ({ id }) => (id === '1' ? Object.freeze({ id, price: 1 }) : null) },
  });
});

async function run(document: string, options: { role?: Role; traceparent?: string } = {}) {
  const principal: Principal | undefined = options.role && { subject: 's', role: options.role, tenant: 't', expiresAt: 0 };
  const contextValue: SubgraphContext = {
    principal,
    request: { id: 'request-1', ...(options.traceparent && { traceparent: options.traceparent }) },
    services: {},
    log,
    loaders: new Loaders(),
  };
  return graphql({ schema: built.schema, source: document, contextValue });
}

describe('subgraph schema', () => {
  it('prints SDL with keys and roles as tags, and no definitions of foreign directives', () => {
    expect(built.sdl).toContain('type Thing @key(fields: "id")');
    expect(built.sdl).toMatch(/secret: String! @tag\(name: "role\/PSP"\) @tag\(name: "role\/OPERATOR"\)/);
    expect(built.sdl).toContain('federation/v2.9');
    expect(built.sdl).not.toContain('directive @');
  });

  it('resolves references, also to frozen objects, and absent ones to null', async () => {
    const result = await run(
      '{ _entities(representations: [{ __typename: "Thing", id: "1" }, { __typename: "Thing", id: "2" }]) { __typename ... on Thing { price } } }',
    );
    expect(result.data?._entities).toEqual([{ __typename: 'Thing', price: 1 }, null]);
  });

  it('refuses to be built with a reference resolver for a type that is not there', async () => {
    await expect(buildSubgraph({ resolvers: [ThingResolver], references: { Nothing: () => null } })).rejects.toThrow('no such type');
  });

  it('runs operations in the caller’s trace', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    expect((await run('mutation { trace }', { traceparent })).data?.trace).toBe(traceparent);
    expect((await run('mutation { trace }')).data?.trace).toBeNull();
  });
});

describe('roles on fields', () => {
  it.each([
    [undefined, 'UNAUTHENTICATED'],
    ['EC' as const, 'FORBIDDEN'],
  ])('refuses role %s with %s', async (role, code) => {
    const result = await run('{ secret }', role && { role });
    expect(result.errors?.[0]?.extensions.code).toBe(code);
    expect(result.errors?.[0]?.message).toContain('PSP or OPERATOR');
  });

  it.each(['PSP', 'OPERATOR'] as const)('lets %s in', async (role) => {
    expect((await run('{ secret }', { role })).data?.secret).toBe('told');
  });
});

describe('errors', () => {
  it.each([
    ['input', 'BAD_USER_INPUT'],
    ['absent', 'NOT_FOUND'],
    ['conflict', 'CONFLICT'],
    ['limit', 'LIMIT_EXCEEDED'],
  ])('explains %s as %s', async (how, code) => {
    const error = (await run(`{ fail(how: "${how}") }`)).errors?.[0];
    expect(error?.extensions.code).toBe(code);
    if (how === 'limit') expect(error?.extensions.retryAfterSeconds).toBe(7);
    if (how === 'input') expect(error?.extensions.issues).toEqual([{ path: 'how', message: 'bad', expected: 'good' }]);
  });

  it('masks a fault of ours, and logs it under the reference that the client is given', async () => {
    const error = (await run('{ fail(how: "otherwise") }')).errors?.[0];
    expect(error?.message).toBe('Internal error.');
    expect(error?.extensions).toEqual({ code: 'INTERNAL_SERVER_ERROR', reference: 'request-1' });
    expect(logged.at(-1)).toContain('hunter2');
    expect(JSON.parse(logged.at(-1)!)).toMatchObject({ reference: 'request-1' });
  });
});

describe('scalars', () => {
  it('accept their form and carry amounts that Int cannot', async () => {
    const result = await run(
      '{ things(first: 1) { edges { node { price } } } echo(number: "302000000000001000", at: "2026-03-31T10:15:00+02:00") }',
    );
    expect(result.data?.echo).toBe(`302000000000001000 ${Date.UTC(2026, 2, 31, 8, 15)} request-1`);
    expect(result.data?.things).toEqual({ edges: [{ node: { price: 99_999_999_999 } }] });
  });

  it.each([
    ['"30200000000000100"', '"2026-03-31T10:15:00Z"', '18 digits'],
    ['302000000000001000', '"2026-03-31T10:15:00Z"', '18 digits|string'],
    ['"302000000000001000"', '"yesterday"', 'an instant such as'],
  ])('refuse %s, %s and say what was expected', async (number, at, expected) => {
    const result = await run(`{ echo(number: ${number}, at: ${at}) }`);
    expect(result.errors?.[0]?.message).toMatch(new RegExp(expected));
  });
});

describe('pages', () => {
  it('have a size within limits', () => {
    expect(pageSize(undefined)).toBe(20);
    expect(pageSize(null, 5)).toBe(5);
    expect(pageSize(100)).toBe(100);
    for (const bad of [0, -1, 101, 1.5]) expect(() => pageSize(bad)).toThrow(InputError);
  });

  it('say whether more follows, and where they end', async () => {
    expect((await run('{ things(first: 2) { pageInfo { hasNextPage endCursor } } }')).data?.things).toEqual({
      pageInfo: { hasNextPage: true, endCursor: listCursor('1') },
    });
    expect((await run('{ things(first: 3) { pageInfo { hasNextPage } } }')).data?.things).toEqual({ pageInfo: { hasNextPage: false } });
    expect(toConnection([], 5, { cursor: () => '', node: () => ({}) }).pageInfo).toEqual({ hasNextPage: false, endCursor: null });
  });

  it('read their own cursors only', () => {
    expect(readListCursor(listCursor('a', 1), 2)).toEqual(['a', 1]);
    expect(readListCursor(null, 2)).toBeUndefined();
    for (const bad of ['', 'x', listCursor('a'), Buffer.from('{}').toString('base64url'), Buffer.from('[null,1]').toString('base64url')]) {
      expect(() => readListCursor(bad, 2)).toThrow(InputError);
    }
  });
});

describe('loaders', () => {
  it('ask once for all keys of a request and match answers by key', async () => {
    const asked: (readonly string[])[] = [];
    const loaders = new Loaders();
    const loader = () =>
      loaders.get<string, { id: string }>(
        'things',
        async (keys) => {
          asked.push(keys);
          return keys
            .filter((key) => key !== 'absent')
            .map((id) => ({ id }))
            .reverse();
        },
        { key: (key) => key, value: (value) => value.id },
      );
    expect(await Promise.all([loader().load('a'), loader().load('absent'), loader().load('b'), loader().load('a')])).toEqual([
      { id: 'a' },
      null,
      { id: 'b' },
      { id: 'a' },
    ]);
    expect(asked).toEqual([['a', 'absent', 'b']]);
  });
});
