import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { freePort, recordingLogger, testDatabaseUrl, testLogger, until } from './index.ts';

describe('until', () => {
  it('returns what the condition gives once it is truthy', async () => {
    let calls = 0;
    const value = await until(() => (++calls < 3 ? undefined : { calls }), { what: 'three calls' });
    expect(value).toEqual({ calls: 3 });
  });

  it('waits through errors of the condition', async () => {
    let calls = 0;
    await until(
      async () => {
        calls += 1;
        if (calls < 3) throw new Error('not yet');
        return true;
      },
      { what: 'no more errors' },
    );
    expect(calls).toBe(3);
  });

  it('says what it waited for, and why the last look failed', async () => {
    const cause = new Error('the reason');
    const waiting = until(() => Promise.reject(cause), { what: 'pigs fly', timeoutMs: 30 });
    await expect(waiting).rejects.toThrow('Waited 30 ms in vain until pigs fly.');
    await expect(waiting).rejects.toMatchObject({ cause });
  });
});

describe('fixtures', () => {
  it('freePort gives a port that can be listened on', async () => {
    const port = await freePort();
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    expect(server.address()).toMatchObject({ port });
    server.close();
  });

  it('loggers are silent, or remember', () => {
    expect(testLogger().level).toBe(process.env.TEST_LOG ?? 'silent');
    const { log, lines } = recordingLogger();
    log.child({ part: 'a' }).warn({ count: 2 }, 'seen');
    expect(lines).toEqual([expect.objectContaining({ level: 'warn', part: 'a', count: 2, msg: 'seen' })]);
  });

  it('databases say where such a test belongs', async () => {
    await expect(testDatabaseUrl()).rejects.toThrow('put it in a test/ folder');
  });
});
