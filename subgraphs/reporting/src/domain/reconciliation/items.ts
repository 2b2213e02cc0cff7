/** What does not agree, and who has to act on it. Source: Domain facts, Reporting §1.2, §1.6 and §1.7; the owners are ours. */
export const OWNER_OF = {
  /** A credit transfer is about the platform's payments, but its causale cannot be read. */
  CAUSALE_UNREADABLE: 'PSP',
  /** A credit transfer names a flow of a PSP that the directory does not have. */
  PSP_UNKNOWN: 'NODE',
  /** A credit transfer names a flow that its PSP never made for the creditor. */
  FLOW_NOT_FOUND: 'PSP',
  /** A credit transfer names a flow that is still a draft. */
  FLOW_NOT_PUBLISHED: 'PSP',
  /** The credit transfers of a flow add up to something else than the flow. */
  TOTAL_DIFFERS: 'PSP',
  /** A flow was paid twice: two credit transfers have the same number. */
  CREDIT_REPEATED: 'PSP',
  /** A flow was not paid, although the creditor's statement has the day of its credit transfer. */
  CREDIT_MISSING: 'PSP',
  /** A credit transfer pays a single payment that nobody booked: only the node can find out whose it is. */
  SINGLE_UNKNOWN: 'NODE',
  /** A credit transfer pays a single payment with another amount than was booked. */
  SINGLE_AMOUNT_DIFFERS: 'PSP',
  /** A line reports, with the code 0, 3 or 4, a payment that its PSP did not book for the creditor. */
  PAYMENT_UNKNOWN: 'PSP',
  /** A line reports, with the code 8 or 9, a payment without a receipt: the creditor takes it in without one. */
  PAYMENT_WITHOUT_RECEIPT: 'CREDITOR',
  /** A payment has more than one line. */
  REPORTED_TWICE: 'PSP',
  IUV_DIFFERS: 'PSP',
  AMOUNT_DIFFERS: 'PSP',
  /** The code is another than the payment's Stand-In flag and lateness give. */
  OUTCOME_DIFFERS: 'PSP',
  /** A booked payment has no line, and its deadline (end of D+2) has passed. */
  PAYMENT_NOT_REPORTED: 'PSP',
} as const;

export type Reason = keyof typeof OWNER_OF;
export const REASONS = Object.keys(OWNER_OF) as Reason[];
export const OWNERS = ['PSP', 'CREDITOR', 'NODE'] as const;
export type Owner = (typeof OWNERS)[number];

/** Something that does not agree, with the ids of both sides. */
export interface Item {
  /** The same for the same disagreement, run after run. */
  key: string;
  reason: Reason;
  owner: Owner;
  /** The operative day that it belongs to. */
  day: string;
  creditorFiscalCode: string;
  /** Absent when nothing tells which PSP it is. */
  pspCode?: string;
  flowName?: string;
  flowRevision?: number;
  lineIndex?: number;
  iur?: string;
  idTransfer?: number;
  iuv?: string;
  /** Ids of credit transfers. */
  creditTransfers?: number[];
  /** Euro cents: what should have been there, and what was. */
  expectedAmount?: number;
  foundAmount?: number;
  /** The same of what is no amount. */
  expected?: string;
  found?: string;
}

/** Makes an item; `subject` tells it from others of its reason, PSP and creditor. */
export function item(reason: Reason, subject: readonly (string | number)[], rest: Omit<Item, 'key' | 'reason' | 'owner'>): Item {
  const key = [reason, rest.pspCode ?? '', rest.creditorFiscalCode, ...subject].join('|');
  return { ...rest, key, reason, owner: OWNER_OF[reason] };
}
