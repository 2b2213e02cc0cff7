import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testLogger } from '@nodo-aperto/kernel/testing';
import { MINUTE } from '@nodo-aperto/kernel/time';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromBuffer } from 'yauzl';
import { dataMatrixText } from '../src/domain/printing/data-matrix-text.ts';
import { TEMPLATES } from '../src/domain/printing/templates.ts';
import { sampleItem } from '../src/printing/samples.ts';
import { FOLDER_RETENTION_MS, printFolder, printRetentionJob } from '../src/services/print-folder.ts';
import { contract, hasContracts } from './contracts.ts';
import { CREDITOR, noticeNumberOf, type TestPlatform } from './platform.ts';
import { type Answer, BASE, has, type Printer, requestOf, single, startPrinter } from './printer.ts';

let printer: Printer;
let platform: TestPlatform;
let folder: string;
beforeAll(async () => {
  printer = await startPrinter();
  ({ platform, folder } = printer);
});
afterAll(() => printer?.stop());

const run: Printer['run'] = (...words) => printer.run(...words);
const call: Printer['call'] = (...words) => printer.call(...words);
const settled: Printer['settled'] = (id) => printer.settled(id);
const massive: Printer['massive'] = (...words) => printer.massive(...words);
const statusOf: Printer['statusOf'] = (...words) => printer.statusOf(...words);

const READERS = ['pdftotext', 'pdftoppm', 'zbarimg'];

describe.skipIf(!READERS.every(has))('generate, read back', () => {
  it.each(TEMPLATES.map((template) => [template.id, template] as const))(
    '%s: its text and all its QR codes',
    async (templateId, template) => {
      const answer = await call('POST', `${BASE}/notices/generate`, { body: requestOf(templateId, { instalments: 5 }) });
      expect(answer.status).toBe(201);
      const file = `${templateId}.pdf`;
      writeFileSync(join(folder, file), answer.bytes);
      const { notice } = sampleItem(template, 5);
      const whole = notice.code === undefined ? [] : [{ code: notice.code, amount: notice.paymentAmount! }];
      const parts = [...whole, ...[notice.discounted, notice.reduced].flatMap((part) => part ?? []), ...(notice.installments ?? [])];
      const text = run('pdftotext', '-layout', file, '-');
      for (const part of parts) expect(text).toContain(part.code.replaceAll(/(\d{4})(?=\d)/g, '$1 '));
      const postal = template.postal ? ['BOLLETTINO POSTALE PA', '000000123456', 'AUT. 1/2026'] : [];
      for (const words of [notice.subject, 'Comune di Prova', 'Mario Rossi', 'AAAAA', ...postal]) expect(text).toContain(words);
      expect(text.includes('BOLLETTINO')).toBe(template.postal);
      run('pdftoppm', '-r', '120', '-gray', '-png', file, templateId);
      const pages = readdirSync(folder).filter((name) => name.startsWith(`${templateId}-`));
      // It ends with an error when a page has no code, as the first one of a fine.
      const read = spawnSync('zbarimg', ['--quiet', '--raw', '-Sdisable', '-Sqrcode.enable', ...pages], {
        encoding: 'utf8',
        cwd: folder,
      }).stdout;
      const expected = parts.map(({ code, amount }) => `PAGOPA|002|${code}|${CREDITOR}|${amount}`);
      expect(read.trim().split('\n').toSorted()).toEqual(expected.toSorted());
    },
  );
});

describe('generate', () => {
  it('answers with the document', async () => {
    const answer = await call('POST', `${BASE}/notices/generate`, { body: single(1) });
    expect([answer.status, answer.type, answer.bytes.subarray(0, 8).toString('latin1')]).toEqual([201, 'application/pdf', '%PDF-1.7']);
  });

  it.skipIf(!has('pdftoppm') || !has('dmtxread'))('the Data Matrix keeps its fields in place whatever the name', async () => {
    const debtor = { fullName: 'Maria Antonietta Giuseppina Pàrodi-Delfino dei Conti di Valmarana e Sette', taxCode: null };
    const body = requestOf('TemplateSingleInstalmentPoste', { debtor: { ...debtor, fullName: debtor.fullName.slice(0, 70) } });
    const { status, bytes } = await call('POST', `${BASE}/notices/generate`, { body });
    expect(status).toBe(201);
    writeFileSync(join(folder, 'matrix.pdf'), bytes);
    // Only the lower right of the page, where the code is: the reader looks at every shadow otherwise.
    run('pdftoppm', '-r', '200', '-png', '-x', '1250', '-y', '1900', '-W', '404', '-H', '430', 'matrix.pdf', 'matrix');
    const text = run('dmtxread', '-m', '20000', '-N', '1', 'matrix-1.png');
    expect(text).toHaveLength(256);
    const { notice } = sampleItem(TEMPLATES[1]!);
    const fields = { code: notice.code!, account: '000000123456', amount: notice.paymentAmount!, creditorFiscalCode: CREDITOR };
    expect(text).toBe(dataMatrixText({ ...fields, debtorName: debtor.fullName, subject: notice.subject }));
    expect([text.slice(15, 33), text.slice(49, 59), text.slice(66, 77), text.slice(-1)]).toEqual([
      notice.code,
      '0000150000',
      CREDITOR,
      'A',
    ]);
  });

  it('names every field that breaks the contract or the template', async () => {
    const shape = await call('POST', `${BASE}/notices/generate`, { body: single(1, { subject: 'x'.repeat(91), code: '12' }) });
    expect(shape).toMatchObject({ status: 400, type: 'application/problem+json; charset=utf-8' });
    expect(shape.body.issues?.map(({ path }) => path)).toEqual(['data.notice.subject', 'data.notice.code']);
    const rules = await call('POST', `${BASE}/notices/generate`, {
      body: requestOf('TemplateInstalments', { notice: { dueDate: null, paymentAmount: null } }),
    });
    expect(rules.body.issues?.map(({ path }) => path)).toEqual(['data.notice.paymentAmount', 'data.notice.dueDate']);
    for (const body of ['{', '[]', 'null'])
      expect(
        (
          await fetch(`${platform.base}${BASE}/notices/generate`, {
            method: 'POST',
            body,
            headers: { 'Ocp-Apim-Subscription-Key': 'print-creditor', 'content-type': 'application/json' },
          })
        ).status,
      ).toBe(400);
  });

  it('404 for an unknown template, 403 for another creditor known or not, 401 without a key', async () => {
    const unknown = { ...single(1), templateId: 'TemplateMine' };
    expect(await call('POST', `${BASE}/notices/generate`, { body: unknown })).toMatchObject({
      status: 404,
      body: { title: 'TEMPLATE_NOT_FOUND' },
    });
    const other = await call('POST', `${BASE}/notices/generate`, { body: single(1), key: 'print-other' });
    const nobody = single(1);
    nobody.data.creditorInstitution.taxCode = '12345678901';
    const stranger = await call('POST', `${BASE}/notices/generate`, { body: nobody, key: 'print-other' });
    expect([other.status, other.body.title, stranger.status, stranger.body.detail]).toEqual([
      403,
      'NOT_ALLOWED_ON_CI_CODE',
      403,
      other.body.detail,
    ]);
    expect(await call('POST', `${BASE}/notices/generate`, { body: single(1), key: 'nobody' })).toMatchObject({ status: 401 });
    expect(await call('POST', `${BASE}/notices/generate`, { body: single(1), key: 'key-creditor' })).toMatchObject({ status: 403 });
  });
});

describe('generate-massive', () => {
  it('prints a folder, whose archive and files are fetched by links that need no key', async () => {
    const { status, body } = await massive([single(1), single(2), requestOf('TemplateCdsInfractionPoste')], 'archive');
    expect(status).toBe(200);
    const id = body['folder_id'];
    expect((await settled(id)).body).toMatchObject({
      status: 'PROCESSED',
      noticesInError: [],
      processedNotices: expect.arrayContaining([`${CREDITOR}-${noticeNumberOf(1)}-0001`]),
    });
    const { body: link } = await call('GET', `${BASE}/notices/folder/${String(id)}/url`);
    const archive = await fetch(String(link['signedUrl']));
    expect([archive.status, archive.headers.get('content-type')]).toEqual([200, 'application/zip']);
    const files = await unzipped(Buffer.from(await archive.arrayBuffer()));
    expect([...files.keys()]).toHaveLength(3);
    for (const bytes of files.values()) expect(bytes.subarray(0, 8).toString('latin1')).toBe('%PDF-1.7');
    const fileId = `${CREDITOR}-${noticeNumberOf(2)}-0002`;
    const { body: fileUrl } = await call('GET', `${BASE}/notices/folder/${String(id)}/file/${fileId}/url`);
    const file = await fetch(String(fileUrl['signedUrl']));
    expect([file.status, file.headers.get('content-type')]).toEqual([200, 'application/pdf']);
    const url = String(fileUrl['signedUrl']);
    for (const bad of [
      url.replace(fileId, `${CREDITOR}-${noticeNumberOf(1)}-0001`),
      url.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
      url.split('?')[0]!,
    ])
      expect((await fetch(bad)).status).toBe(404);
    platform.clock.advance(16 * MINUTE);
    expect((await fetch(url)).status).toBe(404);
  });

  it('finds the same folder by the same key of the same party, whatever is asked; another party’s is unknown', async () => {
    const first = await massive([single(3)], 'again');
    const again = await massive([single(4), single(5)], 'again');
    expect(again.body).toEqual(first.body);
    const id = first.body['folder_id'];
    for (const [method, path] of [
      ['GET', 'status'],
      ['GET', 'url'],
      ['GET', 'file/x/url'],
      ['GET', 'error/x'],
      ['DELETE', ''],
    ] as const)
      expect(await call(method, `${BASE}/notices/folder/${String(id)}${path && `/${path}`}`, { key: 'print-other' })).toMatchObject({
        status: 404,
        body: { title: 'FOLDER_NOT_AVAILABLE' },
      });
    await settled(id);
    expect((await call('DELETE', `${BASE}/notices/folder/${String(id)}`)).status).toBe(200);
    expect((await statusOf(id)).status).toBe(404);
  });

  it('reports errors notice by notice, keeps the archive back, and takes a repaired notice in', async () => {
    const bad = single(7, { dueDate: 'tomorrow' });
    const { body } = await massive([single(6), bad, { ...single(8), templateId: 'TemplateMine' }]);
    const id = String(body['folder_id']);
    const answer = await settled(id);
    expect(answer.body).toMatchObject({
      status: 'PROCESSED_WITH_FAILURES',
      processedNotices: [expect.stringContaining(noticeNumberOf(6))],
    });
    const errors = answer.body['noticesInError'] as string[];
    expect(errors).toHaveLength(2);
    expect((await call('GET', `${BASE}/notices/folder/${id}/error/${errors[0]}`)).body).toMatchObject({
      code: 'INVALID_NOTICE_DATA',
      description: expect.stringContaining('data.notice.dueDate'),
      compressionError: false,
    });
    expect((await call('GET', `${BASE}/notices/folder/${id}/error/${errors[1]}`)).body).toMatchObject({ code: 'TEMPLATE_NOT_FOUND' });
    expect(await call('GET', `${BASE}/notices/folder/${id}/error/nothing`)).toMatchObject({
      status: 404,
      body: { title: 'ERROR_NOT_FOUND' },
    });
    expect(await call('GET', `${BASE}/notices/folder/${id}/url`)).toMatchObject({
      status: 403,
      body: { title: 'NOTICE_REQUEST_YET_TO_PROCESS' },
    });
    expect(await call('GET', `${BASE}/notices/folder/${id}/file/${errors[0]}/url`)).toMatchObject({
      status: 404,
      body: { title: 'COULD_NOT_GET_FILE_URL' },
    });
    for (const number of [7, 8])
      expect((await call('POST', `${BASE}/notices/generate?folderId=${id}`, { body: single(number) })).status).toBe(201);
    expect((await statusOf(id)).body).toMatchObject({ status: 'PROCESSED', noticesInError: [] });
    expect(await call('POST', `${BASE}/notices/generate?folderId=${id}`, { body: single(99) })).toMatchObject({ status: 404 });
  });

  it('refuses what breaks the contract, naming the item and the field', async () => {
    const none = await call('POST', `${BASE}/notices/generate-massive`, { body: { notices: [single(1)] } });
    expect(none).toMatchObject({ status: 400, body: { issues: [{ path: 'Idempotency-Key' }] } });
    const broken = await massive([single(1), { ...single(2), data: { ...single(2).data, debtor: { fullName: 'x' } } }]);
    expect(broken.status).toBe(400);
    expect(broken.body.issues?.every(({ path }) => path.startsWith('notices[1].data.debtor.'))).toBe(true);
    expect((await massive([])).status).toBe(400);
    expect((await massive(Array.from({ length: 1_001 }, () => single(1)))).status).toBe(400);
    expect((await massive([single(1)], 'stolen', 'print-other')).status).toBe(403);
  });

  it('goes on where a process died: what was printed is not printed again', async () => {
    const { printing } = platform.services;
    const held = { ...printing, jobs: { enqueue: async () => {} } };
    const { requestFolder } = await import('../src/services/print-notices.ts');
    const items = Array.from({ length: 60 }, (_, index) => ({
      ...sampleItem(TEMPLATES[0]!),
      notice: { subject: 'TARI', code: noticeNumberOf(100 + index), paymentAmount: 100 + index },
    }));
    const { id } = await requestFolder(held, { actor: { kind: 'CREDITOR', code: CREDITOR } }, { idempotencyKey: 'crash', items });
    let orders = 0;
    // The thread that draws dies with its process after thirty notices.
    const dying = {
      ...held,
      pool: {
        print: async (...order: Parameters<typeof printing.pool.print>) => {
          if ((orders += 1) > 30) throw new Error('the process is gone');
          return printing.pool.print(...order);
        },
      },
    };
    const context = { signal: new AbortController().signal, log: testLogger() };
    await expect(printFolder(dying, id, context)).rejects.toThrow('the process is gone');
    const half = await statusOf(id);
    expect([half.body.status, (half.body['processedNotices'] as string[]).length]).toEqual(['PROCESSING', 25]);
    let printed = 0;
    const alive = {
      ...held,
      pool: { print: (...order: Parameters<typeof printing.pool.print>) => ((printed += 1), printing.pool.print(...order)) },
    };
    await printFolder(alive, id, context);
    expect(printed).toBe(35);
    expect((await statusOf(id)).body).toMatchObject({ status: 'PROCESSED', noticesInError: [] });
    // Once more is harmless.
    await printFolder(alive, id, context);
    expect(printed).toBe(35);
  });

  it('deletes folders three days after their last change', async () => {
    const { body } = await massive([single(9)]);
    await settled(body['folder_id']);
    const job = printRetentionJob(platform.services.printing);
    const context = { signal: new AbortController().signal, log: testLogger(), forced: true };
    await job.run(context);
    expect((await statusOf(body['folder_id'])).status).toBe(200);
    platform.clock.advance(FOLDER_RETENTION_MS + MINUTE);
    expect((await job.run(context)).processed).toBeGreaterThan(0);
    expect((await statusOf(body['folder_id'])).status).toBe(404);
  });
});

describe('templates', () => {
  it('are listed with examples that are documents', async () => {
    const { body } = await call('GET', `${BASE}/notices/templates`);
    const templates = body as unknown as { templateId: string; templateExampleUrl: string }[];
    expect(templates.map(({ templateId }) => templateId)).toEqual(TEMPLATES.map(({ id }) => id));
    const example = await fetch(templates[3]!.templateExampleUrl);
    expect([example.status, example.headers.get('content-type')]).toEqual([200, 'application/pdf']);
    expect(await call('GET', `${BASE}/notices/templates/TemplateCdsInfraction`)).toMatchObject({
      status: 200,
      body: { templateId: 'TemplateCdsInfraction' },
    });
    expect(await call('GET', `${BASE}/notices/templates/none`)).toMatchObject({ status: 404 });
  });
});

describe.skipIf(!hasContracts)('answers as the contract has them', () => {
  it('in every state', async () => {
    const print = contract('print-payment-notice-service.json');
    const faults = (method: string, path: string, answer: Answer) => [
      answer.status,
      print.faultsOf(method, path, answer.status, answer.body),
    ];
    expect(print.requestFaultsOf('POST', '/notices/generate', requestOf('TemplateInstalments'))).toEqual([]);
    const asked = await massive([single(20), { ...single(21), templateId: 'TemplateMine' }]);
    expect(faults('POST', '/notices/generate-massive', asked)).toEqual([200, []]);
    const id = String(asked.body['folder_id']);
    const status = await settled(id);
    expect(faults('GET', '/notices/folder/{folder_id}/status', status)).toEqual([200, []]);
    const [error] = status.body['noticesInError'] as string[];
    const [file] = status.body['processedNotices'] as string[];
    expect(
      faults('GET', '/notices/folder/{folder_id}/error/{error_id}', await call('GET', `${BASE}/notices/folder/${id}/error/${error}`)),
    ).toEqual([200, []]);
    expect(
      faults('GET', '/notices/folder/{folderId}/file/{fileId}/url', await call('GET', `${BASE}/notices/folder/${id}/file/${file}/url`)),
    ).toEqual([200, []]);
    expect(faults('GET', '/notices/folder/{folderId}/url', await call('GET', `${BASE}/notices/folder/${id}/url`))).toEqual([403, []]);
    expect(faults('GET', '/notices/templates', await call('GET', `${BASE}/notices/templates`))).toEqual([200, []]);
    expect(faults('POST', '/notices/generate', await call('POST', `${BASE}/notices/generate`, { body: {} }))).toEqual([400, []]);
    expect(faults('GET', '/notices/folder/{folder_id}/status', await statusOf('none'))).toEqual([404, []]);
    expect(faults('DELETE', '/notices/folder/{folderId}', await call('DELETE', `${BASE}/notices/folder/${id}`))).toEqual([200, []]);
  });
});

function unzipped(bytes: Buffer): Promise<Map<string, Buffer>> {
  return new Promise((resolve, reject) => {
    const files = new Map<string, Buffer>();
    fromBuffer(bytes, { lazyEntries: true }, (error, archive) => {
      if (error || !archive) return reject(error ?? new Error('no archive'));
      archive.on('entry', (entry) =>
        archive.openReadStream(entry, (failure, stream) => {
          if (failure || !stream) return reject(failure ?? new Error('no stream'));
          const chunks: Buffer[] = [];
          stream.on('data', (chunk: Buffer) => chunks.push(chunk));
          stream.on('end', () => {
            files.set(String(entry.fileName), Buffer.concat(chunks));
            archive.readEntry();
          });
        }),
      );
      archive.on('end', () => resolve(files));
      archive.on('error', reject);
      archive.readEntry();
    });
  });
}
