/** The client of the platform over real sockets, against a stand-in of it. */
import { cryptographicStream } from '@nodo-aperto/kernel/random';
import { freePort, testLogger, until } from '@nodo-aperto/kernel/testing';
import { adjustableClock } from '@nodo-aperto/kernel/time';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Caller, platformClient, type PlatformClient, PlatformRefusalError, type TokenFor } from '../src/index.ts';
import { activatePaymentNotice, createPosition, type Document, importDirectory } from '../src/platform-client/operations.ts';
import { clearToken, startPlatform, type TestPlatform } from './support/platform.ts';

/** Waits between repeats pass a hundred times faster; calls under way have the time that they need on a busy machine. */
const clock = adjustableClock();
clock.setSpeed(100);
const operator: Caller = { role: 'OPERATOR' };
const once: Document<object, { file: string }> = { ...importDirectory, repeatable: false };

let platform: TestPlatform;
const clients: PlatformClient[] = [];
function clientOf(options: { baseUrl?: string; tokenFor?: TokenFor; deadlineMs?: number } = {}): PlatformClient {
  const client = platformClient({
    baseUrl: platform.baseUrl,
    tokenFor: clearToken,
    clock,
    log: testLogger(),
    random: cryptographicStream(),
    ...options,
  });
  clients.push(client);
  return client;
}

beforeEach(async () => {
  platform = await startPlatform();
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  await platform.stop();
});

describe('a request', () => {
  it('carries the document, the variables and who calls', async () => {
    const data = await clientOf().run(importDirectory, { file: 'psps: []' }, operator);
    expect(data.importDirectory).toEqual({ created: 1, updated: 0, unchanged: 0, issueCount: 0, issues: [] });
    expect(platform.calls).toEqual([{ name: 'importDirectory', input: { file: 'psps: []' }, caller: operator }]);
  });

  it('asks for a token once per caller, and again when the platform refuses it', async () => {
    let asked = 0;
    const client = clientOf({ tokenFor: (caller) => clearToken({ ...caller, fiscalCode: String((asked += 1)) }) });
    await client.run(importDirectory, { file: 'a' }, operator);
    await client.run(importDirectory, { file: 'b' }, operator);
    expect(asked).toBe(1);
    platform.refusedTokens.add(await clearToken({ ...operator, fiscalCode: '1' }));
    await client.run(importDirectory, { file: 'c' }, operator);
    expect(asked).toBe(2);
    platform.refusedTokens.add(await clearToken({ ...operator, fiscalCode: '2' }));
    platform.refusedTokens.add(await clearToken({ ...operator, fiscalCode: '3' }));
    await expect(client.run(importDirectory, { file: 'd' }, operator)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('that is refused says why, and is not repeated', async () => {
    platform.answers['createPosition'] = () => {
      throw new Error('it is night');
    };
    const failed = clientOf().run(createPosition, { input: {} as never }, { role: 'EC', tenant: '66666666666' });
    await expect(failed).rejects.toThrow(new PlatformRefusalError('it is night', { code: 'UNKNOWN' }));
    expect(platform.calls).toHaveLength(1);
  });
});

describe('a platform that fails', () => {
  it('is asked again where a repeat does no harm, three times at most', async () => {
    let requests = 0;
    platform.intercept = (_request, response) => {
      requests += 1;
      if (requests === 3) platform.intercept = undefined;
      response.destroy();
    };
    await expect(clientOf().run(once, { file: 'a' }, operator)).rejects.toThrow(/cannot be reached/);
    expect(requests).toBe(1);
    await expect(clientOf().run(importDirectory, { file: 'a' }, operator)).resolves.toMatchObject({ importDirectory: { created: 1 } });
    expect(requests).toBe(3);
    platform.intercept = (_request, response) => {
      requests += 1;
      response.destroy();
    };
    await expect(clientOf().run(importDirectory, { file: 'a' }, operator)).rejects.toThrow(/cannot be reached/);
    expect(requests).toBe(6);
  });

  it('by its own word for now is asked again', async () => {
    let requests = 0;
    platform.intercept = (_request, response) => {
      requests += 1;
      if (requests === 2) platform.intercept = undefined;
      response.end(JSON.stringify({ errors: [{ message: 'later', extensions: { code: 'SERVICE_UNAVAILABLE' } }], data: null }));
    };
    await expect(clientOf().run(importDirectory, { file: 'a' }, operator)).resolves.toBeDefined();
    expect(requests).toBe(2);
  });

  it.each([
    [
      'is not there',
      async () => clientOf({ baseUrl: `http://127.0.0.1:${await freePort()}` }),
      /cannot be reached \(ECONNREFUSED\)\. Is it running\?/,
    ],
    [
      'is silent',
      async () => {
        platform.intercept = () => undefined;
        return clientOf({ deadlineMs: 100 });
      },
      /does not answer within 0\.1 seconds/,
    ],
    [
      'is something else',
      async () => {
        platform.intercept = (_request, response) => void response.writeHead(200).end('<html></html>');
        return clientOf();
      },
      /is not the platform: it does not speak GraphQL/,
    ],
    [
      'answers with nothing in it',
      async () => {
        platform.intercept = (_request, response) => void response.writeHead(200).end('{"data":null}');
        return clientOf();
      },
      /is not the platform/,
    ],
  ])('and %s gets one sentence', async (_case, make, sentence) => {
    const client = await make();
    await expect(client.run(once, { file: 'a' }, operator)).rejects.toThrow(sentence);
  });

  it('is not waited for when the caller has ended', async () => {
    platform.intercept = () => undefined;
    const ending = new AbortController();
    const call = clientOf({ deadlineMs: 3_600_000 }).run(activatePaymentNotice, { input: {} as never }, operator, ending.signal);
    ending.abort();
    await expect(call).rejects.toThrow('aborted');
  });

  it('cannot have just any address', () => {
    expect(() => clientOf({ baseUrl: 'platform' })).toThrow('"platform" is not the URL of a platform');
    expect(() => clientOf({ baseUrl: 'ftp://platform' })).toThrow('is not the URL');
  });
});

interface Tick {
  ticks: { cursor: string; number: number };
}
const document: Document<Tick, { after?: string | null }> = {
  name: 'Ticks',
  text: 'subscription Ticks($after: String) { ticks(after: $after) { cursor number } }',
  repeatable: true,
};
const cursorOf = ({ ticks }: Tick): string => ticks.cursor;

describe('a subscription', () => {
  const opened = (times: number) => until(() => platform.subscribed.length >= times, { what: `${times} subscriptions` });

  it('goes on after the last event when the connection breaks: none missed, none twice', async () => {
    const events = clientOf().subscribe({ document, variables: {}, caller: operator, cursorOf, after: '0' });
    const numbers: number[] = [];
    for (let number = 1; number <= 60; number++) {
      platform.tick();
      if (number % 7 === 0) for (const socket of platform.sockets.clients) socket.terminate();
      if (number % 3 === 0) for (let read = 0; read < 3; read++) numbers.push((await events.next()).value?.ticks.number);
    }
    expect(numbers).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
    expect(platform.subscribed.length).toBeGreaterThan(3);
    await events.return?.();
  });

  it('outlives a restart of the platform', async () => {
    const events = clientOf().subscribe({ document, variables: {}, caller: operator, cursorOf, after: '0' });
    platform.tick();
    expect((await events.next()).value?.ticks.number).toBe(1);
    await platform.stop();
    platform = await startPlatform(platform.port);
    platform.tick();
    platform.tick();
    expect((await events.next()).value?.ticks.number).toBe(2);
    expect(platform.subscribed[0]).toBe('1');
    await events.return?.();
  });

  it('of a slow reader is left, and taken up where the reader is', async () => {
    const events = clientOf().subscribe({ document, variables: {}, caller: operator, cursorOf, after: '0', queueLimit: 4 });
    await opened(1);
    for (let number = 1; number <= 20; number++) platform.tick();
    await until(() => platform.sockets.clients.size === 0, { what: 'the full reader to have left' });
    const numbers: number[] = [];
    while (numbers.length < 20) numbers.push((await events.next()).value?.ticks.number);
    expect(numbers).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect(platform.subscribed.slice(0, 2)).toEqual(['0', '4']);
    await events.return?.();
  });

  it('ends at once when its reader or its signal says so, also while it waits', async () => {
    const ending = new AbortController();
    const stream = () => clientOf().subscribe({ document, variables: {}, caller: operator, cursorOf, signal: ending.signal });
    const [first, second] = [stream(), stream()];
    await opened(2);
    const waiting = [first.next(), second.next()];
    await first.return?.();
    expect(await waiting[0]).toEqual({ done: true, value: undefined });
    ending.abort();
    expect(await waiting[1]).toEqual({ done: true, value: undefined });
    await until(() => platform.sockets.clients.size === 0, { what: 'the sockets to be closed' });
  });

  it.each([
    ['a cursor too old', { after: 'too-old' }, 'The cursor is too old.'],
    ['a field that does not exist', { document: { ...document, text: 'subscription Ticks { tocks }' } }, 'Cannot query field "tocks"'],
  ])('with %s fails for good', async (_case, wrong, sentence) => {
    const events = clientOf().subscribe({ document, variables: {}, caller: operator, cursorOf, ...wrong });
    await expect(events.next()).rejects.toThrow(sentence);
    await expect(events.next()).rejects.toThrow(sentence);
  });

  it('with tokens that are refused twice fails for good', async () => {
    platform.refusedTokens.add(await clearToken(operator));
    const events = clientOf().subscribe({ document, variables: {}, caller: operator, cursorOf });
    await expect(events.next()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});
