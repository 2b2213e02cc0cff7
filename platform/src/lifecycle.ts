/** The orderly end of a process: on a signal everything is closed in the reverse order of its opening, within a deadline. */
import type { Logger } from '@nodo-aperto/kernel/logging';
import { realClock, withDeadline } from '@nodo-aperto/kernel/time';

const END_DEADLINE_MS = 25_000;

/** What runs until a signal comes. */
export class Lifecycle {
  readonly #closing: { name: string; close(): Promise<unknown> }[] = [];
  readonly #log: Logger;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Remembers how to close a part. Parts are closed last-opened first. */
  onEnd(name: string, close: () => Promise<unknown>): void {
    this.#closing.push({ name, close });
  }

  /** Closes all parts; one that fails does not keep the others open. */
  async end(): Promise<boolean> {
    let clean = true;
    for (let part = this.#closing.pop(); part; part = this.#closing.pop()) {
      const { name, close } = part;
      await withDeadline(realClock(), END_DEADLINE_MS, `closing ${name}`, async () => close()).catch((error: unknown) => {
        clean = false;
        this.#log.error({ err: error, part: name }, 'a part could not be closed in order');
      });
    }
    return clean;
  }

  /** Ends the process on the first SIGINT, SIGTERM or SIGHUP; a second signal ends it at once. */
  endOnSignals(announce: (signal: string) => void): void {
    let ending = false;
    const onSignal = (signal: NodeJS.Signals) => {
      if (ending) process.exit(130);
      ending = true;
      announce(signal);
      void this.end().then((clean) => process.exit(clean ? 0 : 1));
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  }
}
