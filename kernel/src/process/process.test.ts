import { expect, it } from 'vitest';
import { realClock } from '../time/index.ts';
import { freePort, platformWords, spawnProgram, watchServer } from './index.ts';

const SERVER = `
  const { createServer } = require('node:http');
  let asked = 0;
  createServer((_request, response) => response.writeHead(++asked < 3 ? 503 : 200).end()).listen(Number(process.env.PORT), '127.0.0.1');
  process.on('SIGTERM', () => process.exit(7));
`;

it('a server is waited for until it says that it is ready, and ends with a signal', async () => {
  const port = await freePort();
  const child = spawnProgram(['-e', SERVER], { environment: { PORT: String(port) } });
  const server = watchServer(child, { port, clock: realClock() });
  await server.ready();
  expect(server.ended()).toBe(false);
  expect(server.baseUrl).toBe(`http://127.0.0.1:${port}`);
  expect(await server.stop()).toBe(7);
  expect(server.ended()).toBe(true);
  expect(await server.stop()).toBe(7);
});

it('a program that ends before it is ready is told of with what it printed', async () => {
  const port = await freePort();
  const server = watchServer(spawnProgram(['-e', 'console.error("no disk"); process.exitCode = 3']), { port, clock: realClock() });
  await expect(server.ready()).rejects.toThrow('The platform ended before it was ready: no disk');
  expect(await server.stop()).toBe(3);
});

it('a wait that is given up leaves the program to its caller', async () => {
  const port = await freePort();
  const server = watchServer(spawnProgram(['-e', 'process.stdin.resume(); setInterval(() => {}, 1000)']), { port, clock: realClock() });
  const giving = new AbortController();
  const waiting = server.ready(giving.signal);
  giving.abort();
  await expect(waiting).rejects.toMatchObject({ name: 'AbortedError' });
  expect(server.ended()).toBe(false);
  expect(await server.stop('SIGKILL')).toBeNull();
});

it('a program that is not there ends at once', async () => {
  const port = await freePort();
  const server = watchServer(spawnProgram([], { cwd: '/no/such/folder' }), { port, clock: realClock() });
  await expect(server.ready()).rejects.toThrow('ended before it was ready');
  expect(server.pid).toBe(0);
  expect(await server.stop()).toBeNull();
});

it('the words of the command line: without simulation unless asked for', () => {
  expect(platformWords({ port: 1, folder: 'a b', further: ['--test-clock'] })).toEqual([
    'start',
    '--port',
    '1',
    '--data',
    'a b',
    '--no-simulation',
    '--test-clock',
  ]);
  expect(platformWords({ port: 1, folder: 'x', simulation: true })).not.toContain('--no-simulation');
});
