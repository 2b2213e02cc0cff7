/** COPY FROM STDIN and COPY TO STDOUT on a plain connection of pg: what the figures of the benchmark are held against. */
import { Client } from 'pg';

/** The part of pg's connection that a statement of its own works with. */
interface Wire {
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/** A COPY as pg runs it: the connection calls these methods as messages arrive. */
class Copy {
  rows = 0;
  readonly #text: string;
  readonly #chunks: readonly Buffer[];
  readonly #done: (error?: Error) => void;

  constructor(text: string, chunks: readonly Buffer[], done: (error?: Error) => void) {
    this.#text = text;
    this.#chunks = chunks;
    this.#done = done;
  }

  submit(connection: Wire): void {
    connection.query(this.#text);
  }

  handleCopyInResponse(connection: Wire): void {
    for (const chunk of this.#chunks) connection.sendCopyFromChunk(chunk);
    connection.endCopyFrom();
  }

  handleCopyData(): void {
    this.rows += 1;
  }

  handleCommandComplete(): void {}

  handleRowDescription(): void {}

  handleReadyForQuery(): void {
    this.#done();
  }

  handleError(error: Error): void {
    this.#done(error);
  }
}

async function copy(url: string, text: string, chunks: readonly Buffer[]): Promise<number> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await new Promise<number>((resolve, reject) => {
      const work: Copy = new Copy(text, chunks, (error) => (error ? reject(error) : resolve(work.rows)));
      client.query(work as never);
    });
  } finally {
    await client.end();
  }
}

/** Loads the rows, given as text in COPY's format. */
export async function copyIn(url: string, table: string, chunks: readonly Buffer[]): Promise<void> {
  await copy(url, `copy ${table} from stdin`, chunks);
}

/** Reads rows. @returns how many messages came, one for each row */
export function copyOut(url: string, query: string): Promise<number> {
  return copy(url, `copy (${query}) to stdout`, []);
}
