import { describe, expect, it } from 'vitest';
import { PRODUCTS } from './objects/api-key.ts';
import { mayUseProduct } from './product-side.ts';

describe('products that an institution may have keys for', () => {
  const productsOf = (...kinds: Parameters<typeof mayUseProduct>[0]) => PRODUCTS.filter((product) => mayUseProduct(kinds, product));

  it('are those of its side', () => {
    const creditors = ['nodauth', 'aca', 'gpd', 'gpdpay', 'gpdrep', 'fdrorg', 'printnotice', 'bizevents', 'mbd', 'selfcareboexternalec'];
    const psps = ['nodauth', 'fdrpsp', 'options', 'pull', 'qifdrkpiservice', 'selfcareboexternalpsp'];
    expect(productsOf('EC_DIRECT')).toEqual(creditors);
    expect(productsOf('PT_EC')).toEqual(creditors);
    expect(productsOf('PSP_DIRECT')).toEqual(psps);
    expect(productsOf('PT_EC', 'PT_PSP').toSorted()).toEqual([...new Set([...creditors, ...psps])].toSorted());
  });

  it('are none for who is connected by others', () => {
    expect(productsOf('EC_INDIRECT')).toEqual([]);
    expect(productsOf('PSP_INDIRECT')).toEqual([]);
    expect(productsOf()).toEqual([]);
  });
});
