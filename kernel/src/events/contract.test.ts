import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { InputError, InvariantError } from '../faults/index.ts';
import { dataOf, defineEvent, eventSource, eventType, isEvent, type PlatformEvent } from './contract.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';

const booked = defineEvent({
  name: 'payment.booked',
  version: 2,
  source: 'payments',
  schema: z.object({ token: z.string(), amount: z.number() }),
  entityKey: ({ token }) => token,
  revision: () => 1,
  audience: () => [],
  describes: 'A payment was booked.',
});

const event = (data: unknown, version = 2): PlatformEvent => ({
  id: 'e1',
  specversion: '1.0',
  type: eventType('payment.booked', version),
  source: eventSource('payments'),
  subject: 't',
  time: '2026-03-02T09:00:00.000Z',
  name: 'payment.booked',
  version,
  revision: 1,
  audience: [],
  position: 1n,
  data,
});

describe('event contracts', () => {
  it('have a well-formed name and version', () => {
    expect(() => defineEvent({ ...booked, name: 'Booked' })).toThrow(InvariantError);
    expect(() => defineEvent({ ...booked, name: 'payment' })).toThrow(/subject\.happened/);
    expect(() => defineEvent({ ...booked, version: 0 })).toThrow(InvariantError);
  });

  it('read the data of their own events, checked', () => {
    expect(eventType('payment.booked', 2)).toBe('nodoaperto.payment.booked.v2');
    expect(dataOf(booked, event({ token: 't', amount: 1, more: true }))).toEqual({ token: 't', amount: 1 });
    const shared = event({ token: 't', amount: 1 });
    expect(dataOf(booked, shared)).toBe(dataOf(booked, shared));
    expect(() => dataOf({ ...booked, version: 3 }, shared)).toThrow(/not nodoaperto\.payment\.booked\.v3/);
    expect(isEvent(booked, event({}, 1))).toBe(false);
    expect(() => dataOf(booked, event({}, 1))).toThrow(/is nodoaperto\.payment\.booked\.v1, not nodoaperto\.payment\.booked\.v2/);
    expect(() => dataOf(booked, event({ token: 't', amount: 'secret' }))).toThrow(/shape of its contract: amount: /);
    expect(() => dataOf(booked, event('secret'))).toThrow(/\(root\): /);
    expect(() => dataOf(booked, event({ token: 't', amount: 'secret' }))).not.toThrow(/"secret"/);
  });
});

describe('cursors', () => {
  it('come back as they went, for their own stream only', () => {
    const cursor = encodeCursor('payments', 12_345n);
    expect(cursor).toMatch(/^[\w-]+$/);
    expect(decodeCursor('payments', cursor)).toBe(12_345n);
    expect(() => decodeCursor('receipts', cursor)).toThrow(/belongs to the stream "payments"/);
  });

  it.each([
    '',
    'x',
    '"',
    'a'.repeat(1_000),
    Buffer.from('1:payments:-1').toString('base64url'),
    Buffer.from('1:pets:1').toString('base64url'),
  ])('refuse what is none: %s', (text) => {
    expect(() => decodeCursor('payments', text)).toThrow(InputError);
  });
});
