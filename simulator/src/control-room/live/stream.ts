/**
 * Subscriptions over one websocket (graphql-transport-ws). Every subscription remembers the cursor of the last event that it handed on; after a
 * break all are opened again past their cursors, so that no event is missed or seen twice.
 */

/** What is used of a websocket. */
export interface Socket {
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
  send(text: string): void;
  close(code?: number, reason?: string): void;
}

export interface Feed {
  /** Also the name of the field. */
  readonly field: string;
  readonly document: string;
  onEvent(node: Readonly<Record<string, unknown>>): void;
}

export type Connection = 'connecting' | 'live' | 'waiting' | 'ended';

export interface StreamOptions {
  open(): Socket;
  readonly token: string;
  readonly feeds: readonly Feed[];
  /** Where the stream stands. `failures` counts tries in a row. */
  onState(state: Connection, failures: number): void;
  /** The token is not or no longer accepted: the stream has ended. */
  onRefused(reason: string): void;
  /** The platform no longer keeps what came after the cursor, or refused the subscription. */
  onGap(field: string, reason: string): void;
  /** Runs an action later; gives what takes it back. */
  after(milliseconds: number, action: () => void): () => void;
  pause(failures: number): number;
}

export interface Stream {
  /** The cursor of each field, for whoever goes on from here. */
  cursors(): Readonly<Record<string, string>>;
  /** Ends it for good. */
  end(): void;
}

/** Milliseconds without any message after which a connection is asked whether it is alive, and the same again until it is given up. */
const SILENCE_MS = 15_000;
const REFUSED = new Set([4401, 4403]);

interface Message {
  type?: string;
  id?: string;
  payload?: { data?: Record<string, unknown> | null; errors?: GraphError[] } | GraphError[];
}
interface GraphError {
  message?: string;
  extensions?: { code?: string };
}

/** Opens the stream and keeps it open until {@link Stream.end}, or until the token is refused. */
export function openStream(options: StreamOptions): Stream {
  const cursors = new Map<string, string>();
  const dropped = new Set<string>();
  let socket: Socket | undefined;
  let failures = 0;
  let ended = false;
  let cancel = (): void => {};
  let cancelWatch = (): void => {};

  const connect = (): void => {
    options.onState('connecting', failures);
    const here = options.open();
    socket = here;
    here.onopen = () => say(here, { type: 'connection_init', payload: { authorization: `Bearer ${options.token}` } });
    here.onmessage = ({ data }) => {
      if (socket !== here) return;
      watch(here);
      take(here, read(data));
    };
    here.onclose = ({ code, reason }) => {
      if (socket === here) lose(code, reason);
    };
    watch(here);
  };

  const take = (here: Socket, message: Message): void => {
    if (message.type === 'connection_ack') {
      failures = 0;
      options.onState('live', 0);
      for (const feed of options.feeds) if (!dropped.has(feed.field)) subscribe(here, feed);
    } else if (message.type === 'ping') say(here, { type: 'pong' });
    else if (message.type === 'next' || message.type === 'error') hand(message);
    // A subscription that the platform ended: the connection is made anew, and it goes on from its cursor.
    if (message.type === 'complete' || message.type === 'error') {
      if (!ended && known(message)) lose(0, '');
    }
  };

  const known = (message: Message): boolean => options.feeds.some(({ field }) => field === message.id);

  const hand = (message: Message): void => {
    const feed = options.feeds.find(({ field }) => field === message.id);
    if (!feed) return;
    const { payload } = message;
    const errors = Array.isArray(payload) ? payload : payload?.errors;
    const node = Array.isArray(payload) ? undefined : (payload?.data?.[feed.field] as Record<string, unknown> | null | undefined);
    if (node) {
      if (typeof node['cursor'] === 'string') cursors.set(feed.field, node['cursor']);
      feed.onEvent(node);
    } else if (errors) {
      const codes = errors.map(({ extensions }) => extensions?.code ?? '');
      // Whoever was too slow goes on from the cursor, without loss. A field that is not for the caller is not asked for again.
      if (codes.includes('LIMIT_EXCEEDED')) return;
      if (codes.includes('FORBIDDEN')) dropped.add(feed.field);
      // What came after the cursor is no longer kept, or the cursor is of another database: the feed begins again at now, and the reader is told.
      if (codes.some((code) => code === 'NOT_FOUND' || code === 'BAD_USER_INPUT')) cursors.delete(feed.field);
      options.onGap(feed.field, errors[0]?.message ?? '');
    }
  };

  const subscribe = (here: Socket, { field, document }: Feed): void =>
    say(here, { type: 'subscribe', id: field, payload: { query: document, variables: { after: cursors.get(field) ?? null } } });

  const lose = (code: number, reason: string): void => {
    const lost = socket;
    socket = undefined;
    cancelWatch();
    lost?.close(1000, 'reconnecting');
    if (ended) return;
    if (REFUSED.has(code)) {
      ended = true;
      options.onState('ended', failures);
      return options.onRefused(reason);
    }
    failures += 1;
    options.onState('waiting', failures);
    cancel = options.after(options.pause(failures), connect);
  };

  const watch = (here: Socket): void => {
    cancelWatch();
    cancelWatch = options.after(SILENCE_MS, () => {
      say(here, { type: 'ping' });
      cancelWatch = options.after(SILENCE_MS, () => lose(0, ''));
    });
  };

  connect();
  return {
    cursors: () => Object.fromEntries(cursors),
    end() {
      ended = true;
      cancel();
      cancelWatch();
      const last = socket;
      socket = undefined;
      last?.close(1000, 'done');
      options.onState('ended', failures);
    },
  };
}

function say(socket: Socket, message: object): void {
  try {
    socket.send(JSON.stringify(message));
  } catch {
    // A socket that is not open: its end is noticed by its close, or by the silence.
  }
}

function read(data: unknown): Message {
  try {
    return JSON.parse(String(data)) as Message;
  } catch {
    return {};
  }
}
