/** A reporting flow in force has as many payments, and as much money, as it declares. Source: Domain facts, Reporting §1.4 and §1.5. */
import type { Finding, Invariant } from './types.ts';

export const flowTotals: Invariant = {
  name: 'reporting flows are the sum of their payments',
  page: 'docs/invariants.md#flow-totals',
  async check({ books, final }) {
    if (!final) return [];
    return (await books.flows()).flatMap((flow): Finding[] => {
      const { name, declaredTotalPayments, declaredTotalAmount, computedTotalPayments, computedTotalAmount, lines } = flow;
      const sum = lines.reduce((total, { amount }) => total + amount, 0);
      const payments = [declaredTotalPayments, computedTotalPayments, lines.length];
      const amounts = [declaredTotalAmount, computedTotalAmount, sum];
      if (new Set(payments).size === 1 && new Set(amounts).size === 1) return [];
      const [declared, counted, found] = payments.map((count, index) => `${count} payments of ${amounts[index]} cents`);
      return [{ what: `Flow ${name} declares ${declared}, says that it has ${counted}, and has ${found}.` }];
    });
  },
};
