/** What is asked to be printed, as callers say it. Amounts are euro cents. Source: Domain facts, Reporting and receipts §4.1. */

export interface PrintItem {
  readonly templateId: string;
  readonly creditorFiscalCode: string;
  readonly debtor: PrintDebtor;
  readonly notice: PrintNotice;
}

export interface PrintDebtor {
  readonly fullName: string;
  /** May be unknown, e.g. of foreigners. */
  readonly taxCode?: string | undefined;
  readonly address?: string | undefined;
  readonly buildingNumber?: string | undefined;
  readonly city?: string | undefined;
  readonly postalCode?: string | undefined;
  readonly province?: string | undefined;
}

export interface PrintNotice {
  readonly subject: string;
  readonly code?: string | undefined;
  readonly paymentAmount?: number | undefined;
  /** YYYY-MM-DD or DD/MM/YYYY. */
  readonly dueDate?: string | undefined;
  readonly installments?: readonly PrintPart[] | undefined;
  /** Of an infraction: the amount of the law's reduced payment. */
  readonly reduced?: PrintPart | undefined;
  /** Of an infraction: the reduced amount less the discount for who pays at once. */
  readonly discounted?: PrintPart | undefined;
}

/** Something that can be paid with a number of its own. */
export interface PrintPart {
  readonly code: string;
  readonly amount: number;
  readonly dueDate?: string | undefined;
}

/** What a creditor's notices show of it. */
export interface PrintCreditor {
  readonly fiscalCode: string;
  readonly name: string;
  /** The unit of the creditor that sends the notice. */
  readonly office?: string | undefined;
  /** How it can be reached. */
  readonly info?: string | undefined;
  /** Where one pays on its site and with its app. */
  readonly website?: string | undefined;
  readonly app?: string | undefined;
  readonly cbill?: string | undefined;
  readonly postal?: PostalAccount | undefined;
}

/** The postal account on which the second half of the notice is paid, and Poste's authorization to print it. */
export interface PostalAccount {
  readonly account: string;
  readonly holder: string;
  readonly authorization: string;
}
