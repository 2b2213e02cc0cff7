/**
 * The connections of graphile-worker. It says that a job is done without anybody waiting for it, and tries that again only after errors of
 * a few codes; what the driver throws for a connection that timed out or broke has none, and would end the process as an unhandled
 * rejection. Such errors get a code here that is tried again.
 */
import { Pool, type PoolClient, type PoolConfig } from 'pg';
import { unavailability } from '../database/errors.ts';

/** One of the codes after which graphile-worker tries again. */
const TRIED_AGAIN = 'ETIMEDOUT';

export function queuePool(config: PoolConfig): Pool {
  const pool = new Pool(config);
  const connect = pool.connect.bind(pool);
  pool.connect = triedAgain(connect) as typeof pool.connect;
  pool.on('connect', (client: PoolClient) => {
    client.query = triedAgain(client.query.bind(client)) as typeof client.query;
  });
  return pool;
}

/** The same function, whose promise, if it gives one, rejects with an error that is tried again when the database was not to be had. */
function triedAgain(ask: (...words: never[]) => unknown): (...words: never[]) => unknown {
  return (...words) => {
    const asked = ask(...words);
    return asked instanceof Promise ? asked.catch((error: unknown) => Promise.reject(coded(error))) : asked;
  };
}

function coded(error: unknown): unknown {
  if (error instanceof Error && unavailability(error) !== undefined) Object.assign(error, { code: TRIED_AGAIN });
  return error;
}
