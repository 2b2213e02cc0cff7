import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigurationError, defineConfiguration } from './index.ts';

const schema = z.object({
  PORT: z.coerce.number().int().min(0).max(65535),
  SEALING_SECRET: z.string().min(32),
  LEVEL: z.enum(['info', 'debug']).default('info'),
});

describe('configuration', () => {
  it('is parsed, defaulted and frozen', () => {
    const configuration = defineConfiguration(schema, { PORT: '4000', SEALING_SECRET: 'x'.repeat(32) });
    expect(configuration).toEqual({ PORT: 4000, SEALING_SECRET: 'x'.repeat(32), LEVEL: 'info' });
    expect(Object.isFrozen(configuration)).toBe(true);
  });

  it('names every bad variable at once and never repeats a secret', () => {
    const attempt = () => defineConfiguration(schema, { PORT: 'ten', SEALING_SECRET: 'short-and-private', LEVEL: 'loud' });
    expect(attempt).toThrow(ConfigurationError);
    expect(attempt).toThrow(/PORT: it is "ten".*SEALING_SECRET: its value is not valid.*LEVEL: it is "loud"/);
    expect(attempt).not.toThrow(/short-and-private/);
  });

  it('says that a variable is absent', () => {
    expect(() => defineConfiguration(schema, { PORT: '1' })).toThrow(/SEALING_SECRET: it is not set/);
  });
});
