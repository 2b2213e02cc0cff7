/** How many instalments a printed plan may have, and with how many it can also be paid at once. */

export const FEWEST_INSTALMENTS = 2;
export const MOST_INSTALMENTS = 12;
const MOST_WITH_FULL_PAYMENT = 9;

/**
 * Plans of 2 to 9 instalments have a block for the whole amount; those of 10 to 12 have none, and the notice's own number, amount and due
 * date are not looked at. Source: Domain facts, Reporting and receipts §4.2.
 */
export function hasFullPayment(instalments: number): boolean {
  return instalments <= MOST_WITH_FULL_PAYMENT;
}
