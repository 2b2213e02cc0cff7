import { describe, expect, it } from 'vitest';
import { buildEnvelope, parseEnvelope } from './envelope.ts';
import { KnownAnswers } from './known-answers.ts';
import { xmlElement } from './xml.ts';

const envelope = (text: string) => parseEnvelope(buildEnvelope(xmlElement('read', text)));

describe('answers that were read before', () => {
  it('are not read again: the same bytes in the same charset, and nothing else', () => {
    const known = new KnownAnswers();
    let reads = 0;
    const read = (text: string, charset?: string) =>
      known.envelopeOf(Buffer.from(text), charset, () => {
        reads += 1;
        return envelope(text);
      });
    expect(read('<a/>')).toBe(read('<a/>'));
    expect(reads).toBe(1);
    expect(read('<a />').element.text).toBe('<a />');
    expect(read('<a/>', 'iso-8859-1').element.text).toBe('<a/>');
    expect(reads).toBe(3);
  });

  it('are told apart byte by byte, also where the bytes are no text', () => {
    const known = new KnownAnswers();
    const first = known.envelopeOf(Buffer.from([0xff]), 'utf-8', () => envelope('first'));
    expect(known.envelopeOf(Buffer.from([0xfe]), 'utf-8', () => envelope('second'))).not.toBe(first);
  });

  it('are forgotten when they are many, and not kept when they are large or cannot be read', () => {
    const known = new KnownAnswers();
    let reads = 0;
    const read = (text: string) =>
      known.envelopeOf(Buffer.from(text), undefined, () => {
        reads += 1;
        if (text === 'bad') throw new Error('no XML');
        return envelope(text);
      });
    for (let number = 0; number < 65; number += 1) read(`<n${number}/>`);
    expect(reads).toBe(65);
    read('<n64/>');
    expect(reads).toBe(65);
    read('<n0/>');
    expect(reads).toBe(66);
    const large = 'x'.repeat(1_025);
    read(large);
    read(large);
    expect(reads).toBe(68);
    expect(() => read('bad')).toThrow('no XML');
    expect(() => read('bad')).toThrow('no XML');
    expect(reads).toBe(70);
  });
});
