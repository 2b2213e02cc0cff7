import { describe, expect, it } from 'vitest';
import {
  BANK_HEIGHT,
  type BlockPlace,
  CODE_SIZE,
  firstPage,
  HEADER,
  PAGE,
  partBlocks,
  type Place,
  POSTAL_HEIGHT,
  QUIET_ZONE,
  STRIP_HEIGHT,
  wholeBlock,
} from './measures.ts';

const halves = ({ bank, postal }: BlockPlace): Place[] => (postal ? [bank, postal] : [bank]);
const bottomOf = ({ y, height }: Place): number => y + height;

describe('the measures of the page', () => {
  it('keep codes of 25 mm with their quiet zone inside their half', () => {
    expect(CODE_SIZE).toBe(25);
    expect(QUIET_ZONE).toBeGreaterThanOrEqual((4 * CODE_SIZE) / 33);
    expect(STRIP_HEIGHT + QUIET_ZONE + CODE_SIZE + QUIET_ZONE).toBeLessThanOrEqual(BANK_HEIGHT);
    expect(STRIP_HEIGHT + 4 + CODE_SIZE).toBeLessThanOrEqual(POSTAL_HEIGHT);
  });

  it.each([false, true])('keep the blocks of a page apart and on it (postal: %s)', (postal) => {
    for (const blocks of [partBlocks(2, postal), partBlocks(3, postal), [wholeBlock(postal)]]) {
      const places = blocks.flatMap(halves);
      expect(places).toHaveLength(blocks.length * (postal ? 2 : 1));
      expect(places[0]!.y).toBeGreaterThan(HEADER.top + HEADER.logo.height);
      expect(bottomOf(places.at(-1)!)).toBeLessThanOrEqual(PAGE.height - 8);
      for (const [index, place] of places.entries()) {
        expect([place.x, place.width]).toEqual([PAGE.left, PAGE.width]);
        if (index > 0) expect(place.y).toBeGreaterThanOrEqual(bottomOf(places[index - 1]!));
      }
    }
  });

  it.each([
    [true, true],
    [true, false],
    [false, false],
  ])('leave room on the first page for amounts and ways (whole: %s, postal: %s)', (whole, postal) => {
    const { parties, howMuch, where } = firstPage(whole, postal);
    expect(bottomOf(parties)).toBeLessThan(howMuch.y);
    // The longest plan beside a whole amount: a heading, an amount, five lines of two columns and the note.
    expect(howMuch.height).toBeGreaterThanOrEqual(75);
    expect([howMuch.y, where.y, where.x > howMuch.x + howMuch.width]).toEqual([where.y, howMuch.y, true]);
    if (whole) expect(bottomOf(howMuch)).toBeLessThan(wholeBlock(postal).bank.y);
  });
});
