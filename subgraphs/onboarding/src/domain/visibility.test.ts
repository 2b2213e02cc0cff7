import type { Principal } from '@nodo-aperto/kernel/auth';
import { describe, expect, it } from 'vitest';
import { ownsBroker, ownsChannel, ownsCreditor, ownsStation } from './visibility.ts';

const caller = (role: Principal['role'], tenant?: string): Principal => ({
  subject: 's',
  role,
  expiresAt: 0,
  ...(tenant !== undefined && { tenant }),
});
const EC = '77777777777';
const OTHER = '88888888888';
const BROKER = '66666666666';
const PSP = '60000000001';

describe('who sees how things are configured', () => {
  it.each([
    [caller('OPERATOR'), true],
    [caller('PARTNER', BROKER), true],
    [caller('EC', BROKER), true],
    [caller('EC', EC), true],
    [caller('EC', OTHER), false],
    [caller('PARTNER', EC), false],
    [caller('PARTNER', OTHER), false],
    [caller('PSP', BROKER), false],
    [caller('CITIZEN'), false],
    [caller('EC'), false],
  ])('a station: %j → %s', (principal, expected) => {
    expect(ownsStation(principal, { broker: BROKER }, [EC])).toBe(expected);
  });

  it.each([
    [caller('OPERATOR'), true],
    [caller('EC', EC), true],
    [caller('EC', OTHER), false],
    [caller('EC', BROKER), true],
    [caller('PARTNER', BROKER), true],
    [caller('PARTNER', EC), false],
    [caller('PSP', EC), false],
    [caller('CITIZEN'), false],
  ])('a creditor: %j → %s', (principal, expected) => {
    expect(ownsCreditor(principal, EC, [BROKER])).toBe(expected);
  });

  it.each([
    [caller('OPERATOR'), true],
    [caller('PSP', PSP), true],
    [caller('PSP', OTHER), false],
    [caller('PARTNER', BROKER), true],
    [caller('PSP', BROKER), true],
    [caller('PARTNER', PSP), false],
    [caller('EC', BROKER), false],
    [caller('CITIZEN'), false],
  ])('a channel: %j → %s', (principal, expected) => {
    expect(ownsChannel(principal, { broker: BROKER, psps: [PSP] })).toBe(expected);
  });

  it.each([
    [caller('OPERATOR'), true],
    [caller('PARTNER', BROKER), true],
    [caller('EC', BROKER), true],
    [caller('PSP', BROKER), true],
    [caller('PSP', PSP), false],
    [caller('CITIZEN', BROKER), false],
  ])('a broker: %j → %s', (principal, expected) => {
    expect(ownsBroker(principal, BROKER)).toBe(expected);
  });
});
