import { describe, expect, it } from 'vitest';
import { describe as describeUrl, connectionOptions, translated, unconnected, withDatabase } from './connection.ts';
import { DatabaseUnavailableError, isRetryable, isUniqueViolation, sqlStateOf, unavailability } from './errors.ts';
import { checksumOf } from './migrations.ts';

const failure = (code: string, extra: object = {}, message = 'failed'): Error => Object.assign(new Error(message), { code, ...extra });
const url = 'postgres://nodo:s3cr%40t@db.example:6543/platform?sslmode=disable';

describe('errors of the driver', () => {
  it('show their SQLSTATE, through causes, and never mistake a code of the system for one', () => {
    expect(sqlStateOf(failure('23505'))).toBe('23505');
    expect(sqlStateOf(new Error('outer', { cause: failure('40P01') }))).toBe('40P01');
    expect(sqlStateOf(failure('EPIPE'))).toBeUndefined();
    expect(sqlStateOf(failure('ECONNREFUSED'))).toBeUndefined();
    expect(sqlStateOf('23505')).toBeUndefined();
  });

  it('can be retried only after a deadlock or serialization failure', () => {
    expect(['40001', '40P01', '23505', '57014'].map((code) => isRetryable(failure(code)))).toEqual([true, true, false, false]);
  });

  it('name the violated constraint', () => {
    const error = failure('23505', { constraint: 'payment_pkey' });
    expect([isUniqueViolation(error), isUniqueViolation(error, 'payment_pkey'), isUniqueViolation(error, 'other')]).toEqual([
      true,
      true,
      false,
    ]);
    expect(isUniqueViolation(failure('23503'))).toBe(false);
  });

  it.each([
    [failure('ECONNREFUSED'), 'UNREACHABLE'],
    [new AggregateError([failure('ECONNREFUSED'), failure('ECONNREFUSED')]), 'UNREACHABLE'],
    [failure('57P03'), 'UNREACHABLE'],
    [failure('28P01'), 'REFUSED'],
    [failure('53300'), 'REFUSED'],
    [failure('ECONNRESET'), 'LOST'],
    [failure('57P01'), 'LOST'],
    [new Error('Connection terminated unexpectedly'), 'LOST'],
    [new Error('Query read timeout'), 'LOST'],
    [new Error('Connection terminated due to connection timeout'), 'UNREACHABLE'],
    [new Error('timeout exceeded when trying to connect'), 'EXHAUSTED'],
    [failure('23505'), undefined],
    [failure('57014'), undefined],
    [new Error('something else'), undefined],
  ])('%s is unavailability %s', (error, reason) => {
    expect(unavailability(error)).toBe(reason);
  });
});

describe('sentences', () => {
  it('name the place and never the password', () => {
    for (const code of ['ECONNREFUSED', 'ENOTFOUND', '57P03', '3D000', '53300', '28P01', 'ECONNRESET']) {
      const shown = translated(failure(code), url) as DatabaseUnavailableError;
      expect(shown).toBeInstanceOf(DatabaseUnavailableError);
      expect(shown.message).toContain('db.example:6543');
      expect(shown.message).not.toMatch(/s3cr/);
    }
  });

  it('leave other errors as they are', () => {
    const error = failure('23505');
    expect(translated(error, url)).toBe(error);
  });

  it('while connecting are about the server whatever it says', () => {
    const shown = unconnected(failure('55000', {}, 'database "platform" is not currently accepting connections'), url);
    expect(shown).toMatchObject({ reason: 'REFUSED', message: expect.stringContaining('not currently accepting connections') as string });
    const programming = new TypeError('x is not a function');
    expect(unconnected(programming, url)).toBe(programming);
  });
});

describe('addresses', () => {
  it('are taken apart and changed', () => {
    expect(describeUrl(url)).toEqual({ place: 'db.example:6543', database: 'platform', user: 'nodo' });
    expect(describeUrl('postgresql://a@h/d').place).toBe('h:5432');
    expect(withDatabase(url, 'other')).toBe('postgres://nodo:s3cr%40t@db.example:6543/other?sslmode=disable');
  });

  it.each(['', 'db.example', 'mysql://u@h/d', 'postgres://h', 'postgres://h/'])('%j is refused', (address) => {
    expect(() => describeUrl(address)).toThrow('not of the form postgres://');
  });

  it('become options with a limit on everything', () => {
    const options = connectionOptions({ url, applicationName: 'payments', schema: 'payments', statementTimeoutMs: 2_000 });
    expect(options).toMatchObject({ statement_timeout: 2_000, query_timeout: 7_000, options: '-c timezone=UTC -c search_path=payments' });
    expect(options.connectionTimeoutMillis).toBeGreaterThan(0);
    expect(options.idle_in_transaction_session_timeout).toBeGreaterThan(0);
  });
});

describe('checksum of a migration', () => {
  it('covers the statements and their order, not the name', () => {
    const base = checksumOf({ name: 'a', up: ['one', 'two'] });
    expect(checksumOf({ name: 'b', up: ['one', 'two'] })).toBe(base);
    expect(new Set([base, checksumOf({ name: 'a', up: ['two', 'one'] }), checksumOf({ name: 'a', up: ['onetwo'] })]).size).toBe(3);
  });
});
