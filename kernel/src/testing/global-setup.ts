/** vitest's global set-up: one PostgreSQL server for the whole run, whichever projects take part in it. */
import type { TestProject } from 'vitest/node';
import { type TestServer, startTestServer } from './server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The run's server, for the fixtures of this room. */
    testServer: { url: string; prefix: string };
  }
}

/** Projects load this file one by one, each its own copy: what they share hangs on the process. */
interface SharedServer {
  server: Promise<TestServer>;
  users: number;
}
const KEY = Symbol.for('nodo-aperto.test-server');
const shared = globalThis as { [KEY]?: SharedServer };

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const entry = (shared[KEY] ??= { server: startTestServer(), users: 0 });
  entry.users += 1;
  const { url, prefix } = await entry.server;
  project.provide('testServer', { url, prefix });
  return async () => {
    entry.users -= 1;
    if (entry.users > 0) return;
    delete shared[KEY];
    await (await entry.server).close();
  };
}
