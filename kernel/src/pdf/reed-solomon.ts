/** Codewords that correct others (Reed and Solomon), as QR codes and Data Matrices have them: over a field of 256 elements of their own. */

/** @returns the codewords that correct the given ones */
export type Correction = (data: Iterable<number>, length: number) => Uint8Array;

/**
 * @param polynomial of the field, its terms as bits, e.g. 0x11d for x⁸+x⁴+x³+x²+1
 * @param firstRoot the power of the first root of the generator polynomials
 */
export function reedSolomon(polynomial: number, firstRoot: number): Correction {
  const powers = new Uint8Array(510);
  const logarithms = new Uint8Array(256);
  for (let exponent = 0, power = 1; exponent < 255; exponent += 1) {
    powers[exponent] = power;
    powers[exponent + 255] = power;
    logarithms[power] = exponent;
    power <<= 1;
    if (power > 255) power ^= polynomial;
  }
  const product = (left: number, right: number): number =>
    left === 0 || right === 0 ? 0 : (powers[(logarithms[left] ?? 0) + (logarithms[right] ?? 0)] ?? 0);
  const generators = new Map<number, Uint8Array>();

  /** The generator polynomial with so many roots, highest power first, without its leading 1. */
  const generatorOf = (length: number): Uint8Array => {
    const known = generators.get(length);
    if (known) return known;
    let factors = new Uint8Array([1]);
    for (let root = firstRoot; root < firstRoot + length; root += 1) {
      const next = new Uint8Array(factors.length + 1);
      for (const [place, coefficient] of factors.entries()) {
        next[place] = (next[place] ?? 0) ^ coefficient;
        next[place + 1] = (next[place + 1] ?? 0) ^ product(coefficient, powers[root] ?? 0);
      }
      factors = next;
    }
    const generator = factors.slice(1);
    generators.set(length, generator);
    return generator;
  };

  return (data, length) => {
    const generator = generatorOf(length);
    const remainder = new Uint8Array(length);
    for (const codeword of data) {
      const factor = codeword ^ (remainder[0] ?? 0);
      remainder.copyWithin(0, 1);
      remainder[length - 1] = 0;
      if (factor === 0) continue;
      for (let place = 0; place < length; place += 1) remainder[place] = (remainder[place] ?? 0) ^ product(factor, generator[place] ?? 0);
    }
    return remainder;
  };
}
