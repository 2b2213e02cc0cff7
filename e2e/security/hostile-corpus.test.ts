/**
 * The corpus of hostile documents and messages against a whole platform: each is refused, says nothing of the inside, and leaves nothing
 * behind; afterwards the platform answers as before.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { send } from '../support/graphql-client.ts';
import { CREDITOR, openWorld, PSP, type World } from '../support/world.ts';
import type { Attack, Target } from './corpus/attack.ts';
import { DOCUMENTS, GRAPHQL_REQUESTS } from './corpus/graphql-documents.ts';
import { REST_MESSAGES, XML_MESSAGES } from './corpus/messages.ts';
import { RAW_HTTP, WEBSOCKETS } from './corpus/sockets.ts';
import { type GuardedPlatform, heapInUse, openGuardedPlatform } from './guarded-platform.ts';

const CORPUS: readonly (readonly [string, readonly Attack[]])[] = [
  ['GraphQL documents', DOCUMENTS],
  ['GraphQL requests', GRAPHQL_REQUESTS],
  ['XML messages', XML_MESSAGES],
  ['REST messages', REST_MESSAGES],
  ['bytes over HTTP', RAW_HTTP],
  ['websockets', WEBSOCKETS],
];
/** What must never be read in an answer: stack traces, paths and parts of the machine, statements, files. */
const INSIDE = /\n\s+at |node_modules|file:\/\/\/(?!etc)|\/src\/|ECONNREFUSED|postgres|relation "|root:x:0|syntax error at/i;
/** What the heap may have more after the corpus was sent once more: caches are bounded, and filled the first time. */
const HEAP_RATIO = 1.25;

describe('hostile documents and messages', () => {
  let platform: GuardedPlatform;
  let world: World;
  let target: Target;

  beforeAll(async () => {
    platform = await openGuardedPlatform({
      bodyTimeoutMs: 400,
      headersTimeoutMs: 1_500,
      gateway: { limits: { connectionInitTimeoutMs: 500, maxStreams: 50 } },
    });
    world = await openWorld(platform);
    const { baseUrl, host, port } = platform;
    target = { baseUrl, host, port, token: world.tokens.psp, apiKey: 'test-key-creditor' };
  });
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]();
    await platform?.[Symbol.asyncDispose]();
  });

  it('are a corpus of at least sixty', () => {
    const names = CORPUS.flatMap(([, attacks]) => attacks.map(({ name }) => name));
    expect(names.length).toBeGreaterThanOrEqual(60);
    expect(new Set(names).size).toBe(names.length);
  });

  describe.each(CORPUS)('%s', (_kind, attacks) => {
    it.each(attacks.map((attack) => [attack.name, attack] as const))('%s', async (_name, attack) => {
      const { code, text } = await attack.send(target);
      expect(attack.codes, text.slice(0, 300)).toContain(code);
      if (attack.says) expect(text).toMatch(attack.says);
      expect(text).not.toMatch(INSIDE);
      expect(text).not.toMatch(/Did you mean/);
    });
  });

  it('leave the heap as it was when they come again', async () => {
    const before = heapInUse();
    for (const [, attacks] of CORPUS) await Promise.all(attacks.map((attack) => attack.send(target)));
    expect(heapInUse() / before).toBeLessThan(HEAP_RATIO);
    expect(platform.gateway.activity().streams).toBeLessThanOrEqual(50);
  });

  it('leave a platform that answers: a payment goes through', async () => {
    expect(await world.pay()).toMatch(/^\w{8,}$/);
    const { status } = await send(platform.graphqlUrl, `{ creditorInstitution(fiscalCode: "${CREDITOR.fiscalCode}") { name } }`, {
      token: await platform.token({ role: 'PSP', tenant: PSP }),
    });
    expect(status).toBe(200);
    expect((await fetch(`${platform.baseUrl}/health/live`)).status).toBe(200);
  });
});
