import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { guardedLookup, PrivateAddressError } from './guarded-lookup.ts';

const resolve = promisify(guardedLookup as (host: string, options: object, done: (error: Error | null, address: unknown) => void) => void);

describe('name resolution towards stations', () => {
  it('refuses a name that leads inside, in either form of the call', async () => {
    await expect(resolve('localhost', {})).rejects.toThrow(PrivateAddressError);
    await expect(resolve('localhost', { all: true })).rejects.toThrow(PrivateAddressError);
    await expect(resolve('169.254.169.254', { all: true })).rejects.toThrow(PrivateAddressError);
  });

  it('hands public addresses on', async () => {
    expect(await resolve('192.0.1.1', {})).toBe('192.0.1.1');
    expect(await resolve('192.0.1.1', { all: true })).toEqual([{ address: '192.0.1.1', family: 4 }]);
  });
});
