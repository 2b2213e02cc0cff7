import type { Dispatcher } from 'undici';
import type { CallPhase } from './evidence.ts';
import { AnswerTooLargeError, isReset } from './failure.ts';
import type { ConnectionAware } from './station-client.ts';

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** Follows one request to its end and keeps the answer, up to a limit. */
export class ExchangeHandler implements ConnectionAware {
  reusedConnection = false;
  phase: CallPhase = 'CONNECT';
  /** 0 until the answer's head has come. */
  status = 0;
  headers: Headers = {};
  error: Error | undefined;
  /** Resolves when the request has ended, one way or the other; never rejects. */
  readonly done: Promise<void>;

  readonly #maxBytes: number;
  readonly #chunks: Buffer[] = [];
  #size = 0;
  #controller: Dispatcher.DispatchController | undefined;
  #abandoned: Error | undefined;
  #finish: () => void = () => undefined;

  constructor(maxBytes: number, onEnd: () => void) {
    this.#maxBytes = maxBytes;
    this.done = new Promise((resolve) => {
      this.#finish = resolve;
    });
    void this.done.then(onEnd);
  }

  get body(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  /** Whether the request met a kept-alive connection that its server was just closing: it may be sent again. */
  get metClosedConnection(): boolean {
    const broken = this.error !== undefined && isReset(this.error);
    return broken && this.reusedConnection && this.phase === 'WAIT' && this.#abandoned === undefined;
  }

  /** Ends the request; one that still waits for a connection is never sent. */
  abandon(reason: Error): void {
    this.#abandoned ??= reason;
    this.#controller?.abort(reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#abandoned === undefined) this.phase = 'WAIT';
    else controller.abort(this.#abandoned);
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: Headers): void {
    if (status < 200) return;
    this.phase = 'BODY';
    this.status = status;
    this.headers = headers;
    if (Number(headers['content-length']) > this.#maxBytes) this.#refuse(controller);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size > this.#maxBytes) this.#refuse(controller);
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.phase = 'ANSWER';
    this.#finish();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.error = error;
    this.#finish();
  }

  #refuse(controller: Dispatcher.DispatchController): void {
    this.#chunks.length = 0;
    controller.abort(new AnswerTooLargeError(`the answer is larger than the ${this.#maxBytes} bytes allowed`));
  }
}
