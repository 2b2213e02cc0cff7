import * as nodeForPsp from '@nodo-aperto/kernel/node-for-psp';
import * as paForNode from '@nodo-aperto/kernel/pa-for-node';
import { buildEnvelope, childOf, parseEnvelope, parseXml, soapFault, writeXml } from '@nodo-aperto/kernel/soap';
import type { XmlElement } from '@nodo-aperto/kernel/soap';
import { seededStreams } from '@nodo-aperto/kernel/random';
import type { RandomStream } from '@nodo-aperto/kernel/random';
import { afterAll, describe, expect, it } from 'vitest';
import { contractFile, hasContracts, officialSchema } from './soap-official-schemas.ts';
import type { OfficialSchema } from './soap-official-schemas.ts';
import { allSamples } from './soap-samples.ts';

const schemas = new Map<string, OfficialSchema>();
function schemaOf(path: string): OfficialSchema {
  const known = schemas.get(path) ?? officialSchema(path);
  schemas.set(path, known);
  return known;
}
afterAll(() => {
  for (const schema of schemas.values()) schema[Symbol.dispose]();
});

describe.each(allSamples.map((sample) => [sample.message.element, sample] as const))('%s', (_element, { message, values }) => {
  it.each(values.map((value, index) => [index + 1, value] as const))('sample %i is read back as it was built', (_number, value) => {
    const { element, operation, namespace } = parseEnvelope(buildEnvelope(message.write(value)));
    expect({ operation, namespace }).toEqual({ operation: message.element, namespace: message.namespace });
    expect(message.read(element)).toEqual({ ok: true, value });
  });
});

describe.skipIf(!hasContracts)('against the official descriptions of services', () => {
  it.each([
    ['wsdl/paForNode.wsdl', paForNode, 6],
    ['wsdl/nodeForPsp.wsdl', nodeForPsp, 6],
  ])('%s: operations have the names, actions and elements written there', (path, operations, count) => {
    const described = describedOperations(contractFile(path));
    const ours = Object.values(operations).filter((one) => typeof one === 'object');
    expect(ours).toHaveLength(count);
    for (const { name, request, response } of ours) {
      expect(described.get(name)).toEqual({ action: name, request: request.element, response: response.element });
    }
  });
});

interface Described {
  readonly action: string;
  readonly request: string;
  readonly response: string;
}

/** Reads a WSDL 1.1 with our own reader: its operations, with the local names of the elements that they exchange. */
function describedOperations(text: string): ReadonlyMap<string, Described> {
  const wsdl = 'http://schemas.xmlsoap.org/wsdl/';
  const root = parseXml(text);
  const all = (element: XmlElement | undefined, name: string): readonly XmlElement[] =>
    element?.children.filter((one) => one.name === name) ?? [];
  const attribute = (element: XmlElement | undefined, name: string): string =>
    element?.attributes.find((one) => one.name === name)?.value ?? '';
  const local = (name: string): string => name.slice(name.indexOf(':') + 1);
  const elementOf = new Map(
    all(root, 'message').map((one) => [attribute(one, 'name'), local(attribute(childOf(one, 'part', wsdl), 'element'))]),
  );
  const actions = new Map(
    all(childOf(root, 'binding', wsdl), 'operation').map((one) => [
      attribute(one, 'name'),
      attribute(childOf(one, 'operation', 'http://schemas.xmlsoap.org/wsdl/soap/'), 'soapAction'),
    ]),
  );
  const exchanged = (operation: XmlElement, side: 'input' | 'output'): string =>
    elementOf.get(local(attribute(childOf(operation, side, wsdl), 'message'))) ?? '';
  return new Map(
    all(childOf(root, 'portType', wsdl), 'operation').map((one) => {
      const name = attribute(one, 'name');
      return [name, { action: actions.get(name) ?? '', request: exchanged(one, 'input'), response: exchanged(one, 'output') }];
    }),
  );
}

describe.skipIf(!hasContracts)('against the official schemas', () => {
  it('an envelope and a SOAP Fault are what the schema of SOAP 1.1 says', () => {
    const soap = schemaOf('xsd-common/envelope.xsd');
    const [sample] = allSamples;
    expect(soap.complaintAbout(buildEnvelope(sample!.message.write(sample!.values[0])))).toBeUndefined();
    for (const code of ['Client', 'Server', 'VersionMismatch', 'MustUnderstand'] as const) {
      expect(soap.complaintAbout(soapFault(code, 'a & b'))).toBeUndefined();
    }
    expect(soap.complaintAbout('<a/>')).toBeDefined();
  });

  describe.each(allSamples.map((sample) => [sample.message.element, sample] as const))('%s', (_element, { message, schema, values }) => {
    it.each(values.map((value, index) => [index + 1, value] as const))('sample %i is valid', (_number, value) => {
      expect(schemaOf(schema).complaintAboutBody(buildEnvelope(message.write(value)))).toBeUndefined();
    });

    it('what we accept and refuse is what the schema accepts and refuses', () => {
      const random = seededStreams(`soap ${message.element}`).stream('mutations');
      const written = values.map((value) => message.write(value));
      let refused = 0;
      for (let round = 0; round < 400; round += 1) {
        const document = writeXml(mutated(random.pick(written), random));
        const reading = message.read(parseXml(document));
        const complaint = schemaOf(schema).complaintAbout(document);
        const ours = reading.ok ? undefined : reading.issues[0];
        expect({ document, complaint, ours, agreed: (complaint === undefined) === reading.ok }).toMatchObject({ agreed: true });
        if (!reading.ok) refused += 1;
      }
      // Mutations that change nothing that matters are rare, and not all of them may be.
      expect(refused).toBeGreaterThan(100);
      expect(refused).toBeLessThan(400);
    });
  });
});

const texts = [
  '',
  ' ',
  'OK',
  'KO',
  'x',
  'true',
  '1',
  ' 1 ',
  '+2',
  '0',
  '6',
  '-1',
  '0.00',
  '0.01',
  '12.345',
  '1,00',
  '00001.00',
  '999999999.99',
  '1000000000.00',
  '2026-02-28',
  '2026-02-29',
  '2026-02-28Z',
  '2026-02-28+14:00',
  '2026-02-28+14:01',
  '2026-02-28T10:00:00',
  '2026-02-28T10:00:00.1+01:00',
  '2026-02-28T24:00:00',
  '2026-02-28T10:00',
  'x'.repeat(35),
  'x'.repeat(36),
  'x'.repeat(70),
  'x'.repeat(71),
  'x'.repeat(140),
  'x'.repeat(141),
  '\u{1F600}'.repeat(35),
  '\u{1F600}'.repeat(36),
  'x'.repeat(211),
  '77777777777',
  '7777777777a',
  '347123456789012389',
  'RM',
  'rm',
  'a@b',
  'a@b.',
  'a b@c.it',
  'F',
  'EQ',
  'cash',
  'POSTAL',
  'pwdpwdpwd',
  'aGVsbG8=',
  'aGVs bG8=',
  'a===',
  'IT60X0542811101000000123456',
  '60000000001_aBcDeF0123',
  '60000000001_aBcDeF01234',
  '1800000',
  '1800001',
  '00000',
  'ABCDE',
  '\n01\n',
  '01',
];

/** A message with one or two small accidents somewhere inside. */
function mutated(element: XmlElement, random: RandomStream): XmlElement {
  const once = mutate(element, random);
  return random.next() < 0.2 ? mutate(once, random) : once;
}

function mutate(element: XmlElement, random: RandomStream): XmlElement {
  const { children } = element;
  if (children.length === 0) return leaf(element, random);
  const at = random.integer(0, children.length - 1);
  const chosen = children[at] as XmlElement;
  const before = children.slice(0, at);
  const after = children.slice(at + 1);
  const replaced = (...by: readonly XmlElement[]): XmlElement => ({ ...element, children: [...before, ...by, ...after] });
  return random.weighted([
    { weight: 8, item: () => replaced(mutate(chosen, random)) },
    { weight: 1, item: () => replaced() },
    { weight: 1, item: () => replaced(chosen, chosen) },
    { weight: 1, item: () => ({ ...element, children: random.shuffle(children) }) },
    {
      weight: 1,
      item: () => replaced(chosen, { ...chosen, name: random.pick(['colour', 'outcome', 'IBAN', 'amount']), children: [], text: 'x' }),
    },
    { weight: 1, item: () => replaced({ ...chosen, namespace: 'urn:other' }) },
    { weight: 1, item: () => replaced({ ...chosen, attributes: [{ namespace: '', name: 'id', value: '1' }] }) },
  ])();
}

// Where libxml2 itself strays from XML Schema, and we follow the standard: it takes anything for base64Binary,
// and does not collapse white space around dates and times.
const base64Elements = ['MBDAttachment', 'hashDocumento', 'datiSpecificiServizio', 'datiSpecificiServizioRequest'];
const dateLike = /^\d{4}-/;

function leaf(element: XmlElement, random: RandomStream): XmlElement {
  if (random.next() < 0.1) return { ...element, children: [{ ...element, children: [] }], text: '' };
  if (base64Elements.includes(element.name)) return { ...element, text: random.pick(['aGVsbG8=', 'aGVs bG8=', 'aGVsbG8gd29ybGQhIQ==']) };
  if (random.next() < 0.2 && !dateLike.test(element.text)) return { ...element, text: ` ${element.text}\n` };
  return { ...element, text: random.pick(texts) };
}
