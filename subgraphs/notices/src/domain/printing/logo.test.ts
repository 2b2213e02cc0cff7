import { describe, expect, it } from 'vitest';
import { LARGEST_LOGO_BYTES, logoIssue } from './logo.ts';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const sixteen = (value: number): number[] => [value >> 8, value & 255];
const chunk = (name: string, data: number[]): number[] => [0, 0, ...sixteen(data.length), ...Buffer.from(name), ...data, 0, 0, 0, 0];
const png = ({ width = 10, height = 10, depth = 8, colours = 2, interlaced = 0, more = [] as number[], data = true } = {}) =>
  Uint8Array.from([
    ...SIGNATURE,
    ...chunk('IHDR', [0, 0, ...sixteen(width), 0, 0, ...sixteen(height), depth, colours, 0, 0, interlaced]),
    ...more,
    ...(data ? chunk('IDAT', [1]) : []),
    ...chunk('IEND', []),
  ]);
const START = [0xff, 0xd8];
const END = [0xff, 0xd9];
const COMMENT = [0xff, 0xe0, 0, 4, 1, 2];
const frameOf = ({ marker = 0xc0, width = 30, height = 20, components = 3 } = {}): number[] =>
  [[0xff, marker, 0, 11, 8], sixteen(height), sixteen(width), [components, 0, 0, 0]].flat();
const jpeg = ({ before = COMMENT, end = END, ...frame }: Parameters<typeof frameOf>[0] & { before?: number[]; end?: number[] } = {}) =>
  Uint8Array.from([...START, ...before, ...frameOf(frame), ...end]);
/** A PNG of exactly so many bytes. */
const pngOfBytes = (length: number): Uint8Array => {
  const rest = length - png().length - 2 * 12;
  return png({
    more: [
      ...chunk(
        'tEXt',
        Array.from({ length: Math.min(rest, 65_535) }, () => 65),
      ),
      ...chunk(
        'tEXt',
        Array.from({ length: Math.max(0, rest - 65_535) }, () => 65),
      ),
    ],
  });
};

const NOT_A_PICTURE = 'is not a picture that can be printed';
const TOO_MANY = 'has too many pixels';

describe('a logo', () => {
  it.each<readonly [string, Uint8Array]>([
    ['a PNG in RGB', png()],
    ['a PNG in grey', png({ colours: 0 })],
    ['a PNG with a palette', png({ colours: 3, more: chunk('PLTE', [1, 2, 3]) })],
    ['a PNG of one bit', png({ depth: 1 })],
    ['a PNG of one pixel', png({ width: 1, height: 1 })],
    ['a PNG as wide and high as it may be', png({ width: 2_000, height: 2_000 })],
    ['a PNG as large as it may be', pngOfBytes(LARGEST_LOGO_BYTES)],
    ['a JPEG in RGB', jpeg()],
    ['a JPEG in grey', jpeg({ components: 1 })],
    ['a JPEG without anything before its frame', jpeg({ before: [] })],
    ['a JPEG of one pixel', jpeg({ width: 1, height: 1 })],
    ['a JPEG as wide and high as it may be', jpeg({ width: 2_000, height: 2_000 })],
    ...[0xc1, 0xc2, 0xc3, 0xc5, 0xcf].map((marker) => [`a JPEG with the frame ${marker.toString(16)}`, jpeg({ marker })] as const),
    ...[0xc4, 0xc8, 0xcc, 0xbf, 0xd0].map(
      (marker) =>
        [
          `a JPEG with the segment ${marker.toString(16)} before its frame`,
          jpeg({ before: [0xff, marker, 0, 12, 8, 0, 1, 0, 1, 4, 0, 0, 0, 0] }),
        ] as const,
    ),
  ])('may be %s', (_what, bytes) => expect(logoIssue(bytes)).toBeUndefined());

  it.each([
    ['transparent', png({ colours: 6 }), NOT_A_PICTURE],
    ['grey and transparent', png({ colours: 4 }), NOT_A_PICTURE],
    ['transparent by its palette', png({ more: chunk('tRNS', [0]) }), NOT_A_PICTURE],
    ['interlaced', png({ interlaced: 1 }), NOT_A_PICTURE],
    ['deeper than eight bits', png({ depth: 9 }), NOT_A_PICTURE],
    ['without data', png({ data: false }), NOT_A_PICTURE],
    ['cut', png().subarray(0, 40), NOT_A_PICTURE],
    ['cut in its signature', png().subarray(0, 7), NOT_A_PICTURE],
    ['cut before its header', png().subarray(0, 10), NOT_A_PICTURE],
    [
      'cut in its header, and ended',
      Uint8Array.from([...SIGNATURE, ...chunk('IHDR', [0, 0]), ...chunk('IEND', [])].slice(-32)),
      NOT_A_PICTURE,
    ],
    [
      'without a header',
      Uint8Array.from([...SIGNATURE, ...chunk('IDAT', [1]), ...chunk('IDAT', [1]), ...chunk('IEND', [])]),
      NOT_A_PICTURE,
    ],
    ['without an end', png().subarray(0, -12), NOT_A_PICTURE],
    ['too wide', png({ width: 2_001 }), TOO_MANY],
    ['too high', png({ height: 2_001 }), TOO_MANY],
    ['a JPEG too wide', jpeg({ width: 2_001 }), TOO_MANY],
    ['a JPEG too high', jpeg({ height: 2_001 }), TOO_MANY],
    ['without width', png({ width: 0 }), TOO_MANY],
    ['without height', jpeg({ height: 0 }), TOO_MANY],
    ['CMYK', jpeg({ components: 4 }), NOT_A_PICTURE],
    ['of two components', jpeg({ components: 2 }), NOT_A_PICTURE],
    ['a JPEG without a frame', jpeg({ marker: 0xc4 }), NOT_A_PICTURE],
    ['a JPEG that does not begin as one', Uint8Array.from([0xff, 0xd7, ...frameOf(), ...END]), NOT_A_PICTURE],
    ['a JPEG that does not end as one', jpeg({ end: [0xff, 0xd8] }), NOT_A_PICTURE],
    ['a JPEG with what is no segment', jpeg({ before: [0xff, 0, 0, 4, 1, 2] }), NOT_A_PICTURE],
    ['a JPEG of its ends alone', Uint8Array.from([...START, ...END]), NOT_A_PICTURE],
    ['a JPEG whose last segment reaches past its end', jpeg({ before: [0xff, 0xe0, 0xff, 0xff] }), NOT_A_PICTURE],
    ['nothing', new Uint8Array(), NOT_A_PICTURE],
    ['three bytes', Uint8Array.from([0xff, 0xd8, 0xff]), NOT_A_PICTURE],
    ['too large', pngOfBytes(LARGEST_LOGO_BYTES + 1), 'is too large'],
  ])('may not be %s', (_what, bytes, message) =>
    expect(logoIssue(bytes)).toEqual({
      path: 'logo',
      message,
      expected: 'a JPEG in grey or RGB, or a PNG without transparency and interlacing, up to 100 kB and 2000 × 2000 pixels',
    }),
  );
});
