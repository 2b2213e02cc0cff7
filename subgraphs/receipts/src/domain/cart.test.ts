import { describe, expect, it } from 'vitest';
import { bookedPayment } from '../../test/samples.ts';
import { citizenIdOf, receiptIdOf, showsCart } from './cart.ts';
import { type ReceiptContent, receiptOf } from './receipt.ts';

const contentOf = (changes: Parameters<typeof bookedPayment>[0] = {}): ReceiptContent =>
  receiptOf(bookedPayment(changes), { creditors: new Map() }, 0);

describe('carts', () => {
  const cart = { id: 'b'.repeat(32), payments: 2, amount: 2_000 };
  const single = contentOf();
  const part = contentOf({ cart });

  it('have ids of their own in the interface of citizens', () => {
    expect(citizenIdOf(single, 'PAYER')).toBe(single.receiptId);
    expect(citizenIdOf(part, 'PAYER')).toBe(`${cart.id}_CART_`);
    expect(citizenIdOf(part, 'DEBTOR')).toBe(`${cart.id}_CART_${part.receiptId}`);
    expect(receiptIdOf(single.receiptId)).toBe(single.receiptId);
    expect(receiptIdOf('_CART_a')).toBe('a');
    expect(receiptIdOf(citizenIdOf(part, 'PAYER'))).toBe(cart.id);
    expect(receiptIdOf(citizenIdOf(part, 'DEBTOR'))).toBe(part.receiptId);
  });

  it('are shown to who paid only', () => {
    expect(['PAYER', 'DEBTOR', 'FULL', 'PSP'].filter(showsCart)).toEqual(['PAYER']);
  });
});
