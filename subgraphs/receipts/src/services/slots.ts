/** A bounded number of things at once; who comes later waits in line. */
export class Slots {
  #free: number;
  readonly #line: (() => void)[] = [];

  constructor(size: number) {
    this.#free = size;
  }

  /** Resolves when there is a place. */
  async take(): Promise<void> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#line.push(resolve));
  }

  /** Gives the place to who waits longest. */
  release(): void {
    const next = this.#line.shift();
    if (next) next();
    else this.#free += 1;
  }
}
