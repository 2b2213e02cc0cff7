/** The platform with a creditor that prints, the calls of the printing interface, and a folder for what comes of them. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiKeyHash } from '@nodo-aperto/kernel/directory';
import { until } from '@nodo-aperto/kernel/testing';
import { TEMPLATES } from '../src/domain/printing/templates.ts';
import { sampleItem } from '../src/printing/samples.ts';
import { CREDITOR, IBAN, noticeNumberOf, OTHER_CREDITOR, populate, startPlatform, type TestPlatform } from './platform.ts';

export const BASE = '/print-payment-notice-service/external/v1';

/** Whether the machine has the program. */
export const has = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;

export interface Answer {
  status: number;
  type: string | null;
  bytes: Buffer;
  body: Record<string, unknown> & { status?: unknown; title?: string; detail?: string; issues?: { path: string }[] };
}

type Json = Record<string, unknown>;

/** A request of the contract for a template; `notice` and `debtor` change parts of it. */
export function requestOf(templateId: string, changes: { notice?: Json; debtor?: Json; instalments?: number } = {}) {
  const template = TEMPLATES.find(({ id }) => id === templateId)!;
  const { debtor, notice } = sampleItem(template, changes.instalments);
  return {
    templateId,
    data: {
      creditorInstitution: { taxCode: CREDITOR },
      debtor: { ...debtor, ...changes.debtor },
      notice: { ...notice, ...changes.notice },
    },
  };
}
export const single = (number: number, changes: Json = {}) =>
  requestOf('TemplateSingleInstalment', { notice: { code: noticeNumberOf(number), ...changes } });

export interface Printer {
  readonly platform: TestPlatform;
  /** Where `run` works. */
  readonly folder: string;
  run(program: string, ...words: string[]): string;
  call(method: string, path: string, options?: { key?: string; body?: unknown; headers?: Record<string, string> }): Promise<Answer>;
  massive(notices: unknown[], idempotencyKey?: string, apiKey?: string): Promise<Answer>;
  statusOf(id: unknown, apiKey?: string): Promise<Answer>;
  /** The status of a folder once nothing more happens to it. */
  settled(id: unknown): Promise<Answer>;
  stop(): Promise<void>;
}

async function setUp(platform: TestPlatform): Promise<void> {
  await populate(platform);
  await platform.directory('creditorInstitution', CREDITOR, {
    fiscalCode: CREDITOR,
    name: 'Comune di Prova',
    enabled: true,
    ibans: [{ iban: IBAN, postal: false }],
    print: { cbill: 'AAAAA', postalAccount: '000000123456', postalHolder: 'Comune di Prova', postalAuthorization: 'AUT. 1/2026' },
  });
  for (const [text, party] of [
    ['print-creditor', CREDITOR],
    ['print-other', OTHER_CREDITOR],
  ] as const)
    await platform.directory('apiKey', apiKeyHash(text), { hash: apiKeyHash(text), party, products: ['printnotice'] });
}

export async function startPrinter(): Promise<Printer> {
  const platform = await startPlatform();
  await setUp(platform);
  const folder = mkdtempSync(join(tmpdir(), 'nodo-aperto-print-'));
  const call: Printer['call'] = async (method, path, options = {}) => {
    const { key = 'print-creditor', body, headers } = options;
    const response = await fetch(path.startsWith('http') ? path : platform.base + path, {
      method,
      headers: { 'Ocp-Apim-Subscription-Key': key, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    const type = response.headers.get('content-type');
    return { status: response.status, type, bytes, body: (type?.includes('json') ? JSON.parse(bytes.toString()) : {}) as Answer['body'] };
  };
  const statusOf: Printer['statusOf'] = (id, apiKey) =>
    call('GET', `${BASE}/notices/folder/${String(id)}/status`, apiKey ? { key: apiKey } : {});
  let keys = 0;
  return {
    platform,
    folder,
    call,
    statusOf,
    run: (program, ...words) => execFileSync(program, words, { encoding: 'utf8', cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] }),
    massive(notices, idempotencyKey = `key-${(keys += 1)}`, apiKey) {
      const headers = { 'Idempotency-Key': idempotencyKey };
      return call('POST', `${BASE}/notices/generate-massive`, { body: { notices }, headers, ...(apiKey && { key: apiKey }) });
    },
    async settled(id) {
      let answer: Answer | undefined;
      await until(
        async () => {
          answer = await statusOf(id);
          return ['PROCESSED', 'PROCESSED_WITH_FAILURES', 'FAILED'].includes(String(answer.body.status));
        },
        { what: 'the folder is printed', timeoutMs: 50_000 },
      );
      return answer!;
    },
    async stop() {
      await platform.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
