/** Three small subgraphs for tests: payments state events, notices and receipts complete them. */
import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { GraphQLError, type GraphQLSchema, parse } from 'graphql';
import type { Principal } from '@nodo-aperto/kernel/auth';
import type { RequestContext } from '../../src/index.ts';
import { BoundedQueue } from '../../src/subscriptions/bounded-queue.ts';

export interface ToyContext {
  principal: Principal | undefined;
  request: RequestContext;
}

export interface PaymentEvent {
  cursor: string;
  token: string;
  /** Who may see it. */
  tenant?: string;
}

/** What the toys were asked to do, and the switch that makes their events. */
export class ToyWorld {
  readonly #listeners = new Set<{ queue: BoundedQueue<PaymentEvent>; principal: Principal | undefined }>();
  readonly log: PaymentEvent[] = [];
  readonly contexts: ToyContext[] = [];
  opened = 0;
  closed = 0;
  noticeTitle = 'TARI 2026';

  get listeners(): number {
    return this.#listeners.size;
  }

  state(event: PaymentEvent): void {
    this.log.push(event);
    for (const { queue, principal } of this.#listeners) if (maySee(principal, event)) queue.push(event);
  }

  endAll(): void {
    for (const { queue } of this.#listeners) queue.end();
  }

  listen(principal: Principal | undefined, after: string | null | undefined): BoundedQueue<PaymentEvent> {
    const entry = {
      queue: new BoundedQueue<PaymentEvent>(100_000, () => {
        this.closed += 1;
        this.#listeners.delete(entry);
      }),
      principal,
    };
    this.opened += 1;
    this.#listeners.add(entry);
    if (after) for (const event of this.log.slice(Number(after))) if (maySee(principal, event)) entry.queue.push(event);
    return entry.queue;
  }
}

function maySee(principal: Principal | undefined, event: PaymentEvent): boolean {
  return event.tenant === undefined || principal?.tenant === event.tenant;
}

const LINK = (imports: string) => `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${imports}])`;

const PAYMENTS = `
${LINK('"@key", "@tag"')}
type Query {
  payment(token: ID!): Payment
  payments(first: Int = 20): PaymentConnection!
  allPayments: [Payment!]!
  whoAmI: String
  anonymous: Boolean!
  fail(how: String!): String
  brokenPromise: Payment
  ledger: String @tag(name: "role/OPERATOR")
  registry: [Party!]!
  slow: String
}
type Mutation {
  pay(token: ID!): Payment! @tag(name: "role/PSP") @tag(name: "role/OPERATOR")
}
type Subscription {
  paymentEvents(after: String): PaymentEvent!
  ledgerEvents: PaymentEvent! @tag(name: "role/OPERATOR")
  refusedEvents: PaymentEvent!
}
type PaymentConnection { edges: [PaymentEdge!]! totalCount: Int! }
type PaymentEdge { cursor: String! node: Payment! }
type PaymentEvent { cursor: String! payment: Payment! }
type Payment @key(fields: "token") { token: ID! amount: Int! notice: Notice internalNote: String @tag(name: "role/OPERATOR") }
type Notice @key(fields: "number", resolvable: false) { number: ID! }
interface Party { name: String! }
type Bank implements Party { name: String! @tag(name: "role/PSP") }
type Person implements Party { name: String! }
`;

const NOTICES = `
${LINK('"@key"')}
type Query { notice(number: ID!): Notice }
type Notice @key(fields: "number") { number: ID! title: String! seenBy: String }
`;

const RECEIPTS = `
${LINK('"@key"')}
type Query { receiptCount: Int }
type Payment @key(fields: "token") { token: ID! receipt: Receipt }
type Receipt { id: ID! }
`;

const payment = (token: string) => ({ token, amount: 10_050, notice: { number: `3${token}` }, internalNote: 'none' });
const toEvent = (event: PaymentEvent) => ({ cursor: event.cursor, payment: payment(event.token) });

function paymentResolvers(world: ToyWorld) {
  return {
    Query: {
      payment: (_: unknown, { token }: { token: string }) => payment(token),
      payments: (_: unknown, { first }: { first: number }) => ({
        edges: Array.from({ length: first }, (_each, index) => ({ cursor: String(index), node: payment(String(index)) })),
        totalCount: 1000,
      }),
      allPayments: () => [payment('1'), payment('2')],
      whoAmI: (_: unknown, _args: unknown, { principal }: ToyContext) => principal && `${principal.role} ${principal.tenant ?? ''}`.trim(),
      anonymous: (_: unknown, _args: unknown, { principal }: ToyContext) => principal === undefined,
      fail: (_: unknown, { how }: { how: string }) => {
        if (how === 'crash') throw new Error('relation "payment" does not exist at 10.0.0.7');
        if (how === 'not-found')
          throw new GraphQLError('There is no such payment.', { extensions: { code: 'NOT_FOUND', secret: 'x', http: { status: 418 } } });
        throw new GraphQLError('Cannot query field "x".', { extensions: { code: how } });
      },
      brokenPromise: () => ({ ...payment('1'), token: null }),
      ledger: () => 'all of it',
      registry: () => [
        { __typename: 'Bank', name: 'Banca di Prova' },
        { __typename: 'Person', name: 'Ada' },
      ],
      slow: () => new Promise(() => {}),
    },
    Mutation: { pay: (_: unknown, { token }: { token: string }) => payment(token) },
    Subscription: {
      paymentEvents: {
        subscribe: (_: unknown, { after }: { after?: string }, { principal }: ToyContext) => world.listen(principal, after),
        resolve: toEvent,
      },
      ledgerEvents: {
        subscribe: (_: unknown, _args: unknown, { principal }: ToyContext) => world.listen(principal, undefined),
        resolve: toEvent,
      },
      refusedEvents: {
        subscribe: () => {
          throw new GraphQLError('The cursor is too old.', { extensions: { code: 'BAD_USER_INPUT' } });
        },
      },
    },
    Payment: { __resolveReference: ({ token }: { token: string }) => payment(token) },
  };
}

function noticeResolvers(world: ToyWorld) {
  const notice = (number: string) => ({ number, title: world.noticeTitle });
  return {
    Query: { notice: (_: unknown, { number }: { number: string }) => notice(number) },
    Notice: {
      __resolveReference: ({ number }: { number: string }, context: ToyContext) => {
        world.contexts.push(context);
        return notice(number);
      },
      seenBy: (_: unknown, _args: unknown, { principal }: ToyContext) => principal?.subject,
    },
  };
}

const receiptResolvers = {
  Query: { receiptCount: () => 3 },
  Payment: {
    __resolveReference: ({ token }: { token: string }) => ({ token }),
    receipt: ({ token }: { token: string }) => ({ id: `R${token}` }),
  },
};

const SOURCES = { payments: PAYMENTS, notices: NOTICES, receipts: RECEIPTS };
export type ToyName = keyof typeof SOURCES;
export const TOY_NAMES = Object.keys(SOURCES) as ToyName[];

export function toySchemas(world: ToyWorld): Record<ToyName, GraphQLSchema> {
  return {
    payments: buildSubgraphSchema([{ typeDefs: parse(PAYMENTS), resolvers: paymentResolvers(world) as never }]),
    notices: buildSubgraphSchema([{ typeDefs: parse(NOTICES), resolvers: noticeResolvers(world) as never }]),
    receipts: buildSubgraphSchema([{ typeDefs: parse(RECEIPTS), resolvers: receiptResolvers as never }]),
  };
}

/** Composes the toys; URLs by name. */
export function composeToys(urls: Partial<Record<ToyName, string>> = {}): string {
  const { supergraphSdl, errors } = composeServices(
    TOY_NAMES.map((name) => ({ name, url: urls[name] ?? '', typeDefs: parse(SOURCES[name]) })),
  );
  if (!supergraphSdl) throw new Error(errors?.map(String).join('\n'));
  return supergraphSdl;
}
