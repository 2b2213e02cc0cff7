/** The test clock of several processes: what one does to it, all follow. */
import { openDatabase } from '../database/index.ts';
import type { Database, Migration } from '../database/index.ts';
import type { Logger } from '../logging/index.ts';
import type { AdjustableClock, ClockSetting, TestClock } from '../time/index.ts';

const CLOCK_SCHEMA = 'kernel_clock';
const CHANNEL = 'kernel_clock';

const MIGRATIONS: readonly Migration[] = [
  {
    name: 'kernel-clock-0001',
    up: [
      `create table setting (
        id boolean primary key default true check (id),
        real_at double precision not null,
        platform_at double precision not null,
        speed double precision not null,
        speed_ends_at double precision not null
      )`,
    ],
  },
];

/** A clock whose changes are known to all processes once they resolve: written down, and told. */
export interface SharedClock extends TestClock, AsyncDisposable {
  advance(milliseconds: number): Promise<void>;
  setSpeed(speed: number): Promise<void>;
}

interface Row {
  readonly real_at: number;
  readonly platform_at: number;
  readonly speed: number;
  readonly speed_ends_at: number;
}

/**
 * Lets the clock run as the others of this database do, from now on.
 * @param options.clock the clock of this process; it must not be moved but through what is returned
 * @throws DatabaseUnavailableError, MigrationError
 */
export async function shareClock(options: {
  readonly url: string;
  readonly clock: AdjustableClock;
  readonly log: Logger;
}): Promise<SharedClock> {
  const { url, clock, log } = options;
  const database = await openDatabase({ url, schema: CLOCK_SCHEMA, entities: [], migrations: MIGRATIONS, log, clock, poolSize: 1 });
  async function follow(): Promise<void> {
    const setting = await read(database);
    if (setting) clock.follow(setting);
  }
  const listening = await database
    .listen(CHANNEL, () => {
      follow().catch((error: unknown) =>
        log.warn({ err: error }, 'the clock of the other processes could not be read; the next word of it will be'),
      );
    })
    .catch(async (error: unknown) => {
      await database.close();
      throw error;
    });
  await follow();

  return {
    async advance(milliseconds) {
      clock.advance(milliseconds);
      await write(database, clock.setting());
    },
    async setSpeed(speed) {
      clock.setSpeed(speed);
      await write(database, clock.setting());
    },
    offset: () => clock.offset(),
    speed: () => clock.speed(),
    async [Symbol.asyncDispose]() {
      await listening[Symbol.asyncDispose]();
      await database.close();
    },
  };
}

async function read(database: Database): Promise<ClockSetting | undefined> {
  const [row] = await database.query<Row>('select real_at, platform_at, speed, speed_ends_at from setting');
  return row && { realAt: row.real_at, platformAt: row.platform_at, speed: row.speed, speedEndsAt: row.speed_ends_at };
}

async function write(database: Database, { realAt, platformAt, speed, speedEndsAt }: ClockSetting): Promise<void> {
  await database.transaction(async (transaction) => {
    await transaction.query(
      `insert into setting (real_at, platform_at, speed, speed_ends_at) values ($1, $2, $3, $4)
        on conflict (id) do update set real_at = excluded.real_at, platform_at = excluded.platform_at,
          speed = excluded.speed, speed_ends_at = excluded.speed_ends_at`,
      [realAt, platformAt, speed, speedEndsAt],
    );
    await transaction.query(`select pg_notify($1, '')`, [CHANNEL]);
  });
}
