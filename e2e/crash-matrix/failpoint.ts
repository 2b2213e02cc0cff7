/**
 * Loaded before the platform's own code (`--import`) by the crash matrix, and by nothing else: it looks at the statements that go to
 * PostgreSQL, or at the bytes that go to the broker, and kills the process, as `kill -9` does, exactly before or after one of them. The
 * platform's code knows nothing of it.
 *
 * NODO_FAILPOINT says which one, as JSON (see `Failpoint`). Unless it is `armed`, it waits for SIGUSR2, so that the start goes by unharmed.
 */
import { Socket } from 'node:net';
import { isMainThread } from 'node:worker_threads';
import { Client } from 'pg';

export interface Failpoint {
  /** What the statement's text, or what is sent, matches. */
  readonly text: string;
  /** What one of its parameters matches, if that matters. */
  readonly parameter?: string;
  /**
   * Where to die: around the statement itself, or around the commit of its transaction (of itself, when it has none); for what is sent to
   * the broker, before it is sent, or when the answer has come and nobody has seen it.
   */
  readonly at: 'before-statement' | 'after-statement' | 'before-commit' | 'after-commit' | 'before-send' | 'before-answer';
  /** How many matching statements go by first. */
  readonly skip?: number;
  /** Whether it counts from the very start. */
  readonly armed?: boolean;
}

interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

type Callback = (...parameters: unknown[]) => void;
type Query = (...parameters: unknown[]) => unknown;

const given = process.env['NODO_FAILPOINT'];
if (given && isMainThread) install(JSON.parse(given) as Failpoint);

function die(): never {
  process.kill(process.pid, 'SIGKILL');
  throw new Error('unreachable');
}

function install(failpoint: Failpoint): void {
  let armed = failpoint.armed === true;
  let skip = failpoint.skip ?? 0;
  process.on('SIGUSR2', () => {
    armed = true;
  });
  const text = new RegExp(failpoint.text, 'i');
  if (failpoint.at === 'before-send' || failpoint.at === 'before-answer') {
    watchSockets(failpoint.at, (sent) => {
      if (!armed || !text.test(sent)) return false;
      skip -= 1;
      return skip < 0;
    });
    return;
  }
  const parameter = failpoint.parameter === undefined ? undefined : new RegExp(failpoint.parameter);
  const matches = ({ text: sql, values }: Statement): boolean => {
    if (!armed || !text.test(sql)) return false;
    if (parameter && !values.some((value) => typeof value === 'string' && parameter.test(value))) return false;
    skip -= 1;
    return skip < 0;
  };
  /** What is known of a connection's transaction. */
  const open = new WeakSet<object>();
  const marked = new WeakSet<object>();

  const prototype = Client.prototype as unknown as { query: Query };
  const original = prototype.query;
  prototype.query = function failingQuery(this: object, ...parameters: unknown[]): unknown {
    const statement = statementOf(parameters);
    if (!statement) return original.apply(this, parameters);
    const { at } = failpoint;
    const word = statement.text.trimStart().slice(0, 8).toLowerCase();
    let killAfter = false;
    if (matches(statement)) {
      if (at === 'before-statement' || (at === 'before-commit' && !open.has(this))) die();
      if (at === 'after-statement' || !open.has(this)) killAfter = true;
      else marked.add(this);
    }
    if (word.startsWith('begin')) open.add(this);
    if (word.startsWith('rollback')) {
      open.delete(this);
      marked.delete(this);
    }
    if (word.startsWith('commit')) {
      open.delete(this);
      if (marked.has(this)) {
        if (at === 'before-commit') die();
        killAfter = true;
      }
    }
    return killAfter ? dyingAfter(original, this, parameters) : original.apply(this, parameters);
  };
}

/** Looks at what every socket sends. */
function watchSockets(at: 'before-send' | 'before-answer', matches: (sent: string) => boolean): void {
  const prototype = Socket.prototype as unknown as { write: Query };
  const original = prototype.write;
  prototype.write = function failingWrite(this: Socket, ...parameters: unknown[]): unknown {
    const [sent] = parameters;
    if (sent instanceof Uint8Array && matches(Buffer.from(sent.buffer, sent.byteOffset, sent.byteLength).toString('latin1'))) {
      if (at === 'before-send') die();
      this.prependOnceListener('data', die);
    }
    return original.apply(this, parameters);
  };
}

/** Runs the query and dies as soon as its answer is there, before anyone learns of it. */
function dyingAfter(query: Query, client: object, parameters: unknown[]): unknown {
  const last = parameters.at(-1);
  if (typeof last === 'function') return query.apply(client, [...parameters.slice(0, -1), (() => die()) satisfies Callback]);
  const [config, ...rest] = parameters;
  if (typeof config === 'object' && config !== null && 'callback' in config && typeof config.callback === 'function') {
    config.callback = die;
    return query.apply(client, [config, ...rest]);
  }
  return (query.apply(client, parameters) as Promise<unknown>).then(die, die);
}

function statementOf([first, second]: unknown[]): Statement | undefined {
  if (typeof first === 'string') return { text: first, values: Array.isArray(second) ? second : [] };
  const { text, values } = (first ?? {}) as { text?: unknown; values?: unknown };
  if (typeof text !== 'string') return undefined;
  const list = values ?? second;
  return { text, values: Array.isArray(list) ? list : [] };
}
