import type { Logger } from '@nodo-aperto/kernel/logging';

/** Those who want to be told of something. */
export interface Listeners<Event> {
  /** Dispose what it gives to hear no more. */
  add(listener: (event: Event) => void): Disposable;
  tell(event: Event): void;
}

/** A listener that throws harms neither the others nor the one who tells. */
export function listeners<Event>(log: Logger): Listeners<Event> {
  const all = new Set<{ readonly listener: (event: Event) => void }>();
  return {
    add(listener) {
      const entry = { listener };
      all.add(entry);
      return { [Symbol.dispose]: () => void all.delete(entry) };
    },
    tell(event) {
      for (const { listener } of all) {
        try {
          listener(event);
        } catch (error) {
          log.error({ err: error }, 'a listener of the creditor fleet failed');
        }
      }
    },
  };
}
