import { deflateRawSync } from 'node:zlib';
import * as fc from 'fast-check';
import { InputError } from '@nodo-aperto/kernel/faults';
import { describe, expect, it } from 'vitest';
import { jsonItems, LONGEST_ITEM } from './json-items.ts';
import { linesOf } from './lines.ts';
import { openZip } from './zip.ts';

async function* pieces(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}
async function items(text: string, size = 7): Promise<string[]> {
  const found: string[] = [];
  for await (const some of jsonItems(pieces(text, size), 'positions')) found.push(...some);
  return found;
}

describe('elements of an array of a JSON document', () => {
  it('are found wherever the chunks are cut, whatever they contain', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.jsonValue(), { maxLength: 6 }),
        fc.jsonValue(),
        fc.integer({ min: 1, max: 40 }),
        fc.boolean(),
        async (values, other, size, indent) => {
          const document = JSON.stringify({ other, positions: values, more: ['positions', { positions: [1] }] }, null, indent ? 2 : 0);
          expect((await items(document, size)).map((text) => JSON.parse(text) as unknown)).toEqual(JSON.parse(JSON.stringify(values)));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('are refused when the document ends early, has no such array, or one is too long', async () => {
    const bad = [
      '',
      '[]',
      '{"positions":[{"a":1}',
      '{"positions":[1,,2]}',
      '{"position":[1]}',
      '{"positions":"x',
      '}',
      `{"positions":["${'x'.repeat(LONGEST_ITEM)}"]}`,
    ];
    for (const text of bad) await expect(items(text, 4_096), text.slice(0, 40)).rejects.toBeInstanceOf(InputError);
    expect(await items('{"a":{"positions":[1]},"positions":[ ]}')).toEqual([]);
  });
});

describe('lines', () => {
  it('are found wherever the chunks are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll(/[\r\n]/g, '')),
          { maxLength: 6 },
        ),
        fc.integer({ min: 1, max: 9 }),
        async (texts, size) => {
          const found: [number, string | undefined][] = [];
          for await (const lines of linesOf(pieces(texts.join('\n'), size)))
            found.push(...lines.map(({ line, text }): [number, string | undefined] => [line, text]));
          const expected = texts.flatMap((text, index): [number, string][] => (text.trim() === '' ? [] : [[index + 1, text]]));
          expect(found).toEqual(expected);
        },
      ),
    );
  });
});

describe('a zip archive', () => {
  /** An archive as the format has it, with what a test wants otherwise. */
  function zip(files: { name: string; text: string }[], change: { flags?: number; method?: number } = {}): Buffer {
    const { flags = 0, method = 8 } = change;
    const locals: Buffer[] = [];
    const centrals: Buffer[] = [];
    let offset = 0;
    for (const { name, text } of files) {
      const data = method === 8 ? deflateRawSync(text) : Buffer.from(text);
      const local = Buffer.alloc(30);
      local.writeUInt32LE(0x04034b50, 0);
      local.writeUInt16LE(name.length, 26);
      const central = Buffer.alloc(46);
      central.writeUInt32LE(0x02014b50, 0);
      central.writeUInt16LE(flags, 8);
      central.writeUInt16LE(method, 10);
      central.writeUInt32LE(data.length, 20);
      central.writeUInt16LE(name.length, 28);
      central.writeUInt32LE(offset, 42);
      locals.push(local, Buffer.from(name), data);
      centrals.push(central, Buffer.from(name));
      offset += 30 + name.length + data.length;
    }
    const end = Buffer.alloc(22);
    end.writeUInt32LE(0x06054b50, 0);
    end.writeUInt16LE(files.length, 10);
    end.writeUInt32LE(offset, 16);
    return Buffer.concat([...locals, ...centrals, end]);
  }
  const file = { name: 'a.json', text: '{"positions":[1,2]}'.repeat(50) };
  const readAll = async (archive: Buffer) => Buffer.concat(await openZip(archive).toArray()).toString();

  it('gives its one file, packed or not, beside folders', async () => {
    expect(await readAll(zip([file]))).toBe(file.text);
    expect(await readAll(zip([file], { method: 0 }))).toBe(file.text);
    expect(await readAll(zip([{ name: 'folder/', text: '' }, file, { name: '__MACOSX/x', text: 'y' }]))).toBe(file.text);
  });

  it('is refused when it is none, of several files, encrypted, or cut', async () => {
    const sound = zip([file]);
    const bad = [
      Buffer.from('not a zip archive at all'),
      Buffer.alloc(0),
      zip([]),
      zip([file, { ...file, name: 'b' }]),
      zip([file], { flags: 1 }),
      zip([file], { method: 12 }),
      sound.subarray(20),
    ];
    for (const archive of bad) expect(() => openZip(archive)).toThrow(InputError);
    const damaged = Buffer.from(sound);
    damaged.fill(0xff, 40, 60);
    await expect(readAll(damaged)).rejects.toThrow();
  });
});
