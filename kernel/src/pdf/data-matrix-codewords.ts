/** Text as the data codewords of a Data Matrix, in as few as the three encodations for letters and digits need. */
import { InvariantError } from '../faults/index.ts';

const ASCII = 0;
const LATCHES = { C40: 230, TEXT: 239 } as const;
const UNLATCH = 254;
const DIGITS = 130;

/** The values of each ASCII character in an encodation: one, or a shift and one. */
type Values = readonly (readonly number[])[];

/** The sets that C40 and Text have in common; they differ in the case that needs no shift. Source: ISO/IEC 16022, annex C. */
function valuesOf(unshifted: 'C40' | 'TEXT'): Values {
  return Array.from({ length: 128 }, (_, code) => {
    if (code === 32) return [3];
    if (code >= 48 && code <= 57) return [code - 44];
    if (code >= 65 && code <= 90) return unshifted === 'C40' ? [code - 51] : [2, code - 64];
    if (code >= 97 && code <= 122) return unshifted === 'TEXT' ? [code - 83] : [2, code - 96];
    if (code < 32) return [0, code];
    if (code <= 47) return [1, code - 33];
    if (code <= 64) return [1, code - 43];
    if (code === 96) return [2, 0];
    if (code <= 95) return [1, code - 69];
    return [2, code - 96];
  });
}

const ENCODATIONS = [
  { latch: LATCHES.C40, values: valuesOf('C40') },
  { latch: LATCHES.TEXT, values: valuesOf('TEXT') },
] as const;
/** Plain ASCII, then each encodation with none, one and two of the three values of its next pair of codewords. */
const STATES = 1 + ENCODATIONS.length * 3;
const NEVER = 1 << 28;

/** How a place of the text was reached at the least cost: from which state and place. */
interface Plan {
  /** Thirds of a codeword. */
  readonly cost: Int32Array;
  readonly from: Int32Array;
}

const isDigit = (code: number | undefined): boolean => code !== undefined && code >= 48 && code <= 57;

/**
 * The fewest codewords for the text: it begins and ends in plain ASCII, where two digits share a codeword, and changes to C40 or Text, where
 * three values share two, when that pays.
 * @param text ASCII, at least one character
 * @throws InvariantError with a character that is not ASCII
 */
export function dataCodewords(text: string): number[] {
  const codes = Array.from(text, (character) => character.codePointAt(0) ?? 0);
  if (codes.some((code) => code > 127)) throw new InvariantError('A Data Matrix is made of ASCII characters only.');
  const plan = planned(codes);
  return written(codes, statesOf(plan, codes.length));
}

function planned(codes: readonly number[]): Plan {
  const size = (codes.length + 1) * STATES;
  const plan: Plan = { cost: new Int32Array(size).fill(NEVER), from: new Int32Array(size).fill(-1) };
  plan.cost[0] = 0;
  const reach = (place: number, state: number, cost: number, from: number): void => {
    const index = place * STATES + state;
    if (cost >= (plan.cost[index] ?? 0)) return;
    plan.cost[index] = cost;
    plan.from[index] = from;
  };
  for (let place = 0; place <= codes.length; place += 1) {
    const at = place * STATES;
    // Back to ASCII, behind whole pairs only, and from there into the encodations.
    for (const [index] of ENCODATIONS.entries()) reach(place, ASCII, (plan.cost[at + 1 + index * 3] ?? NEVER) + 3, at + 1 + index * 3);
    const plain = plan.cost[at] ?? NEVER;
    for (const [index] of ENCODATIONS.entries()) reach(place, 1 + index * 3, plain + 3, at);
    const code = codes[place];
    if (code === undefined) break;
    reach(place + 1, ASCII, plain + 3, at);
    if (isDigit(code) && isDigit(codes[place + 1])) reach(place + 2, ASCII, plain + 3, at);
    for (const [index, { values }] of ENCODATIONS.entries()) {
      const count = values[code]?.length ?? 0;
      for (let phase = 0; phase < 3; phase += 1) {
        const state = 1 + index * 3 + phase;
        reach(place + 1, 1 + index * 3 + ((phase + count) % 3), (plan.cost[at + state] ?? NEVER) + count * 2, at + state);
      }
    }
  }
  return plan;
}

/** The way of least cost, as indices of place and state, in the order of the text. */
function statesOf({ from }: Plan, length: number): number[] {
  const way: number[] = [];
  for (let index = length * STATES + ASCII; index >= 0; index = from[index] ?? -1) way.push(index);
  return way.reverse();
}

function written(codes: readonly number[], way: readonly number[]): number[] {
  const codewords: number[] = [];
  let values: number[] = [];
  for (let step = 1; step < way.length; step += 1) {
    const [before, after] = [way[step - 1] ?? 0, way[step] ?? 0];
    const [place, next] = [Math.floor(before / STATES), Math.floor(after / STATES)];
    const [was, is] = [encodationOf(before), encodationOf(after)];
    if (place === next) {
      codewords.push(is?.latch ?? UNLATCH);
      continue;
    }
    const code = codes[place] ?? 0;
    if (!was) {
      codewords.push(next - place === 2 ? (code - 48) * 10 + (codes[place + 1] ?? 0) - 48 + DIGITS : code + 1);
      continue;
    }
    values.push(...(was.values[code] ?? []));
    while (values.length >= 3) {
      const [first = 0, second = 0, third = 0] = values;
      values = values.slice(3);
      const pair = first * 1_600 + second * 40 + third + 1;
      codewords.push(pair >> 8, pair & 255);
    }
  }
  return codewords;
}

function encodationOf(index: number): (typeof ENCODATIONS)[number] | undefined {
  const state = index % STATES;
  return state === ASCII ? undefined : ENCODATIONS[Math.floor((state - 1) / 3)];
}
