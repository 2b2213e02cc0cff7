import { parse, type OperationDefinitionNode } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { Principal } from '@nodo-aperto/kernel/auth';
import { shareKey, startsAtCursor } from './share-key.ts';

const ec: Principal = { subject: 'a', role: 'EC', tenant: '77777777777', expiresAt: 1 };
const key = (principal: Principal | undefined, variables: unknown = {}, hash = 'h', operationName?: string) =>
  shareKey({ hash, operationName, variables, principal });

describe('the key under which streams are shared', () => {
  it.each<[string, Principal | undefined]>([
    ['nobody', undefined],
    ['another tenant', { ...ec, tenant: '88888888888' }],
    ['another role of the same tenant', { ...ec, role: 'PSP' }],
    ['fewer products', { ...ec, products: ['aca'] }],
    ['a citizen', { ...ec, role: 'CITIZEN', tenant: undefined, fiscalCode: '77777777777' }],
    ['an operator', { subject: 'a', role: 'OPERATOR', expiresAt: 1 }],
  ])('keeps %s apart', (_who, other) => {
    expect(key(other)).not.toBe(key(ec));
  });

  it('is the same for another subject and token of the same tenant', () => {
    expect(key({ ...ec, subject: 'b', name: 'B', expiresAt: 2 })).toBe(key(ec));
    expect(key({ ...ec, products: ['a', 'b'] })).toBe(key({ ...ec, products: ['b', 'a'] }));
  });

  it('keeps operators apart from one another', () => {
    expect(key({ subject: 'a', role: 'OPERATOR', expiresAt: 1 })).not.toBe(key({ subject: 'b', role: 'OPERATOR', expiresAt: 1 }));
  });

  it('depends on document, operation and variables, but not on the order of keys', () => {
    expect(key(ec, { a: 1, b: { c: [2], d: null } })).toBe(key(ec, { b: { d: null, c: [2] }, a: 1 }));
    expect(
      new Set([key(ec), key(ec, { a: 1 }), key(ec, { a: '1' }), key(ec, { a: [1] }), key(ec, {}, 'g'), key(ec, {}, 'h', 'A')]).size,
    ).toBe(6);
    expect(key(ec, { a: [['b', 1]] })).not.toBe(key(ec, { a: { b: 1 } }));
  });
});

describe('a subscription starts at a cursor', () => {
  const operation = (text: string) => parse(text).definitions[0] as OperationDefinitionNode;
  it.each<[string, Record<string, unknown>, boolean]>([
    ['subscription { events { id } }', {}, false],
    ['subscription { events(after: null) { id } }', {}, false],
    ['subscription { events(after: "x") { id } }', {}, true],
    ['subscription ($a: String) { events(after: $a) { id } }', {}, false],
    ['subscription ($a: String) { events(after: $a) { id } }', { a: null }, false],
    ['subscription ($a: String) { events(after: $a) { id } }', { a: 'x' }, true],
    ['subscription ($a: String = "x") { events(after: $a) { id } }', {}, true],
    ['subscription ($a: String = "x") { events(after: $a) { id } }', { a: null }, false],
    ['subscription { ... on Subscription { events { id } } }', {}, true],
  ])('%s %o: %s', (text, variables, expected) => {
    expect(startsAtCursor(operation(text), variables)).toBe(expected);
  });
});
