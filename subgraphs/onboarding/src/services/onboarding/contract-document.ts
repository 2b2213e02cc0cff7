/** Draws up contracts: a PDF/A-2a document for each request, whose digest is what the signed one is compared with. */
import { createHash } from 'node:crypto';
import {
  type Branch,
  decoration,
  fittedText,
  line,
  millimetres,
  openPdf,
  type PdfDocument,
  pdfBytes,
  structure,
} from '@nodo-aperto/kernel/pdf';
import { toLocalDate } from '@nodo-aperto/kernel/time';
import { articlesOf, CONTRACT_TEMPLATE } from '../../domain/contracts/contract-text.ts';
import type { OnboardingRequest, StoredContract } from '../../persistence/request-store.ts';

const LEFT = millimetres(22);
const WIDTH = millimetres(166);
const TOP = millimetres(22);
const BOTTOM = millimetres(272);

/** @param now epoch milliseconds */
export async function drawUpContract(
  request: OnboardingRequest,
  now: number,
): Promise<{ readonly contract: StoredContract; readonly document: Uint8Array }> {
  const { name, fiscalCode } = request.content.institution;
  const pdf = openPdf({ title: `Accordo di adesione – ${name}`, subject: `Richiesta ${request.id}`, createdAt: now });
  const pen = new Pen(pdf, structure(pdf).branch('Sect'));
  pen.write('H1', 'Accordo di adesione a Nodo Aperto', { size: 20, space: 4 });
  pen.write('P', `Richiesta ${request.id} del ${toLocalDate(request.createdAt)} – modello ${CONTRACT_TEMPLATE}`, { size: 9, space: 14 });
  for (const { title, paragraphs } of articlesOf(request.content, request.institution.code)) {
    pen.write('H2', title, { size: 12, space: 4 });
    for (const paragraph of paragraphs) pen.write('P', paragraph, { size: 10, space: 5 });
    pen.space(6);
  }
  pen.rule();
  pen.write('P', 'Il documento si firma digitalmente in formato CAdES (.p7m), da parte di tutti i legali rappresentanti indicati.', {
    size: 9,
    space: 0,
  });
  const document = await pdfBytes(pdf);
  const contract: StoredContract = {
    requestId: request.id,
    template: CONTRACT_TEMPLATE,
    digest: createHash('sha256').update(document).digest('hex'),
    fileName: `accordo-${fiscalCode}.pdf`,
    createdAt: now,
  };
  return { contract, document };
}

/** Writes from the top of a page to its end, and goes on on the next. */
class Pen {
  readonly #document: PdfDocument;
  readonly #section: Branch;
  #y = TOP;

  constructor(document: PdfDocument, section: Branch) {
    this.#document = document;
    this.#section = section;
  }

  write(role: 'H1' | 'H2' | 'P', text: string, { size, space }: { size: number; space: number }): void {
    const style = { font: role === 'P' ? ('regular' as const) : ('semibold' as const), size, lines: 40 };
    // The longest paragraph is far below a page: a few lines more than average are room enough.
    const room = size * 1.3 * Math.ceil((text.length * size * 0.55) / WIDTH + 1);
    if (this.#y + room > BOTTOM) {
      this.#document.addPage();
      this.#y = TOP;
    }
    this.#section.leaf(role, () => {
      this.#y += fittedText(this.#document, text, { x: LEFT, y: this.#y, width: WIDTH, ...style }).height;
    });
    this.#y += space;
  }

  space(points: number): void {
    this.#y += points;
  }

  rule(): void {
    decoration(this.#document, () => line(this.#document, [LEFT, this.#y], [LEFT + WIDTH, this.#y]));
    this.#y += 6;
  }
}
