/** Where in a Data Matrix each bit of each codeword stands. Source: ISO/IEC 16022, annex F. */

type Place = readonly [row: number, column: number];

const EMPTY = -3;
const LIGHT = -2;
const DARK = -1;
const mappings = new Map<number, Int16Array>();

/**
 * By rows of a square without borders: eight times the index of the codeword, plus the bit's, the highest being 0. The corner that no
 * codeword reaches is -1 where it is dark and -2 where it is light.
 */
export function mappingOf(side: number): Int16Array {
  const known = mappings.get(side);
  if (known) return known;
  const mapping = new Mapping(side).all();
  mappings.set(side, mapping);
  return mapping;
}

class Mapping {
  readonly #side: number;
  readonly #bits: Int16Array;
  #codeword = 0;

  constructor(side: number) {
    this.#side = side;
    this.#bits = new Int16Array(side * side).fill(EMPTY);
  }

  /** Diagonals, up and down in turn, from the upper left corner to the lower right one. */
  all(): Int16Array {
    const side = this.#side;
    let [row, column] = [4, 0];
    do {
      this.#corners(row, column);
      do {
        if (row < side && column >= 0) this.#usual(row, column);
        row -= 2;
        column += 2;
      } while (row >= 0 && column < side);
      row += 1;
      column += 3;
      do {
        if (row >= 0 && column < side) this.#usual(row, column);
        row += 2;
        column -= 2;
      } while (row < side && column >= 0);
      row += 3;
      column += 1;
    } while (row < side || column < side);
    this.#last();
    return this.#bits;
  }

  /** The shape of a codeword where nothing is in its way: its lowest bit stands here, the others above and on the left. */
  #usual(row: number, column: number): void {
    if (this.#bits[row * this.#side + column] !== EMPTY) return;
    this.#put([
      [row - 2, column - 2],
      [row - 2, column - 1],
      [row - 1, column - 2],
      [row - 1, column - 1],
      [row - 1, column],
      [row, column - 2],
      [row, column - 1],
      [row, column],
    ]);
  }

  #corners(row: number, column: number): void {
    const side = this.#side;
    const last = side - 1;
    const upper: Place[] = [0, 1, 2, 3].map((each) => [each, last]);
    const left: Place[] = [side - 3, side - 2, last].map((each) => [each, 0]);
    if (row === side && column === 0) this.#put([[last, 0], [last, 1], [last, 2], [0, side - 2], ...upper]);
    if (row === side - 2 && column === 0 && side % 4 !== 0)
      this.#put([...left, [0, side - 4], [0, side - 3], [0, side - 2], ...upper.slice(0, 2)]);
    if (row === side - 2 && column === 0 && side % 8 === 4) this.#put([...left, [0, side - 2], ...upper]);
    if (row === side + 4 && column === 2 && side % 8 === 0) {
      const rows = [0, 1].flatMap((each): Place[] => [
        [each, side - 3],
        [each, side - 2],
        [each, last],
      ]);
      this.#put([[last, 0], [last, last], ...rows]);
    }
  }

  #put(places: readonly Place[]): void {
    const side = this.#side;
    // What would stand outside stands on the other side, shifted by what the size of the symbol asks for.
    const shift = 4 - ((side + 4) % 8);
    for (const [bit, place] of places.entries()) {
      let [row, column] = place;
      if (row < 0) {
        row += side;
        column += shift;
      }
      if (column < 0) {
        column += side;
        row += shift;
      }
      this.#bits[row * side + column] = this.#codeword * 8 + bit;
    }
    this.#codeword += 1;
  }

  #last(): void {
    const side = this.#side;
    const corner = side * side - 1;
    if (this.#bits[corner] !== EMPTY) return;
    this.#bits[corner] = DARK;
    this.#bits[corner - side - 1] = DARK;
    this.#bits[corner - 1] = LIGHT;
    this.#bits[corner - side] = LIGHT;
  }
}
