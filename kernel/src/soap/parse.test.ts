import { describe, expect, it } from 'vitest';
import { realClock } from '../time/index.ts';
import { SoapClientError } from './errors.ts';
import { parseXml } from './parse.ts';
import { childOf, textOf, toObject } from './xml.ts';

const clock = realClock();

describe('reading XML', () => {
  it('resolves names to namespace and local part, whatever the prefixes', () => {
    const one = parseXml('<a:m xmlns:a="urn:x"><q>1</q><a:r xmlns:a="urn:y"/></a:m>');
    const two = parseXml('<m xmlns="urn:x"><q xmlns="">1</q><z:r xmlns:z="urn:y"></z:r></m>');
    for (const root of [one, two]) {
      expect(root).toMatchObject({ namespace: 'urn:x', name: 'm' });
      expect(root.children.map(({ namespace, name, text }) => [namespace, name, text])).toEqual([
        ['', 'q', '1'],
        ['urn:y', 'r', ''],
      ]);
    }
  });

  it('keeps text as text: leading zeros, long numbers, booleans, white space', () => {
    const root = parseXml('<m><n>000000000000000018</n><b>true</b><s> a  b\n</s><e>1e3</e><x>0x1F</x></m>');
    expect(toObject(root)).toEqual({ n: '000000000000000018', b: 'true', s: ' a  b\n', e: '1e3', x: '0x1F' });
  });

  it('joins text around comments and CDATA, and decodes references outside CDATA only', () => {
    const root = parseXml('<m>a<!-- <no/> -->b<![CDATA[<c> &amp;]]>&lt;d&gt;&#65;&#x1F600;&quot;&apos;</m>');
    expect(root.text).toBe('ab<c> &amp;<d>A\u{1F600}"\'');
    expect(root.children).toEqual([]);
  });

  it('makes arrays of repeated children, in order', () => {
    const object = toObject(parseXml('<m><t><i>1</i></t><t><i>2</i></t><t>3</t><u/></m>'));
    expect(object).toEqual({ t: [{ i: '1' }, { i: '2' }, '3'], u: '' });
    expect(Object.getPrototypeOf(object)).toBeNull();
  });

  it('takes a name that means something to JavaScript as a name like any other, or refuses it', () => {
    expect(toObject(parseXml('<m><length>1</length><valueOf>2</valueOf></m>'))).toEqual({ length: '1', valueOf: '2' });
    expect(() => parseXml('<m><__proto__><polluted>1</polluted></__proto__></m>')).toThrow(SoapClientError);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('reads attributes with their namespaces, and leaves the declarations out', () => {
    const root = parseXml('<m xmlns:a="urn:a" a:id="1" id="2&amp;3" xmlns="urn:d"/>');
    expect(root.attributes).toEqual([
      { namespace: 'urn:a', name: 'id', value: '1' },
      { namespace: '', name: 'id', value: '2&3' },
    ]);
  });

  it('reads UTF-8 with and without a byte order mark, and ISO-8859-1 when told so', () => {
    expect(parseXml(Buffer.from('\uFEFF<?xml version="1.0" encoding="UTF-8"?><m>è€</m>')).text).toBe('è€');
    expect(parseXml('\uFEFF<m>è</m>').text).toBe('è');
    expect(parseXml(Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><m>è</m>', 'latin1')).text).toBe('è');
    expect(parseXml(Buffer.from('<m>è</m>', 'latin1'), {}, 'iso-8859-1').text).toBe('è');
    // The transport knows better than the document.
    expect(parseXml(Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><m>è</m>'), {}, 'utf-8').text).toBe('è');
  });

  it('finds children by name and namespace', () => {
    const root = parseXml('<m xmlns:a="urn:a"><a:t>1</a:t><t>2</t></m>');
    expect(textOf(root, 't')).toBe('2');
    expect(childOf(root, 't', 'urn:a')?.text).toBe('1');
    expect(childOf(root, 't', 'urn:b')).toBeUndefined();
  });
});

describe('refusing XML', () => {
  const refusals: readonly (readonly [what: string, document: string | Buffer, sentence: RegExp])[] = [
    ['a DOCTYPE', '<!DOCTYPE m><m/>', /DOCTYPE/],
    ['a DOCTYPE in lower case', '<!doctype m><m/>', /DOCTYPE/],
    ['an external entity', '<!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/passwd">]><m>&x;</m>', /DOCTYPE/],
    ['a DOCTYPE after the declaration', '<?xml version="1.0"?>\n<!-- c --><!DOCTYPE m><m/>', /DOCTYPE/],
    ['an entity nobody declared', '<m>&nbsp;</m>', /"&"/],
    ['a bare ampersand', '<m>a & b</m>', /well-formed/],
    ['an entity in an attribute', '<m a="&xxe;"/>', /"&"/],
    ['a processing instruction', '<?xml version="1.0"?><?xml-stylesheet href="x"?><m/>', /processing instruction/],
    ['a processing instruction inside', '<m><?php x ?></m>', /processing instruction/],
    ['a control character', '<m>a\u0001b</m>', /character/],
    ['a reference to a control character', '<m>&#0;</m>', /"&"/],
    ['a reference to a surrogate', '<m>&#xD800;</m>', /"&"/],
    ['a reference past Unicode', '<m>&#x110000;</m>', /"&"/],
    ['a lone surrogate', '<m>\uD800</m>', /character/],
    ['an empty document', '', /no XML element/],
    ['plain text', 'hello', /no XML element/],
    ['JSON', '{"a":1}', /no XML element/],
    ['text before the root', 'x<m/>', /well-formed/],
    ['text after the root', '<m></m>x', /well-formed/],
    ['a root after one that is not empty', '<m></m><n/>', /well-formed/],
    ['two roots', '<m/><n/>', /well-formed/],
    ['an element not closed', '<m><n></m>', /well-formed/],
    ['a root not closed', '<m><n/>', /well-formed/],
    ['a tag not closed', '<m', /well-formed/],
    ['a comment not closed', '<m><!-- x</m>', /comment/],
    ['a CDATA section not closed', '<m><![CDATA[ x</m>', /CDATA/],
    ['"]]>" in text', '<m>]]></m>', /\]\]>/],
    ['"<" in an attribute', '<m a="<"/>', /attribute/],
    ['an attribute without quotes', '<m a=1/>', /well-formed/],
    ['an attribute twice', '<m a="1" a="2"/>', /well-formed/],
    ['an attribute twice by its namespace', '<m xmlns:a="urn:a" xmlns:b="urn:a" a:i="1" b:i="2"/>', /twice/],
    ['an undeclared prefix', '<x:m/>', /not declared/],
    ['a prefix declared elsewhere only', '<m><n xmlns:x="urn:x"/><x:o/></m>', /not declared/],
    ['an undeclared prefix of an attribute', '<m x:a="1"/>', /not declared/],
    ['a prefix undeclared again', '<m xmlns:x=""/>', /namespace declaration/],
    ['the prefix xml bound to something else', '<m xmlns:xml="urn:x"/>', /namespace declaration/],
    ['a name with two colons', '<m xmlns:a="urn:a"><a:b:c/></m>', /colon/],
    ['bytes that are not UTF-8', Buffer.from([0x3c, 0x6d, 0x3e, 0xff, 0x3c, 0x2f, 0x6d, 0x3e]), /UTF-8/],
    ['an encoding not supported', Buffer.from('<?xml version="1.0" encoding="UTF-7"?><m/>'), /encoding/],
    ['UTF-16', Buffer.from('\uFEFF<m/>', 'utf16le'), /UTF-8/],
  ];

  it.each(refusals)('%s', (_what, document, sentence) => {
    expect(() => parseXml(document)).toThrow(SoapClientError);
    expect(() => parseXml(document)).toThrow(sentence);
  });

  it('what exceeds a limit', () => {
    expect(() => parseXml('<m>12345</m>', { maxBytes: 11 })).toThrow(/larger than the 11 bytes/);
    expect(parseXml('<m>1234</m>', { maxBytes: 11 }).text).toBe('1234');
    expect(() => parseXml('<a><b><c/></b></a>', { maxDepth: 2 })).toThrow(/deeper/);
    expect(parseXml('<a><b><c/></b></a>', { maxDepth: 3 }).name).toBe('a');
    expect(() => parseXml('<a><b/><b/></a>', { maxElements: 2 })).toThrow(/more than the 2 elements/);
    expect(parseXml('<a><b/><b/></a>', { maxElements: 3 }).children).toHaveLength(2);
    expect(() => parseXml(`<a ${Array.from({ length: 65 }, (_, i) => `a${i}="1"`).join(' ')}/>`)).toThrow(/attributes/);
  });

  it('never repeats what the document says', () => {
    for (const document of ['<RSSMRA80A01H501U><n></m>', '<m><Mario Rossi></m>', '<x:RSSMRA80A01H501U/>', '<m>&RSSMRA80A01H501U;</m>']) {
      expect(() => parseXml(document)).not.toThrow(/RSSMRA|Mario|Rossi/);
    }
  });
});

describe('hostile documents cost no more than their length', () => {
  const bytes = 256 * 1024;
  const fill = (piece: string): string => piece.repeat(Math.floor((bytes - 200) / piece.length));
  const laughs = Array.from({ length: 30 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join('');
  const documents: readonly (readonly [string, string])[] = [
    ['a billion laughs', `<!DOCTYPE m [<!ENTITY l0 "lol">${laughs}]><m>&l30;</m>`],
    ['very many opened elements', `<m>${fill('<a>')}`],
    ['very many empty elements', `<m>${fill('<a/>')}</m>`],
    ['very many attributes', `<m ${fill('a="" ')}/>`],
    ['very many spaces in a tag', `<m ${fill(' ')}/>`],
    ['very many quotes in a tag', `<m ${fill('"')}/>`],
    ['very many ampersands', `<m>${fill('&')}</m>`],
    ['very many references', `<m>${fill('&amp;')}</m>`],
    ['very many comment starts', `<m>${fill('<!--')}</m>`],
    ['very many CDATA sections', `<m>${fill('<![CDATA[]]>')}</m>`],
    ['one long text', `<m>${fill('x')}</m>`],
    ['one long name', `<${fill('x')}/>`],
    ['very many angle brackets', fill('<')],
    ['very many closing brackets', `<m>${fill('>')}</m>`],
  ];

  it.each(documents)('%s', (_what, document) => {
    const started = clock.monotonic();
    try {
      parseXml(document);
    } catch (error) {
      expect(error).toBeInstanceOf(SoapClientError);
    }
    // Ten times and more of what it takes; what is not linear takes minutes.
    expect(clock.monotonic() - started).toBeLessThan(2000);
  });

  it('and a billion laughs are refused within milliseconds', () => {
    const document = documents[0]?.[1] ?? '';
    const started = clock.monotonic();
    for (let round = 0; round < 20; round += 1) expect(() => parseXml(document)).toThrow(/DOCTYPE/);
    expect((clock.monotonic() - started) / 20).toBeLessThan(10);
  });
});
