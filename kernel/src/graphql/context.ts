/** What every resolver receives: who calls, which request it is, the subgraph's services, and loaders that live as long as the request. */
import DataLoader from 'dataloader';
import type { Principal } from '../auth/index.ts';
import type { Logger } from '../logging/index.ts';

export interface RequestContext {
  /** Id of the request, shown to the client in errors and kept in logs. */
  id: string;
  /** W3C trace context of the caller, when it sent one. */
  traceparent?: string;
}

export interface SubgraphContext<Services = unknown> {
  principal: Principal | undefined;
  request: RequestContext;
  services: Services;
  log: Logger;
  /** Loaders of this request, made on first use. */
  loaders: Loaders;
}

const LARGEST_BATCH = 200;

/** Batches look-ups of one request: 25 references ask the database once. */
export class Loaders {
  readonly #known = new Map<string, DataLoader<unknown, unknown, string>>();

  /**
   * @param name distinguishes loaders of one request
   * @param fetch asks for at most 200 keys at once; answers are matched by `keyOf`, absent ones are null
   */
  get<Key, Value>(
    name: string,
    fetch: (keys: readonly Key[]) => Promise<readonly Value[]>,
    identify: { key(key: Key): string; value(value: Value): string },
  ): {
    load(key: Key): Promise<Value | null>;
  } {
    const known = this.#known.get(name);
    if (known) return known as unknown as DataLoader<Key, Value | null, string>;
    const loader = new DataLoader<Key, Value | null, string>(
      async (keys) => {
        const found = new Map((await fetch(keys)).map((value) => [identify.value(value), value]));
        return keys.map((key) => found.get(identify.key(key)) ?? null);
      },
      { cacheKeyFn: identify.key, maxBatchSize: LARGEST_BATCH },
    );
    this.#known.set(name, loader as unknown as DataLoader<unknown, unknown, string>);
    return loader;
  }
}
