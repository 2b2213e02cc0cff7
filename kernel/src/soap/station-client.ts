import { Client } from 'undici';
import type { Dispatcher } from 'undici';

/** A handler that wants to know on what kind of connection its request went out. */
export interface ConnectionAware extends Dispatcher.DispatchHandler {
  /** Set before the request is sent: whether the connection had carried an earlier request. */
  reusedConnection: boolean;
}

/**
 * One kept-alive connection that remembers whether it has been used. A server may close an idle connection in the very
 * moment in which a request is written to it; only on such a connection does a reset say nothing about the server.
 */
export class StationClient extends Client {
  #connected = false;
  #requests = 0;

  constructor(origin: URL, options: Client.Options) {
    super(origin, options);
    this.on('connect', () => {
      this.#connected = true;
    });
    this.on('disconnect', () => {
      this.#connected = false;
      this.#requests = 0;
    });
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    (handler as ConnectionAware).reusedConnection = this.#connected && this.#requests > 0;
    this.#requests += 1;
    return super.dispatch(options, handler);
  }
}
