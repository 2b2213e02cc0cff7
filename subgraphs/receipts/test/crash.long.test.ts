/**
 * Kills the process that delivers receipts two hundred times, each time between a receipt's sending and its acknowledgement: when the creditor
 * has it and has not answered, or has answered and nobody has written it down.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Database } from '@nodo-aperto/kernel/database';
import { DEFAULT_SETTINGS, type DirectoryData, type DirectoryKind, parentOf } from '@nodo-aperto/kernel/directory';
import type { Outbox } from '@nodo-aperto/kernel/events';
import { cryptographicStream, seededStreams } from '@nodo-aperto/kernel/random';
import { type Hosting, hostSubgraphs } from '@nodo-aperto/kernel/subgraph';
import { testDatabaseUrl, testLogger, until } from '@nodo-aperto/kernel/testing';
import { MINUTE, realClock } from '@nodo-aperto/kernel/time';
import { type DirectoryChange, directoryEntryChanged, paymentBooked } from '@nodo-aperto/schema/events';
import { build } from 'esbuild';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CALLS_PER_STATION } from '../src/services/station-lane.ts';
import { type Creditor, startCreditor } from './creditor.ts';
import { paymentAt, speaker, stationEntry } from './platform.ts';
import { COMUNE, PSP, STATION } from './samples.ts';

/** Fewer where time is short: CRASH_KILLS=40. */
const KILLS = Number(process.env['CRASH_KILLS'] ?? 200);
const RECEIPTS_A_LIFE = 12;
const TEST_MS = 15 * MINUTE;
/** What one life may leave unrecorded: the calls under way, and what waits to be written down. */
const MOST_UNRECORDED = 100;
const root = fileURLToPath(new URL('../../../', import.meta.url));

let folder: string;
let program: string;
let databaseUrl: string;
let hosting: Hosting;
let creditor: Creditor;
const speakers = new Map<string, { outbox: Outbox; database: Database }>();
let standby: Promise<ChildProcess> | undefined;

/** A process with everything loaded, which waits for its word. */
async function load(): Promise<ChildProcess> {
  // What one process compiled, the next ones need not.
  const env = { ...process.env, NODE_COMPILE_CACHE: join(folder, 'compiled') };
  const child = fork(program, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], env });
  await once(child, 'message');
  return child;
}

async function nextLife(): Promise<ChildProcess> {
  const child = await (standby ?? load());
  child.send(databaseUrl);
  standby = load();
  return child;
}

async function entry<Kind extends DirectoryKind>(kind: Kind, code: string, data: DirectoryData[Kind]): Promise<void> {
  const { outbox, database } = speakers.get('onboarding')!;
  const parent = parentOf(kind, data);
  const change = {
    kind,
    code,
    ...(parent !== undefined && { parent }),
    revision: 1,
    deleted: false,
    validFrom: '2026-01-01T00:00:00.000Z',
    data,
  };
  await database.transaction((transaction) => outbox.append(transaction, directoryEntryChanged, change as DirectoryChange));
}

beforeAll(async () => {
  // Beside the packages, which it loads as they are.
  folder = mkdtempSync(join(root, 'node_modules', '.cache-receipts-'));
  program = join(folder, 'crash-child.mjs');
  await build({
    absWorkingDir: root,
    entryPoints: ['subgraphs/receipts/test/crash-child.ts'],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    keepNames: true,
    logLevel: 'error',
    plugins: [
      {
        name: 'packages-outside',
        setup(bundling) {
          bundling.onResolve({ filter: /^[^./]/ }, ({ kind, path }) =>
            kind === 'entry-point' || path.startsWith('@nodo-aperto/') ? undefined : { path, external: true },
          );
        },
      },
    ],
  });
  databaseUrl = await testDatabaseUrl();
  hosting = await hostSubgraphs(
    (['onboarding', 'notices', 'payments'] as const).map((name) => speaker(name, (each) => speakers.set(name, each))),
    { databaseUrl, clock: realClock(), log: testLogger(), random: () => cryptographicStream(), options: { allowPrivateEndpoints: true } },
  );
  creditor = await startCreditor();
  await entry('settings', 'platform', { ...DEFAULT_SETTINGS, receiptTimeoutMs: 1_000, receiptRetryMinutes: 1 });
  await entry('creditorInstitution', COMUNE, { fiscalCode: COMUNE, name: 'Comune di Prova', enabled: true, ibans: [] });
  await entry('psp', PSP, { code: PSP, name: 'Banca di Prova', fiscalCode: PSP, enabled: true });
  await entry('station', STATION, stationEntry(STATION, creditor.endpoint));
});

afterAll(async () => {
  (await standby)?.kill('SIGKILL');
  await creditor[Symbol.asyncDispose]();
  await hosting.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('a process that is killed two hundred times between sending and acknowledgement', () => {
  it(
    'loses no receipt, and repeats only what nobody can know to have arrived',
    async () => {
      const random = seededStreams(6).stream('kills');
      const paid: string[] = [];
      /** The receipts that each life sent. */
      const lives: string[][] = [];
      const { outbox, database } = speakers.get('payments')!;
      const book = async (count: number): Promise<void> => {
        const payments = Array.from({ length: count }, () => paymentAt(STATION));
        paid.push(...payments.map((payment) => payment.paymentToken));
        await database.transaction((transaction) => outbox.appendMany(transaction, paymentBooked, payments));
      };
      await book(3 * RECEIPTS_A_LIFE);
      for (let kill = 0; kill < KILLS; kill += 1) {
        await book(RECEIPTS_A_LIFE);
        const before = creditor.received.length;
        const child = await nextLife();
        const ended = once(child, 'exit');
        let left = random.integer(1, RECEIPTS_A_LIFE);
        const moment = random.pick(['RECEIVED', 'ANSWERED'] as const);
        creditor.onMessage = (what) => {
          if (what === moment && --left === 0) child.kill('SIGKILL');
        };
        await ended;
        creditor.onMessage = undefined;
        await until(() => creditor.load.now === 0, { what: 'the last connections to end' });
        lives.push(creditor.received.slice(before).map((each) => each.request.receipt.receiptId));
      }
      const before = creditor.received.length;
      const last = await nextLife();
      const client = new Client(databaseUrl);
      await client.connect();
      try {
        await until(
          async () => {
            const { rows } = await client.query<{ delivered: string }>(
              'select count(*) as delivered from receipts.recipient where delivered_at is not null',
            );
            return Number(rows[0]?.delivered) === paid.length;
          },
          { what: 'every receipt to be delivered', timeoutMs: 3 * MINUTE },
        );
      } finally {
        await client.end();
        last.kill('SIGKILL');
      }
      lives.push(creditor.received.slice(before).map((each) => each.request.receipt.receiptId));

      expect(new Set(creditor.kept)).toEqual(new Set(paid));
      const repeated = creditor.received.length - creditor.kept.size;
      expect(repeated).toBeGreaterThan(KILLS / 4);
      // A process that lives knows what it has sent.
      for (const sent of lives) expect(new Set(sent).size).toBe(sent.length);
      // What is sent again was without an acknowledgement, or without its record, when a process died: the last of that life.
      for (const [life, sent] of lives.entries()) {
        const later = new Set(lives.slice(life + 1).flat());
        const again = sent.flatMap((receiptId, place) => (later.has(receiptId) ? [sent.length - place] : []));
        expect(Math.max(0, ...again)).toBeLessThanOrEqual(MOST_UNRECORDED);
        expect(again.length).toBeLessThanOrEqual(MOST_UNRECORDED);
      }
      expect(creditor.load.most).toBeLessThanOrEqual(2 * CALLS_PER_STATION);
    },
    TEST_MS,
  );
});
