import { until } from '@nodo-aperto/kernel/testing';
import { describe, expect, it } from 'vitest';
import { ask } from '../support/graphql-client.ts';
import { dataFolder, type PlatformProcess, startPlatform } from '../support/platform-process.ts';
import { CREDITOR, openWorld, type World } from '../support/world.ts';

const KILLS = 3;
const PAYERS = 4;
const PAYMENTS_BEFORE_A_KILL = 20;

describe('kill -9 of everything while payments flow', () => {
  it('loses no accepted payment, books none twice, delivers every receipt, and the next start recovers by itself', async () => {
    await using folder = await dataFolder();
    let platform = await startPlatform({ folder: folder.path });
    const world = await openWorld(platform);
    const accepted: string[] = [];
    try {
      for (let round = 0; round < KILLS; round += 1) {
        const before = accepted.length;
        const paying = payUntilTheEnd(world, accepted);
        await until(() => accepted.length >= before + PAYMENTS_BEFORE_A_KILL, { what: 'payments to flow', timeoutMs: 60_000 });
        await killEverything(platform);
        await paying;
        platform = await startPlatform({ folder: folder.path, port: platform.port });
      }
      expect(accepted.length).toBeGreaterThanOrEqual(KILLS * PAYMENTS_BEFORE_A_KILL);
      await until(async () => (await notified(platform, world, accepted)) === accepted.length, {
        what: 'every accepted payment to be notified',
        timeoutMs: 60_000,
      });
      // At least once on the wire, once in effect: the creditor's books hold one receipt for each payment.
      const receipts = world.fleet.receipts(CREDITOR.stationCode).map(({ receipt }) => receipt);
      for (const token of accepted) expect(receipts.filter(({ receiptId }) => receiptId === token)).toHaveLength(1);
      // A notice booked twice would have sent two receipts, for two tokens.
      expect(new Set(receipts.map(({ noticeNumber }) => noticeNumber)).size).toBe(receipts.length);
    } finally {
      await world[Symbol.asyncDispose]();
      await platform.stop();
    }
  });

  it('stops in order on SIGTERM: exit code 0, the embedded server gone, and a warm start', async () => {
    await using folder = await dataFolder();
    const first = await startPlatform({ folder: folder.path });
    const pid = await serverPid(folder.path);
    expect(isAlive(pid)).toBe(true);
    expect(await first.stop('SIGTERM')).toBe(0);
    expect(isAlive(pid)).toBe(false);
    const second = await startPlatform({ folder: folder.path });
    expect(await second.stop('SIGINT')).toBe(0);
  });

  it('takes care of a server whose platform was killed: it goes on with it, and ends it', async () => {
    await using folder = await dataFolder();
    const first = await startPlatform({ folder: folder.path });
    const pid = await serverPid(folder.path);
    await first.stop('SIGKILL');
    expect(isAlive(pid)).toBe(true);
    const second = await startPlatform({ folder: folder.path });
    expect(await serverPid(folder.path)).toBe(pid);
    expect(await second.stop('SIGTERM')).toBe(0);
    // Its parent was killed: another process collects it, in its own time.
    await until(() => !isAlive(pid), { what: 'the database server to be gone', timeoutMs: 30_000 });
  });
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

async function killEverything(platform: PlatformProcess): Promise<void> {
  const pid = await serverPid(platform.folder);
  await platform.stop('SIGKILL');
  process.kill(pid, 'SIGKILL');
  await until(() => !isAlive(pid), { what: 'the database server to be gone' });
}

async function serverPid(folder: string): Promise<number> {
  const { readFile } = await import('node:fs/promises');
  return Number((await readFile(`${folder}/pg/postmaster.pid`, 'utf8')).split('\n')[0]);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function notified(platform: PlatformProcess, world: World, tokens: readonly string[]): Promise<number> {
  let count = 0;
  for (let start = 0; start < tokens.length; start += 20) {
    const fields = tokens.slice(start, start + 20).map((token, index) => `p${index}: payment(paymentToken: "${token}") { status }`);
    const answer = await ask<Record<string, { status: string } | null>>(platform.graphqlUrl, `{ ${fields.join(' ')} }`, {
      token: world.tokens.operator,
    });
    for (const payment of Object.values(answer)) {
      if (payment === null) throw new Error('An accepted payment is gone.');
      if (payment.status === 'NOTIFIED') count += 1;
    }
  }
  return count;
}
