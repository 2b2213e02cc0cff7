/** What the platform tells the page about itself before anybody has entered. */
import type { LoginProvider } from './login.ts';

export interface ReadyToken {
  readonly role: string;
  readonly token: string;
}

export interface RoomSession {
  /** Whether a simulation runs beside the platform. */
  readonly simulation: boolean;
  /** Tokens to choose from; empty everywhere but in development, on the machine itself. */
  readonly tokens: readonly ReadyToken[];
  /** Where people log in; absent where another identity provider is used, or it is not beside the page. */
  readonly login?: LoginProvider;
}

const NOTHING: RoomSession = { simulation: false, tokens: [] };
const DEADLINE_MS = 10_000;

export async function readSession(): Promise<RoomSession> {
  try {
    const response = await fetch('/control-room/session.json', { signal: AbortSignal.timeout(DEADLINE_MS) });
    return response.ok ? ((await response.json()) as RoomSession) : NOTHING;
  } catch {
    return NOTHING;
  }
}

/** Undefined: ready. Otherwise what it waits for; empty when it cannot be reached. */
export async function readHealth(): Promise<readonly string[] | undefined> {
  try {
    const health = (await (await fetch('/health/ready', { signal: AbortSignal.timeout(DEADLINE_MS) })).json()) as {
      status?: string;
      waitingFor?: string[];
    };
    return health.status === 'ready' ? undefined : (health.waitingFor ?? []);
  } catch {
    return [];
  }
}
