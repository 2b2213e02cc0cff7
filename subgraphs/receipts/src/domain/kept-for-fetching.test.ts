import { describe, expect, it } from 'vitest';
import { fetchPath } from './fetch-path.ts';
import { isKeptForFetching } from './kept-for-fetching.ts';

describe('receipts that are not sent', () => {
  it('are those for asynchronous stations', () => {
    expect([{ asynchronous: true }, { asynchronous: false }, {}].map(isKeptForFetching)).toEqual([true, false, false]);
  });

  it('are fetched like all others', () => {
    expect(fetchPath('66666666666', { receiptId: 'a b', iuv: '02/1' })).toBe(
      '/bizevents/service/v1/organizations/66666666666/receipts/a%20b/paymentoptions/02%2F1',
    );
  });
});
