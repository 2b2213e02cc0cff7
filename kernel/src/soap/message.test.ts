import { describe, expect, it } from 'vitest';
import { InvariantError } from '../faults/index.ts';
import { message, sentenceOf } from './message.ts';
import type { ValueOf } from './message.ts';
import { parseXml } from './parse.ts';
import { anyText, integer, oneOf, text } from './simple-types.ts';
import { choice, list, optional, repeated, required, sequence } from './structure.ts';
import { writeXml } from './write.ts';

const line = sequence(
  required('id', integer(1, 5)),
  choice([required('IBAN', text(1, 5)), required('stamp', anyText)]),
  optional('note', text(1, 3)),
);
const order = message({
  namespace: 'urn:o',
  prefix: 'o',
  element: 'order',
  type: sequence(
    required('kind', oneOf('A', 'B')),
    optional('e-mail', text(1, 9), 'email'),
    required('lines', list('line', line, { maximum: 3 })),
    repeated('tag', text(1, 3), { minimum: 0, maximum: 2 }),
  ),
});
type Order = ValueOf<typeof order>;

const wrap = (content: string): string => `<o:order xmlns:o="urn:o">${content}</o:order>`;
const lines = '<lines><line><id>1</id><IBAN>X</IBAN></line></lines>';
function issuesOf(document: string): readonly string[] {
  const reading = order.read(parseXml(document));
  return reading.ok ? [] : reading.issues.map(({ path, expected }) => `${path}: ${expected}`);
}

describe('reading a message', () => {
  it('gives its value, with arrays for what repeats and nothing for what is absent', () => {
    const reading = order.read(parseXml(wrap(`<kind>A</kind><e-mail>a@b</e-mail>${lines}<tag>x</tag><tag>y</tag>`)));
    const value: Order = { kind: 'A', email: 'a@b', lines: [{ id: 1, IBAN: 'X' }], tag: ['x', 'y'] };
    expect(reading).toEqual({ ok: true, value });
    expect(order.read(parseXml(wrap(`<kind>B</kind>${lines}`)))).toEqual({
      ok: true,
      value: { kind: 'B', lines: [{ id: 1, IBAN: 'X' }], tag: [] },
    });
  });

  it.each([
    ['another element', '<order/>', ['order: the element {urn:o}order']],
    ['a missing element', wrap(lines), ['order: the element kind']],
    [
      'a missing element of a choice',
      wrap('<kind>A</kind><lines><line><id>1</id></line></lines>'),
      ['order.lines.line[1]: the element IBAN or stamp'],
    ],
    [
      'two elements of a choice',
      wrap('<kind>A</kind><lines><line><id>1</id><IBAN>X</IBAN><stamp>Y</stamp></line></lines>'),
      ['order.lines.line[1].stamp: no such element here'],
    ],
    ['an element too many', wrap(`<kind>A</kind><kind>B</kind>${lines}`), ['order.kind: this element once']],
    ['an unknown element', wrap(`<kind>A</kind><colour>red</colour>${lines}`), ['order.colour: no such element here']],
    ['an unknown element at the end', wrap(`<kind>A</kind>${lines}<colour/>`), ['order.colour: no such element here']],
    ['elements in another order', wrap(`<kind>A</kind>${lines}<e-mail>a</e-mail>`), ['order.e-mail: no such element here']],
    ['a list too long', wrap(`<kind>A</kind>${lines}<tag>a</tag><tag>b</tag><tag>c</tag>`), ['order.tag: 0 to 2 times this element']],
    ['an empty list', wrap('<kind>A</kind><lines/>'), ['order.lines: the element line']],
    ['a wrong value', wrap(`<kind>C</kind>${lines}`), ['order.kind: one of A, B']],
    [
      'a wrong value deep inside',
      wrap('<kind>A</kind><lines><line><id>9</id><IBAN>X</IBAN></line></lines>'),
      ['order.lines.line[1].id: a whole number from 1 to 5'],
    ],
    ['text between elements', wrap(`<kind>A</kind>hello${lines}`), ['order: elements only, no text between them']],
    ['an attribute', wrap(`<kind x="1">A</kind>${lines}`), ['order.kind.@x: no attribute']],
    [
      'xsi:nil',
      wrap(`<kind xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/>${lines}`),
      ['order.kind.@nil: no attribute', 'order.kind: one of A, B'],
    ],
    [
      'an element in the namespace of the message',
      wrap(`<o:kind>A</o:kind>${lines}`),
      ['order: the element kind, without a namespace', 'order.kind: no such element here'],
    ],
  ])('names what is wrong: %s', (_what, document, issues) => {
    expect(issuesOf(document)).toEqual(issues);
  });

  it('names everything that is wrong, up to twenty things', () => {
    expect(issuesOf(wrap('<kind>C</kind><lines><line><id>x</id><IBAN/></line></lines>'))).toHaveLength(3);
    expect(issuesOf(wrap(`<kind>A</kind>${lines}${'<x/>'.repeat(1000)}`))).toHaveLength(20);
  });

  it('takes the attributes that XML Schema itself allows', () => {
    const schema = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:o o.xsd"';
    expect(issuesOf(`<o:order xmlns:o="urn:o" ${schema}><kind>A</kind>${lines}</o:order>`)).toEqual([]);
  });

  it('keeps what the message says out of the issues', () => {
    expect(issuesOf(wrap(`<kind>RSSMRA80A01H501U</kind>${lines}`)).join()).not.toContain('RSSMRA');
    expect(issuesOf(wrap(`<kind>A</kind>${lines}<${'x'.repeat(5000)}/>`)).join().length).toBeLessThan(200);
  });

  it('is summed up in one sentence', () => {
    const issues = ['a', 'b', 'c', 'd'].map((path) => ({ path, expected: 'x' }));
    expect(sentenceOf(issues.slice(0, 1))).toBe('a: expected x');
    expect(sentenceOf(issues)).toBe('a: expected x; b: expected x; c: expected x; and 1 more');
  });
});

describe('building a message', () => {
  it('writes the elements in the order of the schema, whatever that of the properties', () => {
    const value: Order = { tag: ['t'], lines: [{ note: 'n', stamp: 's', id: 2 }], email: 'e', kind: 'A' };
    expect(writeXml(order.write(value))).toBe(
      wrap('<kind>A</kind><e-mail>e</e-mail><lines><line><id>2</id><stamp>s</stamp><note>n</note></line></lines><tag>t</tag>'),
    );
    expect(order.read(order.write(value))).toEqual({ ok: true, value });
  });

  const good: Order = { kind: 'A', lines: [{ id: 1, IBAN: 'X' }], tag: [] };
  it.each([
    ['a value against its type', { ...good, lines: [{ id: 9, IBAN: 'X' }] }, 'order.lines.line[1].id needs a whole number from 1 to 5'],
    ['an empty text', { ...good, email: '' }, 'order.e-mail needs 1 to 9 characters'],
    ['both of a choice', { ...good, lines: [{ id: 1, IBAN: 'X', stamp: 'Y' }] }, 'order.lines.line[1] needs only one of IBAN, stamp'],
    ['neither of a choice', { ...good, lines: [{ id: 1 }] }, 'order.lines.line[1] needs the element IBAN or stamp'],
    ['too many', { ...good, tag: ['a', 'b', 'c'] }, 'order.tag needs 0 to 2 times this element'],
    ['none', { ...good, lines: [] }, 'order.lines.line needs 1 to 3 times this element'],
  ] satisfies [string, Order, string][])('refuses %s as our own bug', (_what, value, sentence) => {
    expect(() => order.write(value)).toThrow(InvariantError);
    expect(() => order.write(value)).toThrow(sentence);
  });

  it('writes and reads qualified messages where the schema asks for it', () => {
    const flow = message({ namespace: 'urn:f', prefix: 'f', element: 'flow', qualified: true, type: sequence(required('id', anyText)) });
    expect(writeXml(flow.write({ id: '1' }))).toBe('<f:flow xmlns:f="urn:f"><f:id>1</f:id></f:flow>');
    expect(flow.read(parseXml('<flow xmlns="urn:f"><id>1</id></flow>'))).toEqual({ ok: true, value: { id: '1' } });
    expect(flow.read(parseXml('<f:flow xmlns:f="urn:f"><id>1</id></f:flow>'))).toMatchObject({ ok: false });
  });
});
