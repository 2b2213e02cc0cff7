/** The libraries that draw, loaded when the first document is drawn: together they take 40 MB, and most processes never draw one. */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** pdfkit's document class. */
export function pdfkit(): typeof import('pdfkit') {
  return require('pdfkit') as typeof import('pdfkit');
}

/** bwip-js. */
export function bwip(): typeof import('bwip-js') {
  return require('bwip-js') as typeof import('bwip-js');
}
