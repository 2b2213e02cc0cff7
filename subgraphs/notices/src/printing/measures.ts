/** The measures of the printed notice, in millimetres from the upper left corner. Pure numbers: they are tested as such. */

export const PAGE = { left: 12, right: 198, width: 186, height: 297, bottom: 287 } as const;
/** The header is on every page; contents begin below it. */
export const HEADER = { top: 9, logo: { width: 34, height: 17 } } as const;
/** QR code and Data Matrix. Source: Domain facts, Reporting and receipts §4.3 (25 × 25 mm). */
export const CODE_SIZE = 25;
/** White around a code: 4 modules of a QR code of 33 are 3.0 mm. */
export const QUIET_ZONE = 3.1;
/** The strip with the name of a block. */
export const STRIP_HEIGHT = 6;

/** Heights of the halves of a block: for banks and other channels, and for the post office. */
export const BANK_HEIGHT = 39;
export const POSTAL_HEIGHT = 41.5;
const GAP = 2;

export interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where the two halves of a part's block are. The postal half is absent from templates without postal slip. */
export interface BlockPlace {
  readonly bank: Place;
  readonly postal?: Place;
}

const BODY_TOP = 33;

/** The block of the whole amount stands at the foot of the first page. */
export function wholeBlock(postal: boolean): BlockPlace {
  const height = BANK_HEIGHT + (postal ? GAP + POSTAL_HEIGHT : 0);
  return blockAt(PAGE.bottom - height, postal);
}

/** The blocks of a page with two parts or three: each has the same share of it. */
export function partBlocks(count: number, postal: boolean): BlockPlace[] {
  const share = (PAGE.bottom - BODY_TOP) / count;
  return Array.from({ length: count }, (_, index) => blockAt(BODY_TOP + index * share + 1, postal));
}

function blockAt(top: number, postal: boolean): BlockPlace {
  const across = { x: PAGE.left, width: PAGE.width };
  return {
    bank: { ...across, y: top, height: BANK_HEIGHT },
    ...(postal && { postal: { ...across, y: top + BANK_HEIGHT + GAP, height: POSTAL_HEIGHT } }),
  };
}

/** The boxes of the first page between its header and the block of the whole amount. */
export function firstPage(hasWhole: boolean, postal: boolean): { parties: Place; howMuch: Place; where: Place } {
  const bottom = hasWhole ? wholeBlock(postal).bank.y - 5 : PAGE.bottom;
  const parties = { x: PAGE.left, y: 34, width: PAGE.width, height: 32 };
  const top = parties.y + parties.height + 7;
  const column = (PAGE.width - 8) / 2;
  const height = bottom - top;
  return {
    parties,
    howMuch: { x: PAGE.left, y: top, width: column, height },
    where: { x: PAGE.left + column + 8, y: top, width: column, height },
  };
}
