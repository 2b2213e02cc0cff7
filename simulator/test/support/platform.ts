/** A stand-in for the platform: the part of its public graph that the simulator uses, with answers that a test decides. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSchema, execute, GraphQLError, parse, validate } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import type { Caller } from '../../src/index.ts';

const schema = buildSchema(`
  type Query { ping: String }
  type Issue { line: Int path: String! message: String! expected: String }
  type DirectoryImport { created: Int! updated: Int! unchanged: Int! issueCount: Int! issues: [Issue!]! }
  input CreatePositionInput {
    creditorFiscalCode: String debtorType: String debtorFiscalCode: String debtorFullName: String iuv: String noticeNumber: String
    amount: Float description: String expirationDate: String iban: String
  }
  type PositionError { code: String! path: String! message: String! }
  type PositionPayload { outcome: String! errors: [PositionError!]! }
  input QrCodeInput { fiscalCode: String! noticeNumber: String! }
  input VerifyPaymentNoticeInput { idPSP: String idBrokerPSP: String idChannel: String! qrCode: QrCodeInput! }
  input ActivatePaymentNoticeV2Input {
    idPSP: String idBrokerPSP: String idChannel: String! qrCode: QrCodeInput! idempotencyKey: String amount: Float!
  }
  input UniqueIdentifier { entityUniqueIdentifierType: String! entityUniqueIdentifierValue: String! }
  input Payer { uniqueIdentifier: UniqueIdentifier! fullName: String! }
  input Details {
    paymentMethod: String! paymentChannel: String fee: Float! payer: Payer applicationDate: String! transferDate: String!
  }
  input SendPaymentOutcomeV2Input {
    idPSP: String idBrokerPSP: String idChannel: String! paymentTokens: [String!]! idempotencyKey: String outcome: String! details: Details
  }
  type Fault { code: String! description: String originalFaultCode: String }
  type Amount { amount: Float! }
  type Verification { outcome: String! fault: Fault paymentList: [Amount!] standin: Boolean }
  type Activation { outcome: String! fault: Fault paymentToken: String totalAmount: Float standin: Boolean }
  type Answer { outcome: String! fault: Fault }
  type Mutation {
    importDirectory(file: String!): DirectoryImport!
    createPosition(input: CreatePositionInput!): PositionPayload!
    verifyPaymentNotice(input: VerifyPaymentNoticeInput!): Verification!
    activatePaymentNoticeV2(input: ActivatePaymentNoticeV2Input!): Activation!
    sendPaymentOutcomeV2(input: SendPaymentOutcomeV2Input!): Answer!
  }
  type Tick { cursor: String! number: Int! }
  type Subscription { ticks(after: String): Tick! }
`);

export type Resolver = (input: Record<string, unknown>, caller: Caller) => unknown;

export interface TestPlatform extends AsyncDisposable {
  readonly baseUrl: string;
  readonly port: number;
  /** What each mutation answers; gets its `input` (or all arguments) and who calls. */
  readonly answers: Record<string, Resolver>;
  /** Every mutation that was called, in order. */
  readonly calls: { readonly name: string; readonly input: Record<string, unknown>; readonly caller: Caller }[];
  /** Answers every HTTP request itself when set. */
  intercept: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  /** Token texts that are refused. */
  readonly refusedTokens: Set<string>;
  /** Sends the event of this number to all subscribers; it stays readable after its predecessor. */
  tick(): void;
  readonly sockets: WebSocketServer;
  /** `after` of every subscription that was opened. */
  readonly subscribed: (string | null)[];
  stop(): Promise<void>;
}

/** Tokens of this platform say in clear who calls. */
export async function clearToken(caller: Caller): Promise<string> {
  return Buffer.from(JSON.stringify(caller)).toString('base64url');
}

function usualAnswers(): Record<string, Resolver> {
  let tokens = 0;
  return {
    importDirectory: () => ({ created: 1, updated: 0, unchanged: 0, issueCount: 0, issues: [] }),
    createPosition: () => ({ outcome: 'CREATED', errors: [] }),
    verifyPaymentNotice: () => ({ outcome: 'OK', paymentList: [{ amount: 1_000 }], standin: false }),
    activatePaymentNoticeV2: () => ({
      outcome: 'OK',
      paymentToken: String((tokens += 1)).padStart(32, '0'),
      totalAmount: 1_000,
      standin: false,
    }),
    sendPaymentOutcomeV2: () => ({ outcome: 'OK' }),
  };
}

export async function startPlatform(port = 0): Promise<TestPlatform> {
  const calls: TestPlatform['calls'] = [];
  const answers = usualAnswers();
  const refusedTokens = new Set<string>();
  const server = createServer((request, response) => void handle(request, response));
  const sockets = new WebSocketServer({ server, path: '/graphql' });
  const events = eventLog();
  const subscribed: (string | null)[] = [];

  const callerOf = (header: unknown): Caller | undefined => {
    const token = typeof header === 'string' ? header.replace(/^Bearer /, '') : '';
    if (token === '' || refusedTokens.has(token)) return undefined;
    return JSON.parse(Buffer.from(token, 'base64url').toString()) as Caller;
  };
  const rootFor = (caller: Caller) =>
    Object.fromEntries(
      Object.keys(answers).map((name) => [
        name,
        (args: Record<string, unknown>) => {
          const input = (args['input'] ?? args) as Record<string, unknown>;
          calls.push({ name, input, caller });
          return answers[name]?.(input, caller);
        },
      ]),
    );

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (platform.intercept) return platform.intercept(request, response);
    const body = JSON.parse(await text(request)) as { query: string; variables: Record<string, unknown> };
    const caller = callerOf(request.headers.authorization);
    const result = caller
      ? await execute({ schema, document: parse(body.query), variableValues: body.variables, rootValue: rootFor(caller) })
      : { errors: [new GraphQLError('The token is not valid.', { extensions: { code: 'UNAUTHENTICATED' } })] };
    response.writeHead(caller ? 200 : 401, { 'content-type': 'application/json' }).end(JSON.stringify(result));
  }

  const protocol = useServer<{ authorization?: unknown }>(
    {
      schema,
      onConnect: ({ connectionParams }) => callerOf(connectionParams?.authorization) !== undefined,
      onSubscribe: (_context, _id, payload) => {
        const document = parse(payload.query);
        const errors = validate(schema, document);
        if (errors.length > 0) return errors;
        const after = (payload.variables?.['after'] ?? null) as string | null;
        subscribed.push(after);
        if (after === 'too-old') return [new GraphQLError('The cursor is too old.', { extensions: { code: 'BAD_USER_INPUT' } })];
        return { schema, document, variableValues: payload.variables, rootValue: { ticks: () => events.after(after) } };
      },
    },
    sockets,
  );

  await listen(server, port);
  const platform: TestPlatform = {
    port: (server.address() as AddressInfo).port,
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answers,
    calls,
    intercept: undefined,
    refusedTokens,
    tick: events.tick,
    sockets,
    subscribed,
    async stop() {
      for (const socket of sockets.clients) socket.terminate();
      await protocol.dispose();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
    [Symbol.asyncDispose]: () => platform.stop(),
  };
  return platform;
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
}

async function text(request: IncomingMessage): Promise<string> {
  let all = '';
  for await (const chunk of request as AsyncIterable<Buffer>) all += chunk.toString();
  return all;
}

/** Numbered events that are kept: a subscriber reads on after any of them. */
function eventLog() {
  let last = 0;
  let wake: (() => void)[] = [];
  return {
    tick() {
      last += 1;
      const waiting = wake;
      wake = [];
      for (const each of waiting) each();
    },
    async *after(cursor: string | null) {
      let at = cursor === null ? last : Number(cursor);
      for (;;) {
        if (at >= last) {
          await new Promise<void>((resolve) => wake.push(resolve));
          continue;
        }
        at += 1;
        yield { ticks: { cursor: String(at), number: at } };
      }
    },
  };
}
