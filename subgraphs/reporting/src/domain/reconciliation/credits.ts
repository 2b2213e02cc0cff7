import { workingDayBefore } from '@nodo-aperto/kernel/calendar';
import { type Causale, pspNamedBy } from './causale.ts';
import { type Item, item } from './items.ts';

/** A credit transfer on a creditor's statement. */
export interface CreditTransfer {
  id: number;
  creditorFiscalCode: string;
  /** Euro cents. */
  amount: number;
  /** Day on which it was credited. */
  valueDate: string;
  causale: Exclude<Causale, { kind: 'OTHER' }>;
}

/** One that names a flow. */
export interface FlowCredit {
  id: number;
  /** 0, or 1 to 9 when it is a supplementary one. */
  number: number;
  /** Euro cents. */
  amount: number;
}

/** A published flow, as it is compared with what was credited. */
export interface SettledFlow {
  pspCode: string;
  creditorFiscalCode: string;
  name: string;
  revision: number;
  /** Day of its credit transfer (dataRegolamento). */
  regulationDate: string;
  /** Euro cents. */
  amount: number;
}

/** The operative day that a credit transfer settles: it is credited at D+1. Source: Domain facts, Reporting §1.7. */
export const dayOfSettlement = (creditDay: string): string => workingDayBefore(creditDay);

/**
 * What does not agree between a flow and its credit transfers: their numbers are all different, and together they are what the flow adds up to
 * (causale id = identificativoFlusso and AT-04 = importoTotalePagamenti, supplementary ones included). Source: Domain facts, Reporting §1.7.
 * @param credits those that name the flow, in the order of their ids
 * @param covered whether a statement of the creditor has the day on which the flow was to be credited
 */
export function itemsOfFlow(flow: SettledFlow, credits: readonly FlowCredit[], covered: boolean): Item[] {
  const { pspCode, creditorFiscalCode, name, revision, amount } = flow;
  const of = { pspCode, creditorFiscalCode, day: dayOfSettlement(flow.regulationDate), flowName: name, flowRevision: revision };
  if (credits.length === 0) {
    return covered ? [item('CREDIT_MISSING', [name], { ...of, expectedAmount: amount, foundAmount: 0 })] : [];
  }
  const byNumber = new Map<number, FlowCredit>();
  const repeated: Item[] = [];
  for (const credit of credits) {
    const first = byNumber.get(credit.number);
    if (!first) byNumber.set(credit.number, credit);
    else {
      const found = { creditTransfers: [first.id, credit.id], expectedAmount: 0, foundAmount: credit.amount };
      repeated.push(item('CREDIT_REPEATED', [name, credit.id], { ...of, ...found }));
    }
  }
  const counted = [...byNumber.values()];
  const sum = counted.reduce((total, credit) => total + credit.amount, 0);
  if (sum === amount) return repeated;
  const creditTransfers = counted.map(({ id }) => id);
  return [item('TOTAL_DIFFERS', [name], { ...of, creditTransfers, expectedAmount: amount, foundAmount: sum }), ...repeated];
}

/** What is known of a credit transfer that no published flow of its name is there for. */
export interface CreditContext {
  /** Whether the directory has the PSP that the flow's name names. */
  pspKnown: boolean;
  /** Whether that PSP has a draft of the name for the creditor. */
  draft: boolean;
  /** Transfers booked for the creditor with the reference that a single credit transfer names. */
  booked: readonly { pspCode: string; amount: number; iur: string; idTransfer: number }[];
}

/** What is wrong with a credit transfer to which no published flow belongs. Source: Domain facts, Reporting §1.7 and §9. */
export function itemsOfCredit(credit: CreditTransfer, context: CreditContext): Item[] {
  const { causale, creditorFiscalCode, id, amount } = credit;
  const of = { creditorFiscalCode, day: dayOfSettlement(credit.valueDate), creditTransfers: [id], foundAmount: amount };
  if (causale.kind === 'UNREADABLE') return [item('CAUSALE_UNREADABLE', [id], of)];
  if (causale.kind === 'SINGLE') return single(causale.iuv, of, context);
  const { flowName } = causale;
  const named = { ...of, pspCode: pspNamedBy(flowName), flowName };
  if (!context.pspKnown) return [item('PSP_UNKNOWN', [id], named)];
  return [item(context.draft ? 'FLOW_NOT_PUBLISHED' : 'FLOW_NOT_FOUND', [id], named)];
}

type Single = { creditorFiscalCode: string; day: string; creditTransfers: number[]; foundAmount: number };

function single(iuv: string, of: Single, { booked }: CreditContext): Item[] {
  const [first] = booked;
  if (!first) return [item('SINGLE_UNKNOWN', of.creditTransfers, { ...of, iuv })];
  if (booked.some(({ amount }) => amount === of.foundAmount)) return [];
  const { pspCode, iur, idTransfer, amount } = first;
  return [item('SINGLE_AMOUNT_DIFFERS', of.creditTransfers, { ...of, pspCode, iuv, iur, idTransfer, expectedAmount: amount })];
}
