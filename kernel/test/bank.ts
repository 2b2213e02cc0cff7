/** A small schema for the tests of the database room. */
import { defineEntity, p } from '@mikro-orm/postgresql';
import { type Database, type Migration, openDatabase } from '../src/database/index.ts';
import { testLogger } from '../src/testing/index.ts';
import { realClock } from '../src/time/index.ts';

const AccountSchema = defineEntity({
  name: 'Account',
  tableName: 'account',
  properties: { id: p.integer().primary(), owner: p.string(), cents: p.bigint('number'), seenAt: p.datetime().nullable() },
});
export class Account extends AccountSchema.class {}
AccountSchema.setClass(Account);

export const migrations: Migration[] = [
  {
    name: 'bank-001',
    up: [
      'create table account (id integer primary key, owner text not null, cents bigint not null check (cents >= 0), seen_at timestamptz)',
    ],
  },
];

/** Opens the same database again, as another process would. */
export function again(url: string, poolSize = 2): Promise<Database> {
  return openDatabase({ url, schema: 'bank', entities: [Account], migrations, log: testLogger(), clock: realClock(), poolSize });
}

/** Something to wait for until it is opened. */
export function gate(): { opened: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}
