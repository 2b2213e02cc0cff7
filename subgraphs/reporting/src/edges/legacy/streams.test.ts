import { SoapClientError, type XmlElement } from '@nodo-aperto/kernel/soap';
import { describe, expect, it } from 'vitest';
import { Base64Stream, TextStream } from './text-stream.ts';
import { XmlStream } from './xml-stream.ts';

const pieces = (text: string, size: number): string[] =>
  Array.from({ length: Math.ceil(text.length / size) }, (_unused, at) => text.slice(at * size, (at + 1) * size));

describe('base64 that arrives in pieces', () => {
  it('is the bytes that were written, wherever it is cut and broken into lines', () => {
    const bytes = Buffer.from(Array.from({ length: 1_000 }, (_unused, at) => (at * 7) % 256));
    for (const end of [998, 999, 1_000]) {
      const text = bytes.subarray(0, end).toString('base64').replaceAll(/.{76}/g, '$&\r\n');
      for (const size of [1, 3, 5, 64, 10_000]) {
        const stream = new Base64Stream();
        const read = Buffer.concat(pieces(text, size).map((piece) => stream.write(piece) ?? Buffer.from('refused')));
        expect(read.equals(bytes.subarray(0, end))).toBe(true);
        expect(stream.isComplete()).toBe(true);
      }
    }
  });

  it.each(['Zm9v!', 'Zm9v*mFy', 'Zg==Zg==', 'Z=g='])('%s is none', (text) => expect(new Base64Stream().write(text)).toBeUndefined());

  it('is none after its end, nor when it is cut short', () => {
    const stream = new Base64Stream();
    stream.write('Zg==');
    expect(stream.write('Zm9v')).toBeUndefined();
    const cut = new Base64Stream();
    cut.write('Zm9vYg');
    expect(cut.isComplete()).toBe(false);
  });
});

describe('text that arrives in bytes', () => {
  const read = (bytes: Buffer, size: number, charset?: string): string => {
    const stream = new TextStream(charset);
    let text = '';
    for (let at = 0; at < bytes.length; at += size) text += stream.write(bytes.subarray(at, at + size));
    return text + stream.end();
  };
  const document = `<?xml version="1.0" encoding="ISO-8859-1"?><a>${'perché '.repeat(60)}</a>`;

  it('is UTF-8, or what the transport or the document says', () => {
    for (const size of [1, 7, 5_000]) {
      expect(read(Buffer.from('\uFEFFperché 😀'), size)).toBe('perché 😀');
      expect(read(Buffer.from(document, 'latin1'), size)).toBe(document);
      expect(read(Buffer.from(document, 'utf8'), size, 'utf-8')).toBe(document);
    }
  });

  it('is refused in other encodings, and when the bytes are not what it says', () => {
    expect(() => read(Buffer.from('x'), 1, 'utf-16')).toThrow('the character encoding is not supported');
    expect(() => read(Buffer.from([0x3c, 0xff, 0xfe]), 1)).toThrow('the document is not valid UTF-8');
    // Cut in the middle of a character.
    expect(() => read(Buffer.from('é').subarray(0, 1), 1)).toThrow(SoapClientError);
  });
});

describe('XML that arrives in pieces', () => {
  const LIMITS = { maxElements: 100, maxDepth: 5 };

  it('hands over elements one by one and sends text elsewhere, wherever it is cut', () => {
    const xml = '<r xmlns="u:r"><head k="1">a &amp; <![CDATA[<b>]]></head><item>1</item><item><n>2</n></item><long>QUJD\nREVG</long></r>';
    for (const size of [1, 2, 3, 10, 1_000]) {
      const taken: XmlElement[] = [];
      let long = '';
      const stream = new XmlStream({
        ...LIMITS,
        take: { name: 'item', namespace: 'u:r', to: (element) => taken.push(element) },
        divert: { name: 'long', namespace: 'u:r', to: (text) => (long += text) },
      });
      for (const piece of pieces(xml, size)) stream.write(piece);
      const { root, orderly } = stream.close();
      expect(taken.map((element) => element.text || element.children[0]?.text)).toEqual(['1', '2']);
      expect(long).toBe('QUJD\nREVG');
      expect(orderly).toBe(false);
      expect(root.children.map(({ name, namespace, text, attributes }) => [name, namespace, text, attributes])).toEqual([
        ['head', 'u:r', 'a & <b>', [{ namespace: '', name: 'k', value: '1' }]],
        ['long', 'u:r', '', []],
      ]);
    }
  });

  it('knows whether what is handed over stood at the end', () => {
    const of = (xml: string): boolean => {
      const stream = new XmlStream({ ...LIMITS, take: { name: 'i', namespace: '', to: () => {} } });
      stream.write(xml);
      return stream.close().orderly;
    };
    expect(['<r><h/><i/><i/></r>', '<r><h/></r>', '<r><i/><h/></r>', '<r><i/><h/><i/></r>'].map(of)).toEqual([true, true, false, false]);
  });

  it.each([
    ['<!DOCTYPE r [<!ENTITY x "y">]><r>&x;</r>', 'a DOCTYPE'],
    ['<r><?php evil ?></r>', 'a processing instruction'],
    ['<r><a></r>', 'not well-formed'],
    ['<r>', 'not well-formed'],
    ['<r/><r/>', 'not well-formed'],
    ['<r>&unknown;</r>', 'not well-formed'],
    ['<p:r/>', 'not well-formed'],
    ['', 'not well-formed'],
    [`<r>${'<a/>'.repeat(100)}</r>`, 'more than the 100 elements'],
    ['<a><a><a><a><a><a/></a></a></a></a></a>', 'nested more than 5 deep'],
  ])('refuses %s', (xml, sentence) => {
    const read = () => {
      const stream = new XmlStream(LIMITS);
      stream.write(xml);
      return stream.close();
    };
    expect(read).toThrow(SoapClientError);
    expect(read).toThrow(sentence);
  });

  it('takes text that is diverted out of a CDATA section too', () => {
    let text = '';
    const stream = new XmlStream({ ...LIMITS, divert: { name: 'x', namespace: '', to: (piece) => (text += piece) } });
    stream.write('<r><x><![CDATA[QUJD]]></x></r>');
    stream.close();
    expect(text).toBe('QUJD');
  });
});
