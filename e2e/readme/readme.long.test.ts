import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { platformWords } from '@nodo-aperto/kernel/process';
import { freePort, until } from '@nodo-aperto/kernel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, websocket } from '../support/graphql-client.ts';
import { awaitReady, dataFolder, type PlatformProcess, spawnPlatform } from '../support/platform-process.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The fenced blocks of the README, by their language and the word after it. */
async function readmeBlocks(): Promise<Map<string, string>> {
  const text = await readFile(join(root, 'README.md'), 'utf8');
  return new Map([...text.matchAll(/^```(\w+ \w+)\n([\s\S]*?)^```/gm)].map(([, name = '', body = '']) => [name, body]));
}

/** What the README tells a newcomer to type and to paste, done on a fresh platform with its simulation. */
describe('the README', () => {
  let blocks: Map<string, string>;
  let folder: Awaited<ReturnType<typeof dataFolder>>;
  let platform: PlatformProcess;
  let token: string;

  beforeAll(async () => {
    blocks = await readmeBlocks();
    folder = await dataFolder();
    const port = await freePort();
    platform = await awaitReady(await spawnPlatform(platformWords({ port, folder: folder.path, simulation: true })), port, folder.path);
    token = await platform.token({ role: 'OPERATOR' });
  });
  afterAll(async () => {
    await platform?.stop();
    await folder?.[Symbol.asyncDispose]();
  });

  it('opens with the two commands', async () => {
    const text = await readFile(join(root, 'README.md'), 'utf8');
    expect(text).toMatch(/^# Nodo Aperto\n\n```sh\nnpm start .*\nnpm test .*\n```/);
  });

  it('prints tokens that work, for every role', async () => {
    const lines = platform.output().split('\n');
    for (const role of ['OPERATOR', 'EC', 'PSP', 'PARTNER', 'CITIZEN']) {
      const printed = lines[lines.findIndex((line) => line.trim().split(' ')[0] === role) + 1]?.trim() ?? '';
      await expect(
        ask(platform.graphqlUrl, '{ creditorInstitutions(first: 1) { edges { node { name } } } }', { token: printed }),
      ).resolves.toBeDefined();
    }
  });

  it('its first query shows a paid notice with its receipt', async () => {
    interface Answer {
      creditorInstitutions: {
        edges: {
          node: {
            notices: { edges: { node: { payments: { edges: { node: { receipt: { recipients: unknown[] } | null } }[] } | null } }[] };
          };
        }[];
      };
    }
    await until(
      async () => {
        const { creditorInstitutions } = await ask<Answer>(platform.graphqlUrl, blocks.get('graphql query')!, { token });
        const payments = creditorInstitutions.edges.flatMap(({ node }) =>
          node.notices.edges.flatMap((notice) => notice.node.payments?.edges ?? []),
        );
        return payments.some(({ node }) => (node.receipt?.recipients.length ?? 0) > 0);
      },
      { what: 'a payment with its receipt', timeoutMs: 60_000 },
    );
  });

  it('its query from a shell answers', async () => {
    const { code, stdout, stderr } = await shell(blocks.get('sh query')!);
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ data: { payments: { edges: expect.any(Array) } } });
  });

  it('its first subscription brings events', async () => {
    const client = websocket(platform.graphqlUrl, token);
    const events = client.iterate<{ paymentEvents: { name: string; cursor: string } }>({ query: blocks.get('graphql subscription')! });
    for (let seen = 0; seen < 3; seen += 1) {
      const { value } = await events.next();
      expect(value?.errors).toBeUndefined();
      expect(value?.data?.paymentEvents.name).toMatch(/^payment\./);
    }
    await client.dispose();
  });

  it('its first outage leads to payments in Stand-In and the station in Stand-In, and both end with it', { timeout: 240_000 }, async () => {
    const block = blocks.get('sh outage')!;
    const station = /outage start (\S+)/.exec(block)![1]!;
    // A reader has a minute to look; the test looks at once.
    const { code, stderr } = await shell(block.replace('--for 60', '--for 25'));
    expect(code, stderr).toBe(0);
    interface Answer {
      payments: { edges: { node: { stationCode: string; receipt: { recipients: { status: string }[] } | null } }[] };
      standInStations: { edges: { node: { code: string; standIn: { active: boolean } } }[] };
    }
    const look = () => ask<Answer>(platform.graphqlUrl, blocks.get('graphql outage')!, { token });
    const listed = ({ standInStations }: Answer) => standInStations.edges.some(({ node }) => node.code === station && node.standIn.active);
    const paid = ({ payments }: Answer) => payments.edges.filter(({ node }) => node.stationCode === station);
    await until(async () => paid(await look()).length > 0, { what: 'a payment in Stand-In', timeoutMs: 60_000 });
    await until(async () => listed(await look()), { what: 'the station in Stand-In', timeoutMs: 60_000 });
    await until(async () => !listed(await look()), { what: 'the station to leave Stand-In', timeoutMs: 120_000 });
    await until(async () => paid(await look()).every(({ node }) => node.receipt?.recipients.every(({ status }) => status === 'NOTIFIED')), {
      what: 'the receipts to be delivered',
      timeoutMs: 60_000,
    });
  });

  /** Runs a block as it is, but for the port and the data folder, which a reader has at their defaults. */
  async function shell(block: string): Promise<{ code: number | null; stdout: string; stderr: string }> {
    const script = block
      .replaceAll('npm run --silent platform --', `node boot.mjs platform/src/main.ts`)
      .replaceAll('npm run --silent simulate --', `node boot.mjs simulator/src/main.ts`)
      .replaceAll('token --role OPERATOR', `token --role OPERATOR --data ${folder.path}`)
      .replaceAll('http://127.0.0.1:4000', platform.baseUrl)
      .replaceAll(/main\.ts (stations|outage start \S+)/g, `main.ts $1 --url ${platform.baseUrl} --data ${folder.path}`);
    const child = spawn('bash', ['-euo', 'pipefail', '-c', script], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, DATABASE_URL: '' },
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const code = await new Promise<number | null>((resolve) => child.on('exit', resolve));
    return { code, stdout, stderr };
  }
});
