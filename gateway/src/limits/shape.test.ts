import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { shapesOf, type Shape } from './shape.ts';

const shapes = (text: string): Shape[] => shapesOf(parse(text)).map(({ shape }) => shape);

describe('the shape of an operation', () => {
  it.each<[string, Shape]>([
    ['{ a }', { fields: 1, aliases: 0, depth: 1, rootFields: 1 }],
    ['{ a { b { c } } d }', { fields: 4, aliases: 0, depth: 3, rootFields: 2 }],
    ['{ x: a { y: b } a: a }', { fields: 3, aliases: 2, depth: 2, rootFields: 2 }],
    ['{ ...F ...F } fragment F on Q { x: a { b } }', { fields: 4, aliases: 2, depth: 2, rootFields: 2 }],
    ['{ ... on Q { a } ... { b } }', { fields: 2, aliases: 0, depth: 1, rootFields: 2 }],
    ['{ ...Unknown a }', { fields: 1, aliases: 0, depth: 1, rootFields: 1 }],
    ['{ ...F } fragment F on Q { a { ...F } }', { fields: 1, aliases: 0, depth: 1, rootFields: 1 }],
    ['{ __schema { types { fields { type { name } } } } }', { fields: 5, aliases: 0, depth: 1, rootFields: 1 }],
  ])('%s', (text, expected) => {
    expect(shapes(text)).toEqual([expected]);
  });

  it('is measured for each operation', () => {
    expect(shapes('query A { a } mutation B { a b }').map(({ fields }) => fields)).toEqual([1, 2]);
  });

  it('stops growing where fragments unfold without end', () => {
    const levels = Array.from({ length: 60 }, (_each, index) => `fragment F${index} on Q { ...F${index + 1} ...F${index + 1} }`);
    expect(shapes(`{ ...F0 } ${levels.join(' ')} fragment F60 on Q { a }`)[0]?.fields).toBe(1_000_000);
  });
});
