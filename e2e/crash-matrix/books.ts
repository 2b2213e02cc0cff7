/** What the platform's own record says after a crash: read from the database itself, as an auditor would. */
import { until } from '@nodo-aperto/kernel/testing';
import { Client } from 'pg';

const STREAMS = ['onboarding', 'notices', 'payments', 'receipts', 'reporting', 'quality'] as const;
/** Real milliseconds in which everything that was begun must have come to its end; generous, since machines of CI are slow. */
const SETTLED_MS = 90_000;

export interface Books {
  /** Tokens of these that are not booked. */
  lost(tokens: readonly string[]): Promise<string[]>;
  /** Notices with more than one booked payment. */
  bookedTwice(): Promise<number>;
  /** Waits until nothing is under way: every fact published and looked at, none set aside, no job held by who is gone. */
  settled(): Promise<void>;
  /** How many facts of a name there are about a subject that matches. */
  facts(stream: (typeof STREAMS)[number], name: string, subject?: string): Promise<number>;
}

/**
 * @param url the database's own address, past every line that is cut
 * @param bases addresses of the platform's processes
 */
export function books(url: string, bases: readonly string[]): Books {
  const query = async <Row>(sql: string, values: unknown[] = []): Promise<Row[]> => {
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000, query_timeout: 20_000 });
    client.on('error', () => {});
    await client.connect();
    try {
      return (await client.query(sql, values)).rows as Row[];
    } finally {
      await client.end().catch(() => {});
    }
  };
  const count = async (sql: string, values: unknown[] = []): Promise<number> =>
    Number((await query<{ count: string }>(sql, values))[0]?.count);
  const unpublished = STREAMS.map((stream) => `select 1 from ${stream}.outbox where position is null`).join(' union all ');
  /** The sum of a figure that the platform's processes tell of themselves. */
  const figure = async (name: string): Promise<number> => {
    let sum = 0;
    for (const base of bases) {
      const text = await (await fetch(`${base}/metrics`, { signal: AbortSignal.timeout(10_000) })).text();
      for (const [, value] of text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\d+)`, 'gm'))) sum += Number(value);
    }
    return sum;
  };

  return {
    async lost(tokens) {
      const rows = await query<{ token: string }>(
        `select asked.token from unnest($1::text[]) as asked (token)
          where not exists (select from payments.outbox where name = 'payment.booked' and subject = asked.token)`,
        [tokens],
      );
      return rows.map(({ token }) => token);
    },
    bookedTwice: () =>
      count(`select count(*) from (select 1 from payments.outbox where name = 'payment.booked'
        group by data ->> 'creditorFiscalCode', data ->> 'noticeNumber' having count(*) > 1) as twice`),
    facts: (stream, name, subject = '') =>
      count(`select count(*) from ${stream}.outbox where name = $1 and strpos(subject, $2) > 0`, [name, subject]),
    async settled() {
      const under = { facts: 0, behind: 0, setAside: 0, jobs: 0 };
      await until(
        async () => {
          under.facts = await count(`select count(*) from (${unpublished}) as waiting`);
          under.behind = await figure('nodo_consumer_lag');
          under.setAside = await figure('nodo_consumer_dead_letters');
          under.jobs = await count(
            `select count(*) from graphile_worker.jobs where (locked_at is not null and locked_at < now() - interval '20 seconds')
              or (attempts >= max_attempts and locked_at is null)`,
          );
          return under.facts + under.behind + under.setAside + under.jobs === 0;
        },
        { what: 'everything that was begun has come to its end', timeoutMs: SETTLED_MS },
      ).catch((error: Error) => {
        throw new Error(`${error.message} Left: ${JSON.stringify(under)}`, { cause: error });
      });
    },
  };
}
