/**
 * A creditor or PSP is shown what is its own: events, payments and receipts of notices that it issued or is paid by, or of payments that it
 * makes. Watched by asking the platform as each of them, and in what their subscriptions were sent. Source: design of the platform, callers.
 */
import type { NoticeKey } from '../ledger/index.ts';
import type { OwnPayment } from './platform-queries.ts';
import type { Finding, Invariant, InvariantContext } from './types.ts';

/** So many creditors and so many PSPs are asked for at most: a check stays quick with a population of hundreds. */
const MOST_ASKED = 12;

type Tenant = { readonly role: 'EC' | 'PSP'; readonly tenant: string };

export const ownEvents: Invariant = {
  name: "no tenant sees another's events",
  page: 'docs/invariants.md#own-events',
  async check(context) {
    const { ledger, books, final } = context;
    // Who else is paid by a payment stands in the operator's list, which is read at the end: until then PSPs are looked at.
    const payments = final ? await books.payments() : [];
    const transfers = new Map(payments.map((payment) => [payment.paymentToken, payment.transfers]));
    const strange = (caller: Tenant, shown: readonly (NoticeKey & { paymentToken: string; pspCode: string })[]): Finding[] =>
      shown
        .filter((event) => !isOwn(caller, event, transfers.get(event.paymentToken)))
        .map((event) => stranger(caller, `an event of token ${event.paymentToken}`, event));
    const looked = (caller: Tenant): boolean => final || caller.role === 'PSP';
    const found = ledger
      .of('SIGHTING')
      .filter(looked)
      .flatMap((sighting) => strange(sighting, [sighting]));
    for (const caller of tenantsOf(context).filter(looked)) {
      found.push(...strange(caller, await books.eventsOf(caller)));
      if (final) found.push(...(await listed(context, caller)));
    }
    return found;
  },
};

/** What the lists of a tenant have that is not its own. */
async function listed({ books }: InvariantContext, caller: Tenant): Promise<Finding[]> {
  const payments = (await books.paymentsOf(caller))
    .filter((payment) => !isOwn(caller, payment, payment.transfers))
    .map((payment) => stranger(caller, `payment ${payment.paymentToken}`, payment));
  // PSPs have no list of receipts.
  const receipts = caller.role === 'EC' ? await books.receiptsOf(caller) : [];
  return [
    ...payments,
    ...receipts
      .filter((receipt) => !isOwn(caller, receipt, receipt.transfers))
      .map((receipt) => stranger(caller, `receipt ${receipt.id}`, receipt)),
  ];
}

function isOwn(
  { role, tenant }: Tenant,
  { creditorFiscalCode, pspCode }: { readonly creditorFiscalCode: string; readonly pspCode?: string },
  transfers: readonly Pick<OwnPayment['transfers'][number], 'creditorFiscalCode'>[] = [],
): boolean {
  if (role === 'PSP') return pspCode === tenant;
  return creditorFiscalCode === tenant || transfers.some((transfer) => transfer.creditorFiscalCode === tenant);
}

function stranger({ role, tenant }: Tenant, what: string, notice: NoticeKey): Finding {
  return { what: `${role === 'EC' ? 'Creditor' : 'PSP'} ${tenant} is shown ${what}, of others.`, notice };
}

/** The creditors and PSPs that the simulator has met, in the order of their codes. */
function tenantsOf({ ledger }: InvariantContext): readonly Tenant[] {
  const attempts = ledger.of('ATTEMPT');
  const some = (codes: readonly string[]): string[] => [...new Set(codes)].sort().slice(0, MOST_ASKED);
  return [
    ...some(attempts.map(({ creditorFiscalCode }) => creditorFiscalCode)).map((tenant) => ({ role: 'EC', tenant }) as const),
    ...some(attempts.flatMap(({ pspCode }) => pspCode ?? [])).map((tenant) => ({ role: 'PSP', tenant }) as const),
  ];
}
