import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvariantError } from '../faults/index.ts';
import { isXmlText } from './characters.ts';
import { parseXml } from './parse.ts';
import { writeDocument, writeXml } from './write.ts';
import { xmlElement } from './xml.ts';
import type { XmlElement } from './xml.ts';

/** What an element means, without the prefixes it happens to have. */
function meaning({ namespace, name, attributes, children, text }: XmlElement): unknown {
  return { namespace, name, attributes: attributes.map(({ ...all }) => all), children: children.map(meaning), text };
}

describe('writing XML', () => {
  it('writes names with prefixes declared on the outermost element, and bare names in no namespace', () => {
    const element = xmlElement('m', [xmlElement('q', '1'), xmlElement('r', '', { namespace: 'urn:y' })], {
      namespace: 'urn:x',
      prefix: 'x',
    });
    expect(writeXml(element)).toBe('<x:m xmlns:x="urn:x" xmlns:ns1="urn:y"><q>1</q><ns1:r/></x:m>');
    expect(writeDocument(xmlElement('m', 'è'))).toBe('<?xml version="1.0" encoding="UTF-8"?><m>è</m>');
  });

  it('gives two namespaces two prefixes even when they wish for the same, and never one that is reserved', () => {
    const inner = xmlElement('b', '', { namespace: 'urn:b', prefix: 'p' });
    expect(writeXml(xmlElement('a', [inner], { namespace: 'urn:a', prefix: 'p' }))).toBe(
      '<p:a xmlns:p="urn:a" xmlns:ns1="urn:b"><ns1:b/></p:a>',
    );
    expect(writeXml(xmlElement('a', '', { namespace: 'urn:a', prefix: 'xmlns' }))).toBe('<ns1:a xmlns:ns1="urn:a"/>');
  });

  it('escapes text and attributes', () => {
    const element = xmlElement('m', '<&>"\'\r\n]]>', { attributes: [{ namespace: '', name: 'a', value: '"<&>\t\n\'' }] });
    expect(writeXml(element)).toBe('<m a="&quot;&lt;&amp;&gt;&#9;&#10;\'">&lt;&amp;&gt;"\'&#13;\n]]&gt;</m>');
    expect(meaning(parseXml(writeXml(element)))).toEqual(meaning(element));
  });

  it.each(['\u0000', 'a\u0001', '\u001F', '\uFFFE', '\uD800', '\uDC00x'])('refuses a text that no XML document may hold (%j)', (text) => {
    expect(() => writeXml(xmlElement('m', text))).toThrow(InvariantError);
    expect(() => writeXml(xmlElement('m', '', { attributes: [{ namespace: '', name: 'a', value: text }] }))).toThrow(InvariantError);
  });

  it.each(['', '1a', 'a b', 'a:b', 'a>', 'é'])('refuses the name %j', (name) => {
    expect(() => writeXml(xmlElement(name, ''))).toThrow(InvariantError);
  });

  it('refuses text beside elements', () => {
    expect(() => writeXml({ ...xmlElement('m', [xmlElement('a', '')]), text: 'x' })).toThrow(InvariantError);
  });

  const name = fc
    .stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{0,8}$/)
    .filter((text) => !['__proto__', 'constructor', 'prototype'].includes(text));
  const namespace = fc.constantFrom('', 'urn:a', 'urn:b', 'http://example.org/c?d=1&e=2');
  const text = fc.string({ unit: 'grapheme', maxLength: 20 }).filter(isXmlText);
  const attributes = fc.uniqueArray(fc.record({ namespace, name: name.filter((one) => !/^xml/i.test(one)), value: text }), {
    maxLength: 3,
    selector: (attribute) => `${attribute.namespace} ${attribute.name}`,
  });
  const { element } = fc.letrec<{ element: XmlElement }>((tie) => ({
    element: fc
      .tuple(
        name,
        namespace,
        fc.option(name, { nil: undefined }),
        attributes,
        fc.oneof({ depthSize: 'small' }, text, fc.array(tie('element'), { minLength: 1, maxLength: 4 })),
      )
      .map(([own, uri, prefix, given, content]) => xmlElement(own, content, { namespace: uri, prefix, attributes: given })),
  }));

  it('what is written is read back the same', () => {
    fc.assert(
      fc.property(element, (one) => {
        // White space that is not escaped in attributes comes back as it was; a bare carriage return is escaped in text.
        expect(meaning(parseXml(writeXml(one)))).toEqual(meaning(one));
      }),
      { numRuns: 300 },
    );
  });
});
