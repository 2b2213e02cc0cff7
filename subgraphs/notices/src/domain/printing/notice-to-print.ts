/** A notice that passed every check and has all that its template shows. It is plain data: it travels to the threads that draw. */
import type { PrintCreditor, PrintDebtor } from './print-item.ts';
import type { TemplateKind } from './templates.ts';

/** What is to be paid, with what number, until when. */
export interface PayablePart {
  readonly code: string;
  /** Euro cents. */
  readonly amount: number;
  /** YYYY-MM-DD. */
  readonly dueDate?: string;
}

export interface NoticeToPrint {
  readonly templateId: string;
  readonly kind: TemplateKind;
  readonly postal: boolean;
  readonly creditor: PrintCreditor;
  readonly debtor: PrintDebtor;
  readonly subject: string;
  /** The whole amount in one payment; absent for fines, and for plans of more than nine instalments. */
  readonly whole?: PayablePart;
  /** Of a plan its instalments, of a fine the discounted and the reduced amount, in this order. */
  readonly parts: readonly PayablePart[];
}
