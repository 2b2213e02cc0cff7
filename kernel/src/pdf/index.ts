/** Printed documents: PDF/A-2a, tagged, in Titillium Web, with vector codes. */
export { openPdf, type PdfDocument, type PdfOptions } from './document.ts';
export { pdfBytes } from './output.ts';
export type { FontName } from './fonts.ts';
export { A4, COLOURS, line, millimetres, panel, type Rectangle } from './layout.ts';
export { type Branch, decoration, type Role, structure, type TagOptions } from './structure.ts';
export { dataMatrixModules } from './data-matrix.ts';
export type { Modules } from './modules.ts';
export { drawDataMatrix, drawQrCode, qrCodeModules, type SymbolPlace } from './symbols.ts';
export { type Column, drawTable, type TableOptions } from './table.ts';
export { type FittedText, fittedText, fitText, printable, type TextStyle } from './text.ts';
