import { DEFAULT_SETTINGS } from '@nodo-aperto/kernel/directory';
import { HOUR, MINUTE } from '@nodo-aperto/kernel/time';
import { describe, expect, it } from 'vitest';
import { standInVisibility } from './stand-in-visibility.ts';
import { expectedMs, PASSING_STATUSES, STUCK_BECAUSE } from './stuck-payment.ts';

describe('how long a payment may be in its state', () => {
  it('follows from the settings', () => {
    expect(expectedMs(DEFAULT_SETTINGS)).toEqual({
      PAYING: 2 * MINUTE,
      PAID: MINUTE,
      NOTICE_GENERATED: MINUTE + 45_000,
      NOTICE_SENT: 45_000 + 48 * (HOUR + 45_000),
    });
    expect(expectedMs({ ...DEFAULT_SETTINGS, receiptRetryMax: 0 }).NOTICE_SENT).toBe(45_000);
    expect(Object.keys(STUCK_BECAUSE)).toEqual([...PASSING_STATUSES]);
  });
});

describe('whether a channel shows the standin element', () => {
  const channel = { code: 'c_01', enabled: true, standInFlag: true };

  it('is a matter of its configuration', () => {
    expect(standInVisibility(channel)).toMatchObject({ shown: true, reason: expect.stringContaining('is configured for the flag') });
    expect(standInVisibility({ ...channel, standInFlag: false })).toMatchObject({
      shown: false,
      reason: expect.stringContaining('is not configured for the flag'),
    });
    expect(standInVisibility({ ...channel, enabled: false })).toMatchObject({
      shown: false,
      reason: expect.stringContaining('is disabled'),
    });
  });
});
