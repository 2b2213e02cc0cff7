/** Which pictures can be printed as a creditor's logo. */
import type { InputIssue } from '@nodo-aperto/kernel/faults';

export const LARGEST_LOGO_BYTES = 100_000;
const LONGEST_SIDE = 2_000;
const EXPECTED = 'a JPEG in grey or RGB, or a PNG without transparency and interlacing, up to 100 kB and 2000 × 2000 pixels';
const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/**
 * Only pictures that go into a document as they are, without being decoded: a logo is drawn on every notice of a massive request. Transparency
 * and CMYK would need both decoding and another output profile.
 * @returns what is wrong with the file; undefined when it can be printed
 */
export function logoIssue(bytes: Uint8Array): InputIssue | undefined {
  const issue = (message: string): InputIssue => ({ path: 'logo', message, expected: EXPECTED });
  if (bytes.length > LARGEST_LOGO_BYTES) return issue('is too large');
  const picture = PNG.every((byte, index) => bytes[index] === byte) ? readPng(bytes) : readJpeg(bytes);
  if (picture === undefined) return issue('is not a picture that can be printed');
  const { width, height } = picture;
  return width < 1 || height < 1 || width > LONGEST_SIDE || height > LONGEST_SIDE ? issue('has too many pixels') : undefined;
}

interface Picture {
  width: number;
  height: number;
}

/** The size of a PNG of grey, RGB or palette colours, 8 bits at most, neither interlaced nor transparent. Source: PNG specification, 11.2. */
function readPng(bytes: Uint8Array): Picture | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const ends = bytes.length >= 12 && name(bytes, bytes.length - 8) === 'IEND';
  if (bytes.length < 33 || name(bytes, 12) !== 'IHDR' || !ends) return undefined;
  const [depth = 0, colours = 0, , , interlaced = 0] = bytes.subarray(24, 29);
  if (depth > 8 || ![0, 2, 3].includes(colours) || interlaced !== 0) return undefined;
  let data = false;
  for (let at = 8; at + 12 <= bytes.length; at += 12 + view.getUint32(at)) {
    if (name(bytes, at + 4) === 'tRNS') return undefined;
    data ||= name(bytes, at + 4) === 'IDAT';
  }
  return data ? { width: view.getUint32(16), height: view.getUint32(20) } : undefined;
}

function name(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

/** The size of a JPEG of one or three components. Source: ITU-T T.81, B.2.2. */
function readJpeg(bytes: Uint8Array): Picture | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4 || view.getUint16(0) !== 0xffd8 || view.getUint16(bytes.length - 2) !== 0xffd9) return undefined;
  for (let at = 2; at + 10 <= bytes.length; ) {
    const marker = view.getUint16(at);
    if (marker < 0xff01) return undefined;
    const isFrame = marker >= 0xffc0 && marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker);
    if (isFrame) {
      const components = bytes[at + 9];
      return components === 1 || components === 3 ? { width: view.getUint16(at + 7), height: view.getUint16(at + 5) } : undefined;
    }
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}
