/** A PostgreSQL for a measurement: the one of DATABASE_URL, or an embedded one in a temporary folder, gone afterwards. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../src/database/index.ts';
import { createLogger } from '../../src/logging/index.ts';
import { realClock } from '../../src/time/index.ts';

/** @param measure gets the URL of the server */
export async function onDatabase(measure: (url: string) => Promise<void>): Promise<void> {
  const given = process.env['DATABASE_URL'];
  if (given) return measure(given);
  const folder = await mkdtemp(join(tmpdir(), 'nodo-aperto-bench-'));
  try {
    // The server runs as another user where we are root.
    await chmod(folder, 0o755);
    const log = createLogger({ service: 'bench', level: 'error' });
    const server = await startEmbeddedPostgres({ folder: join(folder, 'pg'), log, clock: realClock() });
    try {
      await measure(server.url);
    } finally {
      await server.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
