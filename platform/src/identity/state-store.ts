/**
 * What the provider remembers between requests (sessions, grants, codes, refresh tokens, logins under way), in PostgreSQL: bounded in number,
 * cleaned up when it has expired, with what is as good as a password kept as its digest only. The provider's time is real time, so is its end.
 */
import { createHash } from 'node:crypto';
import { type Database, type Migration, openDatabase } from '@nodo-aperto/kernel/database';
import type { Logger } from '@nodo-aperto/kernel/logging';
import { type Clock, realClock, toIso } from '@nodo-aperto/kernel/time';
import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';

const migrations: readonly Migration[] = [
  {
    name: 'identity-0001-state',
    up: [
      `create table oidc_state (
        model text not null,
        id text not null,
        payload jsonb not null,
        grant_id text,
        uid text,
        expires_at timestamptz not null,
        consumed_at bigint,
        primary key (model, id)
      )`,
      'create index oidc_state_by_grant on oidc_state (grant_id) where grant_id is not null',
      'create index oidc_state_by_uid on oidc_state (model, uid) where uid is not null',
      'create index oidc_state_by_end on oidc_state (expires_at)',
    ],
  },
];

/** What a caller holds as a secret: who reads the table must not be able to use it. */
const BEARER_MODELS = new Set(['AccessToken', 'AuthorizationCode', 'RefreshToken', 'ClientCredentials']);
const LONGEST_LIFE_SECONDS = 30 * 24 * 3_600;
const MOST_ROWS = 500_000;
const CLEAN_UP_MS = 60_000;
const CLEAN_UP_BATCH = 5_000;

export interface StateStore {
  adapter(model: string): Adapter;
  /** Deletes what has expired. @returns how many */
  cleanUp(): Promise<number>;
  stop(): Promise<void>;
}

export async function openStateStore(options: { databaseUrl: string; log: Logger; clock: Clock }): Promise<StateStore> {
  const database = await openDatabase({
    url: options.databaseUrl,
    schema: 'identity',
    entities: [],
    migrations,
    log: options.log,
    clock: options.clock,
    poolSize: 4,
  });
  const real = realClock();
  const room = { rows: await countRows(database) };
  const cleanUp = async (): Promise<number> => {
    const removed = await database.query<{ id: string }>(
      `delete from oidc_state where ctid in (select ctid from oidc_state where expires_at < $1 limit ${CLEAN_UP_BATCH}) returning id`,
      [toIso(real.now())],
    );
    room.rows = await countRows(database);
    return removed.length;
  };
  const cleaning = real.every(
    CLEAN_UP_MS,
    async () => void (await cleanUp()),
    (error) => options.log.warn({ err: error }, 'expired logins could not be removed'),
  );
  return {
    adapter: (model) => new StateAdapter(model, database, real, room),
    cleanUp,
    async stop() {
      cleaning[Symbol.dispose]();
      await database.close();
    },
  };
}

async function countRows(database: Database): Promise<number> {
  const [row] = await database.query<{ count: number }>('select count(*)::int as count from oidc_state');
  return row?.count ?? 0;
}

class StateAdapter implements Adapter {
  readonly #model: string;
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #room: { rows: number };

  constructor(model: string, database: Database, clock: Clock, room: { rows: number }) {
    this.#model = model;
    this.#database = database;
    this.#clock = clock;
    this.#room = room;
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn = LONGEST_LIFE_SECONDS): Promise<void> {
    if (this.#room.rows >= MOST_ROWS) throw new errors.TemporarilyUnavailable('too many logins are under way');
    const { jti, ...rest } = payload;
    const kept = BEARER_MODELS.has(this.#model) ? rest : { ...rest, jti };
    const ends = toIso(this.#clock.now() + Math.min(expiresIn, LONGEST_LIFE_SECONDS) * 1000);
    await this.#database.query(
      `insert into oidc_state (model, id, payload, grant_id, uid, expires_at) values ($1, $2, $3::jsonb, $4, $5, $6)
        on conflict (model, id) do update set payload = excluded.payload, grant_id = excluded.grant_id, uid = excluded.uid,
          expires_at = excluded.expires_at`,
      [this.#model, this.#key(id), JSON.stringify(kept), payload.grantId ?? null, payload.uid ?? null, ends],
    );
    this.#room.rows += 1;
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    const [row] = await this.#select('id', this.#key(id));
    return row && present(row, id);
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    const [row] = await this.#select('uid', uid);
    return row && present(row);
  }

  /** No device logs in with a code here. */
  async findByUserCode(): Promise<undefined> {
    return undefined;
  }

  async consume(id: string): Promise<void> {
    await this.#database.query('update oidc_state set consumed_at = $3 where model = $1 and id = $2', [
      this.#model,
      this.#key(id),
      Math.floor(this.#clock.now() / 1000),
    ]);
  }

  async destroy(id: string): Promise<void> {
    await this.#database.query('delete from oidc_state where model = $1 and id = $2', [this.#model, this.#key(id)]);
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    await this.#database.query('delete from oidc_state where model = $1 and grant_id = $2', [this.#model, grantId]);
  }

  #key(id: string): string {
    return createHash('sha256').update(`${this.#model}:${id}`).digest('base64url');
  }

  #select(column: 'id' | 'uid', value: string): Promise<Row[]> {
    return this.#database.query<Row>(
      `select payload, consumed_at::float8 as consumed_at from oidc_state where model = $1 and ${column} = $2 and expires_at > $3`,
      [this.#model, value, toIso(this.#clock.now())],
    );
  }
}

interface Row {
  payload: AdapterPayload;
  consumed_at: number | null;
}

function present({ payload, consumed_at: consumed }: Row, id?: string): AdapterPayload {
  return { ...payload, ...(id !== undefined && { jti: id }), ...(consumed !== null && { consumed }) };
}
