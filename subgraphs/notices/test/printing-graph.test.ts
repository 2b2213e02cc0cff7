/** Printing over the graph: of what is here, of what is given whole, and as a part of other writes. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MINUTE, toIso } from '@nodo-aperto/kernel/time';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anItem, asCreditor, asOperator, asOtherCreditor, CREDITOR, IBAN, noticeNumberOf, type TestPlatform } from './platform.ts';
import { BASE, has, type Printer, startPrinter } from './printer.ts';

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

describe('printing in the graph', () => {
  const FOLDER =
    'id status requested processed failed archivePath items(first: 2) { edges { node { number fileId state filePath error { code } } } pageInfo { hasNextPage endCursor } }';
  interface Folder {
    id: string;
    status: string;
    requested: number;
    archivePath: string | null;
    items: { edges: { node: { state: string; filePath: string | null } }[]; pageInfo: { hasNextPage: boolean } };
  }

  it('creates positions that are printed in the same call, and tells how far it is', async () => {
    const events = await platform.follow(
      asCreditor,
      'subscription { printFolderEvents { cursor folderId status requested processed failed } }',
    );
    const { data, errors } = await platform.ask<{ createPosition: { outcome: string; printFolder: { id: string }; warnings: unknown[] } }>(
      asCreditor,
      'mutation ($input: CreatePositionInput!) { createPosition(input: $input, print: true) { outcome printFolder { id } warnings { path message } } }',
      { input: anItem(500) },
    );
    expect(errors).toEqual([]);
    expect(data?.createPosition.outcome).toBe('CREATED');
    const id = data!.createPosition.printFolder.id;
    const seen: { status: string; processed: number }[] = [];
    for await (const { data: each } of events) {
      const event = each!['printFolderEvents'] as { folderId: string; status: string; processed: number };
      expect(event.folderId).toBe(id);
      seen.push(event);
      if (event.status === 'PROCESSED') break;
    }
    expect(seen.map(({ status }) => status)).toEqual(['INSERTED', 'COMPLETING', 'PROCESSED']);
    const log = await platform.ask<{ printFolderEventLog: { edges: { node: { status: string } }[] } }>(
      asCreditor,
      'query ($id: ID) { printFolderEventLog(folderId: $id) { edges { node { status } } } }',
      { id },
    );
    expect(log.data?.printFolderEventLog.edges.map(({ node }) => node.status)).toEqual(seen.map(({ status }) => status));
    const read = await platform.ask<{ printFolder: Folder }>(asCreditor, `query ($id: ID!) { printFolder(id: $id) { ${FOLDER} } }`, { id });
    expect(read.data?.printFolder).toMatchObject({ status: 'PROCESSED', requested: 1, items: { pageInfo: { hasNextPage: false } } });
    const { filePath } = read.data!.printFolder.items.edges[0]!.node;
    const file = Buffer.from(await (await fetch(platform.base + filePath!)).arrayBuffer());
    writeFileSync(join(folder, 'created.pdf'), file);
    expect(file.subarray(0, 8).toString('latin1')).toBe('%PDF-1.7');
    const foreign = await platform.ask(asOtherCreditor, `query ($id: ID!) { printFolder(id: $id) { id } }`, { id });
    expect(foreign.errors).toMatchObject([{ code: 'NOT_FOUND' }]);
  });

  it('prints notices that are here by their numbers, plans as plans', async () => {
    const dueDate = toIso(platform.clock.now() + 40 * 24 * 60 * MINUTE);
    const instalment = (number: number, amount: number) => ({
      iuv: noticeNumberOf(number).slice(1),
      amount,
      description: 'Retta',
      dueDate,
      transfers: [{ idTransfer: 1, amount, iban: IBAN, remittanceInformation: 'Retta', transferCategory: '9/0101108TS/' }],
    });
    const input = {
      iupd: 'PLAN',
      debtor: { type: 'F', fiscalCode: 'RSSMRA80A01H501U', fullName: 'Mario Rossi' },
      options: [{ instalments: [instalment(600, 9_000)] }, { instalments: [instalment(601, 4_000), instalment(602, 5_000)] }],
    };
    const created = await platform.ask<{ createDebtPosition: { printFolder: { requested: number } } }>(
      asCreditor,
      'mutation ($input: DebtPositionInput!) { createDebtPosition(input: $input, print: true) { printFolder { requested } errors { path } } }',
      { input },
    );
    expect(created).toMatchObject({ errors: [], data: { createDebtPosition: { printFolder: { requested: 1 } } } });
    const one = await platform.ask<{ printNotice: { fileName: string; content: string } }>(
      asCreditor,
      'mutation { printNotice(noticeNumber: "' + noticeNumberOf(601) + '") { fileName content } }',
    );
    expect(one.errors).toEqual([]);
    writeFileSync(join(folder, 'plan.pdf'), Buffer.from(one.data!.printNotice.content, 'base64'));
    const gone = await platform.ask(asCreditor, 'mutation { printNotice(noticeNumber: "' + noticeNumberOf(9_999) + '") { fileName } }');
    expect(gone.errors).toMatchObject([{ code: 'BAD_USER_INPUT', message: expect.stringContaining('noticeNumbers[0]') }]);
    for (const text of ['printNotice { fileName }', 'printNotices(idempotencyKey: "k") { id }'])
      expect((await platform.ask(asCreditor, `mutation { ${text} }`)).errors).toMatchObject([{ code: 'BAD_USER_INPUT' }]);
    const foreign = await platform.ask(
      asOtherCreditor,
      `mutation { printNotice(noticeNumber: "${noticeNumberOf(601)}", creditorFiscalCode: "${CREDITOR}") { fileName } }`,
    );
    expect(foreign.errors).toMatchObject([{ code: 'BAD_USER_INPUT' }]);
  });

  it.skipIf(!has('pdftotext'))('what was printed says what is here', () => {
    const textOf = (file: string) => run('pdftotext', '-layout', file, '-');
    expect(textOf('created.pdf')).toMatch(/TARI 2026[\s\S]*100,00 €[\s\S]*31\/12\/2099[\s\S]*BOLLETTINO POSTALE PA/);
    expect(textOf('plan.pdf')).toMatch(/OPPURE IN 2 RATE[\s\S]*RATA UNICA[\s\S]*1ª RATA[\s\S]*2ª RATA/);
  });

  it('prints items given whole, and a creditor’s own profile with its logo', async () => {
    const set = (logo: string) =>
      platform.ask<{ setPrintProfile: { hasLogo: boolean } }>(
        asCreditor,
        'mutation ($logo: String) { setPrintProfile(input: { office: "Ufficio Tributi", info: "Tel. 000", logo: $logo }) { hasLogo office } }',
        { logo },
      );
    // Red, one pixel, RGB.
    const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC';
    expect((await set('AAAA')).errors).toMatchObject([{ code: 'BAD_USER_INPUT', message: expect.stringContaining('logo') }]);
    expect(await set(png)).toMatchObject({ errors: [], data: { setPrintProfile: { hasLogo: true, office: 'Ufficio Tributi' } } });
    const item = {
      template: 'TemplateSingleInstalment',
      debtor: { fullName: 'Mario Rossi' },
      subject: 'Prova',
      whole: { code: noticeNumberOf(700), amount: 100 },
    };
    const { data, errors } = await platform.ask<{ printNotices: Folder }>(
      asCreditor,
      `mutation ($items: [PrintItemInput!]) { printNotices(idempotencyKey: "whole", items: $items) { ${FOLDER} } }`,
      { items: [item, { ...item, subject: 'x'.repeat(91) }, item] },
    );
    expect(errors).toEqual([]);
    const answer = await settled(data!.printNotices.id);
    expect(answer.body).toMatchObject({ status: 'PROCESSED_WITH_FAILURES', noticesInError: [`${CREDITOR}-${noticeNumberOf(700)}-0002`] });
    const [first] = answer.body['processedNotices'] as string[];
    const { body } = await call('GET', `${BASE}/notices/folder/${data!.printNotices.id}/file/${first}/url`);
    const bytes = Buffer.from(await (await fetch(String(body['signedUrl']))).arrayBuffer());
    expect(bytes.toString('latin1')).toContain('/Subtype /Image');
    const deleted = await platform.ask<{ deletePrintFolder: boolean }>(asCreditor, 'mutation ($id: ID!) { deletePrintFolder(id: $id) }', {
      id: data!.printNotices.id,
    });
    expect(deleted.data?.deletePrintFolder).toBe(true);
    const profile = await platform.ask(asOtherCreditor, `query { printProfile(creditorFiscalCode: "${CREDITOR}") { office } }`);
    expect(profile.errors).toMatchObject([{ code: 'FORBIDDEN' }]);
  });

  it('prints all that a bulk write accepts in one request, and lists the requests of a party', async () => {
    const PRINTED = `mutation ($items: [CreatePositionInput!]!) { createPositions(items: $items, print: true) {
      accepted rejected warnings { path message } printFolder { id requested } } }`;
    interface Bulk {
      createPositions: { accepted: number; rejected: number; warnings: unknown[]; printFolder: { id: string; requested: number } | null };
    }
    const items = [anItem(800), anItem(801), anItem(802, { amount: -1 })];
    const { data, errors } = await platform.ask<Bulk>(asCreditor, PRINTED, { items });
    expect(errors).toEqual([]);
    expect(data?.createPositions).toMatchObject({ accepted: 2, rejected: 1, warnings: [], printFolder: { requested: 2 } });
    const id = data!.createPositions.printFolder!.id;
    // Nothing changed: the same request is found.
    const repeated = await platform.ask<Bulk>(asCreditor, PRINTED, { items });
    expect(repeated.data?.createPositions.printFolder?.id).toBe(id);
    const none = await platform.ask<Bulk>(asCreditor, PRINTED, { items: [anItem(803, { amount: 0 })] });
    expect(none.data?.createPositions).toMatchObject({ accepted: 0, rejected: 1, printFolder: null, warnings: [] });
    expect((await settled(id)).body).toMatchObject({ status: 'PROCESSED' });

    const LIST = `query ($first: Int, $after: String, $status: PrintFolderStatus) { printFolders(first: $first, after: $after, status: $status) {
      edges { cursor node { id status } } pageInfo { hasNextPage endCursor } } }`;
    interface List {
      printFolders: { edges: { node: { id: string; status: string } }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } };
    }
    const all = (await platform.ask<List>(asCreditor, LIST, { first: 100 })).data!.printFolders.edges.map(({ node }) => node);
    expect(all.map((node) => node.id)).toContain(id);
    const paged: string[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const page: List['printFolders'] = (await platform.ask<List>(asCreditor, LIST, { first: 1, after })).data!.printFolders;
      paged.push(...page.edges.map(({ node }) => node.id));
      ({ endCursor: after, hasNextPage: more } = page.pageInfo);
    }
    expect(paged).toEqual(all.map((node) => node.id));
    const processed = (await platform.ask<List>(asCreditor, LIST, { first: 100, status: 'PROCESSED' })).data!.printFolders.edges;
    expect(processed.map(({ node }) => node.status)).toEqual(processed.map(() => 'PROCESSED'));
    expect((await platform.ask<List>(asOtherCreditor, LIST)).data?.printFolders.edges).toEqual([]);
    expect((await platform.ask<List>(asOperator, LIST)).data?.printFolders.edges.map(({ node }) => node.id)).toContain(id);
    for (const after of ['x', Buffer.from('["a","b"]').toString('base64url')])
      expect((await platform.ask(asCreditor, LIST, { after })).errors).toMatchObject([{ code: 'BAD_USER_INPUT' }]);
  });
});
