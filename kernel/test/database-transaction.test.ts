import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isUniqueViolation, openDatabase, sqlStateOf } from '../src/database/index.ts';
import { type TestDatabase, recordingLogger, testDatabase } from '../src/testing/index.ts';
import { realClock } from '../src/time/index.ts';
import { Account, again, gate, migrations } from './bank.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase({ schema: 'bank', entities: [Account], migrations });
});
afterAll(() => database?.close());
beforeEach(async () => {
  await database.query('truncate account');
});

const accounts = (): Promise<{ id: number; cents: number }[]> => database.query('select id, cents from account order by id');

describe('transaction', () => {
  it('commits what the entity manager and raw SQL did, on one connection', async () => {
    const [seenBySql, pids] = await database.transaction(async (transaction) => {
      transaction.manager.create(Account, { id: 1, owner: 'A', cents: 100 });
      await transaction.manager.flush();
      const seen = await transaction.query<{ cents: number }>('select cents from account where id = $1', [1]);
      await transaction.query('insert into account (id, owner, cents) values ($1, $2, $3)', [2, 'B', 200]);
      expect((await transaction.manager.findOneOrFail(Account, 2)).owner).toBe('B');
      const bySql = await transaction.query<{ pid: number }>('select pg_backend_pid() as pid');
      const byManager = await transaction.manager.execute<{ pid: number }[]>('select pg_backend_pid() as pid');
      return [seen, [bySql[0]?.pid, byManager[0]?.pid]] as const;
    });
    expect(seenBySql).toEqual([{ cents: 100 }]);
    expect(pids[0]).toBe(pids[1]);
    expect(await accounts()).toEqual([
      { id: 1, cents: 100 },
      { id: 2, cents: 200 },
    ]);
  });

  it('flushes the entity manager before the commit', async () => {
    await database.transaction(async ({ manager }) => {
      manager.create(Account, { id: 3, owner: 'C', cents: 1 });
    });
    expect(await accounts()).toEqual([{ id: 3, cents: 1 }]);
  });

  it('undoes both when the work fails, and gives the error on as it was', async () => {
    const failure = new Error('not today');
    const work = database.transaction(async (transaction) => {
      transaction.manager.create(Account, { id: 1, owner: 'A', cents: 1 });
      await transaction.manager.flush();
      await transaction.query('insert into account (id, owner, cents) values (2, $1, 2)', ['B']);
      throw failure;
    });
    await expect(work).rejects.toBe(failure);
    expect(await accounts()).toEqual([]);
  });

  it('undoes raw SQL when the entity manager fails at its flush', async () => {
    const work = database.transaction(async (transaction) => {
      await transaction.query(`insert into account (id, owner, cents) values (1, 'A', 1)`);
      transaction.manager.create(Account, { id: 1, owner: 'twice', cents: 1 });
    });
    await expect(work).rejects.toSatisfy((error) => isUniqueViolation(error) && isUniqueViolation(error, 'account_pkey'));
    expect(await accounts()).toEqual([]);
  });

  it('runs actions after the commit only when it succeeded', async () => {
    const done: string[] = [];
    const other = await again(database.url);
    await database.transaction(async (transaction) => {
      transaction.afterCommit(() => done.push('committed'));
      await transaction.query(`insert into account (id, owner, cents) values (1, 'A', 1)`);
      expect(done).toEqual([]);
    });
    expect(done).toEqual(['committed']);
    expect(await other.query('select id from account')).toEqual([{ id: 1 }]);
    await expect(
      database.transaction(async (transaction) => {
        transaction.afterCommit(() => done.push('rolled back'));
        throw new Error('stop');
      }),
    ).rejects.toThrow('stop');
    // Deferred to the commit itself: the work succeeds, the commit does not.
    await database.query('alter table account add constraint one_owner unique (owner) deferrable initially deferred');
    await expect(
      database.transaction(async (transaction) => {
        transaction.afterCommit(() => done.push('refused at commit'));
        await transaction.query(`insert into account (id, owner, cents) values (2, 'A', 1)`);
      }),
    ).rejects.toSatisfy((error) => isUniqueViolation(error, 'one_owner'));
    await database.query('alter table account drop constraint one_owner');
    expect(done).toEqual(['committed']);
    await other.close();
  });

  it('logs an action that throws and still runs the others', async () => {
    const { log, lines } = recordingLogger();
    const own = await openDatabase({ url: database.url, schema: 'bank', entities: [], migrations, log, clock: realClock() });
    const done: string[] = [];
    await own.transaction(async (transaction) => {
      transaction.afterCommit(() => {
        throw new Error('broken hook');
      });
      transaction.afterCommit(() => done.push('second'));
    });
    expect(done).toEqual(['second']);
    expect(lines.some((line) => line.level === 'error' && line.msg.includes('after the commit'))).toBe(true);
    await own.close();
  });

  it('refuses to look committed when a failed statement was ignored', async () => {
    const work = database.transaction(async (transaction) => {
      await transaction.query(`insert into account (id, owner, cents) values (1, 'A', 1)`);
      await transaction.query('select 1 / 0').catch(() => undefined);
    });
    await expect(work).rejects.toThrow('nothing was committed');
    expect(await accounts()).toEqual([]);
  });

  it('supports savepoints through the entity manager', async () => {
    await database.transaction(async ({ manager, query: _query }) => {
      manager.create(Account, { id: 1, owner: 'kept', cents: 1 });
      await manager.flush();
      await expect(
        manager.transactional(async (inner) => {
          inner.create(Account, { id: 2, owner: 'dropped', cents: 1 });
          await inner.flush();
          throw new Error('only this part');
        }),
      ).rejects.toThrow('only this part');
    });
    expect(await accounts()).toEqual([{ id: 1, cents: 1 }]);
  });

  it('lets nothing of a transaction be used after its end', async () => {
    const kept = await database.transaction(async (transaction) => {
      await transaction.manager.count(Account);
      return { transaction, manager: transaction.manager };
    });
    await expect(kept.transaction.query('select 1')).rejects.toThrow('the transaction is over');
    expect(() => kept.transaction.afterCommit(() => undefined)).toThrow('the transaction is over');
    await expect(kept.manager.count(Account)).rejects.toThrow(/rolled back|committed/i);
    // The connection itself serves the next one.
    expect(await database.transaction((transaction) => transaction.manager.count(Account))).toBe(0);
  });

  it('accepts several statements at once and carries them out one by one', async () => {
    await database.transaction(async (transaction) => {
      await Promise.all(
        [1, 2, 3, 4].map((id) => transaction.query('insert into account (id, owner, cents) values ($1, $2, 0)', [id, `o${id}`])),
      );
    });
    expect(await accounts()).toHaveLength(4);
  });

  it('does not let statements left running slip in behind a rollback', async () => {
    let late: Promise<unknown> | undefined;
    const work = database.transaction(async (transaction) => {
      late = transaction
        .query('select pg_sleep(0.05)')
        .then(() => transaction.query(`insert into account (id, owner, cents) values (9, 'late', 0)`))
        .catch((error: unknown) => error);
      throw new Error('early end');
    });
    await expect(work).rejects.toThrow('early end');
    expect(await late).toBeInstanceOf(Error);
    expect(await accounts()).toEqual([]);
  });

  it('runs the work again after a deadlock, with fresh actions', async () => {
    await database.query(`insert into account (id, owner, cents) values (1, 'A', 0), (2, 'B', 0)`);
    let tries = 0;
    let committed = 0;
    const held = [gate(), gate()] as const;
    const move = (own: 0 | 1): Promise<void> =>
      database.transaction(async (transaction) => {
        tries += 1;
        transaction.afterCommit(() => {
          committed += 1;
        });
        const [first, second] = own === 0 ? [1, 2] : [2, 1];
        await transaction.query('update account set cents = cents + 1 where id = $1', [first]);
        held[own].open();
        await held[own === 0 ? 1 : 0].opened;
        await transaction.query('update account set cents = cents + 1 where id = $1', [second]);
      });
    await Promise.all([move(0), move(1)]);
    // On a busy machine both may be chosen to give way.
    expect(tries).toBeGreaterThanOrEqual(3);
    expect(committed).toBe(2);
    expect(await accounts()).toEqual([
      { id: 1, cents: 2 },
      { id: 2, cents: 2 },
    ]);
  });

  it('gives up on serialization failures after four tries', async () => {
    let tries = 0;
    const work = database.transaction(async (transaction) => {
      tries += 1;
      await transaction.query(`do $$ begin raise exception 'again' using errcode = '40001'; end $$`);
    });
    await expect(work).rejects.toSatisfy((error) => sqlStateOf(error) === '40001');
    expect(tries).toBe(4);
  });
});
