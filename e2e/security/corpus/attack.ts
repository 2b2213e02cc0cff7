/** What an entry of the corpus is: one hostile thing that somebody sends, and how it must end. */
export interface Target {
  readonly baseUrl: string;
  readonly host: string;
  readonly port: number;
  /** A caller who is known: a PSP. Whoever attacks is often a customer. */
  readonly token: string;
  /** A key that is known to the REST interfaces, of a creditor. */
  readonly apiKey: string;
}

/** How it ended: an HTTP status, or the code with which a websocket was closed, and what was said. */
export interface Outcome {
  readonly code: number;
  readonly text: string;
}

export interface Attack {
  readonly name: string;
  send(target: Target): Promise<Outcome>;
  /** The codes with which it may end, any one of them. */
  readonly codes: readonly number[];
  /** What the answer says, where the code alone would not show that it was this that was refused. */
  readonly says?: RegExp;
}

/** What fetch takes as a body. */
export type Body = NonNullable<RequestInit['body']>;

/** Nothing here may take longer; generous, since what is measured is that nothing hangs. */
export const PATIENCE_MS = 20_000;

export const repeat = (count: number, part: (index: number) => string): string =>
  Array.from({ length: count }, (_each, index) => part(index)).join(' ');

/** Sends something over HTTP and reads at most the first part of what comes back. */
export async function ask(url: string, init: RequestInit): Promise<Outcome> {
  const response = await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(PATIENCE_MS) });
  return { code: response.status, text: await response.text() };
}
