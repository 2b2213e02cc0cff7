import { chmod, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@nodo-aperto/kernel/database';
import { startStandby, testLogger, until } from '@nodo-aperto/kernel/testing';
import { realClock } from '@nodo-aperto/kernel/time';
import { Client } from 'pg';
import { expect, it } from 'vitest';
import { ask } from '../support/graphql-client.ts';
import { dataFolder, type PlatformProcess, runPlatform, startPlatform } from '../support/platform-process.ts';
import { CREDITOR, openWorld, type World } from '../support/world.ts';

const PAYERS = 3;
const PAYMENTS = 15;

it('a lost disk loses no payment that was answered for', { timeout: 420_000 }, async () => {
  await using places = await dataFolder();
  await chmod(places.path, 0o755);
  const [live, archive, backup] = [join(places.path, 'live'), join(places.path, 'archive'), join(places.path, 'backup')];
  const environment = { WAL_ARCHIVE_FOLDER: archive };
  let platform = await startPlatform({ folder: live, environment });
  const world = await openWorld(platform);
  let keeper: EmbeddedPostgres | undefined;
  try {
    const accepted: string[] = [];
    const paying = payUntilTheEnd(world, accepted);
    await until(() => accepted.length >= PAYMENTS, { what: 'payments to flow', timeoutMs: 60_000 });

    const made = await runPlatform(['backup', '--data', live, '--to', backup], environment);
    expect(made, made.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining('Backed up') });
    keeper = await followLog(live, join(places.path, 'keeper'));
    const synchronousFrom = accepted.length;
    await until(() => accepted.length >= synchronousFrom + PAYMENTS, { what: 'payments to flow', timeoutMs: 60_000 });

    await loseMachine(platform, live);
    await paying;
    expect((await readdir(archive)).filter((name) => /^[0-9A-F]{24}$/.test(name)).length).toBeGreaterThan(0);
    await keeper.stop();

    const restored = join(places.path, 'restored');
    const log = ['--wal', archive, join(places.path, 'keeper', 'pg_wal')];
    const answer = await runPlatform(['restore', '--from', backup, '--data', restored, ...log]);
    expect(answer, answer.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining('Restored') });

    platform = await startPlatform({ folder: restored, port: platform.port });
    expect(accepted.length).toBeGreaterThanOrEqual(2 * PAYMENTS);
    await until(async () => (await notified(platform, world, accepted)) === accepted.length, {
      what: 'every accepted payment to be there and notified',
      timeoutMs: 120_000,
    });
    const receipts = world.fleet.receipts(CREDITOR.stationCode).map(({ receipt }) => receipt);
    for (const token of accepted) expect(receipts.filter(({ receiptId }) => receiptId === token)).toHaveLength(1);
    // A notice booked twice would have sent two receipts, for two tokens.
    expect(new Set(receipts.map(({ noticeNumber }) => noticeNumber)).size).toBe(receipts.length);
    await world.pay();
  } finally {
    await world[Symbol.asyncDispose]();
    await platform.stop();
    await keeper?.stop();
  }
});

it('a backup is refused where too little log is written, and over one that is there', { timeout: 120_000 }, async () => {
  await using places = await dataFolder();
  await chmod(places.path, 0o755);
  const live = join(places.path, 'live');
  const server = await startEmbeddedPostgres({ folder: join(live, 'pg'), log: testLogger(), clock: realClock() });
  try {
    const first = await runPlatform(['backup', '--data', live, '--to', join(places.path, 'backup')]);
    expect(first.code).not.toBe(0);
    expect(first.stderr).toContain('WAL_ARCHIVE_FOLDER');
    const second = await runPlatform(['backup', '--data', live, '--to', live]);
    expect(second.code).not.toBe(0);
    expect(second.stderr).toContain('is not empty');
    const nothing = await runPlatform(['restore', '--data', join(places.path, 'new'), '--from', live + '-none', '--wal', places.path]);
    expect(nothing.code).not.toBe(0);
    expect(nothing.stderr).toContain('There is no backup in');
  } finally {
    await server.stop();
  }
});

async function payUntilTheEnd(world: World, accepted: string[]): Promise<void> {
  await Promise.all(
    Array.from({ length: PAYERS }, async () => {
      for (;;) {
        const token = await world.pay().catch(() => undefined);
        // The platform is gone: what was not answered was not accepted.
        if (token === undefined) return;
        accepted.push(token);
      }
    }),
  );
}

/** A standby without which nothing counts as written: from then on a payment that is answered for is on two disks. */
async function followLog(live: string, folder: string): Promise<EmbeddedPostgres> {
  const data = join(live, 'pg');
  const { user, password, port } = JSON.parse(await readFile(`${data}.access.json`, 'utf8')) as Record<string, string>;
  const url = `postgres://${user}:${password}@127.0.0.1:${port}/nodo`;
  const keeper = await startStandby({ primary: { url }, primaryFolder: data, folder, name: 'keeper' });
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`alter system set synchronous_standby_names = 'keeper'`);
    await client.query('select pg_reload_conf()');
    await until(
      async () => {
        const { rows } = await client.query<{ state: string }>(`select sync_state as state from pg_stat_replication`);
        return rows[0]?.state === 'sync';
      },
      { what: 'the standby to be waited for', timeoutMs: 30_000 },
    );
  } finally {
    await client.end();
  }
  return keeper;
}

/** Platform and database are killed, and their disk is gone. */
async function loseMachine(platform: PlatformProcess, live: string): Promise<void> {
  const pid = Number((await readFile(join(live, 'pg', 'postmaster.pid'), 'utf8')).split('\n')[0]);
  await platform.stop('SIGKILL');
  process.kill(pid, 'SIGKILL');
  await until(() => isGone(pid), { what: 'the database server to be gone' });
  await rm(live, { recursive: true, force: true, maxRetries: 10 });
}

async function isGone(pid: number): Promise<boolean> {
  const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return state === undefined || state.slice(state.lastIndexOf(')') + 2).startsWith('Z');
}

const ASKED_AT_ONCE = 20;

/** How many of the payments are there and have reached their creditor. @throws when one is gone */
async function notified(platform: PlatformProcess, world: World, tokens: readonly string[]): Promise<number> {
  let count = 0;
  for (let start = 0; start < tokens.length; start += ASKED_AT_ONCE) {
    const asked = tokens.slice(start, start + ASKED_AT_ONCE);
    const fields = asked.map((token, index) => `p${index}: payment(paymentToken: "${token}") { status }`);
    const answer = await ask<Record<string, { status: string } | null>>(platform.graphqlUrl, `{ ${fields.join(' ')} }`, {
      token: world.tokens.operator,
    });
    const found = Object.values(answer);
    if (found.includes(null)) throw new Error('A payment that was answered for is gone.');
    count += found.filter((payment) => payment?.status === 'NOTIFIED').length;
  }
  return count;
}
