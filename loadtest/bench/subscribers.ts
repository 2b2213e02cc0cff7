/**
 * Measures many websockets that all follow the payments: milliseconds from a fact to the last of them, memory that each takes, and whether memory
 * grows while sockets come and go.
 *
 *   npm run bench -- subscribers [--sockets 5000] [--payments 20] [--minutes 3]
 *
 * A platform of its own, started as by `npm start` on its embedded PostgreSQL; the clients are one process beside it (subscribers/follower.ts), which
 * does as little as a client can, on the same cores. Memory is that of the process that serves, after a garbage collection. `--minutes` is how long
 * sockets are replaced (a hundred a second, half of them cut off without a farewell) while payments go on; an hour is `--minutes 60`.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { createLogger } from '@nodo-aperto/kernel/logging';
import { realClock, toLocalDate } from '@nodo-aperto/kernel/time';
import { prepareFixture } from '../src/fixture.ts';
import { ask } from '../src/graph.ts';
import { ownPlatform, type TargetPlatform } from '../src/platform.ts';
import { isPostgres, processTree } from '../src/processes.ts';
import { CHANNEL, CREDITORS, PSP } from '../src/parties.ts';
import type { Heard, Order } from './subscribers/follower.ts';

const { values: given } = parseArgs({
  options: {
    sockets: { type: 'string', default: '5000' },
    payments: { type: 'string', default: '20' },
    minutes: { type: 'string', default: '3' },
  },
});
const bounded = (text: string, most: number): number => Math.min(most, Math.max(0, Math.floor(Number(text)) || 0));
const SOCKETS = Math.max(10, bounded(given.sockets, 9_000));
const PAYMENTS = Math.max(1, bounded(given.payments, 1_000));
const CHURN_MS = bounded(given.minutes, 24 * 60) * 60_000;
const CHURN_PAYMENT_MS = 2_000;
const SAMPLES = 9;
const LONGEST_WAIT_MS = 15_000;
const KILOBYTE = 1_000;
const MEGABYTE = 1_000_000;
const clock = realClock();
const say = (line: string): void => void process.stdout.write(`${line}\n`);

interface Memory {
  readonly resident: number;
  readonly heap: number;
}

/** The process that serves: of those that were started the largest that is not PostgreSQL's. */
async function serving(platform: TargetPlatform): Promise<number> {
  const own = (await processTree(platform.pid ?? 0)).filter((each) => !isPostgres(each));
  const largest = own.toSorted((left, right) => right.residentBytes - left.residentBytes)[0];
  if (!largest) throw new Error('The platform has no process.');
  return largest.pid;
}

/** Memory of the platform after it has collected its garbage. */
async function memoryOf(pid: number, folder: string): Promise<Memory> {
  const file = join(folder, `${pid}.json`);
  await rm(file, { force: true });
  process.kill(pid, 'SIGUSR2');
  for (;;) {
    const text = await readFile(file, 'utf8').catch(() => '');
    if (text.endsWith('}')) return JSON.parse(text) as Memory;
    await clock.sleep(50);
  }
}

async function order<Answer>(child: ChildProcess, what: Order): Promise<Answer> {
  const answer = once(child, 'message') as Promise<[Answer]>;
  child.send(what);
  return (await answer)[0];
}

interface Payer {
  /** Pays the next notice. */
  pay(): Promise<void>;
}

async function payerOf(platform: TargetPlatform, folder: string, documents: Readonly<Record<string, string>>): Promise<Payer> {
  const token = await platform.token({ role: 'PSP', tenant: PSP, lifetimeMs: 24 * 3_600_000 });
  const notices = JSON.parse(await readFile(join(folder, 'notices.json'), 'utf8')) as [number, string, number][];
  const caller = { idPSP: PSP, idChannel: CHANNEL };
  const day = toLocalDate(clock.now());
  const details = { paymentMethod: 'cash', fee: 100, applicationDate: day, transferDate: day };
  const call = async (document: string, input: object) => {
    const data = await ask<Record<string, { outcome: string; paymentToken?: string }>>({
      base: platform.base,
      clock,
      token,
      document: { documentId: `sha256:${documents[document]}` },
      variables: { input: { ...caller, ...input } },
    });
    const answer = Object.values(data)[0];
    if (answer?.outcome !== 'OK') throw new Error(`${document} was answered: ${JSON.stringify(answer)}`);
    return answer;
  };
  return {
    async pay() {
      const [creditor, noticeNumber, amount] = notices.pop() ?? [0, '', 0];
      const qrCode = { fiscalCode: CREDITORS[creditor]?.fiscalCode, noticeNumber };
      const { paymentToken } = await call('activate-payment-notice-v2', { qrCode, amount });
      await call('send-payment-outcome', { paymentToken, outcome: 'OK', details });
    },
  };
}

const figure = (list: readonly number[], share: number): string =>
  (list.toSorted((one, other) => one - other)[Math.min(list.length - 1, Math.floor(list.length * share))] ?? Number.NaN).toFixed(0);
const mean = (list: readonly number[]): number => list.reduce((sum, each) => sum + each, 0) / list.length;

function tellDelays(heard: readonly Heard[], sockets: number): void {
  const missed = heard.filter(({ count }) => count !== sockets).length;
  const last = heard.map((each) => each.last - each.at);
  const first = heard.map((each) => each.first - each.at);
  say(`  ${heard.length} facts to ${sockets} sockets, ${missed} of them not heard exactly once by every socket`);
  say(`  from the fact to the first socket: median ${figure(first, 0.5)} ms, most ${figure(first, 1)} ms`);
  say(`  from the fact to the last socket:  median ${figure(last, 0.5)} ms, most ${figure(last, 1)} ms`);
}

const each = (after: number, before: number): string => `${((after - before) / SOCKETS / KILOBYTE).toFixed(1)} KB`;

const folder = await mkdtemp(join(tmpdir(), 'nodo-subscribers-'));
const collector = pathToFileURL(fileURLToPath(new URL('./subscribers/collect-on-signal.mjs', import.meta.url))).href;
try {
  await using platform = await ownPlatform(clock, { environment: { NODE_OPTIONS: `--import ${collector}`, COLLECT_INTO: folder } });
  const log = createLogger({ service: 'bench', level: 'error' });
  const notices = PAYMENTS + Math.ceil(CHURN_MS / CHURN_PAYMENT_MS) + 20;
  await using fixture = await prepareFixture({ platform, clock, log, folder, controlUrl: '', notices, positions: 0 });
  const payer = await payerOf(platform, folder, fixture.documents);
  for (let count = 0; count < 5; count += 1) await payer.pay();
  const pid = await serving(platform);
  const child = fork(fileURLToPath(new URL('./subscribers/follower.ts', import.meta.url)), [folder]);
  await once(child, 'message');
  // A few come and go first, so that code is compiled and nothing is loaded for the first time later.
  await order(child, { what: 'open', sockets: 200 });
  await payer.pay();
  await order(child, { what: 'close' });
  await clock.sleep(1_000);
  const before = await memoryOf(pid, folder);
  const began = clock.monotonic();
  await order(child, { what: 'open', sockets: SOCKETS });
  say(`${SOCKETS} sockets open and subscribed after ${((clock.monotonic() - began) / 1_000).toFixed(1)} s`);
  await clock.sleep(2_000);
  const open = await memoryOf(pid, folder);
  say(`  memory of the platform before ${tell(before)}, after ${tell(open)}`);
  say(`  a socket takes ${each(open.resident, before.resident)} resident, ${each(open.heap, before.heap)} of heap`);
  await order(child, { what: 'forget' });
  for (let count = 0; count < PAYMENTS; count += 1) {
    await payer.pay();
    await clock.sleep(500);
  }
  tellDelays(await heardByAll(child), SOCKETS);
  if (CHURN_MS > 0) await churn(child, payer, pid);
  child.disconnect();
  await once(child, 'exit');
} finally {
  await rm(folder, { recursive: true, force: true });
}

function tell({ resident, heap }: Memory): string {
  return `${(resident / MEGABYTE).toFixed(0)} MB resident, ${(heap / MEGABYTE).toFixed(1)} MB of heap`;
}

/** What was heard, once nothing came for two seconds and every socket heard all of it, or after the longest wait. */
async function heardByAll(child: ChildProcess): Promise<Heard[]> {
  const deadline = clock.monotonic() + LONGEST_WAIT_MS;
  let before = '';
  for (;;) {
    const heard = await order<Heard[]>(child, { what: 'tell' });
    const now = JSON.stringify(heard);
    if ((now === before && heard.every(({ count }) => count === SOCKETS)) || clock.monotonic() > deadline) return heard;
    before = now;
    await clock.sleep(2_000);
  }
}

/** Replaces sockets all the time, and looks at the memory now and then. */
async function churn(child: ChildProcess, payer: Payer, pid: number): Promise<void> {
  await order(child, { what: 'churn', perSecond: 100 });
  const samples: Memory[] = [];
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    const until = clock.monotonic() + CHURN_MS / SAMPLES;
    while (clock.monotonic() < until) {
      await payer.pay();
      await clock.sleep(CHURN_PAYMENT_MS);
    }
    samples.push(await memoryOf(pid, folder));
  }
  const replaced = await order<number>(child, { what: 'rest' });
  const third = SAMPLES / 3;
  const [early, late] = [samples.slice(0, third), samples.slice(-third)];
  const heap = (list: Memory[]) => mean(list.map((sample) => sample.heap));
  const resident = (list: Memory[]) => mean(list.map((sample) => sample.resident));
  say(`  ${replaced} sockets replaced in ${(CHURN_MS / 60_000).toFixed(0)} minutes, ${SOCKETS} open all the time`);
  say(
    `  heap   ${samples.map((sample) => (sample.heap / MEGABYTE).toFixed(1)).join(' ')} MB: last third ${(heap(late) / heap(early)).toFixed(3)} of the first`,
  );
  say(
    `  resident ${samples.map((sample) => (sample.resident / MEGABYTE).toFixed(0)).join(' ')} MB: last third ${(resident(late) / resident(early)).toFixed(3)} of the first`,
  );
}
