/** The tree of a document's tags, by which it is read aloud and taken apart. */
import type { PdfDocument } from './document.ts';

/** The tags in use. Source: ISO 32000-1, 14.8.4. */
export type Role =
  | 'Document'
  | 'Part'
  | 'Sect'
  | 'H1'
  | 'H2'
  | 'H3'
  | 'P'
  | 'Figure'
  | 'Table'
  | 'TR'
  | 'TH'
  | 'TD'
  | 'L'
  | 'LI'
  | 'LBody'
  | 'Caption'
  | 'Note';

export interface TagOptions {
  /** What a figure shows, for those who cannot see it. Every Figure needs it. */
  alt?: string;
  /** The text as it would be read, when it is not what is drawn. */
  actual?: string;
  /** A title of the part. */
  title?: string;
}

/** A part of the tree: it has other parts, and leaves with what is drawn. */
export interface Branch {
  /** Begins a part inside this one. */
  branch(role: Role, options?: TagOptions): Branch;
  /** Draws something as a leaf of this part, at once. */
  leaf(role: Role, draw: () => void, options?: TagOptions): void;
}

/** The root of the document's tree; ask for it once. */
export function structure(document: PdfDocument): Branch {
  const root = document.struct('Document');
  document.addStructure(root);
  return branchOf(document, root);
}

function branchOf(document: PdfDocument, element: PDFKit.PDFStructureElement): Branch {
  return {
    branch(role, options = {}) {
      const child = document.struct(role, options);
      element.add(child);
      return branchOf(document, child);
    },
    leaf(role, draw, options = {}) {
      const child = document.struct(role, options, [draw]);
      element.add(child);
      child.end();
    },
  };
}

/** Draws what carries no meaning: lines, backgrounds, what repeats on every page. */
export function decoration(document: PdfDocument, draw: () => void): void {
  document.markContent('Artifact', { type: 'Layout' });
  draw();
  document.endMarkedContent();
}
