import { once } from 'node:events';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { until } from '@nodo-aperto/kernel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasContracts } from './contracts.ts';
import {
  asCreditor,
  asOperator,
  asPsp,
  BROKER,
  CREDITOR,
  DISABLED_PSP,
  type Fixture,
  OTHER_CREDITOR,
  OTHER_PSP,
  PSP,
  startFixture,
} from './fixture.ts';
import { line, operations } from './flow-operations.ts';
import { flowXml, legacyLine, readMessage, type ReadOptions, sendMessage, type SendOptions } from './legacy-messages.ts';
import { officialSchema } from './official-schemas.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
  await fixture.stateCreditorBroker('66666666660');
});
afterAll(() => fixture.stop());

const psp = operations(() => fixture);
const nameOf = (suffix: string, code = PSP) => `2026-03-02${code}-${suffix}`;

/** What was sent and answered, to be held against the official schemas. */
const exchanged: { schema: 'psp' | 'pa'; text: string }[] = [];

interface Answer {
  status: number;
  text: string;
  outcome: string | undefined;
  fault: string | undefined;
  description: string | undefined;
}
const textOf = (xml: string, tag: string): string | undefined => new RegExp(`<(?:\\w+:)?${tag}>([^<]*)<`).exec(xml)?.[1];

async function post(path: string, body: string | Buffer, type = 'text/xml; charset=utf-8'): Promise<Answer> {
  const response = await fetch(`${fixture.base}${path}`, { method: 'POST', headers: { 'content-type': type }, body: body as string });
  const text = await response.text();
  return {
    status: response.status,
    text,
    outcome: textOf(text, 'esito'),
    fault: textOf(text, 'faultCode') ?? textOf(text, 'faultcode'),
    description: textOf(text, 'description') ?? textOf(text, 'faultstring'),
  };
}
async function send(options: SendOptions): Promise<Answer> {
  const answer = await post('/nodo/nodo-per-psp/v1', sendMessage(options));
  exchanged.push({ schema: 'psp', text: answer.text });
  return answer;
}
async function read(options?: ReadOptions): Promise<Answer> {
  const answer = await post('/nodo/nodo-per-pa/v1', readMessage(options));
  exchanged.push({ schema: 'pa', text: answer.text });
  return answer;
}
const listed = ({ text }: Answer): string[] => [...text.matchAll(/<identificativoFlusso>([^<]*)</g)].map((match) => match[1] as string);
const documentIn = ({ text }: Answer): string => Buffer.from(textOf(text, 'xmlRendicontazione') ?? '', 'base64').toString('utf8');
const sentOk = async (options: SendOptions) => expect(await send(options)).toMatchObject({ status: 200, outcome: 'OK', fault: undefined });
async function flowsNamed(name: string): Promise<unknown[]> {
  return fixture.database.query('select revision, status, computed_payments, computed_amount from flow where name = $1 order by revision', [
    name,
  ]);
}

describe('a flow that a PSP sends over SOAP', () => {
  it('is published, and read over REST, GraphQL and SOAP', async () => {
    const name = nameOf('soap');
    const lines = [
      legacyLine(1, { amount: '0.10' }),
      legacyLine(2, { amount: '4.35', code: '9', index: 2, day: '2026-03-01' }),
      legacyLine(3, { code: '4' }),
    ];
    const xml = flowXml({ name, lines });
    await sentOk({ name, xml });
    const flow = `/fdr-org/service/v1/organizations/${CREDITOR}/fdrs/${name}/revisions/1/psps/${PSP}`;
    const get = async (path: string) =>
      (await (await fetch(`${fixture.base}${path}`, { headers: { 'Ocp-Apim-Subscription-Key': 'key-creditor' } })).json()) as unknown;
    expect(await get(flow)).toMatchObject({
      status: 'PUBLISHED',
      fdrDate: '2026-03-03T06:00:00.000Z',
      sender: { type: 'BIC_CODE', id: 'PROVITMM', pspId: PSP, pspName: 'Banca & Figli', pspBrokerId: BROKER },
      receiver: { id: CREDITOR, organizationName: `Comune ${CREDITOR}` },
      totPayments: 3,
      sumPayments: 5.45,
      computedSumPayments: 5.45,
    });
    expect(await get(`${flow}/payments`)).toMatchObject({
      count: 3,
      data: [
        { index: 1, iuv: 'iuv-1', iur: 'token-1', idTransfer: 1, pay: 0.1, payStatus: 'EXECUTED', payDate: '2026-03-01T23:00:00.000Z' },
        { index: 2, idTransfer: 2, pay: 4.35, payStatus: 'NO_RPT' },
        { index: 3, payStatus: 'STAND_IN' },
      ],
    });
    const { data } = await fixture.run(asCreditor, `{ reportingFlow(psp: "${PSP}", name: "${name}") { latest computedTotalAmount } }`);
    expect(data).toEqual({ reportingFlow: { latest: true, computedTotalAmount: 545 } });
    const fetched = documentIn(await read({ name }));
    const comparable = (text: string) => text.replaceAll(/<\/?\w+:|<\/?/g, '<').replaceAll(/\s+/g, ' ');
    for (const [tag, values] of [
      ['identificativoUnivocoRiscossione', ['token-1', 'token-2', 'token-3']],
      ['singoloImportoPagato', ['0.10', '4.35', '1.00']],
      ['codiceEsitoSingoloPagamento', ['0', '9', '4']],
      ['dataEsitoSingoloPagamento', ['2026-03-02', '2026-03-01', '2026-03-02']],
      ['importoTotalePagamenti', ['5.45']],
      ['denominazioneMittente', ['Banca &amp; Figli']],
    ] as const)
      expect([...comparable(fetched).matchAll(new RegExp(`<${tag}>([^<]*)<`, 'g'))].map((match) => match[1])).toEqual(values);
  });

  it('of some thousand payments comes in pieces, and goes out in pages, exactly', async () => {
    const name = nameOf('many');
    const lines = Array.from({ length: 2_500 }, (_unused, place) =>
      legacyLine(place, { amount: `${place}.${String(place % 100).padStart(2, '0')}` }),
    );
    await sentOk({ name, xml: flowXml({ name, lines: lines.slice(1) }) });
    const fetched = documentIn(await read({ name }));
    const amounts = [...fetched.matchAll(/singoloImportoPagato>([^<]*)<\//g)].map((match) => match[1]);
    expect(amounts).toEqual(lines.slice(1).map((each) => each.amount));
    await fixture.settled();
    const [stated] = await fixture.database.query<{ parts: number }>('select stated_parts as parts from flow where name = $1', [name]);
    expect(stated?.parts).toBe(3);
  });

  it('is the next revision of one that came over REST, and the other way round', async () => {
    const name = nameOf('both');
    await psp.published(name, [line(1)], { flowDate: '2026-03-03T05:00:00Z' });
    await sentOk({ name, xml: flowXml({ name, lines: [legacyLine(1), legacyLine(2)] }) });
    expect(await psp.published(name, [line(1)], { flowDate: '2026-03-03T07:00:00Z' })).toMatchObject({ revision: 3 });
    expect(await flowsNamed(name)).toMatchObject([{ revision: 1 }, { revision: 2, computed_payments: 2 }, { revision: 3 }]);
  });

  it('is refused when its sender, its creditor or its name is wrong, before it is read', async () => {
    const name = nameOf('checks');
    const xml = 'never read';
    for (const [code, options] of [
      ['PPT_PSP_SCONOSCIUTO', { psp: 'unknown' }],
      ['PPT_PSP_DISABILITATO', { psp: DISABLED_PSP }],
      ['PPT_INTERMEDIARIO_PSP_SCONOSCIUTO', { broker: 'unknown' }],
      ['PPT_INTERMEDIARIO_PSP_DISABILITATO', { broker: '60000000008' }],
      ['PPT_CANALE_SCONOSCIUTO', { channel: 'unknown' }],
      ['PPT_CANALE_DISABILITATO', { channel: `${BROKER}_02` }],
      ['PPT_AUTENTICAZIONE', { password: 'wrongwrong' }],
      ['PPT_DOMINIO_SCONOSCIUTO', { creditor: '11111111111' }],
      ['PPT_DOMINIO_DISABILITATO', { creditor: '55555555555' }],
      ['PPT_AUTORIZZAZIONE', { channel: '60000000007_01' }],
      ['PPT_AUTORIZZAZIONE', { channel: `${BROKER}_03` }],
      ['PPT_SINTASSI_EXTRAXSD', { password: 'short' }],
      ['PPT_SINTASSI_EXTRAXSD', { flowDate: 'yesterday' }],
      ['PPT_SEMANTICA', { name: '2026-13-02x' }],
      ['PPT_SEMANTICA', { name: nameOf('x', OTHER_PSP) }],
    ] as const)
      expect(await send({ name, xml, ...options })).toMatchObject({ status: 200, outcome: 'KO', fault: code });
    expect(await flowsNamed(name)).toEqual([]);
  });

  it('of any size is refused only when all of it has come, so that every client hears the answer', async () => {
    const name = nameOf('refused-large');
    const xml = flowXml({ name, lines: Array.from({ length: 20_000 }, (_unused, place) => legacyLine(place)) });
    expect(await send({ name, xml, password: 'wrongwrong' })).toMatchObject({ status: 200, outcome: 'KO', fault: 'PPT_AUTENTICAZIONE' });
    expect(await send({ name, xml: `${xml}<more/>` })).toMatchObject({ status: 200, outcome: 'KO', fault: 'PPT_SINTASSI_XSD' });
    await sentOk({ name, xml });
    expect(await flowsNamed(name)).toMatchObject([{ computed_payments: 20_000 }]);
  });

  it('is refused when it contradicts itself, its envelope or what was sent before; nothing is kept', async () => {
    const name = nameOf('semantics');
    const lines = [legacyLine(1)];
    const xml = flowXml({ name, lines });
    const refused = async (more: Partial<SendOptions>) =>
      expect(await send({ name, xml, ...more })).toMatchObject({ outcome: 'KO', fault: 'PPT_SEMANTICA' });
    await refused({ xml: flowXml({ name: nameOf('other'), lines }) });
    await refused({ flowDate: '2026-03-03T07:00:01' });
    await refused({ xml: flowXml({ name, lines, payments: 2 }) });
    await refused({ xml: flowXml({ name, lines, amount: '1.01' }) });
    expect(await flowsNamed(name)).toEqual([]);
    await sentOk({ name, xml, flowDate: '2026-03-03T06:00:00Z' });
    await refused({});
    const earlier = '2026-03-03T06:59:59';
    await refused({ flowDate: earlier, xml: flowXml({ name, lines, flowDate: earlier }) });
    const later = '2026-03-04T07:00:00';
    const next = { flowDate: later, xml: flowXml({ name, lines, flowDate: later }) };
    await refused({ ...next, creditor: OTHER_CREDITOR });
    await psp.create(name, { flowDate: '2026-03-05T07:00:00Z' });
    await refused(next);
    expect(await flowsNamed(name)).toMatchObject([
      { revision: 1, status: 'PUBLISHED' },
      { revision: 2, status: 'CREATED' },
    ]);
  });

  it('is refused when its document is not what the schema says: truncated, bombs, foreign entities, wrong values', async () => {
    const name = nameOf('syntax');
    const lines = [legacyLine(1), legacyLine(2)];
    const xml = flowXml({ name, lines });
    const bomb = gzipSync(Buffer.alloc(1_000_000, '<a>'));
    for (const [fault, options] of [
      ['PPT_SINTASSI_XSD', { xml: xml.slice(0, -200) }],
      ['PPT_SINTASSI_XSD', { xml: '' }],
      ['PPT_SINTASSI_XSD', { xml: bomb }],
      ['PPT_SINTASSI_XSD', { xml: `<!DOCTYPE x [<!ENTITY a "${'b'.repeat(1_000)}">]>${xml.slice(xml.indexOf('<Flusso'))}` }],
      ['PPT_SINTASSI_XSD', { xml: xml.replace('2011/Pagamenti/', '2011/Altro/') }],
      ['PPT_SINTASSI_XSD', { xml: flowXml({ name, lines: [], payments: 1, amount: '1.00' }) }],
      ['PPT_SINTASSI_XSD', { xml: flowXml({ name, lines: [legacyLine(1, { amount: '0.00' })] }) }],
      ['PPT_SINTASSI_XSD', { xml: flowXml({ name, lines: [legacyLine(1, { code: '7' })] }) }],
      ['PPT_SINTASSI_XSD', { xml: flowXml({ name, lines: [legacyLine(1, { index: 6 })] }) }],
      ['PPT_SINTASSI_XSD', { xml: flowXml({ name, lines: [legacyLine(1, { iuv: 'x'.repeat(36) })] }) }],
      ['PPT_SINTASSI_XSD', { xml: xml.replace('<versioneOggetto>1.0', '<versioneOggetto>2.0') }],
      ['PPT_SINTASSI_XSD', { xml: xml.replace('</FlussoRiversamento>', '<versioneOggetto>1.0</versioneOggetto></FlussoRiversamento>') }],
      ['PPT_SINTASSI_EXTRAXSD', { base64: Buffer.from(xml).toString('base64').slice(0, -5) }],
      ['PPT_SINTASSI_EXTRAXSD', { base64: '%%%%' }],
    ] as const)
      expect(await send({ name, ...options })).toMatchObject({ status: 200, outcome: 'KO', fault });
    expect((await send({ name, xml: flowXml({ name, lines: [legacyLine(1), legacyLine(2, { amount: '1' })] }) })).description).toContain(
      'payment 2: ',
    );
    expect(await flowsNamed(name)).toEqual([]);
    await sentOk({ name, xml });
  });

  it('is a SOAP Fault when it cannot be read at all', async () => {
    const path = '/nodo/nodo-per-psp/v1';
    const message = sendMessage({ name: nameOf('unreadable'), xml: 'x' });
    for (const [status, body, type] of [
      [500, message.slice(0, -20)],
      [500, 'no XML'],
      [500, ''],
      [500, `<!DOCTYPE x>${message}`],
      [500, message.replaceAll('nodoInviaFlussoRendicontazione', 'nodoInviaAltro')],
      [500, '<a/>'],
      [415, message, 'application/json'],
    ] as const) {
      const answer = await post(path, body, type);
      expect(answer).toMatchObject({ status, fault: 'soapenv:Client' });
    }
  });
});

describe('a message that is too large', () => {
  it('is cut off, and the process goes on', async () => {
    const before = process.memoryUsage.rss();
    const body = sendMessage({ name: nameOf('large'), base64: 'QUFB'.repeat(17 * 1024 * 1024) });
    // Whoever sends more than is read may see the connection closed before the answer.
    const answer = await post('/nodo/nodo-per-psp/v1', body).catch((error: Error) => error);
    expect(answer instanceof Error || (answer.status === 413 && answer.fault === 'soapenv:Client')).toBe(true);
    expect(process.memoryUsage.rss() - before).toBeLessThan(600 * 1024 * 1024);
    const name = nameOf('after');
    await sentOk({ name, xml: flowXml({ name, lines: [legacyLine(1)] }) });
    expect(await flowsNamed(nameOf('large'))).toEqual([]);
  });
});

describe('a message that breaks off', () => {
  it('leaves nothing, and its place to the next ones', async () => {
    const message = sendMessage({ name: nameOf('broken'), xml: flowXml({ name: nameOf('broken'), lines: [legacyLine(1)] }) });
    const { port } = new URL(fixture.base);
    // More of them than are read at a time.
    const closed = Array.from({ length: 6 }, async () => {
      const socket = connect(Number(port), '127.0.0.1');
      const head = `POST /nodo/nodo-per-psp/v1 HTTP/1.1\r\nhost: x\r\ncontent-type: text/xml\r\ncontent-length: ${message.length}\r\n\r\n`;
      socket.write(head + message.slice(0, -300), () => socket.destroy());
      await once(socket, 'close');
    });
    await Promise.all(closed);
    const name = nameOf('unbroken');
    const xml = flowXml({ name, lines: [legacyLine(1)] });
    await until(async () => (await send({ name, xml })).outcome === 'OK', { what: 'a place for the next message' });
    expect(await flowsNamed(nameOf('broken'))).toEqual([]);
  });
});

describe('a creditor’s station', () => {
  it('lists the last revision of each flow of thirty days, of one PSP or all', async () => {
    const name = nameOf('listed');
    const other = nameOf('foreign', OTHER_PSP);
    await sentOk({ name, xml: flowXml({ name, lines: [legacyLine(1)] }) });
    const later = '2026-03-06T07:00:00';
    await sentOk({ name, flowDate: later, xml: flowXml({ name, lines: [legacyLine(1)], flowDate: later }) });
    await sentOk({ name: other, psp: OTHER_PSP, xml: flowXml({ name: other, lines: [legacyLine(1)] }) });
    const all = await read();
    expect(listed(all).filter((each) => each === name)).toHaveLength(1);
    expect(listed(all)).toContain(other);
    expect(textOf(all.text, 'totRestituiti')).toBe(String(listed(all).length));
    expect(listed(await read({ psp: OTHER_PSP }))).toEqual([other]);
    // Without a creditor: all that the station serves.
    expect(listed(await read({ creditor: null }))).toEqual(listed(all));
    await fixture.database.query(`update flow set published_at = published_at - interval '31 days' where name = $1`, [other]);
    expect(listed(await read({ psp: OTHER_PSP }))).toEqual([]);
  });

  it('is refused with the fault of what is wrong', async () => {
    for (const [fault, options] of [
      ['PPT_INTERMEDIARIO_PA_SCONOSCIUTO', { broker: 'unknown' }],
      ['PPT_STAZIONE_INT_PA_SCONOSCIUTA', { station: 'unknown' }],
      ['PPT_AUTENTICAZIONE', { password: 'wrongwrong' }],
      ['PPT_DOMINIO_SCONOSCIUTO', { creditor: '11111111111' }],
      ['PPT_DOMINIO_DISABILITATO', { creditor: '55555555555' }],
      ['PPT_AUTORIZZAZIONE', { creditor: OTHER_CREDITOR }],
      ['PPT_PSP_SCONOSCIUTO', { psp: 'unknown' }],
      ['PPT_SINTASSI_EXTRAXSD', { password: 'short' }],
    ] as const) {
      expect(await read(options)).toMatchObject({ status: 200, fault });
      expect(await read({ ...options, name: nameOf('any') })).toMatchObject({ status: 200, fault });
    }
    expect(await read({ name: nameOf('nothing') })).toMatchObject({ fault: 'PPT_ID_FLUSSO_SCONOSCIUTO' });
    await psp.create(nameOf('only-draft'));
    expect(await read({ name: nameOf('only-draft') })).toMatchObject({ fault: 'PPT_ID_FLUSSO_SCONOSCIUTO' });
  });
});

describe('the day from which the legacy primitives are off for a creditor', () => {
  const setOff = (caller: Parameters<Fixture['run']>[0], from: string | null) =>
    fixture.run(
      caller,
      `mutation ($from: Date) { setLegacyReportingOff(creditorFiscalCode: "${CREDITOR}", from: $from) { fiscalCode legacyReportingOffFrom } }`,
      { from },
    );

  it('is an operator’s to set, and holds for PSPs and stations', async () => {
    const name = nameOf('off');
    const xml = flowXml({ name, lines: [legacyLine(1)] });
    expect((await setOff(asPsp, '2020-01-01')).errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
    expect((await setOff(asOperator, '2020-01-01')).data).toEqual({
      setLegacyReportingOff: { fiscalCode: CREDITOR, legacyReportingOffFrom: '2020-01-01' },
    });
    expect(await send({ name, xml })).toMatchObject({ fault: 'PPT_AUTORIZZAZIONE', description: expect.stringContaining('2020-01-01') });
    expect(await read()).toMatchObject({ fault: 'PPT_AUTORIZZAZIONE' });
    expect(await read({ name })).toMatchObject({ fault: 'PPT_AUTORIZZAZIONE' });
    expect(listed(await read({ creditor: null }))).toEqual([]);
    await setOff(asOperator, '2999-01-01');
    await sentOk({ name, xml });
    expect((await setOff(asOperator, null)).data).toEqual({
      setLegacyReportingOff: { fiscalCode: CREDITOR, legacyReportingOffFrom: null },
    });
    const unknown = await fixture.run(
      asOperator,
      'mutation { setLegacyReportingOff(creditorFiscalCode: "11111111111", from: "2999-01-01") { fiscalCode } }',
    );
    expect(unknown.errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
  });
});

describe.skipIf(!hasContracts)('the official schemas', () => {
  it('accept every answer that was given, the messages that were sent, and the documents', async () => {
    const [psps, creditors, document] = [
      officialSchema('wsdl/xsd/nodoPerPsp.xsd'),
      officialSchema('wsdl/xsd/nodeForPa.xsd'),
      officialSchema('xsd-common/FlussoRiversamento_1_0_4.xsd'),
    ];
    expect(exchanged.length).toBeGreaterThan(40);
    for (const { schema, text } of exchanged) expect((schema === 'psp' ? psps : creditors)(text)).toBeUndefined();
    const name = nameOf('official');
    // Codes 4 and 8 are later than this schema.
    const xml = flowXml({ name, lines: [legacyLine(1), legacyLine(2, { code: '9' }), legacyLine(3, { code: '3', index: 5 })] });
    expect(document(xml)).toBeUndefined();
    expect(psps(sendMessage({ name, xml }))).toBeUndefined();
    expect(creditors(readMessage({ name, psp: PSP }))).toBeUndefined();
    await sentOk({ name, xml });
    expect(document(documentIn(await read({ name })))).toBeUndefined();
  });
});
