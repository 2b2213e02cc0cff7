import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isPrivateAddress } from './private-address.ts';

/** A host name leads only to addresses inside the platform's own network. */
export class PrivateAddressError extends Error {
  override readonly name = 'PrivateAddressError';
}

/**
 * Name resolution for connections that must not lead inside: addresses which only the own network can reach are left out,
 * whatever DNS says. Done when the connection is made, so that a name cannot be checked as one address and called as another.
 */
export const guardedLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, []);
    const open = addresses.filter(({ address }) => !isPrivateAddress(address));
    const [first] = open;
    if (first === undefined) return callback(new PrivateAddressError('the host leads to private addresses only'), []);
    return options.all === true ? callback(null, open) : callback(null, first.address, first.family);
  });
};
