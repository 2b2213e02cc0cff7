/** One PDF document, from its opening to its bytes. */
import { asDate } from '../time/index.ts';
import { FONT_NAMES, parsedFont } from './fonts.ts';
import { pdfkit } from './libraries.ts';
import { gatherOutput } from './output.ts';

/** A document of pdfkit with the fonts of `FontName` registered. */
export type PdfDocument = PDFKit.PDFDocument;

export interface PdfOptions {
  /** Shown by viewers instead of the file's name. */
  title: string;
  subject?: string;
  /** Language of the text; Italian when absent. */
  language?: 'it-IT' | 'en-GB';
  /** Epoch milliseconds, from the clock. */
  createdAt: number;
}

const AUTHOR = 'Nodo Aperto';

/** Text that stands in the document as it is, and in its XML metadata with the characters that XML reserves written out. */
class MetadataText extends String {
  override toString(): string {
    return this.valueOf().replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  }
}

/** Control characters are not allowed in XML. */
function metadata(text: string): string {
  return new MetadataText(text.replaceAll(/\p{Cc}/gu, ' ')) as unknown as string;
}

/**
 * Opens a document of A4 pages without margins, in PDF/A-2a, tagged, with its first page.
 * @returns the document; draw on it through `structure` and `decoration`, then take `pdfBytes`
 */
export function openPdf({ title, subject, language = 'it-IT', createdAt }: PdfOptions): PdfDocument {
  const document = new (pdfkit())({
    size: 'A4',
    margin: 0,
    // None of the standard fonts: a document of PDF/A carries all that it uses.
    font: '',
    autoFirstPage: false,
    pdfVersion: '1.7',
    subset: 'PDF/A-2a',
    tagged: true,
    displayTitle: true,
    lang: language,
    info: {
      Title: metadata(title),
      ...(subject !== undefined && { Subject: metadata(subject) }),
      Producer: AUTHOR,
      Creator: AUTHOR,
      CreationDate: asDate(createdAt),
    },
  });
  for (const name of FONT_NAMES) document.registerFont(name, lazily(name));
  gatherOutput(document);
  document.addPage();
  return document;
}

/** A font that is parsed when the document first uses it. */
function lazily(name: (typeof FONT_NAMES)[number]): PDFKit.Mixins.PDFFontSource {
  return parsedFont(name) as unknown as PDFKit.Mixins.PDFFontSource;
}
