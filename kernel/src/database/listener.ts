/** LISTEN: one connection per process and database address, shared by every channel, which restores itself when lost. */
import { type Client, escapeIdentifier } from 'pg';
import { InvariantError } from '../faults/index.ts';
import type { Logger } from '../logging/index.ts';
import { realClock, withDeadline } from '../time/index.ts';
import { connect, describe, translated } from './connection.ts';
import { DatabaseUnavailableError } from './errors.ts';

export interface ListenOptions {
  url: string;
  channel: string;
  onNotify: (payload: string) => void;
  log: Logger;
}

const LISTEN_DEADLINE_MS = 10_000;
const HEARTBEAT_MS = 15_000;
/** A heartbeat, or a LISTEN, that takes longer means a dead connection. */
const CHECK_TIMEOUT_MS = 5_000;
const BACKOFF_FIRST_MS = 100;
const BACKOFF_LAST_MS = 5_000;
const CHANNEL_BYTES = 63;

// Sockets and their loss belong to the machine: waits here are real ones, whatever the platform's clock does.
const machine = realClock();
const listeners = new Map<string, SharedListener>();

/**
 * Subscribes a handler to a channel. Resolved: every notification from now on reaches it. Handlers must not throw; what they throw is logged.
 * @throws DatabaseUnavailableError when the channel cannot be listened to within ten seconds
 */
export async function listenOn(options: ListenOptions): Promise<AsyncDisposable> {
  const { url, channel, onNotify } = options;
  if (Buffer.byteLength(channel) > CHANNEL_BYTES)
    throw new InvariantError(`the channel name ${channel} is longer than ${CHANNEL_BYTES} bytes`);
  let shared = listeners.get(url);
  if (!shared) {
    shared = new SharedListener(url, options.log);
    listeners.set(url, shared);
  }
  const remove = shared.add(channel, onNotify);
  try {
    await shared.settled(channel);
  } catch (error) {
    await remove();
    throw error;
  }
  return { [Symbol.asyncDispose]: remove };
}

type Handler = (payload: string) => void;

class SharedListener {
  readonly #url: string;
  readonly #log: Logger;
  readonly #handlers = new Map<string, Set<{ call: Handler }>>();
  readonly #listened = new Set<string>();
  #client: Client | undefined;
  #heartbeat: Disposable | undefined;
  #restoring = false;
  #work: Promise<void> = Promise.resolve();
  readonly #closing = new AbortController();

  constructor(url: string, log: Logger) {
    this.#url = url;
    this.#log = log;
  }

  add(channel: string, call: Handler): () => Promise<void> {
    const handler = { call };
    const handlers = this.#handlers.get(channel) ?? new Set();
    handlers.add(handler);
    this.#handlers.set(channel, handlers);
    return async () => {
      if (!handlers.delete(handler) || handlers.size > 0 || this.#handlers.get(channel) !== handlers) return;
      this.#handlers.delete(channel);
      await this.#afterRemoval();
    };
  }

  /** Resolves when the channel is listened to; a lost connection is restored meanwhile. */
  async settled(channel: string): Promise<void> {
    const established = async (signal: AbortSignal): Promise<void> => {
      while (!signal.aborted && !this.#listened.has(channel)) {
        if (!this.#restoring) await this.#synchronize();
        if (!this.#listened.has(channel)) await machine.sleep(BACKOFF_FIRST_MS, signal);
      }
    };
    try {
      await withDeadline(machine, LISTEN_DEADLINE_MS, `listening to ${channel}`, established);
    } catch (error) {
      if (error instanceof DatabaseUnavailableError) throw error;
      const { place } = describe(this.#url);
      throw new DatabaseUnavailableError(`PostgreSQL at ${place} did not accept the listener of channel ${channel} in time.`, {
        reason: 'UNREACHABLE',
        cause: error,
      });
    }
  }

  /** One change at a time: connects when there is no connection, then listens to what is wanted and to nothing else. */
  #synchronize(): Promise<void> {
    const result = this.#work.then(() => this.#bringUpToDate());
    this.#work = result.catch(() => undefined);
    return result;
  }

  async #bringUpToDate(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    if (!this.#client) await this.#open();
    const client = this.#client;
    if (!client) return;
    try {
      for (const channel of this.#handlers.keys()) {
        if (this.#listened.has(channel)) continue;
        await client.query(`listen ${escapeIdentifier(channel)}`);
        this.#listened.add(channel);
      }
      for (const channel of this.#listened) {
        if (this.#handlers.has(channel)) continue;
        await client.query(`unlisten ${escapeIdentifier(channel)}`);
        this.#listened.delete(channel);
      }
    } catch (error) {
      this.#lost(client, error);
      throw translated(error, this.#url);
    }
  }

  async #open(): Promise<void> {
    const client = await connect({ url: this.#url, applicationName: 'listener', statementTimeoutMs: CHECK_TIMEOUT_MS }, machine, 0);
    client.on('notification', ({ channel, payload }) => this.#deliver(channel, payload ?? ''));
    client.on('error', (error) => this.#lost(client, error));
    client.on('end', () => this.#lost(client, undefined));
    this.#client = client;
    this.#heartbeat = machine.every(
      HEARTBEAT_MS,
      async () => {
        await client.query('select 1');
      },
      (error) => this.#lost(client, error),
    );
  }

  #lost(client: Client, error: unknown): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    this.#listened.clear();
    this.#heartbeat?.[Symbol.dispose]();
    void client.end().catch(() => undefined);
    if (this.#closing.signal.aborted || this.#handlers.size === 0) return;
    this.#log.warn({ error, channels: this.#handlers.size }, 'the listening connection was lost and is being restored');
    if (!this.#restoring) void this.#restore();
  }

  async #restore(): Promise<void> {
    this.#restoring = true;
    for (let wait = BACKOFF_FIRST_MS; !this.#closing.signal.aborted && !this.#client; wait = Math.min(wait * 2, BACKOFF_LAST_MS)) {
      await machine.sleep(wait, this.#closing.signal).catch(() => undefined);
      await this.#synchronize().catch(() => undefined);
    }
    this.#restoring = false;
    if (this.#closing.signal.aborted) return;
    this.#log.info({ channels: this.#handlers.size }, 'the listening connection is restored');
    for (const channel of this.#handlers.keys()) this.#deliver(channel, '');
  }

  #deliver(channel: string, payload: string): void {
    for (const handler of this.#handlers.get(channel) ?? []) {
      try {
        handler.call(payload);
      } catch (error) {
        this.#log.error({ channel, error }, 'a handler of notifications failed');
      }
    }
  }

  async #afterRemoval(): Promise<void> {
    if (this.#handlers.size > 0) {
      await this.#synchronize().catch(() => undefined);
      return;
    }
    this.#closing.abort();
    if (listeners.get(this.#url) === this) listeners.delete(this.#url);
    this.#heartbeat?.[Symbol.dispose]();
    await this.#work;
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(() => undefined);
  }
}
