/** Streams of positions over HTTP, of any length and any quality. */
import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { DAY, toIso } from '@nodo-aperto/kernel/time';
import { describe, expect, it } from 'vitest';
import { CREDITOR, DEBTOR_CODE, IBAN, iuvOf, noticeNumberOf, OTHER_CREDITOR, type TestPlatform } from './platform.ts';
import { populated } from './populated.ts';

let platform: TestPlatform;
populated((started) => {
  platform = started;
});

type Entry = { line: number; outcome: string; nav?: string[]; iupd?: string; errors?: { code: string; path: string; expected?: string }[] };
interface Report {
  status: number;
  summary: Record<string, unknown>;
  entries: Entry[];
}

async function load(
  body: string | Buffer | ReadableStream,
  options: { type?: string; key?: string; query?: string; base?: string; headers?: Record<string, string> } = {},
): Promise<Report> {
  const { type = 'application/x-ndjson', key = 'key-creditor', query = '', base = 'aca', headers = {} } = options;
  const response = await fetch(`${platform.base}/${base}/debt-positions-service/v1/organizations/${CREDITOR}/bulk${query}`, {
    method: 'POST',
    headers: { 'content-type': type, 'Ocp-Apim-Subscription-Key': key, ...headers },
    body,
    duplex: 'half',
  } as RequestInit);
  const lines = (await response.text())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const [summary = {}, ...entries] = lines;
  return { status: response.status, summary, entries: entries as Entry[] };
}

const thin = (number: number, overrides: Record<string, unknown> = {}) => ({
  entityType: 'F',
  entityFiscalCode: DEBTOR_CODE,
  entityFullName: 'Mario Rossi',
  iuv: iuvOf(number),
  amount: 10_000,
  description: 'TARI 2026',
  expirationDate: '2099-12-31T23:59:59',
  ...overrides,
});
const full = (iupd: string, number: number, overrides: Record<string, unknown> = {}) => ({
  iupd,
  type: 'F',
  fiscalCode: DEBTOR_CODE,
  fullName: 'Mario Rossi',
  companyName: 'Comune di Prova',
  switchToExpired: false,
  paymentOption: [
    {
      iuv: iuvOf(number),
      amount: 5_000,
      description: 'Mensa',
      isPartialPayment: false,
      dueDate: toIso(platform.clock.now() + 30 * DAY),
      transfer: [{ idTransfer: '1', amount: 5_000, remittanceInformation: 'Mensa', category: '9/0101108TS/', iban: IBAN }],
    },
  ],
  ...overrides,
});
const ndjson = (...items: unknown[]) => items.map((item) => (typeof item === 'string' ? item : JSON.stringify(item))).join('\n');
const statusOf = async (number: number) =>
  (await platform.services.reads.notices([{ creditorFiscalCode: CREDITOR, noticeNumber: noticeNumberOf(number) }]))[0]?.instalment.status;

const head = 'entityType;entityFiscalCode;entityFullName;iuv;amount;description;expirationDate;switchToExpired';
const row = (number: number, amount = '10000', name = '"Rossi; ""Mario"""') =>
  `F;${DEBTOR_CODE};${name};${iuvOf(number)};${amount};TARI 2026;2099-12-31T23:59:59;true`;

describe('NDJSON', () => {
  it('applies lines of one notice in the order sent, wherever they stand, though batches are loaded side by side', async () => {
    const items = Array.from({ length: 2_600 }, (_, index) => thin(20_000 + index));
    // Of one notice by its IUV, by its number, and by both: in the first batch, in the next, and far behind.
    const [first, last] = [thin(19_999, { amount: 100 }), thin(19_999, { amount: 400 })];
    items.splice(3, 0, first);
    items.splice(520, 0, thin(19_999, { amount: 200, nav: noticeNumberOf(19_999) }));
    items.splice(1_040, 0, thin(19_999, { amount: 300 }));
    items.push(last);
    const report = await load(ndjson(...items));
    expect(report.summary).toEqual({ complete: true, items: 2_604, created: 2_601, updated: 3, invalidated: 0, rejected: 0, failed: 0 });
    expect(report.entries.map(({ line }) => line)).toEqual(items.map((_, index) => index + 1));
    expect([3, 520, 1_040, 2_603].map((index) => report.entries[index]?.outcome)).toEqual(['CREATED', 'UPDATED', 'UPDATED', 'UPDATED']);
    const [view] = await platform.services.reads.notices([{ creditorFiscalCode: CREDITOR, noticeNumber: noticeNumberOf(19_999) }]);
    expect(view?.instalment).toMatchObject({ amount: 400, revision: 4 });
  });

  it('reports line by line and field by field, and loads what is sound', async () => {
    const report = await load(
      ndjson(
        thin(1),
        '{"iuv":',
        thin(2, { amount: '12', entityType: 'X' }),
        '',
        full('B1', 3),
        full('B2', 3),
        thin(4, { paFiscalCode: OTHER_CREDITOR }),
        thin(1, { amount: 0 }),
        full('B3', 5, { fullName: undefined }),
        '[1]',
      ),
      { query: '?toPublish=true' },
    );
    expect(report.status).toBe(200);
    expect(report.summary).toEqual({ complete: true, items: 9, created: 2, updated: 0, invalidated: 1, rejected: 6, failed: 0 });
    expect(report.entries.map(({ line, outcome, errors }) => [line, outcome, errors?.map(({ code, path }) => `${code} ${path}`)])).toEqual([
      [1, 'CREATED', undefined],
      [2, 'REJECTED', ['INVALID ']],
      [3, 'REJECTED', ['INVALID entityType', 'INVALID amount']],
      [5, 'CREATED', undefined],
      [6, 'REJECTED', ['CONFLICT paymentOption[0].nav', 'CONFLICT paymentOption[0].iuv']],
      [7, 'REJECTED', ['FORBIDDEN paFiscalCode']],
      [8, 'INVALIDATED', undefined],
      [9, 'REJECTED', ['INVALID fullName']],
      [10, 'REJECTED', ['INVALID ']],
    ]);
    expect(report.entries[3]).toMatchObject({ iupd: 'B1', nav: [noticeNumberOf(3)] });
    expect([await statusOf(1), await statusOf(3), await statusOf(2)]).toEqual(['INVALID', 'VALID', undefined]);
  });

  it('takes thousands, in pieces that cut lines and letters anywhere, and repeats without a change', async () => {
    const text = ndjson(...Array.from({ length: 1_200 }, (_, index) => thin(10_000 + index, { entityFullName: 'Niccolò Però' })));
    const bytes = Buffer.from(text);
    const pieces = new ReadableStream({
      start(controller) {
        for (let from = 0; from < bytes.length; from += 7_919) controller.enqueue(bytes.subarray(from, from + 7_919));
        controller.close();
      },
    });
    const first = await load(pieces, { query: '?report=rejected' });
    expect(first).toMatchObject({ status: 200, summary: { complete: true, items: 1_200, created: 1_200 }, entries: [] });
    const before = await platform.head();
    const second = await load(gzipSync(bytes), { query: '?report=none', headers: { 'content-encoding': 'gzip' } });
    expect(second.summary).toMatchObject({ items: 1_200, updated: 1_200, rejected: 0 });
    expect(await platform.head()).toBe(before);
    expect((await platform.stated()).at(-1)?.data.debtor.fullName).toBe('Niccolò Però');
  });

  it('loads what comes before a compressed stream breaks, and refuses one that never was one', async () => {
    const headers = { 'content-encoding': 'gzip' };
    const never = await load(ndjson(thin(22)), { headers });
    expect([never.status, never.summary]).toMatchObject([400, { issues: [{ path: 'content-encoding' }] }]);
    const whole = gzipSync(ndjson(...Array.from({ length: 4_000 }, (_, index) => thin(40_000 + index, { description: randomUUID() }))));
    const broken = await load(whole.subarray(0, whole.length - 100), { headers, query: '?report=rejected' });
    const { created, items } = broken.summary as { created: number; items: number };
    expect(broken).toMatchObject({ status: 200, summary: { complete: true, rejected: 1 } });
    expect([created > 0, items, broken.entries]).toMatchObject([
      true,
      created + 1,
      [{ line: created + 1, outcome: 'REJECTED', errors: [{ path: 'content-encoding' }] }],
    ]);
    expect([await statusOf(39_999 + created), await statusOf(40_000 + created)]).toEqual(['VALID', undefined]);
  });

  it('refuses lines that are not UTF-8 instead of misspelling who owes', async () => {
    const lines = [thin(24, { entityFullName: 'Niccolò' }), thin(25)].map((item) => JSON.stringify(item));
    const { entries } = await load(Buffer.from(lines.join('\n'), 'latin1'));
    const csv = [head, row(26, '10000', 'Niccolò'), row(27)].join('\n');
    expect((await load(Buffer.from(csv, 'latin1'), { type: 'text/csv' })).entries.map(({ outcome }) => outcome)).toEqual([
      'REJECTED',
      'CREATED',
    ]);
    expect(entries).toMatchObject([
      { line: 1, outcome: 'REJECTED', errors: [{ message: expect.stringContaining('UTF-8') }] },
      { line: 2, outcome: 'CREATED' },
    ]);
  });

  it('goes on behind a line that is too long', async () => {
    const report = await load(ndjson(thin(20), `{"a":"${'x'.repeat(600_000)}"}`, thin(21)));
    expect(report.entries.map(({ line, outcome }) => [line, outcome])).toEqual([
      [1, 'CREATED'],
      [2, 'REJECTED'],
      [3, 'CREATED'],
    ]);
  });

  it('updates positions of the fuller model that exist, and keeps the two services apart', async () => {
    expect((await load(ndjson(full('U1', 30)))).entries).toMatchObject([{ outcome: 'CREATED' }]);
    expect(
      (await load(ndjson(full('U1', 30, { fullName: 'Anna Verdi' }), full('U1', 30, { fullName: 'Anna Bianchi' })))).entries,
    ).toMatchObject([{ outcome: 'UPDATED' }, { outcome: 'UPDATED' }]);
    const position = await platform.services.reads.position({ creditorFiscalCode: CREDITOR, iupd: 'U1' });
    expect(position).toMatchObject({ debtor: { fullName: 'Anna Bianchi' }, status: 'DRAFT', revision: 3, aca: true });
    expect((await load(ndjson(full('U1', 30), full('U2', 31), thin(32)), { base: 'gpd' })).entries.map(({ outcome }) => outcome)).toEqual([
      'REJECTED',
      'CREATED',
      'REJECTED',
    ]);
    expect(await platform.services.reads.position({ creditorFiscalCode: CREDITOR, iupd: 'U2' })).toMatchObject({ aca: false });
  });

  it('refuses what is not one: key, type, encoding, query', async () => {
    expect((await load(ndjson(thin(40)), { key: 'key-other' })).status).toBe(403);
    const json = await load(ndjson(thin(40)), { type: 'application/json' });
    expect(json.status).toBe(415);
    expect(JSON.stringify(json)).toContain('content-type: is application/json; expected: application/x-ndjson, text/csv');
    expect((await load(ndjson(thin(40)), { headers: { 'content-encoding': 'br' } })).status).toBe(400);
    expect((await load(ndjson(thin(40)), { query: '?report=some' })).status).toBe(400);
    expect(await statusOf(40)).toBeUndefined();
  });
});

describe('CSV', () => {
  it('reads cells as the fields of paCreatePosition', async () => {
    const report = await load([head, row(50), row(51, '10,5'), row(52, '200', '')].join('\r\n'), { type: 'text/csv; charset=utf-8' });
    expect(report.summary).toMatchObject({ complete: true, created: 1, rejected: 2 });
    expect(report.entries.map(({ line, errors }) => [line, errors?.[0]?.path])).toEqual([
      [2, undefined],
      [3, 'amount'],
      [4, 'entityFullName'],
    ]);
    const [view] = await platform.services.reads.notices([{ creditorFiscalCode: CREDITOR, noticeNumber: noticeNumberOf(50) }]);
    expect(view).toMatchObject({ position: { debtor: { fullName: 'Rossi; "Mario"' } }, option: { switchToExpired: true } });
  });

  it('refuses a header that it does not know, and goes on behind a record that it cannot read', async () => {
    expect(await load(`${head};colour\n${row(60)};red`, { type: 'text/csv' })).toMatchObject({
      status: 400,
      summary: { issues: [{ path: 'header', message: expect.stringContaining('colour') }] },
    });
    expect((await load(`iuv,iuv\n1,2`, { type: 'text/csv' })).status).toBe(400);
    const broken = await load(`${head}\n${row(61)}\nF;"${DEBTOR_CODE}"x;b;c\n${row(62)};more\n${row(63)}`, { type: 'text/csv' });
    expect(broken.entries.map(({ line, outcome }) => `${line} ${outcome}`).toSorted()).toEqual([
      '2 CREATED',
      '3 REJECTED',
      '4 REJECTED',
      '5 CREATED',
    ]);
  });
});

describe('texts', () => {
  it('are kept as they are, whatever is in them', async () => {
    const odd = ['tab\tand\nline', String.raw`back\slash \n`, 'quote " and \'', 'brace { } , NULL', 'però 🇮🇹', 'null'];
    const items = odd.flatMap((text, index) => [
      thin(700 + index, { description: text, entityFullName: text }),
      full(`T${index}`, 750 + index, { fullName: text, officeName: text }),
    ]);
    const report = await load(ndjson(...items), { query: '?report=rejected' });
    expect(report.entries).toEqual([]);
    for (const [index, text] of odd.entries()) {
      const [view] = await platform.services.reads.notices([{ creditorFiscalCode: CREDITOR, noticeNumber: noticeNumberOf(700 + index) }]);
      expect([view?.instalment.description, view?.position.debtor.fullName]).toEqual([text, text]);
      expect(await platform.services.reads.position({ creditorFiscalCode: CREDITOR, iupd: `T${index}` })).toMatchObject({
        officeName: text,
      });
    }
  });
});
